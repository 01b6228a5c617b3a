/** Memory for one body that the front keeps, out of the budget of all of them. */
import type { ResourceBudget } from '@vortexflow/validation';
import { SMALL_BODY } from '../../http/limits.ts';
import { runTier, type TierObserver } from '../../validation/tiers.ts';

/** What bodies are held against. */
export interface BodyMemory {
  readonly budget: ResourceBudget;
  readonly observe: TierObserver;
}

/** Least that is lent at a time to a body that does not say its length, bytes. */
const STEP = 1_048_576;

export class BodyLoan {
  readonly #memory: BodyMemory;
  #covered = SMALL_BODY;
  #giveBacks: (() => void)[] = [];
  #hasEnded = false;

  constructor(memory: BodyMemory) {
    this.#memory = memory;
  }

  /**
   * Lends what is missing for so many bytes: all of it at once where the length is said, else as the body grows.
   * @param most that the body may get
   * @throws CodedError `resources_busy`
   */
  cover(bytes: number, most: number): void {
    if (bytes <= this.#covered || this.#hasEnded) return;
    const { budget, observe } = this.#memory;
    // The first bytes count too, once a body is large.
    const held = this.#giveBacks.length === 0 ? 0 : this.#covered;
    const wanted = Math.min(most, Math.max(bytes, held + STEP));
    this.#giveBacks.push(runTier('resources', observe, () => budget.lendBytes(wanted - held)));
    this.#covered = wanted;
  }

  /** Gives all of it back. Nothing is lent afterwards. */
  end(): void {
    this.#hasEnded = true;
    for (const giveBack of this.#giveBacks.splice(0)) giveBack();
  }
}
