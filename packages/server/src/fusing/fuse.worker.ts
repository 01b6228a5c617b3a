/** The fusing thread: says that it is there, then answers one job after the other. */
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { fuseBody } from './fuse-body.ts';
import type { FromFuseThread, LookUpNames, NameAnswer, ToFuseThread } from './messages.ts';

// Linux has a priority per thread, so answering goes first. Elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const send = (message: FromFuseThread): void => parentPort?.postMessage(message);
/** Takes the answer to the question under way; there is one job at a time, and at most one question in it. */
let take: ((answer: NameAnswer) => void) | null = null;

const ask: LookUpNames = async (names) => {
  const answer = new Promise<NameAnswer>((resolve) => (take = resolve));
  send({ type: 'names', names });
  return (await answer).identities;
};

parentPort?.on('message', (message: ToFuseThread) => {
  if ('identities' in message) return take?.(message);
  // A failure must end the thread, as it did before there was anything to wait for.
  void fuseBody(message, ask, () => performance.now()).then(send, (failure: unknown) => {
    queueMicrotask(() => {
      throw failure;
    });
  });
});
