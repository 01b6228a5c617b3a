/**
 * Opinions in a normal form: one vote a source, sources and answers sorted, answers as numbers. Everything that
 * combines works on this, which is why the order of the opinions cannot matter, not even in the last bit.
 */
import { type Labels, type LabelSet, labelSetOf } from './labels.ts';
import { clamp, compareText } from './numeric.ts';
import type { Candidate, SourceOpinion } from './opinion.ts';

/** Stands for a confidence that the source did not state (NaN does not survive JSON). */
export const NO_CONFIDENCE = -1;
/** Stands for a flux position that was not given. */
export const NO_POSITION = -1;

/** Part of a source's doubt that goes to an answer which it ranked lower. */
interface Support {
  readonly answer: number;
  /** 0..1; the shares of one vote sum to at most 1. */
  readonly share: number;
}

/** What one source said. */
export interface Vote {
  readonly source: string;
  /** Index of the answer. */
  readonly answer: number;
  /** Raw, 0..1, or {@link NO_CONFIDENCE}. */
  readonly confidence: number;
  /** 0..1 */
  readonly margin: number;
  /** 0-9, or {@link NO_POSITION}. */
  readonly position: number;
  readonly support: readonly Support[] | null;
}

/** One item's votes without the words. */
export interface Ballot {
  /** How many different answers were given. */
  readonly answers: number;
  /** How many answers are possible; 0 when the set is open. */
  readonly labels: number;
  /** Identity of the closed set whose labels are known by name; `''` when there is none. */
  readonly labelSet: string;
  /** Position of each answer in that set, -1 for one that is not in it; empty when there is none. */
  readonly classes: readonly number[];
  /** Sorted by source; one vote a source. */
  readonly votes: readonly Vote[];
}

/** A ballot and the words: `keys[vote.answer]`, in ascending order. */
export interface OpenedBallot {
  readonly ballot: Ballot;
  readonly keys: readonly string[];
}

interface Present {
  readonly source: string;
  readonly candidate: Candidate;
  readonly confidence: number;
  readonly position: number;
}

/** @param ignored whether a source has no say at all (weight zero) */
export function openBallot(
  opinions: readonly SourceOpinion[],
  labels: Labels,
  ignored: (source: string) => boolean,
): OpenedBallot {
  const present = presentOnce(opinions, ignored);
  const keys = [...new Set(present.map((p) => p.candidate.answer))].sort(compareText);
  const indexOf = new Map(keys.map((key, i) => [key, i]));
  const votes = present.map(({ source, candidate, confidence, position }): Vote => ({
    source,
    answer: indexOf.get(candidate.answer)!,
    confidence,
    margin: Number.isFinite(candidate.margin) ? clamp(candidate.margin!, 0, 1) : 0,
    position,
    support: candidate.alternatives ? supportOf(candidate, indexOf) : null,
  }));
  const set = labelSetOf(labels);
  const ballot = {
    answers: keys.length,
    labels: set.size,
    labelSet: set.id,
    classes: classesOf(keys, set),
    votes,
  };
  return { ballot, keys };
}

function classesOf(keys: readonly string[], { id, indexOf }: LabelSet): number[] {
  return id === '' ? [] : keys.map((key) => indexOf.get(key) ?? -1);
}

/** Sources with a candidate, sorted, each once. */
function presentOnce(opinions: readonly SourceOpinion[], ignored: (source: string) => boolean): Present[] {
  const present: Present[] = [];
  for (const { source, candidate, position } of opinions) {
    if (candidate === null || ignored(source)) continue;
    const confidence = Number.isNaN(candidate.confidence) ? NO_CONFIDENCE : clamp(candidate.confidence, 0, 1);
    present.push({ source, candidate, confidence, position: position ?? NO_POSITION });
  }
  present.sort(bySourceThenBest);
  return present.filter((p, i) => i === 0 || p.source !== present[i - 1]!.source);
}

function bySourceThenBest(a: Present, b: Present): number {
  return (
    compareText(a.source, b.source) ||
    b.confidence - a.confidence ||
    compareText(a.candidate.answer, b.candidate.answer) ||
    (b.candidate.margin ?? 0) - (a.candidate.margin ?? 0) ||
    b.position - a.position
  );
}

/** Alternatives come on any scale (scores, ranks turned around), so only their proportions are used. */
function supportOf(candidate: Candidate, indexOf: ReadonlyMap<string, number>): Support[] | null {
  const stated = candidate.alternatives!.filter((a) => a.confidence > 0 && a.answer !== candidate.answer);
  const total = stated.reduce((sum, a) => sum + a.confidence, 0);
  const support: Support[] = [];
  for (const { answer, confidence } of stated) {
    const index = indexOf.get(answer);
    if (index !== undefined) support.push({ answer: index, share: confidence / Math.max(1, total) });
  }
  return support.length === 0 ? null : support;
}
