/**
 * The canvas with its renderer. Both are replaced together when the device is lost, as a canvas stays bound to its
 * first kind of context: WebGPU again if it comes back, else WebGL2. The picture is never gone for good.
 */
import { backoff } from '../math/backoff.ts';
import { backendOrder, openRenderer, type RendererWish } from './backends.ts';
import type { Renderer } from './contract.ts';
import type { Size } from './targets.ts';

interface SurfaceHandlers {
  /** A renderer stands ready, and knows nothing of the graph yet. */
  readonly ready: (renderer: Renderer) => void;
  /** None could be had. Where there was one before, it is tried again later. */
  readonly failed: (why: string) => void;
}

export class Surface {
  readonly #host: HTMLElement;
  readonly #wish: RendererWish;
  readonly #handlers: SurfaceHandlers;
  #canvas: HTMLCanvasElement | null = null;
  #renderer: Renderer | null = null;
  #size: Size = [1, 1];
  #losses = 0;
  #attempt = 0;
  #timer = 0;
  #closed = false;

  /** @param host the canvas fills it */
  constructor(host: HTMLElement, wish: RendererWish, handlers: SurfaceHandlers) {
    this.#host = host;
    this.#wish = wish;
    this.#handlers = handlers;
    void this.#open();
  }

  /** Null while it is being opened, or when there is none. */
  get renderer(): Renderer | null {
    return this.#renderer;
  }

  /** How often a device has been lost. */
  get losses(): number {
    return this.#losses;
  }

  /** @param width, height device pixels */
  resize(width: number, height: number): void {
    this.#size = [width, height];
    if (this.#canvas) [this.#canvas.width, this.#canvas.height] = this.#size;
  }

  async #open(): Promise<void> {
    const problems: string[] = [];
    for (const backend of backendOrder(this.#wish, this.#losses)) {
      const canvas = this.#addCanvas();
      try {
        // Lost while it is still opening: then what opens is of no use.
        let gone = false;
        const renderer = await openRenderer(backend, canvas, () => {
          gone = true;
          this.#lose(canvas);
        });
        if (gone || this.#closed) {
          renderer.dispose();
          throw new Error('The graphics device was lost.');
        }
        this.#take(canvas, renderer);
        return;
      } catch (error) {
        canvas.remove();
        if (this.#closed) return;
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    this.#handlers.failed(problems.join(' '));
    if (this.#losses === 0) return;
    this.#timer = window.setTimeout(() => void this.#open(), backoff(this.#attempt++, Math.random()));
  }

  #addCanvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = this.#size;
    this.#host.prepend(canvas);
    return canvas;
  }

  #take(canvas: HTMLCanvasElement, renderer: Renderer): void {
    this.#canvas = canvas;
    this.#renderer = renderer;
    this.#attempt = 0;
    [canvas.width, canvas.height] = this.#size;
    this.#handlers.ready(renderer);
  }

  #lose(canvas: HTMLCanvasElement): void {
    if (this.#closed || canvas !== this.#canvas) return;
    this.#losses++;
    this.#drop();
    void this.#open();
  }

  #drop(): void {
    const renderer = this.#renderer;
    this.#renderer = null;
    this.#canvas?.remove();
    this.#canvas = null;
    renderer?.dispose();
  }

  dispose(): void {
    this.#closed = true;
    window.clearTimeout(this.#timer);
    this.#drop();
  }
}
