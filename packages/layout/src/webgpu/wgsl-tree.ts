/**
 * A tree without pointers over the nodes in Hilbert order, as in tree.ts: leaves of 8 nodes, 4 children a cell, all
 * leaves at one depth; child c of cell i of a level is cell 4i + c of the next.
 *
 * A centre is summed from the first point on, not from the origin: nodes on one spot then have exactly that spot for their
 * centre on every card (WGSL lets a division err by 2.5 units in the last place), and far from the origin less is lost.
 */
import { type Shader, WORKGROUP } from './shader.ts';

/** One thread per leaf fetches its nodes and fits the cell. */
export const leavesShader: Shader = {
  label: 'leaves',
  storage: {
    positions: 'read',
    radii: 'read',
    order: 'read',
    points: 'read_write',
    pointRadii: 'read_write',
    cells: 'read_write',
    extents: 'read_write',
  },
  code: /* wgsl */ `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let leaf = workgroupIndex(id, size) * ${WORKGROUP}u + lane;
  if (leaf >= graph.leaves) { return; }
  let begin = leaf * 8u;
  let end = min(begin + 8u, graph.nodes);
  let first = positions[order[begin]].xyz;
  var sum = vec4f();
  var widest = 0.0;
  for (var slot = begin; slot < end; slot++) {
    let node = order[slot];
    let point = positions[node];
    points[slot] = point;
    sum += vec4f((point.xyz - first) * point.w, point.w);
    if (current.collision > 0.0) {
      pointRadii[slot] = radii[node];
      widest = max(widest, radii[node]);
    }
  }
  let centre = first + sum.xyz / sum.w;
  var square = 0.0;
  for (var slot = begin; slot < end; slot++) {
    let away = points[slot].xyz - centre;
    square = max(square, dot(away, away));
  }
  let cell = graph.levels[graph.depth - 1u].first + leaf;
  cells[cell] = vec4f(centre, sum.w);
  extents[cell] = vec2f(sqrt(square), widest);
}
`,
};

/** Widest level that one workgroup fits together with all levels above it. */
export const CLIMB_WIDTH = WORKGROUP;

/** Fits the cells of level `turn.index` from their children, and when that level is narrow also those above. */
export const climbShader: Shader = {
  label: 'climb',
  storage: { cells: 'read_write', extents: 'read_write' },
  code: /* wgsl */ `
fn fit(level: u32, index: u32) {
  let children = graph.levels[level + 1u];
  let begin = children.first + index * 4u;
  let end = children.first + min(index * 4u + 4u, children.width);
  let first = cells[begin].xyz;
  var sum = vec4f();
  for (var child = begin; child < end; child++) {
    sum += vec4f((cells[child].xyz - first) * cells[child].w, cells[child].w);
  }
  let centre = first + sum.xyz / sum.w;
  var extent = vec2f();
  for (var child = begin; child < end; child++) {
    let reach = distance(cells[child].xyz, centre) + extents[child].x;
    extent = max(extent, vec2f(reach, extents[child].y));
  }
  let cell = graph.levels[level].first + index;
  cells[cell] = vec4f(centre, sum.w);
  extents[cell] = extent;
}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = workgroupIndex(id, size) * ${WORKGROUP}u + lane;
  var level = turn.index;
  loop {
    let width = graph.levels[level].width;
    if (index < width) { fit(level, index); }
    if (width > ${CLIMB_WIDTH}u || level == 0u) { break; }
    storageBarrier();
    level--;
  }
}
`,
};
