/**
 * The intent model: a log-linear choice among all ways to take a question apart (a conditional model over candidates,
 * as in Berger, Della Pietra, Della Pietra: "A maximum entropy approach to natural language processing", 1996). Its
 * weights come from `bench/src/wordnet/train.ts`. What the rules say is one of its features, so that it learns when
 * to trust them.
 */
import type { Interpretation } from '../intents.ts';
import type { KnowsName } from '../names.ts';
import type { Reading } from '../reading.ts';
import type { QuestionWord } from '../words.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Familiarity, featuresOf } from './features.ts';
import { type Label, labelNumber, LABELS } from './labels.ts';

/** A file of weights. */
export interface ModelData {
  /** Stems of frames with the number of phrasings that hold them. */
  readonly frames: Readonly<Record<string, number>>;
  /** By feature: label numbers and weights in hundredths, taking turns. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** A candidate with what the question may ask of it. */
export interface Choice {
  readonly candidate: Candidate;
  readonly label: Label;
  /** Of all candidates and labels, 0 to 1. */
  readonly probability: number;
}

/** A choice before the scores are made probabilities. */
export interface Score {
  readonly candidate: Candidate;
  readonly label: Label;
  readonly score: number;
  /** The rules choose the same. */
  readonly isRuled: boolean;
}

/** A candidate as the features that it has; `rule` counts only for the label that the rules give. */
export interface Scored {
  readonly candidate: Candidate;
  readonly features: readonly string[];
  readonly rule: { readonly label: Label; readonly feature: string } | null;
}

/** Everything that the model sees of a question. */
export function observe(
  reading: Reading,
  plain: readonly QuestionWord[],
  knows: KnowsName,
  ruled: Interpretation | null,
  familiar: Familiarity,
): Scored[] {
  return candidatesOf(reading, knows, ruled).map((candidate) => ({
    candidate,
    features: featuresOf(reading, plain, candidate, familiar),
    rule: candidate.ruled && { label: candidate.ruled.label, feature: `R${coverageBucket(candidate.ruled.coverage)}` },
  }));
}

const coverageBucket = (coverage: number): string => (coverage === 1 ? '1' : coverage >= 0.6 ? '.6' : '0');

export class IntentModel {
  readonly #frames: ReadonlyMap<string, number>;
  readonly #weights: ReadonlyMap<string, readonly number[]>;

  constructor({ frames, weights }: ModelData) {
    this.#frames = new Map(Object.entries(frames));
    this.#weights = new Map(Object.entries(weights));
  }

  familiar: Familiarity = (stem) => this.#frames.get(stem) ?? 0;

  /** All choices, likeliest first; empty when there is nothing to choose from. */
  choose(scored: readonly Scored[]): Choice[] {
    return softmax(this.score(scored));
  }

  /** Log-linear scores of all choices, before they are made probabilities. */
  score(scored: readonly Scored[]): Score[] {
    const scores: Score[] = [];
    const sums = new Float64Array(LABELS.length);
    for (const { candidate, features, rule } of scored) {
      sums.fill(0);
      for (const feature of features) this.#add(feature, sums);
      for (const label of candidate.labels) {
        const bonus = rule?.label === label ? this.#weightOf(rule.feature, label) : 0;
        scores.push({
          candidate,
          label,
          score: (sums[labelNumber(label)] as number) + bonus,
          isRuled: rule?.label === label,
        });
      }
    }
    return scores;
  }

  #add(feature: string, sums: Float64Array): void {
    const row = this.#weights.get(feature);
    if (!row) return;
    for (let i = 0; i < row.length; i += 2) sums[row[i] as number]! += (row[i + 1] as number) / 100;
  }

  #weightOf(feature: string, label: Label): number {
    const row = this.#weights.get(feature) ?? [];
    const number = labelNumber(label);
    for (let i = 0; i < row.length; i += 2) if (row[i] === number) return (row[i + 1] as number) / 100;
    return 0;
  }
}

/** Scores as probabilities, likeliest first. */
function softmax(scores: readonly Score[]): Choice[] {
  const top = scores.reduce((best, { score }) => Math.max(best, score), -Infinity);
  let total = 0;
  for (const { score } of scores) total += Math.exp(score - top);
  const choices = scores.map(({ candidate, label, score }) => ({
    candidate,
    label,
    probability: Math.exp(score - top) / total,
  }));
  return choices.sort((a, b) => b.probability - a.probability);
}
