/** How long each reasoner may take for the next question, judged by the last ones. */
import type { ReasonerId } from '../reasoners/catalogue.ts';

/** Share that one question counts for when it was quicker; a slower one counts in full. */
const QUICKER = 0.1;

export class ExpectedTimes {
  readonly #ms = new Map<ReasonerId, number>();

  /** A slow question makes the next one suspect at once, quick ones take time to allay that. */
  add(reasoner: ReasonerId, ms: number): void {
    const before = this.#ms.get(reasoner) ?? ms;
    this.#ms.set(reasoner, ms >= before ? ms : before + QUICKER * (ms - before));
  }

  /** ms; Infinity while nothing is known. */
  of(reasoner: ReasonerId): number {
    return this.#ms.get(reasoner) ?? Infinity;
  }
}
