import { systemClock, type Timer } from '@vortexflow/primitives';
import type { ActorRef, Context, Exit } from './contract.ts';
import { actorError } from './errors.ts';
import type { Transfer } from './contract.ts';

/** A question in the hands of a placed actor. `kept`: it is answered later. */
export interface HostedAsk {
  readonly number: number;
  kept: boolean;
}

/** What a context needs of its host. */
interface ContextHost {
  answer(ask: HostedAsk, answer: unknown, transfer: readonly ArrayBuffer[]): void;
  tellSelf(message: unknown): void;
  emit(event: unknown): void;
  beat(): void;
  leave(reason: Exit['reason']): void;
}

/** What the handler of a placed actor holds. */
export class HostContext implements Context<unknown, unknown> {
  readonly self: ActorRef<unknown, unknown>;
  /** The question in hand. */
  current: HostedAsk | undefined = undefined;
  readonly #host: ContextHost;
  readonly #timers = new Set<Timer>();
  #over = false;

  constructor(host: ContextHost, path: string) {
    this.#host = host;
    const id = path.slice(path.lastIndexOf('/') + 1);
    this.self = {
      id,
      path,
      tell: (message) => {
        if (this.#over) return 'dead';
        host.tellSelf(message);
        return 'queued';
      },
      ask: () => Promise.reject(actorError('actor_not_local', { id, what: 'to ask itself' })),
    };
  }

  /** Nothing of it is of effect any more. */
  end(): void {
    this.#over = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  reply(answer: unknown, transfer?: Transfer): void {
    const ask = this.current;
    if (this.#over || ask === undefined) return;
    this.current = undefined;
    this.#host.answer(ask, answer, (transfer ?? []) as readonly ArrayBuffer[]);
  }

  deferReply(): (answer: unknown, transfer?: Transfer) => void {
    let ask = this.current;
    if (this.#over || ask === undefined) return () => undefined;
    this.current = undefined;
    ask.kept = true;
    return (answer, transfer) => {
      if (this.#over || ask === undefined) return;
      this.#host.answer(ask, answer, (transfer ?? []) as readonly ArrayBuffer[]);
      ask = undefined;
    };
  }

  beat(): void {
    this.#host.beat();
  }

  emit(event: unknown): void {
    if (!this.#over) this.#host.emit(event);
  }

  stop(reason: 'normal' | 'shutdown' = 'normal'): void {
    if (!this.#over) this.#host.leave(reason);
  }

  after(ms: number, message: unknown): Timer {
    if (this.#over) return { cancel: () => undefined };
    const timer = systemClock.after(ms, () => {
      this.#timers.delete(timer);
      this.self.tell(message);
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  monitor(): never {
    throw actorError('actor_not_local', { id: this.self.id, what: 'monitor' });
  }

  link(): never {
    throw actorError('actor_not_local', { id: this.self.id, what: 'link' });
  }
}
