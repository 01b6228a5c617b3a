/** What can be concluded from a verdict on one answer: no more than it says. Pure. */
import type { SourceOpinion } from '@vortexflow/fusion';
import type { AnsweredItem, Verdict } from './item.ts';
import { satisfies } from './satisfies.ts';

/** What fusion may learn. */
export interface Conclusion {
  /** The opinions of which it is known whether they were right. */
  readonly opinions: readonly SourceOpinion[];
  /** Keys that are right; `[]`: all of those opinions were wrong. */
  readonly truth: readonly string[];
  /** True when every opinion is judged; else only those that gave the answer of the response. */
  readonly complete: boolean;
}

/** The other one of a closed pair, where "wrong" says what is right. */
const OPPOSITE: Readonly<Record<string, string>> = { yes: 'no', no: 'yes' };

/** @returns null when the verdict says nothing about any opinion */
export function conclude(item: AnsweredItem, verdict: Verdict): Conclusion | null {
  const spoken = item.opinions.filter(({ candidate }) => candidate !== null);
  if (spoken.length === 0 || item.answer === null) return null;
  if ('answers' in verdict) return complete(spoken, rightKeys(item, verdict.answers));
  const { answer, answered } = item;
  if (!answered) return verdict.correct ? complete(spoken, []) : null;
  if (verdict.correct) return complete(spoken, [answer]);
  const opposite = OPPOSITE[answer];
  if (opposite !== undefined) return complete(spoken, [opposite]);
  // The answer was wrong; whether another one that somebody gave is right is not known.
  const wrong = spoken.filter(({ candidate }) => candidate?.answer === answer);
  return { opinions: wrong, truth: [], complete: wrong.length === spoken.length };
}

const complete = (opinions: readonly SourceOpinion[], truth: readonly string[]): Conclusion => {
  return { opinions, truth, complete: true };
};

function rightKeys({ texts }: AnsweredItem, expected: readonly string[]): string[] {
  const right = texts.filter(([, text]) => expected.some((one) => satisfies(one, text)));
  return [...new Set(right.map(([key]) => key))].sort();
}

/** Whether an answer is right, as far as the conclusion goes; null when that is not known. */
export function isRight({ opinions, truth, complete: all }: Conclusion, key: string): boolean | null {
  if (truth.includes(key)) return true;
  return all || opinions.some(({ candidate }) => candidate?.answer === key) ? false : null;
}
