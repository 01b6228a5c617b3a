/**
 * What waits for one anchor: the latest checkpoint only, since it covers the earlier ones. What the anchor could not take waits
 * for the next try, unless a later one came.
 */
import type { Clock } from '@vortexflow/primitives';
import type { Anchor } from './anchors.ts';

/** Least time from a failure to the next try, ms. */
const RETRY_MS = 10_000;

export class AnchorLine {
  readonly #anchor: Anchor;
  readonly #clock: Clock;
  readonly #onNotice: (text: string) => void;
  #next: string | null = null;
  #running: Promise<void> | null = null;
  #notBefore = -Infinity;
  #endPause: () => void = () => undefined;
  #isEnding = false;
  #published = 0;
  #failure: string | null = null;

  constructor(anchor: Anchor, clock: Clock, onNotice: (text: string) => void) {
    this.#anchor = anchor;
    this.#clock = clock;
    this.#onNotice = onNotice;
  }

  get name(): string {
    return this.#anchor.name;
  }

  get published(): number {
    return this.#published;
  }

  /** Why the last try did not get through; null when it did. */
  get failure(): string | null {
    return this.#failure;
  }

  publish(note: string): void {
    this.#next = note;
    this.#running ??= this.#run();
  }

  /** For the end of the log: what waits is tried at once, and once. Resolves when nothing waits, or after a while. */
  async finish(ms: number): Promise<void> {
    this.#isEnding = true;
    this.#endPause();
    if (!this.#running) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(ms, resolve);
    await Promise.race([this.#running, promise]);
    timer.cancel();
  }

  async #run(): Promise<void> {
    while (this.#next !== null) {
      await this.#pause();
      // Taken after the pause: what goes out is the latest.
      const note = this.#next;
      this.#next = null;
      this.#notBefore = this.#clock.elapsed() + (this.#anchor.everyMs ?? 0);
      try {
        await this.#anchor.publish(note);
        this.#published++;
        this.#failure = null;
      } catch (failure) {
        if (this.#failure === null) this.#onNotice(`the anchor "${this.name}" takes no checkpoints`);
        this.#failure = (failure as NodeJS.ErrnoException).code ?? 'failed';
        this.#notBefore = Math.max(this.#notBefore, this.#clock.elapsed() + RETRY_MS);
        if (!this.#isEnding) this.#next ??= note;
      }
    }
    this.#running = null;
  }

  async #pause(): Promise<void> {
    const ms = this.#notBefore - this.#clock.elapsed();
    if (ms <= 0 || this.#isEnding) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(ms, resolve);
    this.#endPause = resolve;
    await promise;
    timer.cancel();
  }
}
