import type { Timer } from '@vortexflow/primitives';
import type { Ask } from './ask.ts';
import type { Down, Exit } from './contract.ts';
import { guarded } from './runtime.ts';

/** One end of a link. */
export interface Linked {
  readonly alive: boolean;
  readonly ties: Ties;
  signal(exit: Exit): void;
}

/** Whether something is an actor of this package. */
export function isLinked(value: unknown): value is Linked {
  return typeof value === 'object' && value !== null && 'ties' in value && value.ties instanceof Ties;
}

/** What few actors have, kept apart so that the others stay small: timers, kept questions, monitors, links. */
export class Ties {
  readonly #running = new Set<Timer>();
  readonly #kept = new Set<Ask>();
  readonly #watchers = new Set<(down: Down) => void>();
  readonly #links = new Set<Linked>();

  /** Something to be cancelled when this run of the actor is over. */
  addTimer(timer: Timer): void {
    this.#running.add(timer);
  }

  removeTimer(timer: Timer): void {
    this.#running.delete(timer);
  }

  keep(ask: Ask): void {
    this.#kept.add(ask);
  }

  release(ask: Ask): boolean {
    return this.#kept.delete(ask);
  }

  watch(listener: (down: Down) => void): () => void {
    // A wrapper of its own, so that one listener may watch twice.
    const watcher = (down: Down): void => listener(down);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  link(own: Linked, other: Linked): void {
    this.#links.add(other);
    other.ties.#links.add(own);
  }

  /** This run is over: no timer fires any more, no kept question is answered. */
  endRun(failAsk: (ask: Ask) => void): void {
    for (const timer of this.#running) timer.cancel();
    this.#running.clear();
    for (const ask of this.#kept) failAsk(ask);
    this.#kept.clear();
  }

  /** Tells all who watch, once, and takes linked actors along. */
  down(own: Linked, down: Down, exit: Exit): void {
    const links = [...this.#links];
    const watchers = [...this.#watchers];
    this.#links.clear();
    this.#watchers.clear();
    for (const watcher of watchers) guarded(watcher, down);
    for (const other of links) {
      other.ties.#links.delete(own);
      // A killed actor's partners may still put things in order: they are told, not killed (OTP: kill becomes killed).
      if (exit.reason !== 'normal') other.signal(exit);
    }
  }
}
