/** A part of a serving process as an actor: opened when it starts, closed when it ends, opened anew when it fails. */
import type { ActorSpec } from '@vortexflow/actors';
import { DisposalStack } from '@vortexflow/primitives';

export interface PartDefinition<T> {
  readonly id: string;
  /** Opens it. What it takes goes onto the stack, and is given back newest first, also when opening fails. */
  readonly open: (disposal: DisposalStack) => T | Promise<T>;
  /** Looked at every second: why it must be opened anew; null while it is well. */
  readonly check?: (part: T) => string | null;
}

/** Holds what other parts need of a part; empty while it is not open. */
export class Slot<T> {
  #part: T | null = null;

  /** null while it is not open. */
  get part(): T | null {
    return this.#part;
  }

  /** @throws Error when it is not open: whoever needs it must start after it */
  get open(): T {
    if (this.#part === null) throw new Error('a part was used before it was open');
    return this.#part;
  }

  fill(part: T): void {
    this.#part = part;
  }

  empty(): void {
    this.#part = null;
  }
}

interface OpenPart<T> {
  readonly part: T;
  readonly disposal: DisposalStack;
}

const CHECK_MS = 1_000;
/** Closing waits for writes under way. */
const SHUTDOWN_MS = 10_000;
/** At first at once; a part that cannot be opened is tried again every half minute at least. */
const BACKOFF = { minMs: 50, maxMs: 30_000, jitter: 'full' } as const;

/** @param slot told of the part */
export function partActor<T>({ id, open, check }: PartDefinition<T>, slot: Slot<T>): ActorSpec<OpenPart<T>, 'check'> {
  return {
    id,
    shutdownMs: SHUTDOWN_MS,
    backoff: BACKOFF,
    async init(ctx) {
      const disposal = new DisposalStack();
      try {
        const part = await open(disposal);
        slot.fill(part);
        if (check) ctx.after(CHECK_MS, 'check');
        return { part, disposal };
      } catch (failure) {
        // What went wrong first is what is to be told.
        await disposal.dispose().catch(() => undefined);
        throw failure;
      }
    },
    handle({ part }, _message, ctx) {
      const reason = check?.(part) ?? null;
      if (reason !== null) throw new Error(reason);
      ctx.after(CHECK_MS, 'check');
    },
    async onStop({ disposal }) {
      slot.empty();
      await disposal.dispose();
    },
  };
}
