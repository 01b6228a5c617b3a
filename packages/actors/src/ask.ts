import type { AskOptions } from './contract.ts';
import type { Expiring } from './deadlines.ts';
import { type ActorErrorCode, actorError } from './errors.ts';
import type { Runtime } from './runtime.ts';

const ignore = (): void => undefined;

/** A question under way: in a mailbox, in hand, or kept by its actor for later. Settles once. */
export class Ask implements Expiring {
  readonly message: unknown;
  readonly promise: Promise<unknown>;
  readonly due: number;
  settled = false;
  readonly #runtime: Runtime;
  readonly #path: string;
  readonly #options: AskOptions;
  #resolve!: (answer: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(runtime: Runtime, path: string, message: unknown, options: AskOptions) {
    this.message = message;
    this.#runtime = runtime;
    this.#path = path;
    this.#options = options;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // An asker that does not look must not end the process.
    this.promise.catch(ignore);
    this.due = runtime.clock.elapsed() + options.timeoutMs;
    runtime.deadlines.add(this);
    options.signal?.addEventListener('abort', this);
    if (options.signal?.aborted) this.fail('ask_aborted');
  }

  /** What is to be handed over with it. */
  get transfer(): AskOptions['transfer'] {
    return this.#options.transfer;
  }

  reply(answer: unknown): void {
    if (this.settled) this.#runtime.deadLetter(this.#path, 'late_reply', answer);
    else {
      this.#settle();
      this.#resolve(answer);
    }
  }

  fail(code: ActorErrorCode, cause?: unknown): void {
    if (this.settled) return;
    this.#settle();
    this.#reject(actorError(code, { id: this.#path, timeoutMs: this.#options.timeoutMs }, cause));
  }

  expire(): void {
    if (this.settled) return;
    this.settled = true; // it has left the heap already
    this.#options.signal?.removeEventListener('abort', this);
    this.#reject(actorError('ask_timeout', { id: this.#path, timeoutMs: this.#options.timeoutMs }));
  }

  /** The signal's event: an object that listens costs no closure. */
  handleEvent(): void {
    this.fail('ask_aborted');
  }

  #settle(): void {
    this.settled = true;
    this.#runtime.deadlines.onSettled();
    this.#options.signal?.removeEventListener('abort', this);
  }
}
