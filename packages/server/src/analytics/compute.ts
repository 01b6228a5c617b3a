/** Computing beside the event loop: a thread for each computation, which goes with it and gives its memory back. */
import { Worker } from 'node:worker_threads';
import type { AnalyticsJob, AnalyticsResult } from './measures.ts';

/**
 * Computes somewhere else. The arrays of the job are its own from then on.
 * Rejects when it fails, and soon after the signal is aborted.
 */
export type Compute = (job: AnalyticsJob, signal: AbortSignal) => Promise<AnalyticsResult>;

/** Starts a thread, which costs about 0.1 s; terminates it on abort. */
export const computeOnThread: Compute = (job, signal) =>
  new Promise((resolve, reject) => {
    const { edges, positions } = job.snapshot;
    const transferList = [edges.buffer, ...(positions ? [positions.buffer] : [])].filter(
      (buffer) => buffer instanceof ArrayBuffer,
    );
    const worker = new Worker(new URL('./analytics.worker.ts', import.meta.url), { workerData: job, transferList });
    const abort = (): void => void worker.terminate();
    signal.addEventListener('abort', abort, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', abort);
      // After a result or an error this changes nothing.
      reject(new Error(`the computation ended with code ${code}`));
    });
    if (signal.aborted) abort();
  });
