/** Names in the picture: DOM text over the canvas, so that it is sharp, selectable by tests, and in the page's font. */
import { type Bounds, declutter, type LabelBox, type PlacedLabel } from '../math/declutter.ts';

/** A label that would like to be shown. */
export interface LabelWish {
  readonly index: number;
  /** Where its node is, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels between the node's centre and its label. */
  readonly radius: number;
  /** undefined while the name is not known: the place is kept free, and the name asked for. */
  readonly text: string | undefined;
  /** Of the lit path: larger, and before all others. */
  readonly lit: boolean;
  /** 0 .. 1 */
  readonly opacity: number;
}

const MOST = 34;
const GAP = 6;

/** Average width of a character, CSS pixels, of the two label sizes. */
const WIDTHS = { lit: 8.4, plain: 6.4 };

/** Wishes in order of rank, most wanted first. */
export class LabelLayer {
  readonly #layer: HTMLElement;
  readonly #shown = new Map<number, HTMLElement>();

  readonly #want: (index: number) => void;

  /** @param want called for nodes that have a place for their name but no name yet */
  constructor(layer: HTMLElement, want: (index: number) => void) {
    this.#layer = layer;
    this.#want = want;
  }

  /** Shows the wishes that fit. */
  show(wishes: readonly LabelWish[], bounds: Bounds): void {
    const byIndex = new Map(wishes.map((wish) => [wish.index, wish]));
    const placed = declutter(wishes.map(boxOf), bounds, MOST, GAP);
    const kept = new Set(placed.map(({ index }) => index));
    for (const [index, element] of this.#shown) {
      if (kept.has(index)) continue;
      element.remove();
      this.#shown.delete(index);
    }
    for (const box of placed) this.#place(byIndex.get(box.index)!, box);
  }

  #place(wish: LabelWish, box: PlacedLabel): void {
    if (wish.text === undefined) {
      this.#want(wish.index);
      return;
    }
    let element = this.#shown.get(wish.index);
    if (!element) {
      element = document.createElement('span');
      this.#shown.set(wish.index, element);
      this.#layer.append(element);
    }
    if (element.textContent !== wish.text) element.textContent = wish.text;
    element.className = wish.lit ? 'label lit' : 'label';
    element.style.opacity = wish.opacity.toFixed(2);
    element.style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
  }
}

/** Characters a name is taken to have until it is known. */
const UNKNOWN_LENGTH = 10;

/** Over the node; a lit one also beside or under it, as it must not go without its name. */
function boxOf({ index, x, y, radius, text, lit }: LabelWish): LabelBox {
  const width = (text?.length ?? UNKNOWN_LENGTH) * (lit ? WIDTHS.lit : WIDTHS.plain) + (lit ? 20 : 4);
  const height = lit ? 24 : 15;
  const over: readonly [number, number] = [x - width / 2, y - radius - height - 3];
  if (!lit) return { index, spots: [over], width, height };
  const aside = radius + 9;
  const beside = (dx: number, dy: number): readonly [number, number] => [x - width / 2 + dx, y - height / 2 + dy];
  const across = width / 2 + aside;
  return { index, spots: [over, beside(0, aside + height / 2), beside(-across, 0), beside(across, 0)], width, height };
}
