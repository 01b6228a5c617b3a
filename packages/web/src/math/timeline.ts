/**
 * Few position frames a second, shown at display rate: each new frame is reached by a straight line that takes as long
 * as frames have lately been apart. A frame that comes early starts from what is shown, so nothing ever jumps.
 */
import { clamp, mix } from './matrix.ts';

const SHORTEST_MS = 50;
/** A longer silence is a rest, not a rate. */
const LONGEST_MS = 1500;
const USUAL_MS = 250;
/** Weight of the newest interval in the running mean. */
const NEWEST = 0.4;

export class Timeline {
  /** Where nodes come from; x, y, z interleaved. */
  from: Float32Array = new Float32Array(0);
  /** Where nodes go to, same length. */
  to: Float32Array = new Float32Array(0);
  #start = 0;
  #interval = 0;
  #duration = 0;
  readonly #smooth: boolean;
  /** The array of what is shown when a frame comes early: fresh memory would cost more than the sums. */
  #early: Float32Array = new Float32Array(0);

  /** @param smooth false shows every frame at once, for people who asked for reduced motion */
  constructor(smooth: boolean) {
    this.#smooth = smooth;
  }

  /** Takes a frame. @param now monotonic time in ms */
  push(positions: Float32Array, now: number): void {
    const first = this.to.length === 0;
    this.from = first ? positions : this.#shown(positions, now);
    this.to = positions;
    this.#duration = first || !this.#smooth ? 0 : this.#measured(now - this.#start);
    this.#start = now;
  }

  #measured(gap: number): number {
    if (gap > LONGEST_MS) return this.#interval || USUAL_MS;
    const kept = Math.max(gap, SHORTEST_MS);
    this.#interval = this.#interval === 0 ? kept : mix(this.#interval, kept, NEWEST);
    return this.#interval;
  }

  /** How far between `from` and `to` we are, 0 .. 1. */
  blend(now: number): number {
    return this.#duration === 0 ? 1 : clamp((now - this.#start) / this.#duration, 0, 1);
  }

  /** Position of one node as it is shown now. */
  at(index: number, now: number): [number, number, number] {
    const t = this.blend(now);
    const i = index * 3;
    const { from, to } = this;
    return [mix(from[i]!, to[i]!, t), mix(from[i + 1]!, to[i + 1]!, t), mix(from[i + 2]!, to[i + 2]!, t)];
  }

  /** What is shown now; nodes that were not there yet start where the new frame has them. */
  #shown(next: Float32Array, now: number): Float32Array {
    const t = this.blend(now);
    const common = Math.min(this.to.length, next.length);
    if (t === 1 && this.to.length === next.length) return this.to;
    const out = this.#target(next);
    for (let i = 0; i < common; i++) out[i] = mix(this.from[i]!, this.to[i]!, t);
    return out;
  }

  /** An array of our own, as long as `next` and holding it wherever nothing is shown yet. It may be `from` itself. */
  #target(next: Float32Array): Float32Array {
    const fits = this.#early.length === next.length && this.to.length === next.length;
    if (!fits) this.#early = next.slice();
    return this.#early;
  }
}
