/** Who gets a name: what is lit or selected, else the hubs in sight, as many as find a place. */
import { type Camera, type Projected, type Sphere, type Viewport } from '../math/camera.ts';
import { clamp, type Matrix } from '../math/matrix.ts';
import type { Pickable } from '../math/picking.ts';
import { Hubs } from './hubs.ts';
import { LabelLayer, type LabelWish } from './labels.ts';

export interface NamingOptions {
  /** How many names at once. */
  readonly names: number;
  /** Name of a node if it is known. */
  readonly name: (index: number) => string | undefined;
  /** The name of a node is wanted; once it is known, names are to be shown again. */
  readonly wantName: (index: number) => void;
}

/** What is on the screen now. */
export interface NamingView {
  /** Nodes that must have their name, most important first. */
  readonly marked: readonly number[];
  /** All nodes; null when only the marked ones are to be named. */
  readonly nodes: Pickable | null;
  readonly matrix: Matrix;
  readonly camera: Camera;
  readonly scene: Sphere;
  readonly viewport: Viewport;
  /** Number of the picture. */
  readonly picture: number;
  readonly place: (index: number) => Projected | null;
  /** Radius of a node's disc at a depth, CSS pixels. */
  readonly radius: (index: number, depth: number) => number;
}

/** Nodes further behind the middle than this share of the scene's radius get no name. */
const DEEPEST = 0.7;
/** Fainter names are left out. */
const FAINTEST = 0.3;
/** Room kept free at the edges, CSS pixels. */
const EDGE = 8;
/** How many names are asked for at most before there is a place for them. */
const AHEAD = 500;
/** How many without a place are tried in a frame, while no search has brought others. */
const NEWCOMERS = 32;

export class Naming {
  readonly #options: NamingOptions;
  readonly #labels: LabelLayer;
  readonly #hubs: Hubs;
  /** Nodes with a place for their name, best rank first; the marked ones left out. */
  #placed: readonly number[] = [];
  /** What the search found whose nodes have all been tried, and who of them is next to be tried once more. */
  #tried: readonly number[] | null = null;
  #next = 0;
  /** The picture of the last frame. */
  #picture = -1;

  /** @param layer lies over the picture */
  constructor(layer: HTMLElement, options: NamingOptions) {
    this.#options = options;
    this.#labels = new LabelLayer(layer, options.names, options.wantName);
    this.#hubs = new Hubs(options.names);
  }

  /** Names in the picture, best rank first. */
  get shown(): readonly string[] {
    return this.#labels.shown;
  }

  /** Another graph: no hub is known. */
  forget(): void {
    this.#hubs.forget();
    this.#placed = [];
  }

  /** @param width, height CSS pixels @param ratio device pixels per CSS pixel */
  resize(width: number, height: number, ratio: number): void {
    this.#labels.resize(width, height, ratio);
  }

  /** Everybody who would like to have a name, most wanted first. */
  *#wishes(view: NamingView): Iterable<LabelWish> {
    const { marked, nodes } = view;
    for (const index of marked) {
      const wish = this.#wish(view, index, true);
      if (wish) yield wish;
    }
    if (!nodes) return;
    for (const index of this.#candidates()) {
      const wish = marked.includes(index) ? null : this.#wish(view, index, false);
      if (wish) yield wish;
    }
  }

  /**
   * All that the last search found, by rank. While the picture moves and no other search is done: those who have a
   * place, so that names do not flicker, and a few others in turn.
   */
  *#candidates(): Iterable<number> {
    const { found } = this.#hubs;
    if (this.#tried !== found) {
      this.#tried = found;
      this.#next = 0;
      yield* found;
      return;
    }
    yield* this.#placed;
    const placed = new Set(this.#placed);
    for (let tried = 0; tried < Math.min(NEWCOMERS, found.length); tried++) {
      const index = found[this.#next++ % found.length]!;
      if (!placed.has(index)) yield index;
    }
  }

  /** Puts names where they belong. @returns whether hubs are still being looked for, so that it is to be called again */
  show(view: NamingView): boolean {
    const { nodes, matrix, camera, scene, viewport, picture, marked } = view;
    const depth = camera.distance + scene.radius * DEEPEST;
    const searching = nodes !== null && this.#hubs.advance({ ...nodes, matrix, viewport, depth }, picture);
    const { width, height, top, bottom, left, right } = viewport;
    const bounds = { left: left + EDGE, top: top + EDGE, right: width - right - EDGE, bottom: height - bottom - EDGE };
    const rests = picture === this.#picture;
    this.#picture = picture;
    if (rests) this.#tried = null;
    const placed = this.#labels.show(this.#wishes(view), bounds, rests);
    if (rests && !searching && nodes) this.#askAhead();
    this.#placed = nodes ? placed.filter((index) => !marked.includes(index)) : [];
    return searching;
  }

  /** Once the picture turns, those who have no place now may get one: their names should be there by then. */
  #askAhead(): void {
    // The last one asked for is the first to be told.
    for (const index of this.#hubs.found.slice(0, AHEAD).toReversed())
      if (this.#options.name(index) === undefined) this.#options.wantName(index);
  }

  #wish({ camera, scene, place, radius }: NamingView, index: number, lit: boolean): LabelWish | null {
    const spot = place(index);
    if (!spot) return null;
    const behind = (spot.depth - camera.distance) / scene.radius;
    const opacity = lit ? 1 : clamp(0.75 - behind * 0.5, 0, 0.95);
    if (opacity < FAINTEST) return null;
    const { x, y, depth } = spot;
    return { index, text: this.#options.name(index), lit, opacity, x, y, radius: radius(index, depth) };
  }
}
