/** The reading thread: reads one large body after the other, and hands it over part by part as it is asked to. */
import { parentPort } from 'node:worker_threads';
import type { FromReadingThread, ToReadingThread } from './messages.ts';
import { isPart, readLarge } from './read-large.ts';

let parts: Iterator<FromReadingThread> | null = null;

parentPort?.on('message', (message: ToReadingThread) => {
  if (message.type !== 'more') parts = readLarge(message, () => performance.now());
  const next = parts?.next();
  if (next?.done !== false) return;
  // After the end nobody asks again, and what was read must not stay until the next one comes.
  if (!isPart(next.value)) parts = null;
  parentPort?.postMessage(next.value);
});
