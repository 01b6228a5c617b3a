/** What waits for one anchor: the latest checkpoint only, since it covers the earlier ones. */
import type { Clock } from '@vortexflow/primitives';
import type { Anchor } from './anchors.ts';

export class AnchorLine {
  readonly #anchor: Anchor;
  readonly #onNotice: (text: string) => void;
  #next: string | null = null;
  #running: Promise<void> | null = null;
  #published = 0;
  #failure: string | null = null;

  constructor(anchor: Anchor, onNotice: (text: string) => void) {
    this.#anchor = anchor;
    this.#onNotice = onNotice;
  }

  get name(): string {
    return this.#anchor.name;
  }

  get published(): number {
    return this.#published;
  }

  /** Why the last checkpoint did not get through; null when it did. */
  get failure(): string | null {
    return this.#failure;
  }

  publish(note: string): void {
    this.#next = note;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits, or after a while. */
  async settle(clock: Clock, ms: number): Promise<void> {
    if (!this.#running) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(ms, resolve);
    await Promise.race([this.#running, promise]);
    timer.cancel();
  }

  async #run(): Promise<void> {
    while (this.#next !== null) {
      const note = this.#next;
      this.#next = null;
      try {
        await this.#anchor.publish(note);
        this.#published++;
        this.#failure = null;
      } catch (failure) {
        if (this.#failure === null) this.#onNotice(`the anchor "${this.name}" takes no checkpoints`);
        this.#failure = (failure as NodeJS.ErrnoException).code ?? 'failed';
      }
    }
    this.#running = null;
  }
}
