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
import { type Familiarity, Outline } from './features.ts';
import type { Label } from './labels.ts';
import { Vocabulary } from './vocabulary.ts';
import { WeightTable } from './weight-table.ts';

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
  const outline = new Outline(reading, plain, familiar, new Vocabulary((feature) => feature));
  return candidatesOf(reading, knows, ruled).map((candidate) => {
    const features = new Set<string>();
    outline.each(candidate, (feature) => void features.add(feature));
    return { candidate, features: [...features], rule: ruleOf(candidate) };
  });
}

const ruleOf = ({ ruled }: Candidate): Scored['rule'] =>
  ruled && { label: ruled.label, feature: `R${coverageBucket(ruled.coverage)}` };

const coverageBucket = (coverage: number): string => (coverage === 1 ? '1' : coverage >= 0.6 ? '.6' : '0');

/** What less likely choices are, nobody needs to know. */
const LEAST_PROBABILITY = 1e-6;

/** One thread's. */
export class IntentModel {
  readonly #frames: ReadonlyMap<string, number>;
  readonly #table: WeightTable;
  readonly #vocabulary: Vocabulary<number>;

  constructor({ frames, weights }: ModelData) {
    this.#frames = new Map(Object.entries(frames));
    this.#table = new WeightTable(weights);
    this.#vocabulary = new Vocabulary((feature) => this.#table.rowOf(feature));
  }

  familiar: Familiarity = (stem) => this.#frames.get(stem) ?? 0;

  /** All choices that are not next to impossible, likeliest first; empty when there is nothing to choose from. */
  choose(reading: Reading, plain: readonly QuestionWord[], knows: KnowsName, ruled: Interpretation | null): Choice[] {
    const outline = new Outline(reading, plain, this.familiar, this.#vocabulary);
    return softmax(
      candidatesOf(reading, knows, ruled).map((candidate) => {
        this.#table.begin(candidate.takes);
        outline.each(candidate, this.#count);
        return { candidate, scores: this.#scoresOf(candidate, ruleOf(candidate)) };
      }),
    );
  }

  /** Log-linear scores of all choices, before they are made probabilities. */
  score(scored: readonly Scored[]): Score[] {
    return scored.flatMap(({ candidate, features, rule }) => {
      this.#table.begin(candidate.takes);
      for (const feature of features) this.#count(this.#table.rowOf(feature));
      const scores = this.#scoresOf(candidate, rule);
      return candidate.labels.map((label, i) => {
        return { candidate, label, score: scores[i] as number, isRuled: rule?.label === label };
      });
    });
  }

  #count = (row: number): void => this.#table.add(row);

  /** In the order of the candidate's labels. */
  #scoresOf({ labels }: Candidate, rule: Scored['rule']): number[] {
    const table = this.#table;
    return labels.map((label) => {
      const bonus = rule?.label === label ? table.weightOf(table.rowOf(rule.feature), label) : 0;
      return (table.sumOf(label) + bonus) / 100;
    });
  }
}

/** Scores as probabilities, likeliest first. */
function softmax(scored: readonly { readonly candidate: Candidate; readonly scores: readonly number[] }[]): Choice[] {
  let top = -Infinity;
  for (const { scores } of scored) for (const score of scores) top = Math.max(top, score);
  let total = 0;
  for (const { scores } of scored) for (const score of scores) total += Math.exp(score - top);
  const choices: Choice[] = [];
  for (const { candidate, scores } of scored) {
    scores.forEach((score, i) => {
      const probability = Math.exp(score - top) / total;
      // What the rules say is looked for whatever the model makes of it.
      if (probability >= LEAST_PROBABILITY || candidate.ruled !== null)
        choices.push({ candidate, label: candidate.labels[i] as Label, probability });
    });
  }
  return choices.sort((a, b) => b.probability - a.probability);
}
