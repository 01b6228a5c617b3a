/** Buffers through which results come back, two at a time: the next copy is encoded while the one before is being read. */
/// <reference types="@webgpu/types" />
import { type BufferAccount, READBACKS, USAGE } from './buffers.ts';

const MAP_READ = 0x1;

/** A buffer of the pool, taken by one reader. */
export class ReadbackSlot {
  readonly buffer: GPUBuffer;
  #release: () => void = () => {};
  /** Resolves when nobody has the slot. */
  free: Promise<void> = Promise.resolve();

  constructor(buffer: GPUBuffer) {
    this.buffer = buffer;
  }

  take(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.free = promise;
    this.#release = resolve;
  }

  /**
   * Waits for the copy that was encoded into the slot, and gives the slot back.
   *
   * @throws DOMException AbortError (rejects) when the device or the buffer is gone
   */
  async finish(bytes: number): Promise<ArrayBuffer> {
    try {
      await this.buffer.mapAsync(MAP_READ, 0, bytes);
      const copy = this.buffer.getMappedRange(0, bytes).slice(0);
      this.buffer.unmap();
      return copy;
    } finally {
      this.#release();
    }
  }
}

/** {@link READBACKS} slots, taken in turn. */
export class ReadbackPool {
  readonly #slots: readonly ReadbackSlot[];
  #next = 0;

  constructor(account: BufferAccount, bytes: number) {
    const usage = USAGE.mapRead | USAGE.copyTarget;
    this.#slots = Array.from({ length: READBACKS }, () => new ReadbackSlot(account.create('readback', bytes, usage)));
  }

  /** Waits until the next slot is free and takes it. Not to be called again before that. */
  async acquire(): Promise<ReadbackSlot> {
    const slot = this.#slots[this.#next++ % this.#slots.length]!;
    await slot.free;
    slot.take();
    return slot;
  }

  /** Waits until all slots are free. */
  async idle(): Promise<void> {
    await Promise.all(this.#slots.map(async (slot) => slot.free));
  }
}
