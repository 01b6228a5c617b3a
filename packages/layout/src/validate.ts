/** Refuses what no engine can lay out, with a message that names the first fault. */
import type { LayoutGraph, LayoutGrowth, LayoutParameters } from './engine.ts';

/** @throws RangeError when the graph is malformed */
export function validateGraph({ nodes, edges, start }: LayoutGraph): void {
  requireCount('nodes', nodes);
  requireEdges(edges, nodes);
  if (!start) return;
  if (start.length !== nodes * 3) {
    throw new RangeError(`start has ${start.length} numbers; ${nodes} nodes need ${nodes * 3}`);
  }
  for (let p = 0; p < start.length; p++) {
    if (Math.abs(start[p]!) === Infinity) throw new RangeError(`start of node ${Math.floor(p / 3)} is infinite`);
  }
}

/**
 * @param before number of nodes before the growth
 * @throws RangeError when the growth is malformed
 */
export function validateGrowth({ nodes, edges }: LayoutGrowth, before: number): void {
  requireCount('new nodes', nodes);
  requireEdges(edges, before + nodes);
}

function requireCount(what: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`number of ${what} is ${count}, not 0 or more`);
}

function requireEdges(edges: Uint32Array, nodes: number): void {
  if (edges.length % 2 !== 0) throw new RangeError(`edges has ${edges.length} numbers; pairs need an even length`);
  for (let e = 0; e < edges.length; e++) {
    if (edges[e]! < nodes) continue;
    throw new RangeError(`edge ${e >> 1} names node ${edges[e]}; nodes are 0 to ${nodes - 1}`);
  }
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** True when the ends themselves are refused. */
  readonly open: boolean;
}

const RANGES: Readonly<Record<keyof LayoutParameters, Range>> = {
  repulsion: { least: 0, most: Infinity, open: true },
  spring: { least: 0, most: Infinity, open: true },
  gravity: { least: 0, most: 1, open: false },
  theta: { least: 0.3, most: 1.5, open: false },
  cooling: { least: 0, most: 1, open: true },
};

/** @throws RangeError when a parameter is outside its range */
export function validateParameters(parameters: LayoutParameters): void {
  for (const name of Object.keys(RANGES) as (keyof LayoutParameters)[]) {
    const { least, most, open } = RANGES[name];
    const value = parameters[name];
    const inside = open ? value > least && value < most : value >= least && value <= most;
    if (!inside)
      throw new RangeError(
        `${name} is ${value}, not ${open ? 'between' : 'from'} ${least} ${open ? 'and' : 'to'} ${most}`,
      );
  }
}
