/**
 * Fusion of a whole batch in one call, without any state: labelled items to learn from, then items to answer. Answers are
 * texts as the sources wrote them; equal ones are found by what they say.
 */
import { fuse } from './algorithms.ts';
import { type Answer, type EqualityOptions, readAnswer, sameAnswer } from './equality/answer.ts';
import { groupAnswers } from './equality/group.ts';
import { type Feedback, learnAll } from './learn.ts';
import { clamp, compareText } from './numeric.ts';
import { type Candidate, type SourceOpinion, UNSTATED } from './opinion.ts';
import { emptyFusionState } from './state.ts';
import type { StrategyId, WeightStrategyId } from './words.ts';

/** What one source said about an item. */
export interface BatchCandidate {
  readonly source: string;
  /** `null`: it abstained. */
  readonly answer: string | null;
  /** Raw, 0..1; `null` when it states none. */
  readonly confidence: number | null;
  /** Runners-up, scores relative to that of the answer, 0..1. */
  readonly alternatives?: readonly { readonly answer: string; readonly score: number }[];
  /** Flux position, 0-9. */
  readonly position?: number;
}

export interface BatchItem {
  readonly candidates: readonly BatchCandidate[];
}

export interface LabelledBatchItem extends BatchItem {
  /** All right answers; none when no candidate is right. */
  readonly truth: readonly string[];
}

export interface FusionBatch {
  readonly strategy: StrategyId;
  readonly weightStrategy: WeightStrategyId;
  /** All possible answers; `null` when the set is open. */
  readonly labels: readonly string[] | null;
  readonly train: readonly LabelledBatchItem[];
  readonly items: readonly BatchItem[];
}

export interface BatchResult {
  /** One of those given, as most of those who gave it wrote it; `null` when nobody answered. */
  readonly answer: string | null;
  /** 0..1 */
  readonly confidence: number;
  /** 0..1, before the final calibration. */
  readonly signalStrength: number;
}

export interface FusedBatch {
  /** In the order of the items. */
  readonly results: readonly BatchResult[];
  /** Whether the confidences were calibrated on the labelled items: there must be at least 50. */
  readonly calibrated: boolean;
  /** Labelled items with at least one answer. */
  readonly learnedFrom: number;
  /** Machine-readable notes, such as `stacking:untrained`. */
  readonly remarks: readonly string[];
}

/** Something in a batch that does not fit: `field` is where, in the batch's own words. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`"${field}" ${problem}`);
    this.field = field;
  }
}

/**
 * Learns and answers. Deterministic; the order of candidates changes nothing.
 *
 * @throws BatchError when the set is closed and an answer or a truth is not one of the labels
 */
export function fuseBatch(batch: FusionBatch, equality: EqualityOptions = {}): FusedBatch {
  const { strategy, weightStrategy, labels } = batch;
  const reader = labels ? closedReader(labels, equality) : openReader(equality);
  const feedbacks = batch.train.map((item, i): Feedback => {
    const { opinions, truth } = reader(item, item.truth, `train.${i}`);
    return { opinions, truth, ...(labels && { labels }) };
  });
  const learned = learnAll(emptyFusionState(), feedbacks, {
    window: Math.max(1, batch.train.length),
    only: { strategy, weightStrategy },
  });
  const context = { strategy, weightStrategy, learned, ...(labels && { labels }) };
  const remarks = new Set<string>();
  const results = batch.items.map((item, i): BatchResult => {
    const { opinions, textOf } = reader(item, [], `items.${i}`);
    const fused = fuse(opinions, context);
    for (const remark of fused.remarks) remarks.add(remark);
    const { answer, confidence, signalStrength } = fused;
    return { answer: answer === null ? null : textOf(answer), confidence, signalStrength };
  });
  const calibrated = learned.finals[strategy]?.[weightStrategy] !== undefined;
  return { results, calibrated, learnedFrom: learned.n, remarks: [...remarks] };
}

interface ReadItem {
  readonly opinions: readonly SourceOpinion[];
  readonly truth: readonly string[];
  /** The wording to return for a key. */
  readonly textOf: (key: string) => string;
}

/** Reads an item whose place in the batch is `field`. */
type Reader = (item: BatchItem, truths: readonly string[], field: string) => ReadItem;

/** Reads each different text once. */
function cachedReading(equality: EqualityOptions): (text: string) => Answer {
  const read = new Map<string, Answer>();
  return (text) => {
    let answer = read.get(text);
    if (!answer) {
      answer = readAnswer(text, equality);
      read.set(text, answer);
    }
    return answer;
  };
}

function openReader(equality: EqualityOptions): Reader {
  const read = cachedReading(equality);
  return ({ candidates }, truths) => {
    const texts = [...new Set(candidates.flatMap(textsOf))];
    const answers = texts.map(read);
    const groups = groupAnswers(answers);
    const keyOf = new Map(texts.map((text, i) => [text, groups[i]!]));
    const right = truths.map(read);
    const truth = groups.filter((_, i) => right.some((one) => sameAnswer(one, answers[i]!)));
    return {
      opinions: candidates.map((candidate) => opinionOf(candidate, (text) => keyOf.get(text)!)),
      truth: [...new Set(truth)],
      textOf: (key) => wording(candidates, (text) => keyOf.get(text) === key),
    };
  };
}

function closedReader(labels: readonly string[], equality: EqualityOptions): Reader {
  const read = cachedReading(equality);
  const exact = new Set(labels);
  const labelOf = new Map<string, string>();
  for (const label of labels) for (const key of keysOf(read(label))) if (!labelOf.has(key)) labelOf.set(key, label);
  // Labels that name one thing are told apart by their words, and only by them.
  for (const key of sharedThings(labels.map(read))) labelOf.delete(key);
  const find = (text: string): string | undefined =>
    exact.has(text)
      ? text
      : keysOf(read(text))
          .map((key) => labelOf.get(key))
          .find((label) => label !== undefined);
  const require = (text: string, field: string): string => {
    const label = find(text);
    if (label === undefined) throw new BatchError(field, 'holds an answer that is not one of the labels.');
    return label;
  };
  return ({ candidates }, truths, field) => ({
    opinions: candidates.map((candidate, i) =>
      opinionOf(candidate, (text) => require(text, `${field}.candidates.${i}`)),
    ),
    truth: truths.map((text, i) => require(text, `${field}.truth.${i}`)),
    textOf: (key) => wording(candidates, (text) => find(text) === key),
  });
}

/** Keys of things that several labels name. */
function sharedThings(labels: readonly Answer[]): Set<string> {
  const keys = labels.flatMap((answer) => (answer.kind === 'entity' ? [answer.key] : []));
  return new Set(keys.filter((key, i) => keys.indexOf(key) !== i));
}

/** The words of an answer, then what they say: a written label is that label, whatever else it names. */
const keysOf = (answer: Answer): string[] => (answer.kind === 'entity' ? [answer.text, answer.key] : [answer.key]);

export const textsOf = ({ answer, alternatives = [] }: BatchCandidate): string[] => [
  ...(answer === null ? [] : [answer]),
  ...alternatives.map((alternative) => alternative.answer),
];

function opinionOf(given: BatchCandidate, keyOf: (text: string) => string): SourceOpinion {
  const { source, answer, confidence, alternatives, position } = given;
  if (answer === null) return { source, candidate: null };
  const candidate: Candidate = {
    answer: keyOf(answer),
    confidence: confidence ?? UNSTATED,
    ...(alternatives && {
      alternatives: alternatives.map(({ answer: text, score }) => ({ answer: keyOf(text), confidence: score })),
      margin: marginOf(alternatives),
    }),
  };
  return { source, candidate, ...(position !== undefined && { position }) };
}

/** How far the best of the runners-up stays below the answer. */
function marginOf(alternatives: NonNullable<BatchCandidate['alternatives']>): number {
  const best = alternatives.reduce((most, { score }) => Math.max(most, score), 0);
  return clamp(1 - best, 0, 1);
}

/** The commonest wording among those that match; on ties the first by code unit. */
function wording(candidates: readonly BatchCandidate[], matches: (text: string) => boolean): string {
  const counts = new Map<string, number>();
  for (const { answer } of candidates) {
    if (answer !== null && matches(answer)) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0]![0];
}
