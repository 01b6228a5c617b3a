/** A thread that fuses batches, so that a large one does not hold up the event loop. */
import { type JobThread, startJobThread } from '../threads/job-thread.ts';
import type { FromFuseThread, FuseJob, FuseReply, LookUpNames, NameAnswer } from './messages.ts';

/** @param lookUp answers what the names in a batch mean, on the thread that starts this one */
export const startFuseThread = (lookUp: LookUpNames): JobThread<FuseJob, FuseReply> =>
  startJobThread<FuseJob, FromFuseThread, FuseReply>(new URL('./fuse.worker.ts', import.meta.url), () => {
    return async (message) => {
      if (message.type !== 'names') return { reply: message };
      return { say: { identities: await lookUp(message.names) } satisfies NameAnswer };
    };
  });
