/** The actor of `placed.ts`, on the other side: adds what it is told, ends its thread or process at a number below zero. */
import type { PlacedActor } from '@vortexflow/actors';

export interface Load {
  /** Numbers that it holds, as an index does. */
  readonly numbers: number;
}

export const counting: PlacedActor<number, number, number, Float64Array[]> = {
  prepare({ numbers }: Load) {
    // Held as many middle-sized pieces: on the heap, and in memory outside it.
    return Array.from({ length: Math.ceil(numbers / 1_000) }, () => new Float64Array(1_000).fill(1));
  },
  init: () => 0,
  handle(count, message, ctx) {
    if (message < 0) process.exit(1);
    ctx.reply(count + message);
    return count + message;
  },
};
