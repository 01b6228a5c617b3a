/** Seeded sources of known quality, for tests: no file, no clock, the same items on every machine. */
import type { Feedback } from './learn.ts';
import { clamp, sigmoid } from './numeric.ts';
import type { SourceOpinion } from './opinion.ts';

export interface SyntheticSource {
  readonly source: string;
  /** Probability that its answer is right, 0..1. */
  readonly reliability: number;
  /** Says what an earlier source says, and as surely, with this probability. */
  readonly copies?: { readonly source: string; readonly rate: number };
  /** Probability of saying nothing. */
  readonly abstains?: number;
}

/** Uniform numbers in [0, 1): a 32-bit linear congruential generator (Numerical Recipes), upper bits used. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/**
 * Items with one right answer and `wrong` wrong ones. Raw confidences are informative (higher when right) but badly
 * calibrated, as those of real retrievers are.
 */
export function syntheticItems(seed: number, n: number, sources: readonly SyntheticSource[], wrong = 8): Feedback[] {
  const next = uniform(seed);
  return Array.from({ length: n }, () => {
    const truth = `answer ${Math.floor(next() * (wrong + 1))}`;
    const said = new Map<string, SourceOpinion>();
    for (const source of sources) said.set(source.source, opinion(source, truth, wrong, said, next));
    return { opinions: [...said.values()], truth };
  });
}

function opinion(
  { source, reliability, copies, abstains = 0 }: SyntheticSource,
  truth: string,
  wrong: number,
  said: ReadonlyMap<string, SourceOpinion>,
  next: () => number,
): SourceOpinion {
  if (next() < abstains) return { source, candidate: null };
  const original = copies && next() < copies.rate ? said.get(copies.source)?.candidate : undefined;
  if (original) return { source, candidate: original };
  const answer = next() < reliability ? truth : wrongAnswer(truth, wrong, next);
  const noise = next() + next() + next() - 1.5;
  const confidence = clamp(sigmoid((answer === truth ? 0.9 : -0.4) + 1.5 * noise), 0, 1);
  return { source, candidate: { answer, confidence, margin: next() }, position: Math.floor(next() * 10) };
}

function wrongAnswer(truth: string, wrong: number, next: () => number): string {
  for (;;) {
    const answer = `answer ${Math.floor(next() * (wrong + 1))}`;
    if (answer !== truth) return answer;
  }
}
