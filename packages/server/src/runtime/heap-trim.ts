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
/** How long a time is: under load, each thread collects every 10 to 20 s by itself. ms */
const FOR_MS = 30_000;
/** Not before that after the start, ms. */
const FIRST_MS = 60_000;

/** V8 looks at it at every collection, in all threads. */
const FOR_SIZE = '--optimize-for-size';
const FOR_SPEED = '--no-optimize-for-size';

/**
 * Asks for it again and again. To be called once in a process; it does nothing where V8 was started so.
 * @param turn of this process among those of a server: ten take turns by the clock on the wall, whenever each was started
 * @param setFlags of V8
 * @returns ends it
 */
export function trimHeaps(
  clock: Clock,
  turn: number,
  setFlags: (flags: string) => void = setFlagsFromString,
): () => void {
  if (isAlwaysForSize()) return () => undefined;
  const own = (turn * FOR_MS) % EVERY_MS;
  /** ms until this process has its turn, not sooner than `least`. */
  const wait = (least: number): number => least + modulo(own - (clock.now() + least), EVERY_MS);
  let timer: Timer;
  const pause = (): void => {
    setFlags(FOR_SPEED);
    timer = clock.after(wait(FOR_MS), trim);
  };
  const trim = (): void => {
    setFlags(FOR_SIZE);
    timer = clock.after(FOR_MS, pause);
  };
  timer = clock.after(wait(FIRST_MS), trim);
  return () => {
    timer.cancel();
    setFlags(FOR_SPEED);
  };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const isAlwaysForSize = (): boolean =>
  [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((options) => /--optimize[-_]for[-_]size/.test(options));
