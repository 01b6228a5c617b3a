import type { Clock, Timer } from '@vortexflow/primitives';
import type { ProcessPlacement, ThreadPlacement } from './contract.ts';
import { Remote } from './remote.ts';
import type { StartOutcome } from './unit.ts';

type Where = ThreadPlacement | ProcessPlacement;

/** What it counts in and tells. */
interface StandbyHost {
  readonly clock: Clock;
  standbyHits: number;
  standbyMisses: number;
  standbyLost: number;
  warn(path: string, error: unknown): void;
}

interface Spares {
  readonly remotes: Set<Remote>;
  /** In a row, of spares that were not used. */
  failures: number;
  wait: Timer | undefined;
}

/** What waits for the actor that has just started comes before its spare. */
const SOON_MS = 20;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;

/** Threads and processes that are loaded and prepared, and wait for an actor: by placement. Also knows all others. */
export class Standby {
  readonly #runtime: StandbyHost;
  readonly #spares = new Map<Where, Spares>();
  readonly #all = new Set<Remote>();
  #stopped = false;

  constructor(runtime: StandbyHost) {
    this.#runtime = runtime;
  }

  /** How many spares are ready. */
  get ready(): number {
    let ready = 0;
    for (const { remotes } of this.#spares.values()) for (const { isReady } of remotes) if (isReady) ready++;
    return ready;
  }

  /** A spare if there is one, ready or at least under way, else a new one. `isFirst`: nobody expects one. */
  take(name: string, placement: Where, isFirst: boolean): Remote {
    const spares = this.#spares.get(placement);
    const remotes = [...(spares?.remotes ?? [])];
    const spare = remotes.find(({ isReady }) => isReady) ?? remotes[0];
    if (!isFirst && (placement.standby ?? 0) > 0) {
      if (spare?.isReady) this.#runtime.standbyHits++;
      else this.#runtime.standbyMisses++;
    }
    if (!spare) return this.#open(name, placement);
    spares?.remotes.delete(spare);
    return spare;
  }

  #open(name: string, placement: Where): Remote {
    const remote = new Remote(name, placement);
    if (remote.isGone) return remote;
    this.#all.add(remote);
    void remote.gone.then(() => this.#all.delete(remote));
    return remote;
  }

  fillSoon(placement: Where): void {
    if ((placement.standby ?? 0) > 0) this.#fillIn(placement, SOON_MS);
  }

  #fillIn(placement: Where, ms: number): void {
    const spares = this.#sparesOf(placement);
    spares.wait ??= this.#runtime.clock.after(ms, () => {
      spares.wait = undefined;
      this.#fill(placement);
    });
  }

  /** Sees that there are as many spares as asked for, one start at a time. */
  #fill(placement: Where): void {
    const spares = this.#sparesOf(placement);
    if (this.#stopped || spares.wait || spares.remotes.size >= (placement.standby ?? 0)) return;
    if ([...spares.remotes].some(({ isReady }) => !isReady)) return;
    const remote = this.#open(nameOf(placement), placement);
    spares.remotes.add(remote);
    void remote.ready.then((failed) => this.#onReady(placement, remote, failed));
    void remote.gone.then(() => this.#lose(placement, remote, new Error('the spare ended')));
  }

  #onReady(placement: Where, remote: Remote, failed: StartOutcome): void {
    if (failed) {
      void remote.end();
      this.#lose(placement, remote, failed.error);
      return;
    }
    this.#sparesOf(placement).failures = 0;
    this.#fill(placement);
  }

  #sparesOf(placement: Where): Spares {
    let spares = this.#spares.get(placement);
    if (!spares) this.#spares.set(placement, (spares = { remotes: new Set(), failures: 0, wait: undefined }));
    return spares;
  }

  /** One that nobody has taken is no use any more; the next one waits longer each time. */
  #lose(placement: Where, remote: Remote, error: unknown): void {
    const spares = this.#sparesOf(placement);
    if (!spares.remotes.delete(remote) || this.#stopped) return;
    this.#runtime.standbyLost++;
    this.#runtime.warn(nameOf(placement), error);
    this.#fillIn(placement, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** spares.failures++));
  }

  /** Ends all that is left, spares and others. Settles when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { remotes, wait } of this.#spares.values()) {
      remotes.clear();
      wait?.cancel();
    }
    await Promise.all([...this.#all].map((remote) => remote.end()));
  }
}

function nameOf(placement: Where): string {
  const { href } = 'thread' in placement ? placement.thread : placement.process;
  return `spare of ${href.slice(href.lastIndexOf('/') + 1)}`;
}
