/** Thread of one computation: begins with its job, ends with its result. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type AnalyticsJob, measureGraph } from './measures.ts';

// Linux has a priority per thread, so answering goes first. Elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

parentPort?.postMessage(measureGraph(workerData as AnalyticsJob));
