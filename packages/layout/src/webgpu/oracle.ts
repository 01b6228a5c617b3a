/** Steps computed in 64 bits over all pairs: the yardstick of tests, for small graphs. */
import { exactForces } from '../exact-forces.ts';
import { type KernelGraph, type KernelStep, NODE_FLAG, STEP } from '../kernel.ts';

type Vector = [number, number, number];

const at = (triples: ArrayLike<number>, i: number): Vector => [
  triples[3 * i]!,
  triples[3 * i + 1]!,
  triples[3 * i + 2]!,
];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const lengthOf = (v: Vector): number => Math.hypot(...v);
const is = (graph: KernelGraph, node: number, flag: number): boolean => (graph.flags[node]! & flag) !== 0;

/** What nodes remember between steps. */
export interface OracleMemory {
  readonly before: Float64Array;
  readonly shares: Float64Array;
}

export const freshMemory = (nodes: number): OracleMemory => ({
  before: new Float64Array(3 * nodes),
  shares: new Float64Array(nodes).fill(STEP.first),
});

/** The positions after a step. Updates the memory. */
export function exactStep(graph: KernelGraph, step: KernelStep, memory: OracleMemory): Float32Array {
  const forces = exactForces(graph, step);
  const positions = Float32Array.from(graph.positions);
  for (let i = 0; i < graph.nodes; i++) {
    if (is(graph, i, NODE_FLAG.pinned)) continue;
    const force = at(forces, i);
    const before = at(memory.before, i);
    const turnsBack = force[0] * before[0] + force[1] * before[1] + force[2] * before[2] < 0;
    const share = memory.shares[i]!;
    const next = turnsBack ? Math.max(STEP.least, share * STEP.cut) : Math.min(STEP.most, share * STEP.growth);
    const factor = Math.min(next, step.limit / lengthOf(force));
    memory.shares[i] = next;
    for (let axis = 0; axis < 3; axis++) {
      memory.before[3 * i + axis] = force[axis]!;
      positions[3 * i + axis]! += factor * force[axis]!;
    }
  }
  return positions;
}

/** Mean length of the differences over the mean length of the exact vectors. */
export function relativeError(found: ArrayLike<number>, exact: ArrayLike<number>): number {
  let errors = 0;
  let lengths = 0;
  for (let i = 0; 3 * i < exact.length; i++) {
    errors += lengthOf(minus(at(found, i), at(exact, i)));
    lengths += lengthOf(at(exact, i));
  }
  return errors / lengths;
}
