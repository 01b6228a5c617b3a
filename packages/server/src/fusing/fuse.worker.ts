/** The fusing thread: says that it is there, then answers one job after the other. */
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { fuseBody } from './fuse-body.ts';
import type { FuseJob } from './messages.ts';

// Linux has a priority per thread, so answering goes first. Elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

parentPort?.on('message', (job: FuseJob) => {
  parentPort?.postMessage(fuseBody(job, () => performance.now()));
});
