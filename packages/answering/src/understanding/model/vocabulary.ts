/** What features are looked up as, kept from question to question where the same ones come again and again. */
import { shapeFeatures, type SpanShape } from './span-shape.ts';

/** `b`efore, be`t`ween or `a`fter the names. */
const SIDES = 'bta';
/** Then all are forgotten; questions use few words of their own, and few shapes of names. */
const MOST_KEPT = 20_000;

/** @typeParam Feature never null or undefined */
export class Vocabulary<Feature> {
  readonly lookUp: (feature: string) => Feature;
  /** By the rough form, by the word, by the side. */
  readonly #alone = new Map<string, Map<string, (readonly Feature[])[]>>();
  #aloneCount = 0;
  /** By twice the key of a shape, and which of two names it is. */
  readonly #spans = new Map<number, readonly Feature[]>();

  constructor(lookUp: (feature: string) => Feature) {
    this.lookUp = lookUp;
  }

  /** A piece of a frame by itself, and on its side, 0 to 2. */
  alone({ text, coarse }: { readonly text: string; readonly coarse: string }, side: number): readonly Feature[] {
    const sides = this.#alone.get(coarse)?.get(text) ?? this.#placeFor(text, coarse);
    return (sides[side] ??= this.#aloneOf(text, coarse, SIDES.charAt(side)));
  }

  #placeFor(text: string, coarse: string): (readonly Feature[])[] {
    if (this.#aloneCount >= MOST_KEPT) this.#alone.clear();
    this.#aloneCount = this.#alone.size === 0 ? 1 : this.#aloneCount + 1;
    const words = this.#alone.get(coarse) ?? new Map<string, (readonly Feature[])[]>();
    this.#alone.set(coarse, words);
    const sides: (readonly Feature[])[] = [];
    words.set(text, sides);
    return sides;
  }

  #aloneOf(text: string, coarse: string, side: string): readonly Feature[] {
    const features = [`u${text}`, `${side}${text}`, ...(coarse === text ? [] : [`u${coarse}`, `${side}${coarse}`])];
    return features.map(this.lookUp);
  }

  /** A name of that shape. @param key its `keyOfShape`  @param which 0 for the first name, 1 for the second */
  span(shape: SpanShape, key: number, which: 0 | 1): readonly Feature[] {
    const place = 2 * key + which;
    const known = this.#spans.get(place);
    if (known) return known;
    const name = which === 0 ? 'x' : 'y';
    const found = shapeFeatures(shape).map((feature) => this.lookUp(`${name}.${feature}`));
    if (this.#spans.size >= MOST_KEPT) this.#spans.clear();
    this.#spans.set(place, found);
    return found;
  }
}
