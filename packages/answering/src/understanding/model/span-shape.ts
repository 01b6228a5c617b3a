/** What a name looks like from outside: small numbers, so that a shape seen before is known by one of its own. */
import type { PlacedArgument } from '../arguments.ts';
import type { QuestionWord, Role } from '../words.ts';

const ARTICLES = ['', 'a', 'an', 'the'];
const ROLES = ['cue', 'filler', 'asking', 'stop', 'content', 'quoted'] as const satisfies readonly Role[];
const KINDS = ['quoted', 'unknown', 'name'] as const;
const LIMIT = 3;
const LONGEST = 4;
/** Of a name of several words nothing is said of how familiar it is. */
const NO_BUCKET = 4;
const BUCKETS = ['0', '1', '2', '3', '-'] as const;

/** Every field is a whole number from 0 to below its entry in {@link SIZES}. */
export interface SpanShape {
  readonly kind: number;
  /** 1: the knowledge knows the name. */
  readonly isKnown: number;
  /** Words less one, the last value stands for more. */
  readonly length: number;
  readonly article: number;
  /** How many learnt phrasings hold its only word. */
  readonly familiar: number;
  readonly role: number;
  /** Words of it that are of the kind that frames are made of. */
  readonly frameWords: number;
  readonly isLong: number;
  /** 1: it begins the question, 2: it ends it. */
  readonly at: number;
  /** 1: a word with a topic before it, 2: one behind it. */
  readonly beside: number;
  /** Such words elsewhere in the question. */
  readonly more: number;
  readonly later: number;
  readonly possessive: number;
}

const SIZES: Readonly<Record<keyof SpanShape, number>> = {
  kind: KINDS.length,
  isKnown: 2,
  length: LONGEST,
  article: ARTICLES.length,
  familiar: BUCKETS.length,
  role: ROLES.length,
  frameWords: LIMIT + 1,
  isLong: 2,
  at: 4,
  beside: 4,
  more: LIMIT + 1,
  later: 2,
  possessive: 2,
};

export function shapeOf(
  words: readonly QuestionWord[],
  familiar: readonly number[],
  { first, last, name, quoted }: PlacedArgument,
): SpanShape {
  const before = words[first - 1];
  const after = words[last + 1];
  let [frameWords, usual, more, later] = [0, 0, 0, 0];
  for (let at = 0; at < words.length; at++) {
    const { role } = words[at] as QuestionWord;
    if (at < first || at > last) {
      if (role !== 'content') continue;
      more++;
      if (at > last) later = 1;
    } else {
      const count = familiar[at] as number;
      usual = Math.max(usual, count);
      if (role !== 'content' && role !== 'quoted' && count > 0) frameWords++;
    }
  }
  const length = last - first + 1;
  return {
    kind: quoted ? 0 : name === null ? 1 : 2,
    isKnown: name === null ? 0 : 1,
    length: Math.min(length, LONGEST) - 1,
    article: before ? Math.max(0, ARTICLES.indexOf(before.word)) : 0,
    familiar: length === 1 ? bucket(usual) : NO_BUCKET,
    role: ROLES.indexOf((words[first] as QuestionWord).role),
    frameWords: Math.min(LIMIT, frameWords),
    isLong: length > 1 ? 1 : 0,
    at: (first === 0 ? 1 : 0) + (last === words.length - 1 ? 2 : 0),
    beside: (isTopic(before) ? 1 : 0) + (isTopic(after) && !after?.afterBreak ? 2 : 0),
    more: Math.min(LIMIT, more),
    later,
    possessive: words[last]?.possessive ? 1 : 0,
  };
}

const isTopic = (word: QuestionWord | undefined): boolean => word?.role === 'content';
const bucket = (count: number): number => (count === 0 ? 0 : count < 3 ? 1 : count < 10 ? 2 : 3);

/** Different for different shapes, below 2 ** 31. */
export function keyOfShape(shape: SpanShape): number {
  let key = shape.kind;
  key = key * SIZES.isKnown + shape.isKnown;
  key = key * SIZES.length + shape.length;
  key = key * SIZES.article + shape.article;
  key = key * SIZES.familiar + shape.familiar;
  key = key * SIZES.role + shape.role;
  key = key * SIZES.frameWords + shape.frameWords;
  key = key * SIZES.isLong + shape.isLong;
  key = key * SIZES.at + shape.at;
  key = key * SIZES.beside + shape.beside;
  key = key * SIZES.more + shape.more;
  key = key * SIZES.later + shape.later;
  return key * SIZES.possessive + shape.possessive;
}

/** The features of a shape. */
export function shapeFeatures(shape: SpanShape): string[] {
  const familiar = BUCKETS[shape.familiar] as string;
  return [
    KINDS[shape.kind] as string,
    `len${shape.length + 1}${shape.isKnown ? 'n' : 'u'}`,
    `det${ARTICLES[shape.article]}`,
    `fam${familiar}`,
    `role${ROLES[shape.role]}${familiar}`,
    `frame${shape.frameWords}${shape.isLong ? '+' : ''}`,
    `at${shape.at & 1 ? '^' : ''}${shape.at & 2 ? '$' : ''}`,
    `beside${shape.beside & 1 ? 'b' : ''}${shape.beside & 2 ? 'a' : ''}`,
    `more${shape.more}`,
    `later${shape.later}`,
    `poss${shape.possessive}`,
  ];
}
