/** Graphviz's multilevel layout `sfdp` (Y. Hu, 2005), the yardstick for quality: it has all the time it wants. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchGraph } from './graph.ts';

export interface SfdpResult {
  /** x, y, z interleaved, length 3n, points (1/72 inch). */
  readonly positions: Float32Array;
  readonly wallSeconds: number;
  /** User and system time; null where there is no `/usr/bin/time` to tell. */
  readonly cpuSeconds: number | null;
  /** Null likewise. */
  readonly peakBytes: number | null;
}

/** Overlaps are left alone: removing them is no part of the layout, and takes longer than it. */
const FLAGS = ['-Gdim=3', '-Gdimen=3', '-Goverlap=true', '-Gsplines=none', '-Tdot'];
const TIME = '/usr/bin/time';

/**
 * Lays a graph out in three dimensions.
 * @returns null, and tells why, where there is no graphviz or it was not done within the time
 */
export async function runSfdp(
  graph: BenchGraph,
  seconds: number,
  tell: (reason: string) => void,
): Promise<SfdpResult | null> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-sfdp-'));
  const [input, output, usage] = [join(folder, 'in.dot'), join(folder, 'out.dot'), join(folder, 'usage')];
  try {
    await writeFile(input, dotOf(graph));
    const command = ['sfdp', ...FLAGS, '-o', output, input];
    const timed = existsSync(TIME);
    const start = performance.now();
    await runGroup(timed ? [TIME, '-f', '%U %S %M', '-o', usage, ...command] : command, seconds);
    const wallSeconds = (performance.now() - start) / 1000;
    const [user, system, kilobytes] = timed ? (await readFile(usage, 'utf8')).trim().split(' ').map(Number) : [];
    return {
      positions: parseDotPositions(await readFile(output, 'utf8'), graph.nodes),
      wallSeconds,
      cpuSeconds: user === undefined || system === undefined ? null : user + system,
      peakBytes: kilobytes === undefined ? null : kilobytes * 1024,
    };
  } catch (failure) {
    tell((failure as Error).message);
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program in a process group of its own: when it is late, what it started is killed with it. */
function runGroup([program = '', ...parameters]: readonly string[], seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`sfdp was not done within ${seconds} s`));
    }, seconds * 1000);
    child.once('error', () => {
      clearTimeout(timer);
      reject(new Error(ABSENT));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(code === NOT_FOUND ? ABSENT : `sfdp ended with ${code}`));
    });
  });
}

const ABSENT = 'there is no sfdp on this machine; Debian has it in "graphviz"';
/** What `/usr/bin/time` ends with when there is no such program. */
const NOT_FOUND = 127;

/** The graph in the DOT language; nodes are called by their numbers. */
export function dotOf({ nodes, edges }: BenchGraph): string {
  const lines = ['graph {'];
  for (let node = 0; node < nodes; node++) lines.push(`${node}`);
  for (let e = 0; e < edges.length; e += 2) lines.push(`${edges[e]}--${edges[e + 1]}`);
  return `${lines.join('\n')}\n}\n`;
}

/**
 * Reads the `pos` attributes of nodes that are called by their numbers.
 * @returns x, y, z interleaved, length 3n
 * @throws Error when a node has no position
 */
export function parseDotPositions(text: string, nodes: number): Float32Array {
  const positions = new Float32Array(3 * nodes).fill(NaN);
  for (const [, node, place] of text.matchAll(/^\s*(\d+)\s+\[[^\]]*?\bpos="([^"!]+)/gm)) {
    positions.set((place as string).split(',').map(Number), 3 * Number(node));
  }
  const missing = positions.findIndex(Number.isNaN);
  if (missing >= 0) throw new Error(`node ${Math.floor(missing / 3)} has no position`);
  return positions;
}
