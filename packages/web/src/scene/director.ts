/** Where the camera is and what moves it: hands, flights, and the growing cloud. Time is handed in; no screen needed. */
import {
  type Camera,
  flight,
  frame,
  orbit,
  pan,
  type Sphere,
  viewProjection,
  type Viewport,
  zoomAt,
} from '../math/camera.ts';
import type { Matrix } from '../math/matrix.ts';

/** Margins of the canvas that panels cover, CSS pixels. */
export type Margins = Pick<Viewport, 'left' | 'right' | 'top' | 'bottom'>;

const FLIGHT_MS = 1200;
/** So long after the last touch the picture still counts as moving. */
const SETTLE_MS = 170;
/** The scene's sphere holds the bulk only: room for what sticks out of it. */
const AIR = 1.1;
const START: Camera = { target: [0, 0, 0], distance: 100, yaw: 3.7, pitch: 0.3 };

interface Flight {
  readonly from: Camera;
  readonly to: Camera;
  readonly start: number;
}

export class Director {
  readonly #still: boolean;
  #camera = START;
  #viewport: Viewport = { width: 1, height: 1, left: 0, right: 0, top: 0, bottom: 0 };
  /** Where the bulk of the graph is. */
  #scene: Sphere = { center: [0, 0, 0], radius: 1 };
  /** What is to be kept in sight; null when a hand has taken the camera. */
  #subject: Sphere | 'whole' | null = 'whole';
  #flight: Flight | null = null;
  #activeUntil = -Infinity;
  /** A hand has moved the camera since the last picture, however long ago that is on a slow machine. */
  #touched = false;

  /** @param still jump instead of flying, for people who asked for reduced motion */
  constructor(still: boolean) {
    this.#still = still;
  }

  get camera(): Camera {
    return this.#camera;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get scene(): Sphere {
    return this.#scene;
  }

  /** World to clip space as it is now. */
  matrix(): Matrix {
    return viewProjection(this.#camera, this.#viewport, this.#scene);
  }

  /** The canvas has another size: what was in sight stays in sight, at once. */
  resize(width: number, height: number, now: number): void {
    this.#viewport = { ...this.#viewport, width, height };
    this.#reframe(now, 'jump');
  }

  /** Panels have opened or closed: what was in sight moves out from under them. */
  setMargins(margins: Margins, now: number): void {
    this.#viewport = { ...this.#viewport, ...margins };
    this.#reframe(now, 'glide');
  }

  /** The graph has grown or moved. @param first nothing was shown before, so there is nothing to fly from */
  setScene(scene: Sphere, first: boolean, now: number): void {
    this.#scene = scene;
    if (this.#subject === 'whole') this.#reframe(now, first ? 'jump' : 'glide');
  }

  /** Flies until a sphere, or the whole graph, is in sight, and keeps it there until a hand moves the camera. */
  show(subject: Sphere | 'whole', now: number): void {
    this.#subject = subject;
    this.#reframe(now, 'fly');
  }

  orbit(dx: number, dy: number, now: number): void {
    this.#take(orbit(this.#camera, dx, dy), now);
  }

  pan(dx: number, dy: number, now: number): void {
    this.#take(pan(this.#camera, this.#viewport, dx, dy), now);
  }

  zoom(factor: number, x: number, y: number, now: number): void {
    this.#take(zoomAt(this.#camera, this.#viewport, [x, y], factor, this.#scene.radius), now);
  }

  #take(camera: Camera, now: number): void {
    this.#camera = camera;
    this.#subject = null;
    this.#flight = null;
    this.#activeUntil = now + SETTLE_MS;
    this.#touched = true;
  }

  /** Moves along. @returns whether the camera is still moving */
  advance(now: number): boolean {
    if (this.#flight) {
      const t = (now - this.#flight.start) / FLIGHT_MS;
      this.#camera = flight(this.#flight.from, this.#flight.to, t);
      if (t >= 1) this.#flight = null;
    }
    const touched = this.#touched;
    this.#touched = false;
    return touched || this.#flight !== null || now < this.#activeUntil;
  }

  #reframe(now: number, how: 'jump' | 'glide' | 'fly'): void {
    if (!this.#subject) return;
    const { center, radius } = this.#scene;
    const sphere = this.#subject === 'whole' ? { center, radius: radius * AIR } : this.#subject;
    const to = frame(this.#camera, sphere, this.#viewport);
    if (how === 'jump' || this.#still) {
      this.#camera = to;
      this.#flight = null;
      return;
    }
    // A glide that is due while the camera flies already only changes where the flight ends.
    const from = how === 'glide' && this.#flight ? this.#flight : { from: this.#camera, start: now };
    this.#flight = { ...from, to };
  }
}
