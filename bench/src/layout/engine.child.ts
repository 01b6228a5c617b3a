/**
 * Our engine, in a process of its own like the others.
 *
 *     node engine.child.ts FOLDER BACKEND THREADS THETA TICKS
 *
 * Reads `edges.u32` and `start.f32` (x, y, z interleaved) in the folder, goes on from there warm, and writes
 * `positions.f32` and `forces.f32`, the repulsion there. Prints an {@link EngineRun} as JSON.
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
  /** How much the process grew from before the graph was loaded to its peak. */
  readonly grownBytes: number;
}

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
  grownBytes: process.resourceUsage().maxRSS * 1024 - before,
};
const positions = (await engine.positions()).slice();
await writeFile(join(folder, 'positions.f32'), positions);
await writeFile(join(folder, 'forces.f32'), await repulsionAt(positions));
await engine.dispose();
process.stdout.write(`${JSON.stringify(run)}\n`);

async function repulsionAt(places: Float32Array): Promise<Float32Array> {
  const state = LayoutState.of({ nodes, edges }, places);
  const { graph, nodeOf } = state.forKernel(state.live());
  await kernel.load(graph);
  const step = { theta: Number(theta), repulsion: 1, range: rangeFor(nodes), spring: 0, gravity: 0, cluster: 0 };
  // Loose nodes have a gravity of their own, which is no repulsion.
  await kernel.load({ ...graph, flags: new Uint8Array(graph.nodes) });
  const forces = await kernel.forces({ ...step, collision: 0, limit: 0, anchored: true, flat: false });
  const out = new Float32Array(forces.length);
  for (const [number, node] of nodeOf.entries()) out.set(forces.subarray(3 * number, 3 * number + 3), 3 * node);
  return out;
}
