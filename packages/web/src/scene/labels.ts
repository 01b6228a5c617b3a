/** Names in the picture: those of the lit path as elements of the page, the many others on one canvas. */
import { type Bounds, declutter, type LabelBox, type PlacedLabel } from '../math/declutter.ts';
import { type Name, NameCanvas } from './name-canvas.ts';

/** A label that would like to be shown. */
export interface LabelWish {
  readonly index: number;
  /** Where its node is, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels between the node's centre and its label. */
  readonly radius: number;
  /** undefined while the name is not known: it is asked for when there is a place. */
  readonly text: string | undefined;
  /** Of the lit path: larger, and before all others. */
  readonly lit: boolean;
  /** 0 .. 1 */
  readonly opacity: number;
}

const GAP = 6;
/** Average width of a character of a lit name, and its padding and border, CSS pixels. */
const LIT = { character: 8.4, sides: 20, height: 24 } as const;
const PLAIN_HEIGHT = 15;
/** Most names asked for in a frame of a movement: until they are here, others may have come into view. */
const WANTED = 48;
/** Width that a name is taken to have until it is known. */
const UNKNOWN_WIDTH = 64;

/** Wishes in order of rank, most wanted first. */
export class LabelLayer {
  readonly #layer: HTMLElement;
  readonly #names: NameCanvas;
  readonly #lit = new Map<number, HTMLElement>();
  readonly #most: number;
  readonly #want: (index: number) => void;
  #shown: readonly string[] = [];

  /**
   * @param most how many names at once
   * @param want called for nodes that have a place for their name but no name yet
   */
  constructor(layer: HTMLElement, most: number, want: (index: number) => void) {
    this.#layer = layer;
    this.#names = new NameCanvas(layer);
    this.#most = most;
    this.#want = want;
  }

  /** Names in the picture, best rank first. */
  get shown(): readonly string[] {
    return this.#shown;
  }

  /** @param width, height CSS pixels @param ratio device pixels per CSS pixel */
  resize(width: number, height: number, ratio: number): void {
    this.#names.resize(width, height, ratio);
  }

  /**
   * Shows the wishes that fit. Takes no more of them than it needs.
   *
   * @param patient keeps the place of a name that is not known yet; else those who have a name get it
   * @returns indices of the nodes that have a place for their name, best rank first
   */
  show(wishes: Iterable<LabelWish>, bounds: Bounds, patient: boolean): number[] {
    const taken: LabelWish[] = [];
    const placed = declutter(this.#boxes(wishes, taken, patient), bounds, this.#most, GAP);
    const names: Name[] = [];
    const lit = new Set<number>();
    const shown: string[] = [];
    let wanted = 0;
    for (const box of placed) {
      const wish = taken[box.index]!;
      if (wish.text === undefined) {
        if (patient || wanted++ < WANTED) this.#want(wish.index);
        continue;
      }
      shown.push(wish.text);
      if (!wish.lit) {
        names.push({ text: wish.text, x: Math.round(box.x), y: Math.round(box.y), opacity: wish.opacity });
        continue;
      }
      lit.add(wish.index);
      this.#placeLit(wish.index, wish.text, box);
    }
    this.#names.paint(names);
    this.#dropLit(lit);
    this.#shown = shown;
    return placed.map(({ index }) => taken[index]!.index);
  }

  *#boxes(wishes: Iterable<LabelWish>, taken: LabelWish[], patient: boolean): Iterable<LabelBox> {
    for (const wish of wishes) {
      const looking = wish.text === undefined && !patient;
      yield { ...this.#boxOf(wish, taken.push(wish) - 1), looking };
    }
  }

  #placeLit(index: number, text: string, box: PlacedLabel): void {
    let element = this.#lit.get(index);
    if (!element) {
      element = document.createElement('span');
      element.className = 'label lit';
      this.#lit.set(index, element);
      this.#layer.append(element);
    }
    if (element.textContent !== text) element.textContent = text;
    element.style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
  }

  #dropLit(kept: ReadonlySet<number>): void {
    for (const [index, element] of this.#lit) {
      if (kept.has(index)) continue;
      element.remove();
      this.#lit.delete(index);
    }
  }

  /** Over the node; a lit one also beside or under it, as it must not go without its name. */
  #boxOf({ x, y, radius, text, lit }: LabelWish, index: number): Omit<LabelBox, 'looking'> {
    const height = lit ? LIT.height : PLAIN_HEIGHT;
    const width =
      text === undefined ? UNKNOWN_WIDTH : lit ? text.length * LIT.character + LIT.sides : this.#names.width(text);
    const over: readonly [number, number] = [x - width / 2, y - radius - height - 3];
    if (!lit) return { index, spots: [over], width, height };
    const aside = radius + 9;
    const beside = (dx: number, dy: number): readonly [number, number] => [x - width / 2 + dx, y - height / 2 + dy];
    const across = width / 2 + aside;
    const spots = [over, beside(0, aside + height / 2), beside(-across, 0), beside(across, 0)];
    return { index, spots, width, height };
  }
}
