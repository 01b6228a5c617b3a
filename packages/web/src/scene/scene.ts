/** The graph on a canvas: takes frames and wishes, draws only when something has changed. */
import type { PositionFrame, TopologyFrame } from '@vortexflow/protocol';
import type { CloudStyle } from '../gl/cloud.ts';
import { Renderer } from '../gl/renderer.ts';
import { screenRadius, spacing } from '../math/appearance.ts';
import { EdgeBudget } from '../math/budget.ts';
import { type Camera, focalLength, project, type Projected } from '../math/camera.ts';
import { fitSphere, sphereAround } from '../math/fit.ts';
import { typicalEdge, visibleHubs } from '../math/hubs.ts';
import { clamp, type Matrix } from '../math/matrix.ts';
import { pick, type Pickable } from '../math/picking.ts';
import { Timeline } from '../math/timeline.ts';
import { Timings } from '../math/timings.ts';
import { Director, type Margins } from './director.ts';
import { type InputHandlers, listen } from './input.ts';
import { LabelLayer, type LabelWish } from './labels.ts';
import { type Lighting, overlayShapes, type Placed, starRadius } from './lighting.ts';

/** What the scene asks of, and tells, the page around it. */
export interface SceneOptions {
  /** No flights and no interpolation: show the end state at once. */
  readonly reducedMotion: boolean;
  /** Name of a node if it is known. */
  readonly name: (index: number) => string | undefined;
  /** The name of a node is wanted; {@link GraphScene.relabel} shows it once it is known. */
  readonly wantName: (index: number) => void;
  /** Index of the node under the pointer, -1 for none, and where the pointer is, CSS pixels. */
  readonly hovered: (index: number, x: number, y: number) => void;
  /** Index of the node that was clicked, -1 for empty space. */
  readonly clicked: (index: number) => void;
}

const PULSE_MS = 1800;
const HUBS = 150;
const HUBS_EVERY_MS = 600;
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
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #options: SceneOptions;
  readonly #labels: LabelLayer;
  readonly #director: Director;
  readonly #budget = new EdgeBudget();
  readonly #stop = new AbortController();
  readonly #observer: ResizeObserver;
  #renderer: Renderer;
  #timeline: Timeline;
  #topology: TopologyFrame | null = null;
  #edgeUnit = 1;
  #matrix: Matrix = new Float32Array(16);
  #lighting = DARK;
  #pulseStart = -Infinity;
  #hubs: readonly number[] = [];
  #hubsDue = 0;
  /** The view for which hubs were last looked up. */
  #hubsSeen = '';
  #pointer: readonly [number, number] | null = null;
  #cameraMoves = false;
  #request = 0;
  #lastFrame = -Infinity;

  /** @throws Error when WebGL2 is missing or refuses */
  constructor(canvas: HTMLCanvasElement, labelLayer: HTMLElement, options: SceneOptions) {
    const gl = canvas.getContext('webgl2', { antialias: false, alpha: false, powerPreference: 'high-performance' });
    if (!gl) throw new Error('WebGL2 is not available in this browser.');
    this.#canvas = canvas;
    this.#gl = gl;
    this.#options = options;
    this.#renderer = new Renderer(gl);
    this.#timeline = new Timeline(!options.reducedMotion);
    this.#director = new Director(options.reducedMotion);
    this.#labels = new LabelLayer(labelLayer, options.wantName);
    const { signal } = this.#stop;
    listen(canvas, this.#inputHandlers(), signal);
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { signal });
    canvas.addEventListener('webglcontextrestored', () => this.#restore(), { signal });
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(canvas);
    this.#resize();
  }

  /** Takes a graph. Nodes that were there before keep their places until positions follow. */
  setTopology(topology: TopologyFrame): void {
    if (this.#topology && this.#topology.groups.length > topology.groups.length) {
      this.#timeline = new Timeline(!this.#options.reducedMotion);
    }
    this.#topology = topology;
    this.#hubs = [];
    this.#renderer.setTopology(topology);
    if (this.#ready) this.#renderer.setPositions(this.#timeline.from, this.#timeline.to);
    this.invalidate();
  }

  /** Takes positions; those of another number of nodes belong to a topology that has not come yet. */
  setPositions({ positions }: PositionFrame): void {
    const topology = this.#topology;
    if (!topology || positions.length !== topology.groups.length * 3) return;
    const now = performance.now();
    const first = this.#timeline.to.length === 0;
    this.#timeline.push(positions, now);
    this.#renderer.setPositions(this.#timeline.from, this.#timeline.to);
    this.#edgeUnit = typicalEdge(topology.edges, positions);
    this.#director.setScene(fitSphere(positions, topology.groups), first, now);
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

  dispose(): void {
    this.#stop.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#request);
  }

  /** Something has changed: draw with the next frame of the display. */
  invalidate(): void {
    this.#request ||= requestAnimationFrame(() => this.#draw());
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
    this.#canvas.classList.toggle('pointing', index >= 0);
    this.#relight({ hovered: index });
  }

  #pick(x: number, y: number): number {
    const marked = this.#marked().find((index) => this.#onStar(index, x, y));
    const nodes = this.#nodes();
    if (marked !== undefined) return marked;
    return nodes ? pick(nodes, this.#matrix, this.#director.viewport, x, y) : -1;
  }

  /** Nodes drawn as stars over all others, the selected one last. */
  #marked(): readonly number[] {
    const { lit, selected } = this.#lighting;
    return selected < 0 || lit.includes(selected) ? lit : [...lit, selected];
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
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    this.#canvas.width = Math.round(width * this.#ratio);
    this.#canvas.height = Math.round(height * this.#ratio);
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

  #restore(): void {
    this.#renderer = new Renderer(this.#gl);
    if (this.#topology) this.setTopology(this.#topology);
  }

  #draw(): void {
    this.#request = 0;
    const now = performance.now();
    if (!this.#ready || this.#gl.isContextLost()) return;
    const cameraMoved = this.#cameraMoves;
    const moving = this.#advance(now);
    if (moving && this.#lastFrame > 0) this.#budget.measured(now - this.#lastFrame);
    this.#lastFrame = moving ? now : -Infinity;
    this.#matrix = this.#director.matrix();
    const coarse = moving && this.#budget.coarse;
    const style = this.#style(now, moving, coarse);
    const shapes = overlayShapes(this.#lighting, (index) => this.#placed(index), style.ratio);
    this.#renderer.draw(style, shapes, coarse);
    this.#findHubs(now, moving);
    this.relabel();
    if (cameraMoved !== this.#cameraMoves) this.#hover();
    if (moving) this.invalidate();
    this.timings.record(now, performance.now() - now);
  }

  /** Moves everything that moves by itself. @returns whether another picture is due */
  #advance(now: number): boolean {
    this.#cameraMoves = this.#director.advance(now);
    const pulse = clamp(1 - (now - this.#pulseStart) / PULSE_MS, 0, 1);
    if (pulse !== this.#lighting.pulseStrength) this.#lighting = { ...this.#lighting, pulseStrength: pulse };
    return this.#cameraMoves || pulse > 0 || this.#timeline.blend(now) < 1;
  }

  #style(now: number, moving: boolean, coarse: boolean): CloudStyle {
    const ratio = coarse ? this.#ratio / 2 : this.#ratio;
    const { distance } = this.#director.camera;
    const { radius } = this.#director.scene;
    const dimmed = this.#lighting.lit.length > 0;
    // Lines keep their width when one comes nearer, so there are fewer per pixel: each may be brighter.
    const nearness = clamp((2.6 * radius) / distance, 1, 12) ** 0.35;
    return {
      matrix: this.#matrix,
      blend: this.#timeline.blend(now),
      focal: focalLength(this.#director.viewport) * this.#spacing * ratio,
      ratio,
      fog: [distance - Math.min(radius, distance * 0.6), distance + Math.min(radius * 0.9, distance * 1.6)],
      nodeStrength: dimmed ? 0.1 : 0.8,
      edgeStrength: 0.26 * nearness * ratio * (dimmed ? 0.1 : 1),
      edgeShare: moving ? this.#budget.share : 1,
      edgeUnit: this.#edgeUnit,
    };
  }

  #placed(index: number): Placed | null {
    const spot = this.project(index);
    if (!spot || !this.#topology) return null;
    return { position: this.#at(index), pixels: this.#pixels(spot.depth), size: this.#topology.sizes[index]! };
  }

  /** Which nodes may have a name: looked up at rest, and now and then while the layout moves. */
  #findHubs(now: number, moving: boolean): void {
    const nodes = this.#nodes();
    if (!nodes || this.#lighting.lit.length > 0 || (moving && now < this.#hubsDue)) return;
    const view = `${this.#matrix.join()} ${nodes.blend}`;
    if (view === this.#hubsSeen) return;
    this.#hubsSeen = view;
    this.#hubsDue = now + HUBS_EVERY_MS;
    const { camera, scene, viewport } = this.#director;
    this.#hubs = visibleHubs(nodes, this.#matrix, viewport, camera.distance + scene.radius * 0.7, HUBS);
  }

  /** Puts names where they belong now, without drawing the graph again. */
  relabel(): void {
    const { width, height, top, bottom, left, right } = this.#director.viewport;
    const { lit, selected } = this.#lighting;
    const wishes = this.#marked().map((index) => this.#wish(index, true));
    if (lit.length === 0) for (const index of this.#hubs) if (index !== selected) wishes.push(this.#wish(index, false));
    const bounds = { left: left + 8, top: top + 4, right: width - right - 8, bottom: height - bottom - 8 };
    this.#labels.show(
      wishes.filter((wish) => wish !== null),
      bounds,
    );
  }

  #wish(index: number, lit: boolean): LabelWish | null {
    const spot = this.project(index);
    if (!spot) return null;
    const depth = (spot.depth - this.camera.distance) / this.#director.scene.radius;
    const opacity = lit ? 1 : clamp(0.75 - depth * 0.5, 0, 0.95);
    if (opacity < 0.3) return null;
    const radius = screenRadius(this.#topology?.sizes[index] ?? 0, this.#pixels(spot.depth));
    return { index, text: this.#options.name(index), lit, opacity, x: spot.x, y: spot.y, radius };
  }
}
