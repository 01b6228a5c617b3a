/** A thread that fuses batches, so that a large one does not hold up the event loop. */
import { Worker } from 'node:worker_threads';
import type { FromFuseThread, FuseJob, FuseReply, LookUpNames, NameAnswer } from './messages.ts';

/** Something that fuses one batch at a time. */
export interface Fuser {
  /** Rejects when it dies on the way, also by `end`. Not to be called again before it has settled. */
  fuse(job: FuseJob): Promise<FuseReply>;
  /** False once it has died, also between two batches. */
  readonly isAlive: boolean;
  /** Gives its memory back. It is of no use from then on. */
  end(): Promise<void>;
}

/**
 * Starts a thread, which costs about 0.2 s. It does not keep the process alive.
 *
 * @param lookUp answers what the names in a batch mean, on this thread
 */
export function startFuseThread(lookUp: LookUpNames): Fuser {
  const worker = new Worker(new URL('./fuse.worker.ts', import.meta.url));
  worker.unref();
  let isAlive = true;
  const mark = (): void => void (isAlive = false);
  // Without a listener the death of an idle thread would end the process.
  worker.on('error', mark).on('exit', mark);
  return {
    get isAlive() {
      return isAlive;
    },
    fuse: (job) =>
      new Promise((resolve, reject) => {
        const answer = ({ identities }: NameAnswer): void => worker.postMessage({ identities } satisfies NameAnswer);
        const hear = (message: FromFuseThread): void => {
          if (message.type === 'names') {
            lookUp(message.names).then((identities) => answer({ identities }), fail);
            return;
          }
          forget();
          resolve(message);
        };
        const fail = (failure: unknown): void => {
          forget();
          reject(failure instanceof Error ? failure : new Error(String(failure)));
        };
        const died = (code: number): void => fail(new Error(`the fusing thread ended with code ${code}`));
        const forget = (): void => void worker.off('message', hear).off('error', fail).off('exit', died);
        worker.on('message', hear).once('error', fail).once('exit', died);
        worker.postMessage(job);
      }),
    end: async () => void (await worker.terminate()),
  };
}
