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
  const outline = new Outline(reading, plain, familiar, (feature) => feature);
  return candidatesOf(reading, knows, ruled).map((candidate) => {
    const features = new Set<string>();
    outline.each(candidate, (feature) => void features.add(feature));
    return { candidate, features: [...features], rule: ruleOf(candidate) };
  });
}

const ruleOf = ({ ruled }: Candidate): Scored['rule'] =>
  ruled && { label: ruled.label, feature: `R${coverageBucket(ruled.coverage)}` };

const coverageBucket = (coverage: number): string => (coverage === 1 ? '1' : coverage >= 0.6 ? '.6' : '0');

/** Weights of a feature: some labels have one. */
interface Row {
  readonly labels: Uint8Array;
  /** In hundredths. */
  readonly weights: Int32Array;
  /** Number of the candidate that has the feature already. */
  counted: number;
}

/** What less likely choices are, nobody needs to know. */
const LEAST_PROBABILITY = 1e-6;

/** One thread's. */
export class IntentModel {
  readonly #frames: ReadonlyMap<string, number>;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #sums = new Int32Array(LABELS.length);
  #candidates = 0;

  constructor({ frames, weights }: ModelData) {
    this.#frames = new Map(Object.entries(frames));
    this.#rows = new Map(Object.entries(weights).map(([feature, row]) => [feature, rowOf(row)]));
  }

  familiar: Familiarity = (stem) => this.#frames.get(stem) ?? 0;

  /** All choices that are not next to impossible, likeliest first; empty when there is nothing to choose from. */
  choose(reading: Reading, plain: readonly QuestionWord[], knows: KnowsName, ruled: Interpretation | null): Choice[] {
    const outline = new Outline(reading, plain, this.familiar, (feature) => this.#rows.get(feature) ?? NO_ROW);
    return softmax(
      candidatesOf(reading, knows, ruled).map((candidate) => {
        this.#begin();
        outline.each(candidate, this.#count);
        return { candidate, scores: this.#scoresOf(candidate, ruleOf(candidate)) };
      }),
    );
  }

  /** Log-linear scores of all choices, before they are made probabilities. */
  score(scored: readonly Scored[]): Score[] {
    return scored.flatMap(({ candidate, features, rule }) => {
      this.#begin();
      for (const feature of features) this.#count(this.#rows.get(feature) ?? NO_ROW);
      const scores = this.#scoresOf(candidate, rule);
      return candidate.labels.map((label, i) => {
        return { candidate, label, score: scores[i] as number, isRuled: rule?.label === label };
      });
    });
  }

  #begin(): void {
    this.#sums.fill(0);
    this.#candidates++;
  }

  #count = (row: Row): void => {
    if (row.counted === this.#candidates) return;
    row.counted = this.#candidates;
    const { labels, weights } = row;
    for (let i = 0; i < labels.length; i++) this.#sums[labels[i] as number]! += weights[i] as number;
  };

  /** In the order of the candidate's labels. */
  #scoresOf({ labels }: Candidate, rule: Scored['rule']): number[] {
    return labels.map((label) => {
      const bonus = rule?.label === label ? this.#weightOf(rule.feature, label) : 0;
      return ((this.#sums[labelNumber(label)] as number) + bonus) / 100;
    });
  }

  #weightOf(feature: string, label: Label): number {
    const row = this.#rows.get(feature) ?? NO_ROW;
    const at = row.labels.indexOf(labelNumber(label));
    return at < 0 ? 0 : (row.weights[at] as number);
  }
}

/** Of a feature that has no weights. */
const NO_ROW: Row = { labels: new Uint8Array(0), weights: new Int32Array(0), counted: -1 };

function rowOf(pairs: readonly number[]): Row {
  const labels = Uint8Array.from(pairs.filter((_, i) => i % 2 === 0));
  return {
    labels,
    weights: Int32Array.from(pairs.filter((_, i) => i % 2 === 1)),
    counted: -1,
  };
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
