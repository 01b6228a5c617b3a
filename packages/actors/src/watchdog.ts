import type { Clock, Timer } from '@vortexflow/primitives';
import type { ProgressReading } from './progress.ts';

const LOOKS = 4;

/**
 * Notices when something makes no progress for `hangMs`. It counts looks on which nothing had changed rather than time that
 * passed: when this process itself was frozen or busy, time has passed but nobody has looked.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #read: () => ProgressReading;
  readonly #onHang: () => void;
  #seen: ProgressReading;
  #still = 0;
  #timer: Timer;

  constructor(clock: Clock, hangMs: number, read: () => ProgressReading, onHang: () => void) {
    this.#clock = clock;
    this.#everyMs = hangMs / LOOKS;
    this.#read = read;
    this.#onHang = onHang;
    this.#seen = read();
    this.#timer = this.#arm();
  }

  #arm(): Timer {
    return this.#clock.after(this.#everyMs, () => this.#look());
  }

  #look(): void {
    const now = this.#read();
    const { begun, done, beats } = this.#seen;
    const isSame = now.begun === begun && now.done === done && now.beats === beats;
    this.#still = isSame ? this.#still + 1 : 0;
    this.#seen = now;
    if (this.#still >= LOOKS) this.#onHang();
    else this.#timer = this.#arm();
  }

  cancel(): void {
    this.#timer.cancel();
  }
}
