/** Runs our engine on a graph, as `peers.ts` runs the others; see `engine.child.ts` and `cold.child.ts`. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ColdRun } from './cold.child.ts';
import type { EngineRun } from './engine.child.ts';
import type { BenchGraph } from './graph.ts';

export interface EngineOptions {
  readonly backend: 'cpu-wasm' | 'cpu-ts';
  readonly threads: number;
  readonly theta: number;
  readonly ticks: number;
  /** x, y, z interleaved, length 3n. */
  readonly start: Float32Array;
}

/** Positions at a moment of a run and the repulsion that a step finds there, length 3n, in the kernel's order. */
export interface Moment {
  readonly positions: Float32Array;
  readonly forces: Float32Array;
}

export interface EngineResult extends EngineRun {
  readonly at: readonly Moment[];
  /** Nodes at which the forces are repulsion alone. */
  readonly sampled: readonly number[];
}

/** A layout at some moment. */
export interface Snapshot {
  /** Ticks; null for the first picture. */
  readonly tick: number | null;
  readonly seconds: number;
  readonly positions: Float32Array;
}

const CODE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/compile', import.meta.url));

async function runChild<T>(
  name: string,
  files: Readonly<Record<string, Uint32Array | Float32Array | string>>,
  parameters: readonly (string | number)[],
  read: (run: T, file: (name: string) => Promise<Float32Array>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-own-'));
  try {
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    const child = fileURLToPath(new URL(`./${name}`, import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [child, folder, ...parameters.map(String)], {
      maxBuffer: 1 << 26,
      // As the server does: types are stripped once for all processes, not in each.
      env: { ...process.env, NODE_COMPILE_CACHE: CODE_CACHE },
    });
    return await read(
      JSON.parse(stdout) as T,
      async (file) => new Float32Array(Uint8Array.from(await readFile(join(folder, file))).buffer),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ticks of a warm layout. @throws Error when the process fails */
export function runEngine(graph: BenchGraph, options: EngineOptions): Promise<EngineResult> {
  const { backend, threads, theta, ticks, start } = options;
  const files = { 'edges.u32': graph.edges, 'start.f32': start };
  return runChild<EngineResult>('engine.child.ts', files, [backend, threads, theta, ticks], async (run, file) => {
    const at: Moment[] = [];
    for (let moment = 0; moment < run.moments; moment++) {
      at.push({ positions: await file(`positions-${moment}.f32`), forces: await file(`forces-${moment}.f32`) });
    }
    const sampled = [...new Uint32Array((await file('sampled.u32')).buffer)];
    return { ...run, at, sampled };
  });
}

/** A start from nothing. @throws Error when the process fails */
export async function runCold(
  graph: BenchGraph,
  options: { readonly threads: number; readonly ticks: number; readonly seed: number },
): Promise<{ readonly snapshots: readonly Snapshot[]; readonly cpuSeconds: number }> {
  const snapshots: Snapshot[] = [];
  const files = { 'edges.u32': graph.edges, nodes: String(graph.nodes) };
  const run = await runChild<ColdRun>(
    'cold.child.ts',
    files,
    [options.threads, options.ticks, options.seed],
    async (report, file) => {
      const { pictureSeconds, ticks } = report;
      if (Number.isFinite(pictureSeconds)) {
        snapshots.push({ tick: null, seconds: pictureSeconds, positions: await file('picture.f32') });
      }
      for (const { tick, seconds } of ticks)
        snapshots.push({ tick, seconds, positions: await file(`tick-${tick}.f32`) });
      return report;
    },
  );
  return { snapshots, cpuSeconds: run.cpuSeconds };
}
