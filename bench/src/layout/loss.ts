/**
 * `node bench/src/layout/loss.ts [losses]`: how long viewers wait when the graphics device is lost.
 * WordNet is computed by WebGPU in a child process, on the card where there is one, else in software; by turns the device
 * is destroyed between steps and the process is ended with SIGKILL in the middle of one, and the clock runs until the processor's kernel has computed the next positions and they
 * are encoded. A gap of frames is that time over the time between frames.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createChildKernel, createWasmKernel } from '@vortexflow/layout';
import { createResilientKernel, PositionStream } from '@vortexflow/layout/internal';
import { systemClock } from '@vortexflow/primitives';
import { softwareVulkan } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from '../figure.ts';
import { wordNet } from './graphs.ts';
import { placeGraph } from './placed.ts';

const LOSSES = Number(process.argv[2] ?? 50);
/** Time between two frames of the server, ms. */
const FRAME_MS = 200;
const THREADS = 2;
const PROGRAM = new URL('./lossy.child.ts', import.meta.url);
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
        return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('lossy.child');
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
    const child = await createChildKernel({ memoryLimit: 2e9, allowSoftware: true, env, program: PROGRAM });
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

interface Loss {
  readonly how: 'device destroyed' | 'process killed';
  /** From the loss until it was noticed, until positions were there, until they were encoded, ms. */
  readonly noticed: number;
  readonly computed: number;
  readonly encoded: number;
}
const losses: Loss[] = [];
while (losses.length < LOSSES) {
  // On the processor until the next child is open, which is what viewers see meanwhile.
  while (kernel.backend !== 'webgpu') {
    await kernel.run([{ ...step, limit: 0.01 }]);
    await encode();
    await wait(FRAME_MS);
  }
  const how = losses.length % 2 === 0 ? 'device destroyed' : 'process killed';
  const [pid] = graphicsChildren();
  if (pid === undefined) throw new Error('the graphics process is not there');
  // In software a step blocks the process that would have to destroy its device, so only the kill comes in its middle.
  const running = how === 'process killed' ? kernel.run([step]) : null;
  if (running) await wait(INTO_STEP_MS);
  const lost = performance.now();
  process.kill(pid, how === 'process killed' ? 'SIGKILL' : 'SIGUSR2');
  if (running) await running;
  else {
    const before = noticed.length;
    while (noticed.length === before) await new Promise((resolve) => setImmediate(resolve));
    await kernel.run([step]);
  }
  const computed = performance.now() - lost;
  await encode();
  losses.push({ how, noticed: noticed.at(-1)! - lost, computed, encoded: performance.now() - lost });
  process.stderr.write(`… loss ${losses.length}: ${how}, ${losses.at(-1)!.encoded.toFixed(0)} ms\n`);
}
await kernel.dispose();

const spread = (of: readonly number[]): string =>
  `p50 ${quantile(of, 0.5).toFixed(0)}, p95 ${quantile(of, 0.95).toFixed(0)}, most ${Math.max(...of).toFixed(0)} ms`;
const rows: Figure[] = (['device destroyed', 'process killed'] as const).flatMap((kind) => {
  const some = losses.filter(({ how }) => how === kind);
  return [
    { what: `${kind}, ${some.length} times: until it is noticed`, value: spread(some.map((one) => one.noticed)) },
    { what: 'until the processor has new positions', value: spread(some.map((one) => one.computed)) },
    { what: 'until they are encoded', value: spread(some.map((one) => one.encoded)) },
  ];
});
const all = losses.map(({ encoded }) => encoded);
rows.push({
  what: `all ${losses.length} losses: until positions are encoded`,
  value: spread(all),
  goal: 'p95 <= 80 ms',
  met: quantile(all, 0.95) <= 80,
});
const missing = Math.ceil(Math.max(...losses.map(({ encoded }) => encoded)) / FRAME_MS);
rows.push({
  what: `frames missing at one every ${FRAME_MS} ms`,
  value: `at most ${missing}`,
  goal: '<= 2',
  met: missing <= 2,
});
process.stdout.write(`${circumstances().join('\n')}\nadapter  ${adapter}\n\n`);
printTable(rows);
