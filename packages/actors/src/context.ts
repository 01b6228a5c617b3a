import type { Clock, Timer } from '@vortexflow/primitives';
import type { Ask } from './ask.ts';
import type { ActorRef, Context, Down, Exit } from './contract.ts';
import { isLinked, type Ties } from './ties.ts';

/** What a context needs of its actor. */
export interface ContextHost extends ActorRef<unknown, unknown> {
  readonly runtime: { readonly clock: Clock };
  readonly epoch: number;
  readonly ties: Ties;
  readonly alive: boolean;
  current: Ask | undefined;
  signal(exit: Exit): void;
}

const NO_TIMER: Timer = { cancel: () => undefined };

/** What a handler holds: good for one run of its actor. */
export class ActorContext implements Context<unknown, unknown> {
  private readonly host: ContextHost;
  private readonly epoch: number;

  constructor(host: ContextHost) {
    this.host = host;
    this.epoch = host.epoch;
  }

  private get over(): boolean {
    return this.host.epoch !== this.epoch;
  }

  get self(): ActorRef<unknown, unknown> {
    return this.host;
  }

  reply(answer: unknown): void {
    const ask = this.host.current;
    if (this.over || ask === undefined) return;
    this.host.current = undefined;
    ask.reply(answer);
  }

  deferReply(): (answer: unknown) => void {
    const { host } = this;
    const ask = host.current;
    if (this.over || ask === undefined) return () => undefined;
    host.current = undefined;
    host.ties.keep(ask);
    return (answer) => {
      host.ties.release(ask);
      ask.reply(answer);
    };
  }

  /** Nobody watches an inline handler: if it hangs, so does who would. */
  beat(): void {}

  emit(): void {}

  stop(reason: 'normal' | 'shutdown' = 'normal'): void {
    if (!this.over) this.host.signal({ reason });
  }

  after(ms: number, message: unknown): Timer {
    if (this.over) return NO_TIMER;
    const { ties } = this.host;
    const timer = this.host.runtime.clock.after(ms, () => {
      ties.removeTimer(timer);
      this.host.tell(message);
    });
    ties.addTimer(timer);
    return {
      cancel: () => {
        ties.removeTimer(timer);
        timer.cancel();
      },
    };
  }

  monitor(target: ActorRef<never, unknown>, toMessage: (down: Down) => unknown): Timer {
    if (this.over) return NO_TIMER;
    const { ties } = this.host;
    let unwatch = (): void => undefined;
    const monitor = { cancel: () => unwatch() };
    const onDown = (down: Down): void => {
      ties.removeTimer(monitor);
      if (!this.over) this.host.tell(toMessage(down));
    };
    ties.addTimer(monitor);
    unwatch = (target as unknown as { watch(listener: (down: Down) => void): () => void }).watch(onDown);
    return {
      cancel: () => {
        ties.removeTimer(monitor);
        unwatch();
      },
    };
  }

  link(target: ActorRef<never, unknown>): void {
    if (!this.over) linkActors(this.host, target);
  }
}

/** Links two actors of this package; one that does not run takes the other along at once, as in OTP (`noproc`). */
export function linkActors(a: unknown, b: unknown): void {
  if (!isLinked(a) || !isLinked(b) || a === b) return;
  if (a.alive && b.alive) a.ties.link(a, b);
  else if (a.alive) a.signal({ reason: 'crash', error: new Error('noproc') });
  else if (b.alive) b.signal({ reason: 'crash', error: new Error('noproc') });
}
