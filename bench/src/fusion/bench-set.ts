/** What the fusion bench measures on. */
import type { LabelledBatchItem } from '@vortexflow/fusion';

export interface BenchItem extends LabelledBatchItem {
  /** All wordings of the right answers, where the generator knows more of them than it tells. */
  readonly accepted?: readonly string[];
}

export interface BenchSet {
  readonly name: string;
  /** All possible answers; `null` when the set is open. */
  readonly labels: readonly string[] | null;
  readonly items: readonly BenchItem[];
  /** What each wording means; present where answers are worded in several ways. */
  readonly meaningOf?: ReadonlyMap<string, string>;
  /** The names that only a table can know, and what they name. */
  readonly aliases?: ReadonlyMap<string, string>;
}

/** Whether an answer is right. */
export const isRight = ({ truth, accepted }: BenchItem, answer: string | null): boolean =>
  answer !== null && (accepted ?? truth).includes(answer);

/** The same set without runners-up. */
export function withoutAlternatives(set: BenchSet): BenchSet {
  const items = set.items.map((item) => ({
    ...item,
    candidates: item.candidates.map(({ source, answer, confidence }) => ({ source, answer, confidence })),
  }));
  return { ...set, items };
}

/** The same set with every wording replaced by what it means: what equality without a fault would see. */
export function inMeanings(set: BenchSet): BenchSet {
  const { meaningOf } = set;
  if (!meaningOf) return set;
  // As letters alone, so that nobody takes a meaning for a date.
  const codes = new Map<string, string>();
  const say = (text: string): string => {
    const meaning = meaningOf.get(text) ?? text;
    if (!codes.has(meaning)) codes.set(meaning, `meaning${lettersOf(codes.size)}`);
    return codes.get(meaning)!;
  };
  const items = set.items.map(({ candidates, truth, accepted = truth }) => ({
    truth: truth.map(say),
    accepted: [...new Set(accepted.map(say))],
    candidates: candidates.map((candidate) => ({
      ...candidate,
      answer: candidate.answer === null ? null : say(candidate.answer),
      ...(candidate.alternatives && {
        alternatives: candidate.alternatives.map(({ answer, score }) => ({ answer: say(answer), score })),
      }),
    })),
  }));
  return { name: set.name, labels: set.labels, items };
}

const lettersOf = (value: number): string =>
  value.toString(26).replaceAll(/./g, (digit) => String.fromCodePoint(97 + Number.parseInt(digit, 26)));
