/** What speaks for a passage as evidence of a question, as numbers of about 0 to 1. */
import type { LinkRows, PassageIndex } from '@vortexflow/knowledge';
import type { Candidates } from './candidates.ts';
import type { Query } from './query.ts';
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
  /** Room for a number for each stem, all 0 between uses. */
  readonly marks: Float64Array;
}

const FLOOR = -9;

/** Works out the features of candidates. @returns one row of FEATURE_NAMES.length values each */
export function featuresOf(signals: Signals, candidates: Candidates): Float64Array[] {
  const { index, query, activation, scores, byWords, byWalk } = signals;
  const bestScore = scores[byWords[0] ?? 0] || 1;
  const bestActivation = byWalk.length > 0 ? activation(byWalk[0]!) : 1;
  const wordRank = rankOf(byWords);
  const walkRank = rankOf(byWalk);
  const named = new Map(query.named.map(({ passage, weight }) => [passage, weight]));
  const { out } = index.graph;
  const fromNamed = new Map<number, number>();
  for (const { passage, weight } of query.named.slice(0, 16))
    each(out, passage, (target, share) => fromNamed.set(target, Math.max(fromNamed.get(target) ?? 0, weight * share)));
  const held = new Set<number>();
  for (const { passage } of query.named.slice(0, 4))
    for (const stem of index.passage(passage)?.stems ?? []) held.add(stem);
  const top = new Set(byWalk.slice(0, 3));
  const said = saidBy(signals, byWalk.slice(0, 4));
  const weights = sums(query, held);
  return candidates.passages.map((passage, place) => {
    let all = 0;
    let open = 0;
    let inNames = 0;
    let residual = 0;
    for (let i = 0; i < query.terms.length; i++) {
      if (!candidates.has(place, i)) continue;
      const term = query.terms[i]!;
      all += term.weight;
      if (term.named) inNames += term.weight;
      else open += term.weight;
      if (!held.has(term.stem)) residual += term.weight;
    }
    let toNamed = 0;
    let linkedBest = 0;
    let saysNamed = 0;
    each(out, passage, (target, share, link) => {
      if (named.has(target)) saysNamed = Math.max(saysNamed, share * signals.sentences.ofLink(passage, link));
      toNamed = Math.max(toNamed, (named.get(target) ?? 0) * share);
      if (top.has(target)) linkedBest = Math.max(linkedBest, share);
    });
    each(index.graph.into, passage, (source, share) => {
      if (top.has(source)) linkedBest = Math.max(linkedBest, share);
    });
    const from = fromNamed.get(passage) ?? 0;
    const openShare = share(open, weights.open);
    return Float64Array.of(
      1 - Math.max(FLOOR, Math.log(activation(passage) / bestActivation)) / FLOOR,
      1 / (1 + (walkRank.get(passage) ?? 1e6)),
      scores[passage]! / bestScore,
      1 / (1 + (wordRank.get(passage) ?? 1e6)),
      share(all, query.total),
      openShare,
      share(inNames, weights.named),
      named.get(passage) ?? 0,
      from,
      toNamed,
      titleShare(index, passage, query),
      share(residual, weights.residual),
      linkedBest,
      named.has(passage) ? 1 : 0,
      from * openShare,
      Math.log1p(index.passage(passage)!.text.words.length) / 6,
      said.get(passage) ?? 0,
      saysNamed,
    );
  });
}

/** Who is named by the likeliest passages, in sentences that speak of the question. */
function saidBy({ index, sentences }: Signals, best: readonly number[]): Map<number, number> {
  const said = new Map<number, number>();
  for (const passage of best)
    each(index.graph.out, passage, (target, weight, link) => {
      const value = weight * sentences.ofLink(passage, link);
      said.set(target, Math.max(said.get(target) ?? 0, value));
    });
  return said;
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

function sums({ terms }: Query, held: ReadonlySet<number>) {
  let [open, named, residual] = [0, 0, 0];
  for (const term of terms) {
    if (term.named) named += term.weight;
    else open += term.weight;
    if (!held.has(term.stem)) residual += term.weight;
  }
  return { open, named, residual };
}

function titleShare(index: PassageIndex, passage: number, query: Query): number {
  const asked = new Set(query.terms.map(({ stem }) => stem));
  let [found, all] = [0, 0];
  for (const word of index.passage(passage)!.title.words) {
    const stem = index.vocabulary.stemOf(word);
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
