/** Entry of the layout's worker thread: constructs the kernel, the sensors and the engine, and runs them. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { createCpuKernel } from './cpu-kernel.ts';
import { createForceLayout } from './force-layout.ts';
import { runCommand } from './hardware/command.ts';
import { mayHaveGraphicsCard } from './hardware/graphics-card.ts';
import { hwmon } from './hardware/hwmon.ts';
import { HardwareMonitor } from './hardware/monitor.ts';
import { nvidiaSmi } from './hardware/nvidia-smi.ts';
import { type Kernel, MemoryLimitError, type StartKernel } from './kernel.ts';
import type { Command, LayoutNotice, Report, WorkerSettings } from './messages.ts';
import { createResilientKernel } from './resilient-kernel.ts';
import { LayoutRunner } from './runner.ts';
import { createChildKernel } from './webgpu/child-kernel.ts';
import { NoAdapterError } from './webgpu/dawn.ts';

const port = parentPort;
if (!port) throw new Error('host.worker.ts runs on a worker thread only');

// Linux has a priority per thread, so answering goes first. Elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const { seed, backend, memoryLimit, ...settings } = workerData as WorkerSettings;
const send = (report: Report): void => port.postMessage(report, transferable(report));
const tell = (level: LayoutNotice['level'], text: string): void => send({ type: 'notice', notice: { level, text } });

const cpu = await createCpuKernel({
  clock: systemClock,
  memoryLimit,
  onFallback: ({ message }) => tell('warn', `the layout runs without WebAssembly, several times slower: ${message}`),
});
const kernel = backend === 'cpu' || (backend === 'auto' && !mayHaveGraphicsCard()) ? cpu : withGraphicsCard(cpu);

/** The graphics card as soon as it is open, the processor until then and whenever the card is lost. */
function withGraphicsCard(standby: StartKernel): Kernel {
  return createResilientKernel({
    standby,
    clock: systemClock,
    open: () => createChildKernel({ memoryLimit, allowSoftware: backend === 'gpu' }),
    // A card that is not there does not come, and a graph that is too large for it does not shrink by waiting.
    worthRetrying: (reason) => !(reason instanceof NoAdapterError || reason instanceof MemoryLimitError),
    onChange: ({ backend: now, reason }) =>
      reason
        ? tell('warn', `the layout goes on with ${now}: ${reason.message}`)
        : tell('info', `the layout runs on ${now}`),
  });
}

const hardware = new HardwareMonitor({
  sources: [nvidiaSmi(runCommand), hwmon()],
  clock: systemClock,
  onChange: (state, readings) => {
    const hot = readings.map(({ device, temperature }) => `${device} ${temperature ?? '–'} °C`).join(', ');
    if (state === 'alert' || state === 'throttle') tell('warn', `the machine is hot (${state}): ${hot}`);
  },
});
hardware.start();

const runner = new LayoutRunner({
  ...settings,
  engine: createForceLayout({ random: seededRandom(seed), kernel, starter: cpu }),
  hardware,
  clock: systemClock,
  send,
  // Out of every promise: the thread ends with this error, and the host sees it.
  fail: (error) =>
    queueMicrotask(() => {
      throw error;
    }),
});
port.on('message', (command: Command) => runner.handle(command));

function transferable(report: Report): ArrayBuffer[] {
  switch (report.type) {
    case 'tick':
      return [report.tick.words.buffer, report.tick.starts.buffer];
    case 'checkpoint':
    case 'positions':
      return [report.positions.buffer];
    default:
      // The encoder keeps its blocks frame, and states have no buffer.
      return [];
  }
}
