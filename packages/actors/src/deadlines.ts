import type { Clock, Timer } from '@vortexflow/primitives';

/** Something that waits until an instant of the clock's monotonic time. */
export interface Expiring {
  readonly due: number;
  readonly settled: boolean;
  expire(): void;
}

const COMPACT_FROM = 64;

/**
 * Many deadlines on one timer of the clock: a binary heap by instant. Adding is O(log n), O(1) when deadlines are about
 * equally long; what is settled early stays until half of the heap is, so settling is O(1) amortised.
 */
export class Deadlines {
  readonly #clock: Clock;
  #heap: Expiring[] = [];
  #settled = 0;
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(item: Expiring): void {
    this.#heap.push(item);
    this.#siftUp(this.#heap.length - 1);
    this.#arm();
  }

  /** To be called once for each item that no longer waits. */
  onSettled(): void {
    this.#settled++;
    if (this.#settled < COMPACT_FROM || this.#settled * 2 < this.#heap.length) return;
    this.#settled = 0;
    // A sorted array is a heap.
    this.#heap = this.#heap.filter((item) => !item.settled).sort((a, b) => a.due - b.due);
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || first.due >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = first.due;
    this.#timer = this.#clock.after(Math.max(0, first.due - this.#clock.elapsed()), () => this.#fire());
  }

  #fire(): void {
    this.#timer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.elapsed();
    for (let first = this.#heap[0]; first && (first.settled || first.due <= now); first = this.#heap[0]) {
      this.#removeFirst();
      if (first.settled) this.#settled = Math.max(0, this.#settled - 1);
      else first.expire();
    }
    this.#arm();
  }

  #removeFirst(): void {
    const last = this.#heap.pop() as Expiring;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown();
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
    const item = heap[from] as Expiring;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Expiring).due <= item.due) break;
      heap[at] = heap[parent] as Expiring;
      at = parent;
    }
    heap[at] = item;
  }

  #siftDown(): void {
    const heap = this.#heap;
    const item = heap[0] as Expiring;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Expiring).due < (heap[child] as Expiring).due) child++;
      if ((heap[child] as Expiring).due >= item.due) break;
      heap[at] = heap[child] as Expiring;
      at = child;
    }
    heap[at] = item;
  }
}
