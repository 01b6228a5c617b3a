/**
 * `node bench/src/layout/loss.ts [losses]`: how long viewers wait when the graphics process is killed in the middle of a
 * step. WordNet is computed by WebGPU in a child process, on the card where there is one, else in software; each time the
 * child is ended with SIGKILL, and the clock runs until the processor's kernel has computed the next positions and they
 * are encoded. A gap of frames is that time over the time between frames.
 */
import { readdirSync, readFileSync } from 'node:fs';
import {
  createChildKernel,
  createResilientKernel,
  createWasmKernel,
  PositionStream,
} from '@vortexflow/layout/internal';
import { systemClock } from '@vortexflow/primitives';
import { softwareVulkan } from '@vortexflow/testkit';
import { circumstances, printTable, quantile } from '../figure.ts';
import { wordNet } from './graphs.ts';
import { placeGraph } from './placed.ts';

const LOSSES = Number(process.argv[2] ?? 50);
/** Time between two frames of the server, ms. */
const FRAME_MS = 200;
const THREADS = 2;
/** Into the step: the card is busy then. */
const INTO_STEP_MS = 40;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Processes whose parent is this one and that run the graphics child. */
function graphicsChildren(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dawn-child');
      } catch {
        return false;
      }
    });
}

const { graph, step } = await placeGraph(await wordNet(), 1.2);
const standby = await createWasmKernel({ clock: systemClock, threads: THREADS });
let adapter = '';
/** When each loss was noticed, ms. */
const noticed: number[] = [];
const env = softwareVulkan === undefined ? {} : { VK_DRIVER_FILES: softwareVulkan };
const kernel = createResilientKernel({
  standby,
  clock: systemClock,
  open: async () => {
    const child = await createChildKernel({ memoryLimit: 2e9, allowSoftware: true, env });
    ({ adapter } = child);
    void child.lost.then(() => noticed.push(performance.now()));
    return child;
  },
});
const stream = new PositionStream(0);
const encode = async (): Promise<void> =>
  void stream.encode(await kernel.read(), { revision: 1, settled: false, now: systemClock.now() });
await kernel.load(graph);
await encode();

const times: number[] = [];
const silent: number[] = [];
const sinceNoticed: number[] = [];
while (times.length < LOSSES) {
  // On the processor until the next child is open, which is what viewers see meanwhile.
  while (kernel.backend !== 'webgpu') {
    await kernel.run([{ ...step, limit: 0.01 }]);
    await encode();
    await wait(FRAME_MS);
  }
  const running = kernel.run([step]);
  await wait(INTO_STEP_MS);
  const [pid] = graphicsChildren();
  if (pid === undefined) throw new Error('the graphics process is not there');
  const lost = performance.now();
  process.kill(pid, 'SIGKILL');
  await running;
  const computed = performance.now();
  await encode();
  times.push(performance.now() - lost);
  silent.push(computed - lost);
  sinceNoticed.push(performance.now() - noticed.at(-1)!);
  process.stderr.write(`… loss ${times.length}: ${times.at(-1)!.toFixed(0)} ms\n`);
}
await kernel.dispose();

const p95 = quantile(times, 0.95);
const spread = (of: readonly number[]): string =>
  `p50 ${quantile(of, 0.5).toFixed(0)}, p95 ${quantile(of, 0.95).toFixed(0)}, most ${Math.max(...of).toFixed(0)} ms`;
process.stdout.write(`${circumstances().join('\n')}\nadapter  ${adapter}\n\n`);
printTable([
  { what: `graphics process killed -> positions from the processor, ${LOSSES} times`, value: spread(silent) },
  { what: 'the same until they are encoded', value: spread(times), goal: 'p95 <= 80 ms', met: p95 <= 80 },
  { what: 'of that from noticing the loss on', value: spread(sinceNoticed) },
  {
    what: `frames missing at one every ${FRAME_MS} ms`,
    value: `at most ${Math.ceil(Math.max(...times) / FRAME_MS)}`,
    goal: '<= 2',
    met: Math.ceil(Math.max(...times) / FRAME_MS) <= 2,
  },
]);
