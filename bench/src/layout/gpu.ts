/**
 * `node bench/src/layout/gpu.ts [--software]`: absolute speed of the layout on this machine's graphics card: WordNet and a
 * million nodes. Says so where there is none. With `--software` it runs WebGPU on the processor, to see that it works, on
 * the verbs of WordNet only: that is no measurement of anything else.
 */
import { createChildKernel, NoAdapterError } from '@vortexflow/layout';
import { rangeFor } from '@vortexflow/layout/internal';
import { softwareVulkan } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from '../figure.ts';
import { exactForces, kernelLaw } from './exact-force.ts';
import type { BenchGraph } from './graph.ts';
import { million, wordNet, wordNetVerbs } from './graphs.ts';
import { placeGraph } from './placed.ts';

const software = process.argv.includes('--software');
const env = software && softwareVulkan !== undefined ? { VK_DRIVER_FILES: softwareVulkan } : {};
const BATCH = software ? 1 : 10;
const BATCHES = software ? 3 : 30;
const SAMPLED = 300;
const THETA = 1.2;

async function open() {
  try {
    return await createChildKernel({ memoryLimit: 4e9, allowSoftware: software, env });
  } catch (failure) {
    if (failure instanceof NoAdapterError) return null;
    throw failure;
  }
}

async function measure(graph: BenchGraph): Promise<Figure[]> {
  const placed = await placeGraph(graph, THETA);
  const kernel = await open();
  if (!kernel) return [{ what: `${graph.name} on the graphics card`, value: 'no GPU here' }];
  try {
    await kernel.load(placed.graph);
    const bare = { ...placed.step, spring: 0, gravity: 0, anchored: true };
    const forces = await kernel.forces(bare);
    const error = meanError(placed.graph.positions, forces, placed.graph.flags);
    const ms: number[] = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      const begin = performance.now();
      await kernel.run(Array.from({ length: BATCH }, () => ({ ...placed.step, limit: 0.05 })));
      ms.push((performance.now() - begin) / BATCH);
    }
    const begin = performance.now();
    await kernel.read();
    const read = performance.now() - begin;
    const perSecond = 1000 / quantile(ms, 0.5);
    const name = `${graph.name}, ${graph.nodes.toLocaleString('en')} nodes, ${kernel.adapter}`;
    const goal = graph.nodes === 1_000_000 ? { goal: '>= 60', met: perSecond >= 60 } : {};
    return [
      {
        what: `ticks/s of ${name}`,
        value: `${perSecond.toFixed(1)} (p50 ${quantile(ms, 0.5).toFixed(2)}, p95 ${quantile(ms, 0.95).toFixed(2)} ms over ${BATCHES} batches of ${BATCH}; mean force error ${(100 * error).toFixed(2)} %)`,
        ...goal,
      },
      {
        what: 'reading the positions back',
        value: `${read.toFixed(1)} ms; ${(kernel.bytes / 1e6).toFixed(0)} MB on the card`,
      },
    ];
  } finally {
    await kernel.dispose();
  }
}

/** Loose nodes feel a gravity of their own, which is no repulsion: only the others are looked at. */
function meanError(positions: Float32Array, forces: Float32Array, flags: Uint8Array): number {
  const nodes = positions.length / 3;
  const sampled = Array.from({ length: SAMPLED }, (_, i) => Math.floor(((i + 0.5) * nodes) / SAMPLED)).filter(
    (node) => (flags[node]! & 1) === 0,
  );
  const exact = exactForces(kernelLaw(rangeFor(nodes)), positions, new Uint8Array(nodes).fill(1), sampled);
  const errors = sampled.map((node, k) => {
    const wanted = exact.subarray(3 * k, 3 * k + 3);
    return Math.hypot(...[0, 1, 2].map((axis) => forces[3 * node + axis]! - wanted[axis]!)) / Math.hypot(...wanted);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const rows: Figure[] = [];
for (const graph of software ? [await wordNetVerbs()] : [await wordNet(), million()])
  rows.push(...(await measure(graph)));
process.stdout.write(`${circumstances().join('\n')}\n\n`);
printTable(rows);
