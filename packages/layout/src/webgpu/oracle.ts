/** What a kernel should compute, in 64 bits over all pairs: the yardstick of tests, for small graphs. */
import { type KernelGraph, type KernelStep, looseGravity, NODE_FLAG, SOFTENING_SQUARED, STEP } from '../kernel.ts';

type Vector = [number, number, number];

const at = (triples: ArrayLike<number>, i: number): Vector => [
  triples[3 * i]!,
  triples[3 * i + 1]!,
  triples[3 * i + 2]!,
];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const lengthOf = (v: Vector): number => Math.hypot(...v);
const is = (graph: KernelGraph, node: number, flag: number): boolean => (graph.flags[node]! & flag) !== 0;

/** All forces of a step on every node, x, y, z interleaved. O(n^2 + m). */
export function exactForces(graph: KernelGraph, step: KernelStep): Float64Array {
  const forces = new Float64Array(3 * graph.nodes);
  const add = (i: number, factor: number, by: Vector): void => {
    for (let axis = 0; axis < 3; axis++) forces[3 * i + axis]! += factor * by[axis]!;
  };
  for (let i = 0; i < graph.nodes; i++) {
    addPairs(graph, step, i, add);
    addSprings(graph, step, i, add);
  }
  addPulls(graph, step, add);
  if (step.flat) for (let z = 2; z < forces.length; z += 3) forces[z] = 0;
  return forces;
}

type Add = (i: number, factor: number, by: Vector) => void;

function addPairs({ nodes, positions, masses, radii }: KernelGraph, step: KernelStep, i: number, add: Add): void {
  for (let j = 0; j < nodes; j++) {
    if (j === i) continue;
    const away = minus(at(positions, i), at(positions, j));
    const distance = lengthOf(away);
    const e = distance ** 2 + SOFTENING_SQUARED;
    add(i, (step.repulsion * masses[j]! * (1 / e + 1 / step.range ** 2)) / e, away);
    const touching = radii ? radii[i]! + radii[j]! : 0;
    if (distance < touching && distance > 0) add(i, ((step.collision / 2) * (touching - distance)) / distance, away);
  }
}

function addSprings(graph: KernelGraph, step: KernelStep, i: number, add: Add): void {
  for (let edge = graph.offsets[i]!; edge < graph.offsets[i + 1]!; edge++) {
    const towards = minus(at(graph.positions, graph.neighbours[edge]!), at(graph.positions, i));
    add(i, (step.spring * graph.stiffness[edge]!) / (1 + lengthOf(towards)) ** 0.75, towards);
  }
}

function addPulls(graph: KernelGraph, step: KernelStep, add: Add): void {
  const nodes = Array.from({ length: graph.nodes }, (_, i) => i);
  const settlers = nodes.filter((i) => !is(graph, i, NODE_FLAG.loose));
  const centre = step.anchored ? ([0, 0, 0] satisfies Vector) : meanOf(graph, settlers);
  const squares = settlers.reduce((sum, i) => sum + lengthOf(minus(at(graph.positions, i), centre)) ** 2, 0);
  const mass = graph.masses.reduce((sum, one) => sum + one, 0);
  const loose = looseGravity(step.repulsion, step.range, mass, Math.sqrt(squares / settlers.length));
  const means = new Map([...new Set(graph.groups)].map((group) => [group, meanOfGroup(graph, nodes, group)]));
  for (const i of nodes) {
    const position = at(graph.positions, i);
    add(i, is(graph, i, NODE_FLAG.loose) ? loose : step.gravity, minus(centre, position));
    const mean = graph.groups && means.get(graph.groups[i]!);
    if (mean) add(i, step.cluster, minus(mean, position));
  }
}

const meanOfGroup = (graph: KernelGraph, nodes: readonly number[], group: number): Vector =>
  meanOf(
    graph,
    nodes.filter((i) => graph.groups![i] === group),
  );

function meanOf(graph: KernelGraph, nodes: readonly number[]): Vector {
  const mean: Vector = [0, 0, 0];
  for (const i of nodes)
    for (let axis = 0; axis < 3; axis++) mean[axis]! += at(graph.positions, i)[axis]! / nodes.length;
  return mean;
}

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
