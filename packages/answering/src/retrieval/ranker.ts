/**
 * The evidence for a question among the installation's own texts: words and names of the question start a walk along
 * the names in the texts; a learned ranker chooses from what words and walk bring, one piece after the other.
 */
import type { PassageIndex } from '@vortexflow/knowledge';
import type { NearPassage } from '../embedding/near-passages.ts';
import { Meaning } from './meaning.ts';
import { type Query, readQuery } from './query.ts';
import { Selection } from './selection.ts';
import { SentenceRelevance } from './sentences.ts';
import { topOf } from './top.ts';
import { type Arcs, PassageWalk } from './walk.ts';
import { CALIBRATION, WEIGHTS } from './weights.ts';

/** How much work is done. */
export interface RankerEffort {
  /** Most passages that the walk goes on from. */
  readonly budget: number;
  /** How many candidates come from the walk, and how many from the words alone. */
  readonly candidates: readonly [fromWalk: number, fromWords: number];
}

/** A piece of evidence. */
export interface RankedPassage {
  readonly passage: number;
  readonly node: number;
  /** How likely it is needed for the answer, 0 to 1. */
  readonly relevance: number;
}

/** What a question finds. */
export interface RankedEvidence {
  readonly query: Query;
  /** Best first. */
  readonly passages: readonly RankedPassage[];
  /** True when no passage has a word or name of the question, and these are only near in meaning. */
  readonly byMeaning: boolean;
  /** Work of the walk, in passages, when its likeliest passage last changed; 0 without a walk. */
  readonly settledAt: number;
}

/** Hits of BM25 that the walk starts from, and what the best of them weighs against a name that is sure. */
const WORD_SEEDS = 10;
const WORD_SEED_WEIGHT = 0.15;
/** How many passages count as likely by their words. */
const LIKELY = 64;

/** How relevant a passage is at most that has nothing in common with a question but what its words mean. */
const MOST_BY_MEANING = 0.3;

/**
 * What an endpoint finds near counts in the walk as much as the best by its words, and as a feature of rank, 0 for all
 * without an endpoint, whose weight is set by hand: no questions come with the vectors of whatever model is used. It is
 * less than what was learned for the same rank by words (bm25Rank, about 1.7), as a model's vectors may be poor.
 */
const NEAR_SEED_WEIGHT = 0.15;
const NEAR_WEIGHT = 1;

interface NearOne {
  readonly cosine: number;
  /** 1 for the nearest, 1/2 for the next, and so on. */
  readonly share: number;
}

const NOTHING_NEAR: ReadonlyMap<number, NearOne> = new Map();

/** One thread's ranker. Not for concurrent use. */
export class EvidenceRanker {
  readonly #index: PassageIndex;
  readonly #arcs: Arcs;
  readonly #walk = new PassageWalk();
  #marks = new Float64Array(0);

  /** @param arcs links between passages that were not read from the texts */
  constructor(index: PassageIndex, arcs: Arcs = () => undefined) {
    this.#index = index;
    this.#arcs = arcs;
  }

  /**
   * @param limit most pieces of evidence
   * @param near what an embedding endpoint finds near, nearest first
   */
  rank(question: string, limit: number, effort: RankerEffort, near: readonly NearPassage[] = []): RankedEvidence {
    const query = readQuery(this.#index, question);
    const places = this.#nearOnes(near);
    const found = this.select(query, effort, places);
    if (!found) return { query, passages: this.#byMeaning(query, limit, places), byMeaning: true, settledAt: 0 };
    const { selection, settledAt } = found;
    return { query, passages: this.#choose(selection, limit, places), byMeaning: false, settledAt };
  }

  /** Candidates of a question with their features; null when nothing speaks of it. For the ranker and its training. */
  select(
    query: Query,
    { budget, candidates }: RankerEffort,
    near: ReadonlyMap<number, NearOne> = NOTHING_NEAR,
  ): { selection: Selection; settledAt: number } | null {
    const index = this.#index;
    const [fromWalk, fromWords] = candidates;
    const { scores, touched } = index.search(query.terms.map(({ stem, weight }) => [stem, weight]));
    const byWords = topOf(touched, Math.max(LIKELY, fromWords), (passage) => scores[passage]!);
    const bestScore = scores[byWords[0] ?? 0] || 1;
    const seeds = new Map<number, number>();
    for (const { passage, weight } of query.named) seeds.set(passage, weight);
    for (const passage of byWords.slice(0, WORD_SEEDS))
      seeds.set(passage, (seeds.get(passage) ?? 0) + (WORD_SEED_WEIGHT * scores[passage]!) / bestScore);
    if (seeds.size === 0) return null;
    for (const [passage, { share }] of near) seeds.set(passage, (seeds.get(passage) ?? 0) + NEAR_SEED_WEIGHT * share);
    const walk = this.#walk;
    const options = { budget, scores, bestScore, likely: byWords, arcs: this.#arcs };
    const { reached, settledAt } = walk.run(index.graph, seeds, options);
    const byWalk = topOf(reached, fromWalk, (passage) => walk.activation(passage));
    const chosen = [...new Set([...byWalk, ...byWords.slice(0, fromWords), ...near.keys()])];
    const sentences = new SentenceRelevance(index, query);
    const meaning = new Meaning(index, query);
    const { stemCapacity } = index.vocabulary;
    if (this.#marks.length < stemCapacity) this.#marks = new Float64Array(Math.ceil(stemCapacity * 1.5));
    const marks = this.#marks;
    const activation = (passage: number): number => walk.activation(passage);
    return {
      selection: new Selection(
        { index, query, activation, scores, byWords, byWalk, sentences, meaning, marks },
        chosen,
      ),
      settledAt,
    };
  }

  /** For a question of which no passage has a word. O(sentences of all passages) */
  #byMeaning(query: Query, limit: number, near: ReadonlyMap<number, NearOne>): RankedPassage[] {
    const known = [...near].slice(0, limit).map(([passage, { cosine }]) => ({ passage, cosine: Math.max(0, cosine) }));
    const found = known.length > 0 ? known : new Meaning(this.#index, query).nearestOfAll(limit);
    return found.map(({ passage, cosine }) => {
      const relevance = MOST_BY_MEANING * Math.min(1, cosine);
      return { passage, node: this.#index.passage(passage)!.node, relevance };
    });
  }

  /** What is near by its passage; the nearest has share 1, those behind the less. */
  #nearOnes(near: readonly NearPassage[]): ReadonlyMap<number, NearOne> {
    const found = new Map<number, NearOne>();
    for (const { node, cosine } of near) {
      const passage = this.#index.passageOf(node);
      if (passage >= 0) found.set(passage, { cosine, share: 1 / (1 + found.size) });
    }
    return found;
  }

  #choose(selection: Selection, limit: number, near: ReadonlyMap<number, NearOne>): RankedPassage[] {
    const ranked: RankedPassage[] = [];
    const { candidates } = selection;
    selection.weigh(WEIGHTS);
    while (ranked.length < limit && ranked.length < candidates.length) {
      let best = -1;
      let bestScore = -Infinity;
      for (let place = 0; place < candidates.length; place++) {
        if (selection.isChosen(place)) continue;
        const score = selection.score(place) + NEAR_WEIGHT * (near.get(candidates[place]!)?.share ?? 0);
        if (score > bestScore) [best, bestScore] = [place, score];
      }
      const passage = candidates[best]!;
      const relevance = 1 / (1 + Math.exp(-(CALIBRATION.slope * bestScore + CALIBRATION.offset)));
      ranked.push({ passage, node: this.#index.passage(passage)!.node, relevance });
      if (ranked.length < limit) selection.choose(best);
    }
    return ranked;
  }
}
