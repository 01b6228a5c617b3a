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

export interface Crowd {
  readonly labels: number;
  readonly raters: number;
  /** Votes an item. */
  readonly votes: number;
  /** Share of raters that are right less often than by chance. */
  readonly adverse?: number;
  /** Probability that a rater takes label k for k + 1 when it errs, k even; else it errs evenly. */
  readonly confused?: number;
}

/** Labelled votes without confidences, as a crowd casts them. */
export function labelledCrowd(seed: number, n: number, crowd: Crowd) {
  const { labels: k, raters, votes, adverse = 0, confused = 0 } = crowd;
  const next = uniform(seed);
  const skill = Array.from({ length: raters }, () => (next() < adverse ? 0.5 / k : 0.55 + 0.4 * next()));
  const items = Array.from({ length: n }, () => {
    const truth = Math.floor(next() * k);
    const first = Math.floor(next() * raters);
    const candidates = Array.from({ length: votes }, (_, v) => {
      const rater = (first + v * 7) % raters;
      const miss = next() < confused && truth % 2 === 0 ? 1 : 1 + Math.floor(next() * (k - 1));
      const said = next() < skill[rater]! * (truth % 2 === 0 ? 1 - confused / 2 : 1) ? truth : (truth + miss) % k;
      return { source: `r${rater}`, answer: `L${said}`, confidence: null };
    });
    return { candidates, truth: [`L${truth}`] };
  });
  return { labels: Array.from({ length: k }, (_, l) => `L${l}`), items };
}
