import type { Clock, Random } from '@vortexflow/primitives';
import type { Counters, DeadLetter, DeadLetterReason } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { RunQueue } from './run-queue.ts';

/** An actor that crashed, or could not start. `error` is what was thrown: anything, even something that bites when read. */
export interface CrashReport {
  readonly path: string;
  readonly error: unknown;
}

/** What all actors of a system share. */
export class Runtime implements Counters {
  readonly clock: Clock;
  /** For jitter; absent when none was handed in. */
  readonly random: Random | undefined;
  readonly queue: RunQueue;
  readonly deadlines: Deadlines;
  readonly deadLetters: Record<DeadLetterReason, number> = {
    mailbox_full: 0,
    dropped_oldest: 0,
    dropped_newest: 0,
    not_running: 0,
    stopped: 0,
    late_reply: 0,
  };
  sent = 0;
  handled = 0;
  crashed = 0;
  rejected = 0;
  dropped = 0;
  dead = 0;
  readonly #onDeadLetter: ((letter: DeadLetter) => void) | undefined;
  readonly #onCrash: ((report: CrashReport) => void) | undefined;

  constructor(parts: {
    clock: Clock;
    random: Random | undefined;
    pick: Random | undefined;
    onDeadLetter: ((letter: DeadLetter) => void) | undefined;
    onCrash: ((report: CrashReport) => void) | undefined;
  }) {
    this.clock = parts.clock;
    this.random = parts.random;
    this.queue = new RunQueue(parts.pick);
    this.deadlines = new Deadlines(parts.clock);
    this.#onDeadLetter = parts.onDeadLetter;
    this.#onCrash = parts.onCrash;
  }

  deadLetter(to: string, reason: DeadLetterReason, message: unknown): void {
    this.deadLetters[reason]++;
    if (this.#onDeadLetter) guarded(this.#onDeadLetter, { to, reason, message });
  }

  crash(path: string, error: unknown): void {
    if (this.#onCrash) guarded(this.#onCrash, { path, error });
  }
}

/** Calls a listener whose failure is nobody's concern. */
export function guarded<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch {
    // A listener that throws must not take down whom it listens to.
  }
}
