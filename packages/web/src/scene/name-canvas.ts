/**
 * Many names on one canvas over the graph. As elements of the page each would cost style and compositing in every frame:
 * 200 of them 5 to 8 ms of the main thread where this takes 1.
 */

/** A name and where it is. */
export interface Name {
  readonly text: string;
  /** Left and upper edge, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** 0 .. 1 */
  readonly opacity: number;
}

const FONT_PIXELS = 12;
/** From a name's upper edge to its baseline. */
const BASELINE = 12;
const LEAST_WIDTH = 0.01;
/**
 * Place of a dark copy behind the name, CSS pixels, which keeps it readable over bright nodes. An outline would cost
 * several times as much, and so would a picture of each name to copy from.
 */
const SHADOW = 1;

export class NameCanvas {
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D | null;
  readonly #font: string;
  /** By UTF-16 code unit; 0 before it has been measured. */
  readonly #widths = new Float32Array(0x10000);
  #size = '';
  #shown = 0;

  /** @param layer gets the canvas, and gives the font */
  constructor(layer: HTMLElement) {
    this.#context = this.#canvas.getContext('2d');
    this.#font = `${FONT_PIXELS}px ${getComputedStyle(layer).fontFamily}`;
    layer.prepend(this.#canvas);
  }

  /** Width of a name, CSS pixels: its characters' together. Measuring every name whole takes longer than drawing it. */
  width(text: string): number {
    let width = 0;
    for (let at = 0; at < text.length; at++) width += this.#widthOf(text.charCodeAt(at));
    return width;
  }

  #widthOf(unit: number): number {
    const known = this.#widths[unit]!;
    if (known > 0) return known;
    if (this.#context) this.#context.font = this.#font;
    const width = this.#context?.measureText(String.fromCharCode(unit)).width ?? FONT_PIXELS * 0.54;
    // A mark that stands over another letter has no width of its own.
    return (this.#widths[unit] = Math.max(width, LEAST_WIDTH));
  }

  /** @param width, height CSS pixels @param ratio device pixels per CSS pixel */
  resize(width: number, height: number, ratio: number): void {
    const size = `${width} ${height} ${ratio}`;
    if (size === this.#size) return;
    this.#size = size;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** Replaces all names. */
  paint(names: readonly Name[]): void {
    const context = this.#context;
    if (!context || (names.length === 0 && this.#shown === 0)) return;
    this.#shown = names.length;
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.font = this.#font;
    context.fillStyle = 'rgb(5 7 13 / 95%)';
    write(context, names, SHADOW);
    context.fillStyle = '#eef2ff';
    write(context, names, 0);
  }
}

function write(context: CanvasRenderingContext2D, names: readonly Name[], shift: number): void {
  for (const { text, x, y, opacity } of names) {
    context.globalAlpha = opacity;
    context.fillText(text, x + shift, y + shift + BASELINE);
  }
}
