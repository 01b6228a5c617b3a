/** What the model looks at: the frame around the names, and the names themselves. */
import { stem } from '@vortexflow/knowledge';
import type { Reading } from '../reading.ts';
import type { QuestionWord } from '../words.ts';
import type { PlacedArgument } from '../arguments.ts';
import type { Candidate } from './candidates.ts';
import { keyOfShape, shapeOf } from './span-shape.ts';
import type { Vocabulary } from './vocabulary.ts';

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
  /** A word that stands in no learnt phrasing. */
  readonly isOdd: boolean;
}

/** A side beside those of SIDES: the names themselves. */
const NAME = 3;

/** Longer frames are like no other. */
const LONGEST_WHOLE = 7;
/** Behind the last piece. */
const END = '$';

/**
 * What the candidates of a question are made of, worked out once. Most features belong to many of them, so each is
 * looked up once only. This is the most frequent work of all: it allocates little.
 *
 * @typeParam Feature what a feature is looked up as; never undefined
 */
export class Outline<Feature> {
  readonly #words: readonly QuestionWord[];
  readonly #familiar: readonly number[];
  readonly #vocabulary: Vocabulary<Feature>;
  /** Of the whole question. */
  readonly #common: readonly Feature[];
  /** By the number of odd words that are left. */
  readonly #left: readonly Feature[];
  readonly #names: readonly [x: Piece, y: Piece];
  /** All words in order, each with the mark in front of it. */
  readonly #sequence: Piece[] = [];
  /** Where in the sequence the part of each word begins, and where its word stands. */
  readonly #begins: number[] = [];
  readonly #stands: number[] = [];
  /** Features of the sequence as it stands, by place. */
  readonly #pairs: Feature[] = [];
  readonly #triples: Feature[] = [];
  /** Those of pieces that a name or a missing article has brought together. */
  readonly #joined = new Map<number, Feature>();
  readonly #wholes = new Map<number, Feature>();
  /** By four times the piece and the side. */
  readonly #alone: (readonly Feature[])[] = [];
  readonly #spans = new Map<PlacedArgument, [x?: readonly Feature[], y?: readonly Feature[]]>();
  /** More than there are pieces. */
  readonly #base: number;
  /** The frame that is being looked at: pieces, places in the sequence (-1: a name) and sides; reused, never cleared. */
  readonly #frame: Piece[] = [];
  readonly #places: number[] = [];
  readonly #sides: number[] = [];
  #size = 0;

  constructor(
    reading: Reading,
    words: readonly QuestionWord[],
    familiar: Familiarity,
    vocabulary: Vocabulary<Feature>,
  ) {
    this.#words = words;
    this.#vocabulary = vocabulary;
    const { lookUp } = vocabulary;
    const stems = words.map(({ word }) => stem(word));
    this.#familiar = stems.map(familiar);
    this.#common = ['b', reading.yesNo ? 'y1' : 'y0', `q${endOf(reading.text)}`].map(lookUp);
    this.#left = Array.from({ length: LIMIT + 1 }, (_, count) => lookUp(`left${count}`));
    const other = (text: string, id: number): Piece => ({ id, text, coarse: text, isOdd: false });
    const marks = MARKS.map((mark, i) => other(mark, words.length + 2 + i));
    this.#names = [other('X', words.length), other('Y', words.length + 1)];
    this.#base = words.length + 2 + MARKS.length + 1;
    words.forEach((word, at) => {
      const mark = word.afterBreak ? markBefore(reading.text, words, at) : '';
      const piece = marks.find(({ text }) => text === mark);
      this.#begins.push(this.#sequence.length);
      if (piece) this.#sequence.push(piece);
      this.#stands.push(this.#sequence.length);
      const parts = coarsely(word, stems[at] as string);
      this.#sequence.push({ id: at, ...parts, isOdd: parts.coarse === 'C' && this.#familiar[at] === 0 });
    });
  }

  /** Calls back with every feature of a candidate; some come more than once, and count once. */
  each(candidate: Candidate, add: (feature: Feature) => void): void {
    const { spans } = candidate;
    this.#layOut(spans);
    for (const feature of this.#common) add(feature);
    this.#eachPiece(add);
    this.#eachNeighbourhood(add);
    if (this.#size <= LONGEST_WHOLE) add(this.#whole());
    for (let which = 0; which < spans.length; which++)
      for (const feature of this.#ofSpan(spans[which] as PlacedArgument, which === 0 ? 0 : 1)) add(feature);
  }

  /** What the names leave for the frame, with the names' places; an article goes with its name. */
  #layOut(spans: readonly PlacedArgument[]): void {
    const words = this.#words;
    this.#size = 0;
    const [x, y] = spans as [PlacedArgument, PlacedArgument?];
    const end = (y ?? x).last;
    for (let at = 0; at < words.length; at++) {
      const side = at < x.first ? 0 : at > end ? 2 : 1;
      const stands = this.#stands[at] as number;
      for (let place = this.#begins[at] as number; place < stands; place++)
        this.#put(this.#sequence[place] as Piece, place, side);
      if (at === x.first || at === y?.first) {
        this.#put(this.#names[at === x.first ? 0 : 1], -1, NAME);
        at = at === x.first ? x.last : (y as PlacedArgument).last;
      } else if ((at + 1 !== x.first && at + 1 !== y?.first) || !ARTICLES.has((words[at] as QuestionWord).word))
        this.#put(this.#sequence[stands] as Piece, stands, side);
    }
  }

  #put(piece: Piece, place: number, side: number): void {
    const at = this.#size++;
    this.#frame[at] = piece;
    this.#places[at] = place;
    this.#sides[at] = side;
  }

  #pieceAt(at: number): Piece | undefined {
    return at < this.#size ? this.#frame[at] : undefined;
  }

  #eachPiece(add: (feature: Feature) => void): void {
    let odd = 0;
    for (let at = 0; at < this.#size; at++) {
      const side = this.#sides[at] as number;
      const piece = this.#frame[at] as Piece;
      if (side === NAME || piece.text.length === 0) continue;
      const features = (this.#alone[4 * piece.id + side] ??= this.#vocabulary.alone(piece, side));
      for (let i = 0; i < features.length; i++) add(features[i] as Feature);
      if (piece.isOdd) odd++;
    }
    add(this.#left[Math.min(LIMIT, odd)] as Feature);
  }

  /** Two neighbours; three, roughly; and how the frame begins. */
  #eachNeighbourhood(add: (feature: Feature) => void): void {
    for (let at = 0; at < this.#size; at++) {
      const piece = this.#frame[at] as Piece;
      const next = this.#pieceAt(at + 1);
      const third = this.#pieceAt(at + 2);
      const place = this.#places[at] as number;
      const isNext = place >= 0 && this.#isAt(at + 1, place + 1);
      add(isNext ? (this.#pairs[place] ??= this.#pairOf(piece, next)) : this.#pair(piece, next));
      add(
        isNext && this.#isAt(at + 2, place + 2)
          ? (this.#triples[place] ??= this.#tripleOf(piece, next, third))
          : this.#triple(piece, next, third),
      );
    }
    const first = this.#pieceAt(0);
    const second = this.#pieceAt(1);
    if (!first) return;
    add(this.#once(2, first, undefined, undefined) ?? this.#keep(`2^ ${first.text}`));
    add(this.#once(3, first, second, undefined) ?? this.#keep(`3^ ${first.coarse} ${second?.coarse ?? END}`));
  }

  /** Whether the frame goes on here as the sequence does; both may be at their ends. */
  #isAt(at: number, place: number): boolean {
    return at < this.#size ? this.#places[at] === place : place >= this.#sequence.length;
  }

  #pairOf(piece: Piece, next: Piece | undefined): Feature {
    return this.#vocabulary.lookUp(`2${piece.text} ${next?.text ?? END}`);
  }

  #pair(piece: Piece, next: Piece | undefined): Feature {
    return this.#once(0, piece, next, undefined) ?? this.#keep(`2${piece.text} ${next?.text ?? END}`);
  }

  #tripleOf(piece: Piece, next: Piece | undefined, third: Piece | undefined): Feature {
    return this.#vocabulary.lookUp(`3${piece.coarse} ${next?.coarse ?? END} ${third?.coarse ?? ''}`);
  }

  #triple(piece: Piece, next: Piece | undefined, third: Piece | undefined): Feature {
    return (
      this.#once(1, piece, next, third) ?? this.#keep(`3${piece.coarse} ${next?.coarse ?? END} ${third?.coarse ?? ''}`)
    );
  }

  #key = 0;

  /** What was found for these pieces; if nothing was, {@link #keep} keeps what it finds for them. */
  #once(kind: number, first: Piece, second: Piece | undefined, third: Piece | undefined): Feature | undefined {
    const base = this.#base;
    const none = base - 1;
    this.#key = ((kind * base + first.id) * base + (second?.id ?? none)) * base + (third?.id ?? none);
    return this.#joined.get(this.#key);
  }

  #keep(feature: string): Feature {
    const found = this.#vocabulary.lookUp(feature);
    this.#joined.set(this.#key, found);
    return found;
  }

  /** A frame of seven pieces at most. */
  #whole(): Feature {
    let key = 0;
    for (let at = 0; at < this.#size; at++) key = key * this.#base + (this.#frame[at] as Piece).id + 1;
    const known = this.#wholes.get(key);
    if (known !== undefined) return known;
    const pieces = this.#frame.slice(0, this.#size);
    const found = this.#vocabulary.lookUp(`=${pieces.map(({ coarse }) => coarse).join(' ')}`);
    this.#wholes.set(key, found);
    return found;
  }

  /** Of a name. @param which 0 for X, 1 for Y */
  #ofSpan(span: PlacedArgument, which: 0 | 1): readonly Feature[] {
    const known = this.#spans.get(span) ?? [];
    const found = known[which] ?? this.#featuresOf(span, which);
    known[which] = found;
    this.#spans.set(span, known);
    return found;
  }

  #featuresOf(span: PlacedArgument, which: 0 | 1): readonly Feature[] {
    const shape = shapeOf(this.#words, this.#familiar, span);
    return this.#vocabulary.span(shape, keyOfShape(shape), which);
  }
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
