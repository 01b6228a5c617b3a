import type { Exit } from './contract.ts';
import { type Channel, type ChannelListener, openChannel } from './channel.ts';
import { actorError } from './errors.ts';
import type { ProcessPlacement, ThreadPlacement, Transfer } from './contract.ts';
import type { ProgressReading } from './progress.ts';
import type { StartOutcome } from './unit.ts';
import { type Begin, type FromHost, revive, type ToHost } from './wire.ts';

/** Whom a remote tells what happens once it has begun. */
export interface RemoteListener {
  onMessage(message: FromHost): void;
  /** It ended, in whatever way. Once, and last. */
  onGone(how: string, error: unknown): void;
}

const NO_PROGRESS: ProgressReading = { begun: 0, done: 0, beats: 0 };

/** The other side of a placed actor, from its start over its preparation and its one actor to its end. */
export class Remote implements ChannelListener {
  /** Settles when it is loaded and prepared, or failed. Never rejects. */
  readonly ready: Promise<StartOutcome>;
  /** Settles when nothing of it runs any more. */
  readonly gone: Promise<void>;
  isReady = false;
  isGone = false;
  listener: RemoteListener | undefined;
  readonly #name: string;
  readonly #channel: Channel | undefined;
  readonly #onReady: (outcome: StartOutcome) => void;
  readonly #onGone: () => void;
  #onBegun: ((outcome: StartOutcome) => void) | undefined;

  /** @param name for messages */
  constructor(name: string, placement: ThreadPlacement | ProcessPlacement) {
    this.#name = name;
    const ready = Promise.withResolvers<StartOutcome>();
    const gone = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.gone = gone.promise;
    this.#onReady = ready.resolve;
    this.#onGone = gone.resolve;
    try {
      this.#channel = openChannel(placement, this);
    } catch (error) {
      // No thread to be had, or data that cannot be cloned.
      this.#over({ error });
    }
  }

  get pid(): number | undefined {
    return this.#channel?.pid;
  }

  get kind(): 'thread' | 'process' | undefined {
    return this.#channel?.kind;
  }

  /** Puts its actor to work. Settles when `init` is done, or failed. Never rejects. */
  begin(begin: Begin): Promise<StartOutcome> {
    const { promise, resolve } = Promise.withResolvers<StartOutcome>();
    if (this.isGone) return Promise.resolve({ error: this.#ended('it was gone before it was needed') });
    this.#onBegun = resolve;
    try {
      this.#channel?.post(begin);
    } catch (error) {
      resolve({ error });
    }
    return promise;
  }

  /** Throws when the message cannot be cloned. */
  post(message: ToHost, transfer?: Transfer): void {
    if (!this.isGone) this.#channel?.post(message, transfer);
  }

  /** Asks the actor to end in order; it says `ended`. */
  stop(reason: Exit['reason']): void {
    this.post({ type: 'stop', reason });
  }

  /** Ends it at once. Settles when it is gone. */
  end(): Promise<void> {
    if (!this.isGone) this.#channel?.end();
    return this.gone;
  }

  progress(): ProgressReading {
    return this.#channel?.progress() ?? NO_PROGRESS;
  }

  onMessage(message: FromHost): void {
    if (message.type === 'prepared') {
      this.isReady = true;
      this.#onReady(undefined);
    } else if (message.type === 'started') this.#onBegun?.(undefined);
    else if (message.type === 'failed') this.#over({ error: revive(message.thrown) });
    else this.listener?.onMessage(message);
  }

  onGone(how: string, cause: unknown): void {
    this.isGone = true;
    const error = this.#ended(how, cause);
    this.#over({ error });
    this.listener?.onGone(how, error);
    this.#onGone();
  }

  #ended(how: string, cause?: unknown): Error {
    return actorError('actor_ended', { id: this.#name, kind: this.kind ?? 'thread', how }, cause);
  }

  /** It will not do what it was made for. */
  #over(outcome: StartOutcome): void {
    this.isReady = false;
    this.#onReady(outcome);
    this.#onBegun?.(outcome);
    if (this.#channel !== undefined) return;
    this.isGone = true;
    this.#onGone();
  }
}
