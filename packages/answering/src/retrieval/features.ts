/** What speaks for a passage as evidence of a question, as numbers of about 0 to 1. */
import type { LinkRows, PassageIndex } from '@vortexflow/knowledge';
import type { Candidates } from './candidates.ts';
import type { Query } from './query.ts';
import type { Meaning } from './meaning.ts';
import type { SentenceRelevance } from './sentences.ts';

/** Names of the features, in the order of their values. */
export const FEATURE_NAMES = [
  'activation',
  'activationRank',
  'bm25',
  'bm25Rank',
  'coverage',
  'coverageOpen',
  'coverageNamed',
  'named',
  'fromNamed',
  'toNamed',
  'title',
  'residual',
  'linkedBest',
  'namedAny',
  'fromNamedOpen',
  'length',
  'saidByBest',
  'saysNamed',
] as const;

/** Everything that the features of one question are read from. */
export interface Signals {
  readonly index: PassageIndex;
  readonly query: Query;
  /** Activation of the walk by passage; 0 where it did not come. */
  readonly activation: (passage: number) => number;
  /** BM25 by passage. */
  readonly scores: Float32Array;
  /** The passages with the best BM25 scores, best first. */
  readonly byWords: readonly number[];
  /** The passages with the highest activation, highest first. */
  readonly byWalk: readonly number[];
  readonly sentences: SentenceRelevance;
  readonly meaning: Meaning;
  /** Room for a number for each stem, all 0 between uses. */
  readonly marks: Float64Array;
}

const FLOOR = -9;

/** Passages that the question names and that still count, and whose words count as known. */
const NAMED = { linking: 16, holding: 4 } as const;
/** So many of the likeliest passages count as the best, and as those whose sentences are read. */
const BEST = { linked: 3, read: 4 } as const;

/** What is the same for all candidates of a question. */
interface Surroundings {
  readonly wordRank: ReadonlyMap<number, number>;
  readonly walkRank: ReadonlyMap<number, number>;
  /** Weight of the passages that the question names. */
  readonly named: ReadonlyMap<number, number>;
  /** How strongly they name others. */
  readonly fromNamed: ReadonlyMap<number, number>;
  /** Stems that they hold. */
  readonly held: ReadonlySet<number>;
  readonly best: ReadonlySet<number>;
  readonly saidByBest: ReadonlyMap<number, number>;
  readonly bestScore: number;
  readonly bestActivation: number;
  /** Weights of the terms of the question. */
  readonly sums: Cover;
  /** Their stems. */
  readonly asked: ReadonlySet<number>;
}

/** Weight of terms: all, outside and inside of names, and those that no named passage holds. */
interface Cover {
  readonly all: number;
  readonly open: number;
  readonly named: number;
  readonly residual: number;
}

/** Works out the features of candidates. @returns one row of FEATURE_NAMES.length values each */
export function featuresOf(signals: Signals, candidates: Candidates): Float64Array[] {
  const around = surroundingsOf(signals);
  return candidates.passages.map((passage, place) => {
    const cover = coverOf(signals.query, around.held, (term) => candidates.has(place, term));
    return rowOf(signals, around, passage, cover);
  });
}

function surroundingsOf({ index, query, activation, scores, byWords, byWalk, sentences }: Signals): Surroundings {
  const { out } = index.graph;
  const fromNamed = new Map<number, number>();
  for (const { passage, weight } of query.named.slice(0, NAMED.linking))
    each(out, passage, (target, share) => raise(fromNamed, target, weight * share));
  const held = new Set<number>();
  for (const { passage } of query.named.slice(0, NAMED.holding))
    for (const stem of index.passage(passage)?.stems ?? []) held.add(stem);
  const saidByBest = new Map<number, number>();
  for (const passage of byWalk.slice(0, BEST.read))
    each(out, passage, (target, share, link) => raise(saidByBest, target, share * sentences.ofLink(passage, link)));
  return {
    wordRank: rankOf(byWords),
    walkRank: rankOf(byWalk),
    named: new Map(query.named.map(({ passage, weight }) => [passage, weight])),
    fromNamed,
    held,
    best: new Set(byWalk.slice(0, BEST.linked)),
    saidByBest,
    bestScore: scores[byWords[0] ?? 0] || 1,
    bestActivation: byWalk.length > 0 ? activation(byWalk[0]!) : 1,
    sums: coverOf(query, held, () => true),
    asked: new Set(query.terms.map(({ stem }) => stem)),
  };
}

function coverOf({ terms }: Query, held: ReadonlySet<number>, has: (term: number) => boolean): Cover {
  let [all, open, named, residual] = [0, 0, 0, 0];
  terms.forEach((term, i) => {
    if (!has(i)) return;
    all += term.weight;
    if (term.named) named += term.weight;
    else open += term.weight;
    if (!held.has(term.stem)) residual += term.weight;
  });
  return { all, open, named, residual };
}

/** In the order of {@link FEATURE_NAMES}. */
function rowOf(signals: Signals, around: Surroundings, passage: number, cover: Cover): Float64Array {
  const { index, query, activation, scores } = signals;
  const { named, sums } = around;
  const { toNamed, saysNamed, linkedBest } = linksOf(signals, around, passage);
  const fromNamed = around.fromNamed.get(passage) ?? 0;
  const open = share(cover.open, sums.open);
  // Float64Array.of takes ten times as long.
  const row = new Float64Array(FEATURE_NAMES.length);
  row[0] = 1 - Math.max(FLOOR, Math.log(activation(passage) / around.bestActivation)) / FLOOR;
  row[1] = reciprocal(around.walkRank.get(passage));
  row[2] = scores[passage]! / around.bestScore;
  row[3] = reciprocal(around.wordRank.get(passage));
  row[4] = share(cover.all, query.total);
  row[5] = open;
  row[6] = share(cover.named, sums.named);
  row[7] = named.get(passage) ?? 0;
  row[8] = fromNamed;
  row[9] = toNamed;
  row[10] = titleShare(index, passage, around.asked);
  row[11] = share(cover.residual, sums.residual);
  row[12] = linkedBest;
  row[13] = named.has(passage) ? 1 : 0;
  row[14] = fromNamed * open;
  row[15] = Math.log1p(index.passage(passage)!.text.words.length) / 6;
  row[16] = around.saidByBest.get(passage) ?? 0;
  row[17] = saysNamed;
  return row;
}

/** How a passage is linked to those that the question names, and to the likeliest ones. */
function linksOf({ index, sentences }: Signals, { named, best }: Surroundings, passage: number) {
  let [toNamed, saysNamed, linkedBest] = [0, 0, 0];
  each(index.graph.out, passage, (target, share, link) => {
    if (named.has(target)) saysNamed = Math.max(saysNamed, share * sentences.ofLink(passage, link));
    toNamed = Math.max(toNamed, (named.get(target) ?? 0) * share);
    if (best.has(target)) linkedBest = Math.max(linkedBest, share);
  });
  each(index.graph.into, passage, (source, share) => {
    if (best.has(source)) linkedBest = Math.max(linkedBest, share);
  });
  return { toNamed, saysNamed, linkedBest };
}

/** 1 for the first, less for those behind, 0 for whoever has no rank. */
const reciprocal = (rank: number | undefined): number => (rank === undefined ? 0 : 1 / (1 + rank));

function raise(values: Map<number, number>, key: number, value: number): void {
  values.set(key, Math.max(values.get(key) ?? 0, value));
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** Of the title, or of the name that the text gives itself. */
function titleShare(index: PassageIndex, passage: number, asked: ReadonlySet<number>): number {
  const { title, ownTitle } = index.passage(passage)!;
  return Math.max(shareOfWords(index, title.words, asked), shareOfWords(index, ownTitle.words, asked));
}

function shareOfWords({ vocabulary }: PassageIndex, words: Int32Array, asked: ReadonlySet<number>): number {
  let [found, all] = [0, 0];
  for (const word of words) {
    const stem = vocabulary.stemOf(word);
    if (stem < 0) continue;
    all++;
    if (asked.has(stem)) found++;
  }
  return share(found, all);
}

const rankOf = (list: readonly number[]): Map<number, number> => new Map(list.map((passage, rank) => [passage, rank]));

function each(
  { offsets, targets, weights }: LinkRows,
  row: number,
  visit: (target: number, weight: number, link: number) => void,
): void {
  for (let i = offsets[row]!; i < offsets[row + 1]!; i++) visit(targets[i]!, weights[i]!, i);
}
