/**
 * What pulls: springs along edges, gathered row by row so that every node sums its own (no atomics, a fixed order),
 * gravity and clusters; and the move, as in move.ts. O(n + m).
 *
 * A. Noack: Energy models for graph clustering (2007), for springs that hardly grow with the length;
 * M. Riedmiller, H. Braun: A direct adaptive method for faster backpropagation learning: the RPROP algorithm (1993).
 */
import { STEP } from '../kernel.ts';
import { type Shader, WORKGROUP } from './shader.ts';
import { SUM_LANES, WORKGROUP_SUM } from './wgsl-statistics.ts';

/** Groups that a graph can have. */
export const GROUPS = 256;

/** One workgroup per group sums its members, which stand in a row. */
export const meansShader: Shader = {
  label: 'means',
  storage: { positions: 'read', members: 'read', means: 'read_write' },
  code: /* wgsl */ `${WORKGROUP_SUM}
@compute @workgroup_size(${SUM_LANES})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroupIndex(id, size);
  if (group >= ${GROUPS}u) { return; }
  let begin = members[group];
  let end = members[group + 1u];
  var own = vec4f();
  for (var at = begin + lane; at < end; at += ${SUM_LANES}u) { own += positions[members[${GROUPS + 1}u + at]]; }
  let sum = sumOfWorkgroup(lane, own);
  if (lane == 0u) { means[group] = sum / max(1.0, f32(end - begin)); }
}
`,
};

/** Rows longer than this are summed by a workgroup each, as one thread would take as long as all the rest of a step. */
export const HUB_ROW = 256;

const SPRING = /* wgsl */ `
fn springAt(edge: u32, position: vec3f) -> vec3f {
  let away = positions[neighbours[edge]].xyz - position;
  // (1 + length)^(3/4) by two roots.
  let root = sqrt(1.0 + length(away));
  return (stiffness[edge] / (root * sqrt(root))) * away;
}
`;

/** Adds the springs of long rows to the forces. */
export const hubsShader: Shader = {
  label: 'hubs',
  storage: {
    positions: 'read',
    offsets: 'read',
    neighbours: 'read',
    stiffness: 'read',
    hubs: 'read',
    forces: 'read_write',
  },
  code: /* wgsl */ `${SPRING}${WORKGROUP_SUM}
@compute @workgroup_size(${SUM_LANES})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let hub = workgroupIndex(id, size);
  if (hub >= graph.hubs) { return; }
  let node = hubs[hub];
  let position = positions[node].xyz;
  let end = offsets[node + 1u];
  var own = vec4f();
  for (var edge = offsets[node] + lane; edge < end; edge += ${SUM_LANES}u) {
    own += vec4f(springAt(edge, position), 0);
  }
  let sum = sumOfWorkgroup(lane, own);
  if (lane == 0u) { forces[node] += current.spring * sum; }
}
`,
};

/** Adds the springs of all other rows, gravity and clusters to the forces. */
export const pullShader: Shader = {
  label: 'pull',
  storage: {
    positions: 'read',
    attributes: 'read',
    offsets: 'read',
    neighbours: 'read',
    stiffness: 'read',
    statistics: 'read',
    means: 'read',
    forces: 'read_write',
  },
  code: /* wgsl */ `${SPRING}
fn springsOn(node: u32, position: vec3f) -> vec3f {
  var sum = vec3f();
  let begin = offsets[node];
  let end = offsets[node + 1u];
  if (end - begin > ${HUB_ROW}u) { return sum; }
  for (var edge = begin; edge < end; edge++) { sum += springAt(edge, position); }
  return sum;
}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = workgroupIndex(id, size) * ${WORKGROUP}u + lane;
  if (node >= graph.nodes) { return; }
  let position = positions[node].xyz;
  let traits = attributes[node];
  let centre = statistics[1];
  let gravity = select(current.gravity, centre.w, (traits & LOOSE) != 0u);
  var force = forces[node].xyz + current.spring * springsOn(node, position) + gravity * (centre.xyz - position);
  if (current.cluster > 0.0) { force += current.cluster * (means[traits >> 8u].xyz - position); }
  if (current.flatten != 0u) { force.z = 0.0; }
  forces[node] = vec4f(force, 0);
}
`,
};

/** Turns forces into moves. Leaves the distance moved beside the force. */
export const moveShader: Shader = {
  label: 'move',
  storage: { positions: 'read_write', memory: 'read_write', forces: 'read_write', attributes: 'read' },
  code: /* wgsl */ `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = workgroupIndex(id, size) * ${WORKGROUP}u + lane;
  if (node >= graph.nodes || (attributes[node] & PINNED) != 0u) { return; }
  let force = forces[node].xyz;
  let before = memory[node];
  let turnsBack = dot(force, before.xyz) < 0.0;
  let share = select(min(${STEP.most}, before.w * ${STEP.growth}), max(${STEP.least}, before.w * ${STEP.cut}), turnsBack);
  memory[node] = vec4f(force, share);
  let strength = length(force);
  let distance = min(strength * share, current.limit);
  if (strength > 0.0) { positions[node] += vec4f(force * (distance / strength), 0); }
  forces[node].w = distance;
}
`,
};
