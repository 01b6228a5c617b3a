/**
 * Gives memory back that heaps do not use any more. V8 keeps the pages that its collections empty, for the next peak, until a
 * thread has had nothing to do for some seconds. A server that always has something to do would keep the pages of all
 * its peaks: hundreds of megabytes beyond what is in them. Collections for size give them back, but take twice as long, and the
 * nursery is small after them; so they are asked for from time to time only.
 */
import { setFlagsFromString } from 'node:v8';
import type { Clock, Timer } from '@vortexflow/primitives';

/** From one time to the next, ms. */
const EVERY_MS = 300_000;
/** How long a time is: under load, each thread collects every 10 to 20 s by itself. */
const FOR_MS = 30_000;

/** V8 looks at it at every collection, in all threads. */
const FOR_SIZE = '--optimize-for-size';
const FOR_SPEED = '--no-optimize-for-size';

/**
 * Begins with a time after the start, whose peak is the highest. To be called once in a process.
 * @param turn of this process among those of a server, which take turns: from 0, at most nine
 * @param setFlags of V8
 * @returns ends it
 */
export function trimHeaps(
  clock: Clock,
  turn: number,
  setFlags: (flags: string) => void = setFlagsFromString,
): () => void {
  let timer: Timer;
  const pause = (): void => {
    setFlags(FOR_SPEED);
    timer = clock.after(EVERY_MS - FOR_MS, trim);
  };
  const trim = (): void => {
    setFlags(FOR_SIZE);
    timer = clock.after(FOR_MS, pause);
  };
  timer = clock.after(EVERY_MS / 5 + turn * FOR_MS, trim);
  return () => {
    timer.cancel();
    setFlags(FOR_SPEED);
  };
}
