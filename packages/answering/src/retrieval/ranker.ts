/**
 * The evidence for a question among the installation's own texts: words and names of the question start a walk along
 * the names in the texts; a learned ranker chooses from what words and walk bring, one piece after the other.
 */
import type { PassageIndex } from '@vortexflow/knowledge';
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

  /** @param limit most pieces of evidence */
  rank(question: string, limit: number, effort: RankerEffort): RankedEvidence {
    const query = readQuery(this.#index, question);
    const found = this.select(query, effort);
    if (!found) return { query, passages: this.#byMeaning(query, limit), byMeaning: true, settledAt: 0 };
    const { selection, settledAt } = found;
    return { query, passages: this.#choose(selection, limit), byMeaning: false, settledAt };
  }

  /** Candidates of a question with their features; null when nothing speaks of it. For the ranker and its training. */
  select(query: Query, { budget, candidates }: RankerEffort): { selection: Selection; settledAt: number } | null {
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
    const walk = this.#walk;
    const options = { budget, scores, bestScore, likely: byWords, arcs: this.#arcs };
    const { reached, settledAt } = walk.run(index.graph, seeds, options);
    const byWalk = topOf(reached, fromWalk, (passage) => walk.activation(passage));
    const chosen = [...new Set([...byWalk, ...byWords.slice(0, fromWords)])];
    const sentences = new SentenceRelevance(index, query);
    const meaning = new Meaning(index, query);
    const { stemCount } = index.vocabulary;
    if (this.#marks.length < stemCount) this.#marks = new Float64Array(Math.ceil(stemCount * 1.5));
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
  #byMeaning(query: Query, limit: number): RankedPassage[] {
    const found = new Meaning(this.#index, query).nearestOfAll(limit);
    return found.map(({ passage, cosine }) => {
      const relevance = MOST_BY_MEANING * Math.min(1, cosine);
      return { passage, node: this.#index.passage(passage)!.node, relevance };
    });
  }

  #choose(selection: Selection, limit: number): RankedPassage[] {
    const ranked: RankedPassage[] = [];
    const { candidates } = selection;
    selection.weigh(WEIGHTS);
    while (ranked.length < limit && ranked.length < candidates.length) {
      let best = -1;
      let bestScore = -Infinity;
      for (let place = 0; place < candidates.length; place++) {
        if (selection.isChosen(place)) continue;
        const score = selection.score(place);
        if (score > bestScore) [best, bestScore] = [place, score];
      }
      const passage = candidates[best]!;
      const relevance = 1 / (1 + Math.exp(-(CALIBRATION.slope * bestScore + CALIBRATION.offset)));
      ranked.push({ passage, node: this.#index.passage(passage)!.node, relevance });
      selection.choose(best);
    }
    return ranked;
  }
}
