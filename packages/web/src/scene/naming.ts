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

export class Naming {
  readonly #options: NamingOptions;
  readonly #labels: LabelLayer;
  readonly #hubs: Hubs;

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
  }

  /** @param width, height CSS pixels @param ratio device pixels per CSS pixel */
  resize(width: number, height: number, ratio: number): void {
    this.#labels.resize(width, height, ratio);
  }

  /** Puts names where they belong. @returns whether hubs are still being looked for, so that it is to be called again */
  show(view: NamingView): boolean {
    const { nodes, matrix, camera, scene, viewport, picture, marked } = view;
    const depth = camera.distance + scene.radius * DEEPEST;
    const searching = nodes !== null && this.#hubs.advance({ ...nodes, matrix, viewport, depth }, picture);
    const wishes = marked.map((index) => this.#wish(view, index, true));
    if (nodes)
      for (const index of this.#hubs.found) if (!marked.includes(index)) wishes.push(this.#wish(view, index, false));
    const { width, height, top, bottom, left, right } = viewport;
    this.#labels.show(
      wishes.filter((wish) => wish !== null),
      { left: left + EDGE, top: top + EDGE, right: width - right - EDGE, bottom: height - bottom - EDGE },
    );
    return searching;
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
