/**
 * Sums over all nodes: centre, spread, movement. Always added in the same order, so they are equal bit for bit in every
 * run. Two shaders serve three sums; `turn.index` tells which. When every node is loose, all of them count.
 * Positions are summed from node 0 on: as in wgsl-tree.ts.
 */
import { looseDistance } from '../kernel.ts';
import type { Shader } from './shader.ts';

/** Threads of a workgroup that sums. */
export const SUM_LANES = 64;
const ROW = 8;

/** Nodes that one workgroup sums. */
export const NODES_PER_SUM = 32 * SUM_LANES;

/** The sums in the order of `turn.index`. */
export const SUM = { positions: 0, deviations: 1, movement: 2 } as const;

/** Contents of the buffer `statistics`, in vectors. */
const LAYOUT = /* wgsl */ `
const MEAN = 0u;     // of the nodes that are not loose: x, y, z
const CENTRE = 1u;   // what gravity pulls to: x, y, z; gravity of loose nodes
const GRID = 2u;     // lower corner of the Hilbert grid: x, y, z; grid cells per layout unit
const MOVEMENT = 3u; // x: mean distance moved
const STATISTICS = 4u;
`;

/** Number of vectors in the buffer `statistics`. */
export const STATISTICS_VECTORS = 4;

/** Index of the vector whose x is the mean distance moved. */
export const MOVEMENT_VECTOR = 3;

/** Sums the vectors of a workgroup in two stages of 8. */
export const WORKGROUP_SUM = /* wgsl */ `
var<workgroup> sums: array<vec4f, ${SUM_LANES}>;
var<workgroup> rowSums: array<vec4f, ${SUM_LANES / ROW}>;

// For lane 0 only.
fn sumOfWorkgroup(lane: u32, own: vec4f) -> vec4f {
  sums[lane] = own;
  workgroupBarrier();
  if (lane < ${SUM_LANES / ROW}u) {
    var sum = vec4f();
    for (var at = ${ROW}u * lane; at < ${ROW}u * (lane + 1u); at++) { sum += sums[at]; }
    rowSums[lane] = sum;
  }
  workgroupBarrier();
  var sum = vec4f();
  if (lane == 0u) {
    for (var at = 0u; at < ${SUM_LANES / ROW}u; at++) { sum += rowSums[at]; }
  }
  return sum;
}
`;

/** Writes one partial sum per {@link NODES_PER_SUM} nodes. */
export const sumShader: Shader = {
  label: 'sum',
  storage: { positions: 'read', forces: 'read', attributes: 'read', statistics: 'read', partials: 'read_write' },
  code: /* wgsl */ `${LAYOUT}${WORKGROUP_SUM}
fn term(node: u32) -> vec4f {
  if (turn.index == ${SUM.movement}u) { return vec4f(forces[node].w, 0, 0, 0); }
  let counts = graph.settlers == graph.nodes || (attributes[node] & LOOSE) == 0u;
  if (!counts) { return vec4f(); }
  let position = positions[node].xyz;
  if (turn.index == ${SUM.positions}u) { return vec4f(position - positions[0].xyz, 0); }
  let away = position - statistics[MEAN].xyz;
  return vec4f(away * away, 0);
}

@compute @workgroup_size(${SUM_LANES})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroupIndex(id, size);
  let begin = group * ${NODES_PER_SUM}u;
  let end = min(begin + ${NODES_PER_SUM}u, graph.nodes);
  var own = vec4f();
  for (var node = begin + lane; node < end; node += ${SUM_LANES}u) { own += term(node); }
  let sum = sumOfWorkgroup(lane, own);
  if (lane == 0u && begin < graph.nodes) { partials[group] = sum; }
}
`,
};

/** Adds the partial sums, in one workgroup, and stores what follows from them. */
export const concludeShader: Shader = {
  label: 'conclude',
  storage: { positions: 'read', partials: 'read', statistics: 'read_write' },
  code: /* wgsl */ `${LAYOUT}${WORKGROUP_SUM}
// As looseGravity() in kernel.ts.
fn looseGravity(radius: f32) -> f32 {
  let reach = ${looseDistance(1) - looseDistance(0)} * radius + ${looseDistance(0)};
  return current.loosePull / (reach * reach);
}

// The grid covers mean +- 3 standard deviations: one far outlier must not coarsen it. 1,024 cells a side.
fn gridOf(mean: vec3f, variance: vec3f) -> vec4f {
  let reach = 3.0 * sqrt(max(variance.x, max(variance.y, variance.z)));
  return vec4f(mean - reach, select(0.0, 512.0 / reach, reach > 1e-12));
}

@compute @workgroup_size(${SUM_LANES})
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = (graph.nodes + ${NODES_PER_SUM - 1}u) / ${NODES_PER_SUM}u;
  var own = vec4f();
  for (var at = lane; at < count; at += ${SUM_LANES}u) { own += partials[at]; }
  let sum = sumOfWorkgroup(lane, own);
  if (lane != 0u) { return; }
  switch turn.index {
    case ${SUM.positions}u: { statistics[MEAN] = positions[0] + sum / f32(graph.settlers); }
    case ${SUM.deviations}u: {
      let mean = statistics[MEAN].xyz;
      let variance = sum.xyz / f32(graph.settlers);
      let radius = sqrt(variance.x + variance.y + variance.z);
      statistics[CENTRE] = vec4f(select(mean, vec3f(), current.anchored != 0u), looseGravity(radius));
      statistics[GRID] = gridOf(mean, variance);
    }
    default: { statistics[MOVEMENT] = sum / f32(graph.nodes); }
  }
}
`,
};
