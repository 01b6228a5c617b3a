/**
 * What has been learned from feedback: the labelled answers, the fusion state that follows from them, and the figures.
 * Pure, and the same whenever it is made from the same items: the file keeps the items alone.
 */
import { emptyFusionState, type Feedback, type FusionState, learn, learnAll } from '@vortexflow/fusion';
import { type Conclusion, conclude, isRight } from './conclude.ts';
import type { AnsweredItem, Verdict } from './item.ts';
import { predict, predictionsOf, type Scores, scoresOf } from './predict.ts';

/** Labelled questions that are kept, the latest. Fusion fits on its last 2,000. */
const KEPT_ITEMS = 4000;

/** One labelled question with the newest answer to it that was judged. A question counts once, however often it comes. */
export interface LabelledItem extends Conclusion {
  /** Id of the request. */
  readonly id: string;
  readonly question: string;
  /** When it was labelled last, ms since the epoch. */
  readonly at: number;
  /** What was expected of the first answer before anything of this question was learned, and what turned out. */
  readonly scores: Scores;
}

export interface FeedbackOrder {
  readonly item: AnsweredItem;
  readonly verdict: Verdict;
  readonly at: number;
}

/** What a feedback did. */
export interface FeedbackEffect {
  readonly effect: 'learned' | 'replaced' | 'unchanged' | 'nothing';
  /** Whether the fused answer was right; null when there was none or nobody knows. */
  readonly correct: boolean | null;
  /** Of the fused answer, before this was learned and with nothing learned; null without an answer. */
  readonly confidence: number | null;
  readonly uncalibrated: number | null;
}

export class Learner {
  /** 0..1: how fast the record of `Adaptive` fades. */
  learningRate: number;
  /** By question, oldest first. */
  readonly #items = new Map<string, LabelledItem>();
  #total: number;
  /** null: an item was replaced, so that it has to be fitted anew. */
  #state: FusionState | null;

  /**
   * @param learningRate 0..1: how fast the record of `Adaptive` fades
   * @param items oldest first
   * @param total labelled questions ever, those dropped included
   */
  constructor(learningRate: number, items: readonly LabelledItem[] = [], total = items.length) {
    this.learningRate = learningRate;
    for (const item of items.slice(-KEPT_ITEMS)) this.#items.set(item.question, item);
    this.#total = Math.max(total, items.length);
    this.#state = items.length === 0 ? emptyFusionState() : null;
  }

  get items(): readonly LabelledItem[] {
    return [...this.#items.values()];
  }

  get total(): number {
    return this.#total;
  }

  get state(): FusionState {
    const feedbacks = (): Feedback[] => this.items.map((item) => this.#feedbackOf(item));
    return (this.#state ??= learnAll(emptyFusionState(), feedbacks()));
  }

  /** Takes one feedback. Predicts before it learns. */
  take({ item, verdict, at }: FeedbackOrder): FeedbackEffect {
    const conclusion = conclude(item, verdict);
    const known = this.#items.get(item.question);
    const correct = conclusion && item.answer !== null ? isRight(conclusion, item.answer) : null;
    if (!conclusion) return { effect: 'nothing', correct, confidence: null, uncalibrated: null };
    if (known && known.id !== item.id) return this.#repeat(known, item, conclusion, correct, at);
    const predictions = known ? predictionsOf(known.scores) : predict(item.opinions, this.state);
    const labelled = { id: item.id, question: item.question, at, ...conclusion };
    const entry: LabelledItem = { ...labelled, scores: scoresOf(predictions, conclusion) };
    const effect = known ? this.#replace(known, entry) : this.#add(entry);
    const fused = predictions.strategies[item.strategy];
    return {
      effect,
      correct,
      confidence: fused && fused.after.key === item.answer ? fused.after.confidence : null,
      uncalibrated: fused && fused.before.key === item.answer ? fused.before.confidence : null,
    };
  }

  #add(entry: LabelledItem): 'learned' {
    this.#state = learn(this.state, this.#feedbackOf(entry));
    this.#items.set(entry.question, entry);
    this.#total++;
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= KEPT_ITEMS) break;
      this.#items.delete(oldest);
    }
    return 'learned';
  }

  /** In its old place: what was predicted of later items knew the order. */
  #replace(known: LabelledItem, entry: LabelledItem): 'replaced' | 'unchanged' {
    if (sameLesson(known, entry)) return 'unchanged';
    this.#items.set(entry.question, entry);
    this.#state = null;
    return 'replaced';
  }

  /** Another answer to a question that was learned: the newer one counts, and it is not scored again. */
  #repeat(
    known: LabelledItem,
    { id, question }: AnsweredItem,
    conclusion: Conclusion,
    correct: boolean | null,
    at: number,
  ): FeedbackEffect {
    const effect = this.#replace(known, { id, question, at, ...conclusion, scores: known.scores });
    return { effect, correct, confidence: null, uncalibrated: null };
  }

  #feedbackOf({ opinions, truth }: LabelledItem): Feedback {
    return { opinions, truth, learningRate: this.learningRate };
  }
}

/** Whether two items teach the same. Opinions are plain data in the order of the reasoners. */
function sameLesson(a: Conclusion, b: Conclusion): boolean {
  const lesson = ({ opinions, truth, complete }: Conclusion): string => JSON.stringify([opinions, truth, complete]);
  return lesson(a) === lesson(b);
}
