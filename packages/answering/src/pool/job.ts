/** A question on its way through the pool: one promise for each reasoner, whichever thread keeps it. */
import type { ReasonerId } from '../reasoners/catalogue.ts';
import type { Opinion, Question } from '../reasoners/contract.ts';

/** An opinion with the time its thread thought about it, ms. */
export interface ThreadAnswer {
  readonly opinion: Opinion;
  readonly thinkingMs: number;
}

/** Thrown into every question that a reasoner cannot answer because it failed, or its thread died over it. */
export class ReasonerFailure extends Error {
  override readonly name = 'ReasonerFailure';
}

/** One reasoner's part of a question. */
export interface Asked {
  readonly reasoner: ReasonerId;
  /** Rejects with a {@link ReasonerFailure}. */
  readonly answer: Promise<ThreadAnswer>;
}

interface Part extends Asked {
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (failure: ReasonerFailure) => void;
  isOpen: boolean;
}

export class Job {
  readonly question: Question;
  readonly #parts: readonly Part[];
  readonly #told: (() => void)[] = [];

  constructor(question: Question, reasoners: readonly ReasonerId[]) {
    this.question = question;
    this.#parts = reasoners.map((reasoner) => {
      const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
      return { reasoner, answer: promise, resolve, reject, isOpen: true };
    });
  }

  get asked(): readonly Asked[] {
    return this.#parts;
  }

  /** Those that have not spoken yet. */
  get open(): ReasonerId[] {
    return this.#parts.flatMap(({ reasoner, isOpen }) => (isOpen ? [reasoner] : []));
  }

  /** Nobody waits any more: what has not been begun need not be. */
  abandon(): void {
    for (const tell of this.#told) tell();
  }

  /** Tells whoever has taken it. */
  onAbandoned(tell: () => void): void {
    this.#told.push(tell);
  }

  /** Of several answers the first one counts. */
  resolve(reasoner: ReasonerId, answer: ThreadAnswer): void {
    this.#close(reasoner)?.resolve(answer);
  }

  reject(reasoner: ReasonerId, message: string): void {
    this.#close(reasoner)?.reject(new ReasonerFailure(message));
  }

  #close(reasoner: ReasonerId): Part | undefined {
    const part = this.#parts.find((one) => one.reasoner === reasoner && one.isOpen);
    if (part) part.isOpen = false;
    return part;
  }
}
