/** Entry of the layout's worker thread. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { createCpuKernel } from './cpu-kernel.ts';
import { createForceLayout } from './force-layout.ts';
import type { Command, Report, WorkerSettings } from './messages.ts';
import { LayoutRunner } from './runner.ts';

const port = parentPort;
if (!port) throw new Error('host.worker.ts runs on a worker thread only');

// Linux has a priority per thread, so answering goes first. Elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const { seed, ...settings } = workerData as WorkerSettings;
const kernel = await createCpuKernel({ clock: systemClock });
const runner = new LayoutRunner({
  ...settings,
  engine: createForceLayout({ random: seededRandom(seed), kernel, starter: kernel }),
  clock: systemClock,
  send: (report) => port.postMessage(report, transferable(report)),
  // Out of every promise: the thread ends with this error, and the host sees it.
  fail: (error) =>
    queueMicrotask(() => {
      throw error;
    }),
});
port.on('message', (command: Command) => runner.handle(command));

function transferable(report: Report): ArrayBuffer[] {
  if (report.type === 'frame') return [report.bytes];
  return report.type === 'positions' ? [report.positions.buffer as ArrayBuffer] : [];
}
