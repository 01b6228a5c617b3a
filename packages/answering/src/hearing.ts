import type { Outcome } from './ask.ts';

/** Failures in a row after which a reasoner counts as lost. */
const LOST_AFTER = 5;
/** A deadline that any reasoner can keep, ms. */
const FAIR_MS = 1_000;

/** Which reasoners have been heard lately. */
export class Hearing {
  /** How many questions in a row a source was not heard on. */
  readonly #failures = new Map<string, number>();

  /** @param timeoutMs how long it had */
  note({ source, outcome, opinion }: Outcome, timeoutMs: number): void {
    // That nobody can be so quick says nothing about anybody.
    if (outcome === 'timeout' && timeoutMs < FAIR_MS) return;
    this.#failures.set(source, opinion ? 0 : (this.#failures.get(source) ?? 0) + 1);
  }

  /** False when it has failed at, or been too late for, every one of its latest questions. */
  hears(source: string): boolean {
    return (this.#failures.get(source) ?? 0) < LOST_AFTER;
  }
}
