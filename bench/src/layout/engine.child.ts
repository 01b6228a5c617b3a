/**
 * Our engine, in a process of its own like the others.
 *
 *     node engine.child.ts FOLDER BACKEND THREADS THETA TICKS
 *
 * Reads `edges.u32` and `start.f32` (x, y, z interleaved) in the folder and goes on from there warm. Then it does the same
 * steps once more, without a clock, and looks at the repulsion between some, as old as the tree and the far field are at
 * that moment: `positions-K.f32`, `forces-K.f32` and `sampled.u32`, the nodes that no other force than this acts on.
 * Prints an {@link EngineRun} as JSON.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createForceLayout, createWasmKernel } from '@vortexflow/layout';
import { createTypeScriptKernel, LayoutState, rangeFor } from '@vortexflow/layout/internal';
import { seededRandom, systemClock } from '@vortexflow/primitives';

/** What a child measured. */
export interface EngineRun {
  readonly backend: string;
  readonly setupMs: number;
  /** Duration of each tick, in order, re-sorts included. */
  readonly tickMs: readonly number[];
  /** Memory of the kernel. */
  readonly kernelBytes: number;
  /** Number of moments at which forces were written. */
  readonly moments: number;
  /** How much the process grew from before the graph was loaded to its peak. */
  readonly grownBytes: number;
}

const SAMPLED = 500;
const MOMENTS = 10;

const [folder = '', backend = '', threads = '', theta = '', ticks = ''] = process.argv.slice(2);
const bytes = async (name: string): Promise<ArrayBuffer> => Uint8Array.from(await readFile(join(folder, name))).buffer;
const edges = new Uint32Array(await bytes('edges.u32'));
const start = new Float32Array(await bytes('start.f32'));
const nodes = start.length / 3;

const kernel =
  backend === 'cpu-ts'
    ? createTypeScriptKernel()
    : await createWasmKernel({ clock: systemClock, threads: Number(threads) });
const parameters = { theta: Number(theta), cooling: 1e-9 };
const engine = createForceLayout({ random: seededRandom(1), kernel, starter: kernel, parameters });
const before = process.memoryUsage().rss;
const began = performance.now();
await engine.load({ nodes, edges, start });
const setupMs = performance.now() - began;
// A change of parameters warms the layout up; without cooling it stays as warm.
engine.setParameters({});
const tickMs: number[] = [];
for (let tick = 0; tick < Number(ticks); tick++) {
  const from = performance.now();
  await engine.tick();
  tickMs.push(performance.now() - from);
}
const run: EngineRun = {
  backend: engine.backend,
  setupMs,
  tickMs,
  kernelBytes: kernel.bytes,
  moments: MOMENTS,
  grownBytes: process.resourceUsage().maxRSS * 1024 - before,
};
await writeForces();
await engine.dispose();
process.stdout.write(`${JSON.stringify(run)}\n`);

async function writeForces(): Promise<void> {
  const state = LayoutState.of({ nodes, edges }, start);
  const { graph } = state.forKernel(state.live());
  await kernel.load(graph);
  const strengths = { repulsion: 1, spring: 2, gravity: 0.01, cluster: 0, collision: 0 };
  const step = { ...strengths, theta: Number(theta), range: rangeFor(nodes), limit: 1.5, anchored: false, flat: false };
  // Loose nodes have a gravity of their own, which is no repulsion.
  const core = graph.flags.reduce<number[]>((found, flag, node) => (flag === 0 && found.push(node), found), []);
  const sampled = Array.from({ length: SAMPLED }, (_, i) => core[Math.floor(((i + 0.5) * core.length) / SAMPLED)]!);
  await writeFile(join(folder, 'sampled.u32'), Uint32Array.from(sampled));
  for (let moment = 0; moment < MOMENTS; moment++) {
    // Two, three or four: far fields of all ages are met.
    await kernel.run(Array.from({ length: 2 + (moment % 3) }, () => step));
    await writeFile(join(folder, `positions-${moment}.f32`), (await kernel.read()).slice());
    await writeFile(join(folder, `forces-${moment}.f32`), await kernel.forces({ ...step, spring: 0, gravity: 0 }));
  }
}
