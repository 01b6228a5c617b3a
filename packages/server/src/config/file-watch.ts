/**
 * Tells when a file has changed and come to rest. It looks at the file's size, times and identity ten times a second,
 * through every link on the way. Events of the system would come sooner, but nothing is done before the rest is over
 * anyway; and they do not come at all over network file systems, from the other side of a container's mount, or for a
 * folder that is itself replaced, as the links of a Kubernetes ConfigMap are. A look with
 * its timer costs .5 ms of a loaded core, half a percent of it.
 */
import { stat } from 'node:fs/promises';
import type { Clock, Timer } from '@vortexflow/primitives';

/** Between looks, ms. */
const LOOK_MS = 100;
/** A file that has not changed for so long is whole, ms: programs write in several steps. */
const REST_MS = 250;
/** Before it is tried again to take what could not be taken, ms. */
const RETRY_MS = 2_000;

export interface FileWatchOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Takes what is there now. @returns false to be told again after a while */
  readonly onRest: () => Promise<boolean>;
}

export class FileWatch {
  readonly #options: FileWatchOptions;
  #seen: string;
  #taken: string;
  #changed = 0;
  #notBefore = 0;
  #timer: Timer | null = null;
  #look: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** @param known signature of what has been taken already; see {@link signatureOf} */
  constructor(options: FileWatchOptions, known: string) {
    this.#options = options;
    this.#seen = known;
    this.#taken = known;
    this.#next(LOOK_MS);
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await this.#look;
  }

  /** Resolves when what has been begun is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#look;
  }

  #next(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.after(ms, () => {
      this.#look = this.#lookOnce().then((wait) => this.#next(wait));
    });
  }

  /** @returns ms until the next look */
  async #lookOnce(): Promise<number> {
    const { path, clock, onRest } = this.#options;
    const now = await signatureOf(path);
    if (now !== this.#seen) {
      this.#seen = now;
      this.#changed = clock.elapsed();
      this.#notBefore = 0;
    }
    if (this.#seen === this.#taken) return LOOK_MS;
    const left = Math.max(this.#changed + REST_MS, this.#notBefore) - clock.elapsed();
    if (left > 0) return Math.min(LOOK_MS, left);
    if (await onRest().catch(() => false)) this.#taken = now;
    else this.#notBefore = clock.elapsed() + RETRY_MS;
    return LOOK_MS;
  }
}

/** What differs whenever a file may have changed, or another stands in its place; the same word for every missing file. */
export async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
