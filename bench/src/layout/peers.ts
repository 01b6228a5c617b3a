/** Runs another engine on a graph; see `peers.child.ts`. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Random } from '@vortexflow/primitives';
import type { BenchGraph } from './graph.ts';
import type { PeerRun } from './peers.child.ts';

/** `ngraph`: ngraph.forcelayout 3.3.1; `d3`: d3-force-3d 3.0.6. Both with their defaults, in three dimensions. */
export type PeerName = 'ngraph' | 'd3';

export interface PeerOptions {
  /** x, y, z interleaved, length 3n. */
  readonly start: Float32Array;
  readonly ticks: number;
  /** No further tick begins after this time. */
  readonly seconds: number;
  /** Heap of the process, MB. Default 8192: a million nodes as objects need several GB. */
  readonly heapMegabytes?: number;
}

export interface PeerResult extends PeerRun {
  /** x, y, z interleaved, length 3n, after the last tick. */
  readonly positions: Float32Array;
  /** The engine's own repulsion there, length 3n: compare it with `exactForces`. */
  readonly forces: Float32Array;
}

const CHILD = fileURLToPath(new URL('./peers.child.ts', import.meta.url));

/** @throws Error when the process fails, for example for want of memory */
export async function runPeer(engine: PeerName, graph: BenchGraph, options: PeerOptions): Promise<PeerResult> {
  const { start, ticks, seconds, heapMegabytes = 8192 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-peer-'));
  try {
    await writeFile(join(folder, 'edges.u32'), graph.edges);
    await writeFile(join(folder, 'start.f32'), start);
    const parameters = [`--max-old-space-size=${heapMegabytes}`, CHILD, engine, folder, `${ticks}`, `${seconds}`];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { maxBuffer: 1 << 26 });
    const read = async (name: string): Promise<Float32Array> =>
      new Float32Array(Uint8Array.from(await readFile(join(folder, name))).buffer);
    const [positions, forces] = [await read('positions.f32'), await read('forces.f32')];
    return { ...(JSON.parse(stdout) as PeerRun), positions, forces };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Positions anywhere in a cube with room for one node in each cell of side `spacing`. Length 3n. */
export function randomStart(nodes: number, spacing: number, random: Random): Float32Array {
  const side = spacing * Math.cbrt(nodes);
  return Float32Array.from({ length: 3 * nodes }, () => (random() - 0.5) * side);
}
