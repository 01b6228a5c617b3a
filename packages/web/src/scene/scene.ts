/** The graph on the screen: takes frames and wishes, draws only when something has changed. */
import type { TopologyFrame } from '@vortexflow/protocol';
import { screenRadius, spacing } from '../math/appearance.ts';
import { EdgeBudget } from '../math/budget.ts';
import { type Camera, focalLength, project, type Projected } from '../math/camera.ts';
import { fitSphere, sphereAround } from '../math/fit.ts';
import { typicalEdge } from '../math/hubs.ts';
import { clamp, type Matrix } from '../math/matrix.ts';
import { pick, type Pickable } from '../math/picking.ts';
import { Timeline } from '../math/timeline.ts';
import { Timings } from '../math/timings.ts';
import type { RendererWish } from '../render/backends.ts';
import type { PictureStyle, Renderer } from '../render/contract.ts';
import { Surface } from '../render/surface.ts';
import { Director, type Margins } from './director.ts';
import { type InputHandlers, listen } from './input.ts';
import { type Lighting, markedNodes, overlayShapes, type Placed, starRadius } from './lighting.ts';
import { Naming, type NamingOptions } from './naming.ts';
import { pictureStyle } from './style.ts';

/** What the scene asks of, and tells, the page around it. */
export interface SceneOptions extends NamingOptions {
  readonly renderer: RendererWish;
  /** No flights and no interpolation: show the end state at once. */
  readonly reducedMotion: boolean;
  /** Index of the node under the pointer, -1 for none, and where the pointer is, CSS pixels. */
  readonly hovered: (index: number, x: number, y: number) => void;
  /** Index of the node that was clicked, -1 for empty space. */
  readonly clicked: (index: number) => void;
  /** Why there is no picture; empty as soon as there is one. */
  readonly problem: (why: string) => void;
}

const PULSE_MS = 1800;
const MAX_RATIO = 2;
const DARK: Lighting = {
  lit: [],
  joined: false,
  pulse: [],
  pulseStrength: 0,
  selected: -1,
  around: [],
  hovered: -1,
};

export class GraphScene {
  /** What drawing costs. */
  readonly timings = new Timings();
  readonly #host: HTMLElement;
  readonly #surface: Surface;
  readonly #options: SceneOptions;
  readonly #naming: Naming;
  readonly #director: Director;
  readonly #budget = new EdgeBudget();
  readonly #stop = new AbortController();
  readonly #observer: ResizeObserver;
  #timeline: Timeline;
  #topology: TopologyFrame | null = null;
  #edgeUnit = 1;
  #matrix: Matrix = new Float32Array(16);
  #lighting = DARK;
  #pulseStart = -Infinity;
  #pointer: readonly [number, number] | null = null;
  #cameraMoves = false;
  #request = 0;
  /** The graph is to be drawn with the next frame, not the names alone. */
  #pictureDue = false;
  #lastFrame = -Infinity;

  /** @param host is filled with the picture, and takes pointer and keys @param labelLayer lies over it */
  constructor(host: HTMLElement, labelLayer: HTMLElement, options: SceneOptions) {
    this.#host = host;
    this.#options = options;
    this.#timeline = new Timeline(!options.reducedMotion);
    this.#director = new Director(options.reducedMotion);
    this.#naming = new Naming(labelLayer, options);
    this.#surface = new Surface(host, options.renderer, {
      ready: (renderer) => this.#equip(renderer),
      failed: options.problem,
    });
    listen(host, this.#inputHandlers(), this.#stop.signal);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
  }

  /** Takes a graph. Nodes that were there before keep their places until positions follow. */
  setTopology(topology: TopologyFrame): void {
    if (this.#topology && this.#topology.groups.length > topology.groups.length) {
      this.#timeline = new Timeline(!this.#options.reducedMotion);
    }
    this.#topology = topology;
    this.#naming.forget();
    if (this.#surface.renderer) this.#equip(this.#surface.renderer);
  }

  /** Takes positions; those of another number of nodes belong to a topology that has not come yet. */
  setPositions(positions: Float32Array): void {
    const topology = this.#topology;
    if (!topology || positions.length !== topology.groups.length * 3) return;
    const now = performance.now();
    const first = this.#timeline.to.length === 0;
    this.#timeline.push(positions, now);
    this.#upload(this.#surface.renderer);
    this.#edgeUnit = typicalEdge(topology.edges, positions);
    this.#director.setScene(fitSphere(positions, topology.groups), first, now);
    this.timings.charge(performance.now() - now);
    this.invalidate();
  }

  /** Lights nodes and flies to them. @param joined whether neighbours in the list are joined by a beam */
  light(indices: readonly number[], joined: boolean): void {
    this.#relight({ lit: indices, joined });
    this.flyTo(indices);
  }

  /** Puts the lights out; the camera stays. */
  darken(): void {
    this.#relight({ lit: [], joined: false });
  }

  /** Shows somebody else's answer for a moment. */
  pulse(indices: readonly number[]): void {
    this.#pulseStart = performance.now();
    this.#relight({ pulse: indices });
  }

  /** Marks a node, -1 for none, and draws lines to those around it. */
  select(index: number, around: readonly number[]): void {
    this.#relight({ selected: index, around });
  }

  /** Flies so that all these nodes are in sight. */
  flyTo(indices: readonly number[]): void {
    const points = indices.filter((index) => this.#has(index)).map((index) => this.#at(index));
    if (points.length === 0) return;
    const margin = this.#spacing * (points.length > 1 ? 1.2 : 3);
    this.#director.show(sphereAround(points, margin), performance.now());
    this.invalidate();
  }

  /** Flies back until the whole graph is in sight, and follows it again. */
  fit(): void {
    this.#director.show('whole', performance.now());
    this.invalidate();
  }

  /** Tells which part of the canvas panels cover. */
  setMargins(margins: Margins): void {
    this.#director.setMargins(margins, performance.now());
    this.invalidate();
  }

  /** Where a node is on the screen; null when it is behind the eye or not there. */
  project(index: number): Projected | null {
    if (!this.#has(index)) return null;
    return project(this.#matrix, this.#director.viewport, ...this.#at(index));
  }

  get camera(): Camera {
    return this.#director.camera;
  }

  /** How many nodes the own answer has lit. */
  get litCount(): number {
    return this.#lighting.lit.length;
  }

  /** Share of the edges drawn while the picture moves, 0 .. 1. */
  get edgeShare(): number {
    return this.#budget.share;
  }

  /** What draws, or null while nothing does. Its device is open to whatever else computes in the page. */
  get renderer(): Renderer | null {
    return this.#surface.renderer;
  }

  /** How often what draws has been lost, and found again. */
  get losses(): number {
    return this.#surface.losses;
  }

  /** Whether nothing is due to be drawn. */
  get idle(): boolean {
    return this.#request === 0;
  }

  /** Names in the picture. */
  get names(): readonly string[] {
    return this.#naming.shown;
  }

  dispose(): void {
    this.#stop.abort();
    this.#surface.dispose();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#request);
  }

  /** Something has changed: draw with the next frame of the display. */
  invalidate(): void {
    this.#pictureDue = true;
    this.relabel();
  }

  /** Puts names where they belong with the next frame, without drawing the graph again. */
  relabel(): void {
    this.#request ||= requestAnimationFrame(() => this.#frame());
  }

  /** A renderer stands ready, at the start or after a loss: it gets all that is known. */
  #equip(renderer: Renderer): void {
    this.#options.problem('');
    if (this.#topology) renderer.setTopology(this.#topology);
    this.#upload(renderer);
    this.invalidate();
  }

  #upload(renderer: Renderer | null): void {
    const { from, to } = this.#timeline;
    if (this.#ready) renderer?.setPositions({ kind: 'arrays', from, to });
  }

  get #ready(): boolean {
    return this.#topology !== null && this.#timeline.to.length === this.#topology.groups.length * 3;
  }

  #has = (index: number): boolean => index >= 0 && index * 3 < this.#timeline.to.length;

  #at = (index: number): [number, number, number] => this.#timeline.at(index, performance.now());

  #relight(change: Partial<Lighting>): void {
    this.#lighting = { ...this.#lighting, ...change };
    this.invalidate();
  }

  #inputHandlers(): InputHandlers {
    const move = (run: (now: number) => void) => {
      run(performance.now());
      this.invalidate();
    };
    return {
      orbit: (dx, dy) => move((now) => this.#director.orbit(dx, dy, now)),
      pan: (dx, dy) => move((now) => this.#director.pan(dx, dy, now)),
      zoom: (factor, x, y) => move((now) => this.#director.zoom(factor, x, y, now)),
      hover: (x, y) => this.#point([x, y]),
      leave: () => this.#point(null),
      click: (x, y) => this.#options.clicked(this.#pick(x, y)),
    };
  }

  #point(pointer: readonly [number, number] | null): void {
    this.#pointer = pointer;
    this.#hover();
  }

  /** Finds what is under the pointer; nothing while the camera moves, as it slides away under a pointer that rests. */
  #hover(): void {
    const [x, y] = this.#pointer ?? [0, 0];
    const index = this.#pointer && !this.#cameraMoves ? this.#pick(x, y) : -1;
    if (index < 0 && this.#lighting.hovered < 0) return;
    this.#options.hovered(index, x, y);
    if (index === this.#lighting.hovered) return;
    this.#host.classList.toggle('pointing', index >= 0);
    this.#relight({ hovered: index });
  }

  #pick(x: number, y: number): number {
    const now = performance.now();
    const marked = markedNodes(this.#lighting).find((index) => this.#onStar(index, x, y));
    const nodes = marked === undefined ? this.#nodes() : null;
    const index = marked ?? (nodes ? pick(nodes, this.#matrix, this.#director.viewport, x, y) : -1);
    this.timings.charge(performance.now() - now);
    return index;
  }

  #onStar(index: number, x: number, y: number): boolean {
    const [spot, placed] = [this.project(index), this.#placed(index)];
    return spot !== null && placed !== null && Math.hypot(spot.x - x, spot.y - y) <= starRadius(placed);
  }

  #nodes(): Pickable | null {
    const topology = this.#topology;
    if (!topology || !this.#ready) return null;
    const { from, to } = this.#timeline;
    const blend = this.#timeline.blend(performance.now());
    return { from, to, blend, sizes: topology.sizes, groups: topology.groups, spacing: this.#spacing };
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) return;
    this.#surface.resize(Math.round(width * this.#ratio), Math.round(height * this.#ratio));
    this.#naming.resize(width, height, this.#ratio);
    this.#director.resize(width, height, performance.now());
    this.invalidate();
  }

  get #spacing(): number {
    return spacing(this.#director.scene.radius, this.#topology?.groups.length ?? 1);
  }

  /** CSS pixels that a spacing covers at a depth. */
  #pixels(depth: number): number {
    return (focalLength(this.#director.viewport) * this.#spacing) / depth;
  }

  get #ratio(): number {
    return Math.min(MAX_RATIO, window.devicePixelRatio || 1);
  }

  #frame(): void {
    this.#request = 0;
    const now = performance.now();
    const { renderer } = this.#surface;
    if (!this.#ready || !renderer) return;
    if (this.#pictureDue && renderer.busy) {
      this.relabel();
      return;
    }
    const drawn = this.#pictureDue;
    if (drawn) this.#draw(renderer, now);
    this.#name();
    this.timings.frame(performance.now() - now, drawn);
  }

  #draw(renderer: Renderer, now: number): void {
    this.#pictureDue = false;
    const cameraMoved = this.#cameraMoves;
    const moving = this.#advance(now);
    if (moving && this.#lastFrame > 0) {
      this.#budget.measured(now - this.#lastFrame);
      this.timings.gaps.add(now - this.#lastFrame);
    }
    this.#lastFrame = moving ? now : -Infinity;
    this.#matrix = this.#director.matrix();
    const style = this.#style(now, moving);
    const shapes = overlayShapes(this.#lighting, (index) => this.#placed(index), style.ratio);
    const start = performance.now();
    renderer.draw(style, shapes);
    this.timings.draw.add(performance.now() - start);
    if (cameraMoved !== this.#cameraMoves) this.#hover();
    if (moving) this.invalidate();
  }

  /** Moves everything that moves by itself. @returns whether another picture is due */
  #advance(now: number): boolean {
    this.#cameraMoves = this.#director.advance(now);
    const pulse = clamp(1 - (now - this.#pulseStart) / PULSE_MS, 0, 1);
    if (pulse !== this.#lighting.pulseStrength) this.#lighting = { ...this.#lighting, pulseStrength: pulse };
    return this.#cameraMoves || pulse > 0 || this.#timeline.blend(now) < 1;
  }

  #style(now: number, moving: boolean): PictureStyle {
    const { camera, viewport, scene } = this.#director;
    return pictureStyle({
      matrix: this.#matrix,
      camera,
      viewport,
      scene,
      spacing: this.#spacing,
      ratio: this.#ratio,
      blend: this.#timeline.blend(now),
      dimmed: this.#lighting.lit.length > 0,
      edgeUnit: this.#edgeUnit,
      edgeShare: moving ? this.#budget.share : 1,
      coarse: moving && this.#budget.coarse,
    });
  }

  #placed(index: number): Placed | null {
    const spot = this.project(index);
    if (!spot || !this.#topology) return null;
    return { position: this.#at(index), pixels: this.#pixels(spot.depth), size: this.#topology.sizes[index]! };
  }

  /** Puts names where they belong now. */
  #name(): void {
    const { camera, scene, viewport } = this.#director;
    const now = performance.now();
    const place = (index: number): Projected | null => {
      const [x, y, z] = this.#timeline.at(index, now);
      return this.#has(index) ? project(this.#matrix, viewport, x, y, z) : null;
    };
    const more = this.#naming.show({
      marked: markedNodes(this.#lighting),
      nodes: this.#lighting.lit.length === 0 ? this.#nodes() : null,
      matrix: this.#matrix,
      camera,
      scene,
      viewport,
      picture: this.timings.frames,
      place,
      radius: (index, depth) => screenRadius(this.#topology?.sizes[index] ?? 0, this.#pixels(depth)),
    });
    if (more) this.relabel();
  }
}
