/** What the model looks at: the frame around the names, and the names themselves, as short strings. */
import { stem } from '@vortexflow/knowledge';
import type { Reading } from '../reading.ts';
import type { QuestionWord } from '../words.ts';
import type { PlacedArgument } from '../arguments.ts';
import type { Candidate } from './candidates.ts';

/** Says in how many learnt phrasings a stem stands in the frame. */
export type Familiarity = (stem: string) => number;

const ARTICLES: ReadonlySet<string> = new Set('a an the'.split(' '));
const LIMIT = 3;

/** A word of the frame, a name's place (`X`, `Y`), or a mark. */
interface Piece {
  /** Equal for the same piece of one question. */
  readonly id: number;
  readonly text: string;
  readonly coarse: string;
  /** Whether it stands in a learnt phrasing. */
  readonly isKnown: boolean;
}

/** `b`efore, be`t`ween or `a`fter the names; `x` for the names themselves. */
type Side = 'b' | 't' | 'a' | 'x';

interface PlacedPiece {
  readonly piece: Piece;
  readonly side: Side;
}

/** Longer frames are like no other. */
const LONGEST_WHOLE = 7;
/** Behind the last piece. */
const END = '$';

/**
 * What the candidates of a question are made of, worked out once. Most features belong to many of them, so each is
 * looked up once only.
 *
 * @typeParam Feature what a feature is looked up as
 */
export class Outline<Feature> {
  readonly reading: Reading;
  readonly words: readonly QuestionWord[];
  readonly familiar: readonly number[];
  /** Of the whole question. */
  readonly common: readonly Feature[];
  /** By the number of words that are left and stand in no learnt phrasing. */
  readonly left: readonly Feature[];
  readonly #lookUp: (feature: string) => Feature;
  readonly #pieces: readonly Piece[];
  readonly #names: readonly [x: Piece, y: Piece];
  /** Mark in front of each word. */
  readonly #marks: readonly (Piece | null)[];
  readonly #found = new Map<number, Feature>();
  readonly #wholes = new Map<number, Feature>();
  readonly #alone = new Map<number, readonly Feature[]>();
  readonly #spans = new Map<PlacedArgument, [x?: readonly Feature[], y?: readonly Feature[]]>();
  /** More than there are pieces. */
  readonly #base: number;

  constructor(
    reading: Reading,
    words: readonly QuestionWord[],
    familiar: Familiarity,
    lookUp: (feature: string) => Feature,
  ) {
    this.reading = reading;
    this.words = words;
    this.#lookUp = lookUp;
    const stems = words.map(({ word }) => stem(word));
    this.familiar = stems.map(familiar);
    this.common = ['b', reading.yesNo ? 'y1' : 'y0', `q${endOf(reading.text)}`].map(lookUp);
    this.left = Array.from({ length: LIMIT + 1 }, (_, count) => lookUp(`left${count}`));
    this.#pieces = words.map((word, id) => {
      return { id, ...coarsely(word, stems[id] as string), isKnown: (this.familiar[id] as number) > 0 };
    });
    const other = (text: string, id: number): Piece => ({ id, text, coarse: text, isKnown: true });
    const marks = MARKS.map((mark, i) => other(mark, words.length + 2 + i));
    this.#names = [other('X', words.length), other('Y', words.length + 1)];
    this.#marks = words.map((word, at) => {
      const mark = word.afterBreak ? markBefore(reading.text, words, at) : '';
      return marks.find(({ text }) => text === mark) ?? null;
    });
    this.#base = words.length + 2 + MARKS.length + 1;
  }

  /** What a candidate leaves for the frame, with its names' places. */
  frameOf({ spans }: Candidate): PlacedPiece[] {
    const frame: PlacedPiece[] = [];
    const last = (spans.at(-1) as PlacedArgument).last;
    const first = (spans[0] as PlacedArgument).first;
    for (let at = 0; at < this.words.length; at++) {
      const side = at < first ? 'b' : at > last ? 'a' : 't';
      const mark = this.#marks[at];
      if (mark) frame.push({ piece: mark, side });
      const which = spans.findIndex((span) => span.first === at);
      if (which >= 0) {
        frame.push({ piece: this.#names[which === 0 ? 0 : 1], side: 'x' });
        at = (spans[which] as PlacedArgument).last;
        continue;
      }
      const isArticle =
        ARTICLES.has((this.words[at] as QuestionWord).word) && spans.some((span) => span.first === at + 1);
      if (!isArticle) frame.push({ piece: this.#pieces[at] as Piece, side });
    }
    return frame;
  }

  /** A piece by itself, and on its side. */
  alone({ piece: { id, text, coarse }, side }: PlacedPiece): readonly Feature[] {
    const key = 4 * id + 'btax'.indexOf(side);
    const known = this.#alone.get(key);
    if (known) return known;
    const features = [`u${text}`, `${side}${text}`, ...(coarse === text ? [] : [`u${coarse}`, `${side}${coarse}`])];
    const found = features.map(this.#lookUp);
    this.#alone.set(key, found);
    return found;
  }

  /** Two neighbours. */
  pair(piece: Piece, next: Piece | undefined): Feature {
    return this.#once(0, piece, next, undefined, () => `2${piece.text} ${next?.text ?? END}`);
  }

  /** Three neighbours, roughly. */
  triple(piece: Piece, next: Piece | undefined, third: Piece | undefined): Feature {
    const feature = (): string => `3${piece.coarse} ${next?.coarse ?? END} ${third?.coarse ?? ''}`;
    return this.#once(1, piece, next, third, feature);
  }

  /** How a frame begins. */
  beginning(piece: Piece, next: Piece | undefined): Feature[] {
    return [
      this.#once(2, piece, undefined, undefined, () => `2^ ${piece.text}`),
      this.#once(3, piece, next, undefined, () => `3^ ${piece.coarse} ${next?.coarse ?? END}`),
    ];
  }

  /** Of a name. @param which 0 for X, 1 for Y */
  ofSpan(span: PlacedArgument, which: 0 | 1): readonly Feature[] {
    const known = this.#spans.get(span) ?? [];
    const name = which === 0 ? 'x' : 'y';
    const found = known[which] ?? spanFeatures(this, span).map((feature) => this.#lookUp(`${name}.${feature}`));
    known[which] = found;
    this.#spans.set(span, known);
    return found;
  }

  /** A frame of seven pieces at most. */
  whole(frame: readonly PlacedPiece[]): Feature {
    let key = 0;
    for (const { piece } of frame) key = key * this.#base + piece.id + 1;
    const known = this.#wholes.get(key);
    if (known !== undefined) return known;
    const found = this.#lookUp(`=${frame.map(({ piece }) => piece.coarse).join(' ')}`);
    this.#wholes.set(key, found);
    return found;
  }

  #once(kind: number, first: Piece, second: Piece | undefined, third: Piece | undefined, text: () => string): Feature {
    const base = this.#base;
    const none = base - 1;
    const key = ((kind * base + first.id) * base + (second?.id ?? none)) * base + (third?.id ?? none);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#lookUp(text());
    this.#found.set(key, found);
    return found;
  }
}

/** Calls back with every feature of a candidate; some come more than once, and count once. */
export function eachFeature<Feature>(
  outline: Outline<Feature>,
  candidate: Candidate,
  add: (feature: Feature) => void,
): void {
  const frame = outline.frameOf(candidate);
  for (const feature of outline.common) add(feature);
  let unknown = 0;
  for (const placed of frame) {
    if (placed.side === 'x' || placed.piece.text.length === 0) continue;
    for (const feature of outline.alone(placed)) add(feature);
    if (placed.piece.coarse === 'C' && !placed.piece.isKnown) unknown++;
  }
  add(outline.left[Math.min(LIMIT, unknown)] as Feature);
  for (let at = 0; at < frame.length; at++) {
    const { piece } = frame[at] as PlacedPiece;
    const next = frame[at + 1]?.piece;
    add(outline.pair(piece, next));
    add(outline.triple(piece, next, frame[at + 2]?.piece));
    if (at === 0) for (const feature of outline.beginning(piece, next)) add(feature);
  }
  if (frame.length <= LONGEST_WHOLE) add(outline.whole(frame));
  for (let which = 0; which < candidate.spans.length; which++)
    for (const feature of outline.ofSpan(candidate.spans[which] as PlacedArgument, which === 0 ? 0 : 1)) add(feature);
}

const endOf = (text: string): string => /(\?|\.\.\.|…|\.|!|:)\s*$/.exec(text)?.[1] ?? '';

function coarsely({ word, role, cue }: QuestionWord, text: string): Pick<Piece, 'text' | 'coarse'> {
  // "Parts" and "part" ask different things.
  if (cue !== null) return { text, coarse: `!${cue}${word.endsWith('s') ? 's' : ''}` };
  if (role === 'content') return { text, coarse: 'C' };
  if (role === 'asking') return { text, coarse: 'A' };
  if (role === 'filler') return { text, coarse: 'F' };
  return { text, coarse: text };
}

const MARKS = [':', '.', ',', '-'] as const;

function markBefore(text: string, words: readonly QuestionWord[], at: number): string {
  const gap = text.slice(words[at - 1]?.end ?? 0, words[at]?.start);
  return /:/.test(gap) ? ':' : /[.!?]/.test(gap) ? '.' : /[,;]/.test(gap) ? ',' : /[–—]|\s-\s/.test(gap) ? '-' : '';
}

function spanFeatures(
  { words, familiar }: Pick<Outline<unknown>, 'words' | 'familiar'>,
  span: PlacedArgument,
): string[] {
  const { first, last, name, quoted } = span;
  const before = words[first - 1];
  const after = words[last + 1];
  const length = last - first + 1;
  let frameWords = 0;
  let usual = -Infinity;
  for (let at = first; at <= last; at++) {
    const { role } = words[at] as QuestionWord;
    const count = familiar[at] as number;
    usual = Math.max(usual, count);
    if (role !== 'content' && role !== 'quoted' && count > 0) frameWords++;
  }
  const only = length === 1 ? bucket(usual) : '-';
  return [
    quoted ? 'quoted' : name === null ? 'unknown' : 'name',
    `len${Math.min(length, 4)}${name === null ? 'u' : 'n'}`,
    `det${before && ARTICLES.has(before.word) ? before.word : ''}`,
    `fam${only}`,
    `role${words[first]?.role}${only}`,
    `frame${Math.min(LIMIT, frameWords)}${length > 1 ? '+' : ''}`,
    `at${first === 0 ? '^' : ''}${last === words.length - 1 ? '$' : ''}`,
    `beside${isName(before) ? 'b' : ''}${isName(after) && !after?.afterBreak ? 'a' : ''}`,
    `more${Math.min(LIMIT, words.filter(({ role }, at) => role === 'content' && (at < first || at > last)).length)}`,
    `later${words.some(({ role }, at) => role === 'content' && at > last) ? 1 : 0}`,
    `poss${words[last]?.possessive ? 1 : 0}`,
  ];
}

const isName = (word: QuestionWord | undefined): boolean => word?.role === 'content';
const bucket = (count: number): string => (count === 0 ? '0' : count < 3 ? '1' : count < 10 ? '2' : '3');
