/** The figures of `GET /api/v1/calibration` from the labelled answers. Pure. */
import type { CalibrationEntry } from '@vortexflow/protocol';
import type { LabelledItem } from './learner.ts';
import type { Score } from './predict.ts';
import { type Judged, qualityOf } from './quality.ts';

export interface CalibrationReport {
  readonly items: number;
  readonly total: number;
  readonly sources: Readonly<Record<string, CalibrationEntry>>;
  readonly strategies: Readonly<Record<string, CalibrationEntry>>;
}

class Tally {
  readonly #before: Judged[] = [];
  readonly #after: Judged[] = [];
  #newest = 0;

  add(at: number, { before, after, rightBefore, rightAfter }: Score): void {
    if (rightBefore === null || rightAfter === null) return;
    this.#before.push({ confidence: before.confidence, right: rightBefore });
    this.#after.push({ confidence: after.confidence, right: rightAfter });
    this.#newest = Math.max(this.#newest, at);
  }

  entry(): CalibrationEntry {
    const date = this.#newest === 0 ? null : new Date(this.#newest).toISOString();
    return { before: qualityOf(this.#before), after: qualityOf(this.#after), date };
  }
}

/** @param total labelled questions ever */
export function reportOf(items: readonly LabelledItem[], total: number): CalibrationReport {
  const sources = new Map<string, Tally>();
  const strategies = new Map<string, Tally>();
  for (const { at, scores } of items) {
    addAll(sources, at, scores.sources);
    addAll(strategies, at, scores.strategies);
  }
  return { items: items.length, total, sources: entriesOf(sources), strategies: entriesOf(strategies) };
}

function addAll(into: Map<string, Tally>, at: number, scores: Readonly<Record<string, Score>>): void {
  for (const [name, score] of Object.entries(scores)) {
    let tally = into.get(name);
    if (!tally) into.set(name, (tally = new Tally()));
    tally.add(at, score);
  }
}

function entriesOf(tallies: ReadonlyMap<string, Tally>): Record<string, CalibrationEntry> {
  return Object.fromEntries([...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, it]) => [name, it.entry()]));
}
