/**
 * A cold start of our engine: a new process, no positions, and no code compiled but for what the cache of types holds.
 *
 *     node cold.child.ts FOLDER THREADS TICKS SEED
 *
 * Reads `nodes` and `edges.u32` in the folder. Writes `picture.f32` and `tick-K.f32` for some ticks K. Prints a
 * {@link ColdRun} as JSON. Writing is not counted.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createForceLayout, createWasmKernel } from '@vortexflow/layout';
import { seededRandom, systemClock } from '@vortexflow/primitives';

/** Ticks after which positions are kept. */
const KEPT = [0, 4, 8, 12, 16, 20, 24, 28, 32, 40, 50, 75];

/** What a child measured, seconds since the process was started, without the time spent on writing. */
export interface ColdRun {
  readonly pictureSeconds: number;
  readonly ticks: readonly { readonly tick: number; readonly seconds: number }[];
  /** Processor time of all threads until the last tick. */
  readonly cpuSeconds: number;
}

const [folder = '', threads = '', most = '', seed = ''] = process.argv.slice(2);
const nodes = Number(await readFile(join(folder, 'nodes'), 'utf8'));
const edges = new Uint32Array(Uint8Array.from(await readFile(join(folder, 'edges.u32'))).buffer);
let writing = 0;
let pictureSeconds = Number.NaN;
let picture = new Float32Array();
const seconds = (): number => (performance.now() - writing) / 1000;

const kernel = await createWasmKernel({ clock: systemClock, threads: Number(threads) });
const engine = createForceLayout({ random: seededRandom(Number(seed)), kernel, starter: kernel });
await engine.load({ nodes, edges }, (positions) => {
  pictureSeconds = seconds();
  picture = positions.slice();
});
const ticks: { tick: number; seconds: number }[] = [];
for (let tick = 0; tick <= Number(most); tick++) {
  if (tick > 0 && (await engine.tick()).settled) break;
  if (!KEPT.includes(tick)) continue;
  const positions = await engine.positions();
  ticks.push({ tick, seconds: seconds() });
  const before = performance.now();
  await writeFile(join(folder, `tick-${tick}.f32`), positions);
  writing += performance.now() - before;
}
const { user, system } = process.cpuUsage();
await writeFile(join(folder, 'picture.f32'), picture);
await engine.dispose();
const run: ColdRun = { pictureSeconds, ticks, cpuSeconds: (user + system) / 1e6 };
process.stdout.write(`${JSON.stringify(run)}\n`);
