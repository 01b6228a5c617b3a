/**
 * Repulsion, and collision of near pairs. One workgroup serves 32 nodes in a row, which are one cell and its 4 leaves.
 *
 * It walks the tree from the root. A cell that is far enough from the group is added to one first-order expansion (field
 * and Jacobian) about the group's centre; of one that is not, the children are looked at. What is left at the leaves is
 * looked at again by each of the group's leaves, 32 at a time: far enough, it acts on each node from its centre of mass;
 * else all pairs are summed. On WordNet (117,791 nodes) at full theta: 36 cells looked at per node, 84 leaves that act from
 * their centres, 540 pairs; without the second look it would be 1,040 pairs.
 *
 * The cells still to be opened wait on a stack. Their levels never decrease towards the top, and a level only grows when
 * all deeper ones have just been taken off, so it holds at most 32 entries of each level: it cannot overflow.
 *
 * Ballots are bits set by atomicOr, counted below the own lane: a fixed order without subgroups.
 *
 * L. Greengard, V. Rokhlin: A fast algorithm for particle simulations (J. Comput. Phys. 73, 1987);
 * M. Burtscher, K. Pingali: An efficient CUDA implementation of the tree-based Barnes Hut n-body algorithm (2011);
 * W. Dehnen: A hierarchical O(N) force calculation algorithm (J. Comput. Phys. 179, 2002).
 */
import { MAX_LEVELS, type Shader } from './shader.ts';

/** Nodes of a group, and threads of the workgroup that serves it. */
export const GROUP = 32;
const LEAF = 8;
const LEAVES_OF_GROUP = GROUP / LEAF;

/**
 * Theta acts up to here. Beyond it spheres that overlap would be taken for apart, which goes well in a cloud, where nodes
 * seldom fill the ends of two cells that face each other, and fails in a chain, where they always do: there the error
 * grows from 2 % to 20 %.
 */
const THETA_MOST = 0.95;
/**
 * Theta of a level is that of the level below times this: cells of a level hold equally many nodes, so high up an
 * interaction weighs more. This and the share below are among the cheapest of 240 combinations that err by less
 * than 2 % on WordNet and on a line alike.
 */
const STRICTER_UPWARDS = 0.95;
/**
 * Theta of the second look at the leaves. The near term of the repulsion is steep, so most of the error comes from here.
 * Of the own leaf's radius the same share counts: then every one of its nodes, where the force is evaluated, sees the
 * other leaf under no wider an angle, also when the own leaf spans two clusters.
 */
const LEAF_SHARE = 0.68;
/**
 * Near leaves of which a group sums pairs; those beyond act from their centres, and no stronger than at their radii.
 * Reached only by outliers, and where thousands of nodes share one spot; there a step would cost O(n^2), and a device
 * that computes too long is taken away.
 */
export const NEAR_LIMIT = 4096;

/** Square of the theta at the leaves. */
export const leafStrictness = (theta: number): number => Math.min(theta, THETA_MOST) ** 2;

/** Square of the factor of theta at a height above the leaves. */
export const strictnessAt = (height: number): number => STRICTER_UPWARDS ** (2 * height);

const MEMORY = /* wgsl */ `
// A stack entry is 4 siblings: their level, and the index of the first.
const LEVEL_SHIFT = 28u;
const INDEX_MASK = (1u << LEVEL_SHIFT) - 1u;
var<workgroup> stack: array<u32, ${32 * (MAX_LEVELS + 1)}>;
var<workgroup> height: u32;
var<workgroup> opened: atomic<u32>;
var<workgroup> listed: atomic<u32>;
var<workgroup> near: array<u32, ${2 * GROUP}>;
var<workgroup> nearCount: u32;
var<workgroup> nearSummed: u32;
var<workgroup> nearPoints: array<vec4f, ${GROUP * LEAF}>;
var<workgroup> nearRadii: array<f32, ${GROUP * LEAF}>;
var<workgroup> nearCells: array<vec4f, ${GROUP}>;
// Square of the radius, or 0 while pairs may be summed.
var<workgroup> nearReach: array<f32, ${GROUP}>;
// Of each leaf of the group: which near leaves act from their centre, and which pair by pair.
var<workgroup> asCell: array<atomic<u32>, ${LEAVES_OF_GROUP}>;
var<workgroup> asPairs: array<atomic<u32>, ${LEAVES_OF_GROUP}>;

var<private> position: vec3f;
var<private> radius: f32;
var<private> force: vec3f;
var<private> push: vec3f;
// Expansion about the group's centre: field, and the six numbers of the symmetric Jacobian.
var<private> field: vec3f;
var<private> diagonal: vec3f;
var<private> mixed: vec3f; // xy, xz, yz
`;

const LAW = /* wgsl */ `
// Far enough for the given theta, and no node of one can touch a node of the other. Both soften alike: what is much
// smaller than the softening acts as one point, however near.
fn isFar(a: vec4f, extentA: vec2f, b: vec4f, extentB: vec2f, share: f32, thetaSquared: f32) -> bool {
  let away = a.xyz - b.xyz;
  let square = dot(away, away);
  let reach = share * extentA.x + extentB.x;
  let touching = extentA.x + extentB.x + extentA.y + extentB.y;
  let apart = current.collision == 0.0 || square > touching * touching;
  return apart && reach * reach < thetaSquared * (square + SOFTENING_SQUARED);
}

// From no nearer than the given distance.
fn pushOf(away: vec3f, mass: f32, leastSquare: f32) -> vec3f {
  let inverse = 1.0 / (max(dot(away, away), leastSquare) + SOFTENING_SQUARED);
  return (mass * inverse * (current.far + inverse)) * away;
}

fn expand(away: vec3f, mass: f32) {
  let inverse = 1.0 / (dot(away, away) + SOFTENING_SQUARED);
  let strength = mass * inverse * (current.far + inverse);
  let bend = -2.0 * mass * inverse * inverse * (current.far + 2.0 * inverse);
  field += strength * away;
  diagonal += strength + bend * away * away;
  mixed += bend * away.xxy * away.yzz;
}

fn collide(away: vec3f, reach: f32) {
  let gap = length(away);
  if (gap < reach && gap > 0.0) { push += (0.5 * current.collision * (reach - gap) / gap) * away; }
}
`;

const NEAR = /* wgsl */ `
fn leafCell(leaf: u32) -> u32 { return graph.levels[graph.depth - 1u].first + leaf; }

// Brings the first near leaves into the workgroup's memory. A missing node has no mass.
fn stageNear(lane: u32, count: u32) {
  for (var at = lane; at < count * ${LEAF}u; at += ${GROUP}u) {
    let slot = near[at / ${LEAF}u] * ${LEAF}u + at % ${LEAF}u;
    var point = vec4f();
    var reach = -1e30;
    if (slot < graph.nodes) {
      point = points[slot];
      if (current.collision > 0.0) { reach = pointRadii[slot]; }
    }
    nearPoints[at] = point;
    nearRadii[at] = reach;
  }
}

// Each leaf of the group looks at each near leaf.
fn judgeNear(group: u32, lane: u32, count: u32) {
  if (lane >= count) { return; }
  let cell = leafCell(near[lane]);
  let source = cells[cell];
  let extent = extents[cell];
  let ofGroup = near[lane] / ${LEAVES_OF_GROUP}u == group;
  let spent = nearSummed >= current.nearLimit && !ofGroup;
  let theta = ${LEAF_SHARE} * sqrt(current.thetaSquared);
  nearCells[lane] = source;
  nearReach[lane] = select(0.0, extent.x * extent.x, spent);
  for (var own = 0u; own < ${LEAVES_OF_GROUP}u; own++) {
    let leaf = group * ${LEAVES_OF_GROUP}u + own;
    if (leaf >= graph.leaves) { break; }
    let mine = leafCell(leaf);
    if (spent || isFar(cells[mine], extents[mine], source, extent, theta, theta * theta)) {
      atomicOr(&asCell[own], 1u << lane);
    } else {
      atomicOr(&asPairs[own], 1u << lane);
    }
  }
}

fn sumPairs(leaf: u32) {
  for (var at = leaf * ${LEAF}u; at < (leaf + 1u) * ${LEAF}u; at++) {
    let away = position - nearPoints[at].xyz;
    force += pushOf(away, nearPoints[at].w, 0.0);
    if (current.collision > 0.0) { collide(away, radius + nearRadii[at]); }
  }
}

// Sums the first near leaves and takes them off the list. To be called by all lanes with the same count.
fn sumNear(group: u32, lane: u32, count: u32) {
  stageNear(lane, count);
  judgeNear(group, lane, count);
  workgroupBarrier();
  let own = lane / ${LEAF}u;
  for (var bits = atomicLoad(&asCell[own]); bits != 0u; bits &= bits - 1u) {
    let leaf = firstTrailingBit(bits);
    force += pushOf(position - nearCells[leaf].xyz, nearCells[leaf].w, nearReach[leaf]);
  }
  for (var bits = atomicLoad(&asPairs[own]); bits != 0u; bits &= bits - 1u) { sumPairs(firstTrailingBit(bits)); }
  let rest = near[${GROUP}u + lane];
  if (lane == 0u) {
    var summed = 0u;
    for (var leaf = 0u; leaf < ${LEAVES_OF_GROUP}u; leaf++) { summed += countOneBits(atomicLoad(&asPairs[leaf])); }
    nearSummed += summed / ${LEAVES_OF_GROUP}u;
  }
  workgroupBarrier();
  near[lane] = rest;
  if (lane < ${LEAVES_OF_GROUP}u) {
    atomicStore(&asCell[lane], 0u);
    atomicStore(&asPairs[lane], 0u);
  }
  if (lane == 0u) { nearCount -= count; }
  workgroupBarrier();
}
`;

const WALK = /* wgsl */ `
// Adds up the expansions of all lanes, in two stages of 8 and 4.
fn gatherExpansion(lane: u32) {
  nearPoints[lane] = vec4f(field, 0);
  nearPoints[${GROUP}u + lane] = vec4f(diagonal, 0);
  nearPoints[${2 * GROUP}u + lane] = vec4f(mixed, 0);
  workgroupBarrier();
  if (lane < 12u) {
    var sum = vec4f();
    for (var at = 8u * lane; at < 8u * lane + 8u; at++) { sum += nearPoints[at]; }
    nearPoints[${3 * GROUP}u + lane] = sum;
  }
  workgroupBarrier();
}

fn gathered(part: u32) -> vec3f {
  let at = ${3 * GROUP}u + 4u * part;
  return (nearPoints[at] + nearPoints[at + 1u] + nearPoints[at + 2u] + nearPoints[at + 3u]).xyz;
}

fn expansionAt(away: vec3f) -> vec3f {
  let diagonal = gathered(1u);
  let mixed = gathered(2u);
  let x = vec3f(diagonal.x, mixed.x, mixed.y);
  let y = vec3f(mixed.x, diagonal.y, mixed.z);
  let z = vec3f(mixed.y, mixed.z, diagonal.z);
  return gathered(0u) + vec3f(dot(x, away), dot(y, away), dot(z, away));
}

@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroupIndex(id, size);
  let slot = group * ${GROUP}u + lane;
  if (group * ${GROUP}u >= graph.nodes) { return; }
  let last = graph.depth - 1u;
  let own = graph.levels[max(last, 1u) - 1u].first + group;
  let centre = cells[own];
  let extent = extents[own];
  if (slot < graph.nodes) {
    position = points[slot].xyz;
    if (current.collision > 0.0) { radius = pointRadii[slot]; }
  }
  // The root is the only child of a cell that does not exist: entry 0.
  if (lane == 0u) { height = 1u; }
  loop {
    let entries = workgroupUniformLoad(&height);
    if (entries == 0u) { break; }
    let taken = min(entries, ${GROUP / 4}u);
    var open = false;
    var list = false;
    var level = 0u;
    var index = 0u;
    if (lane / 4u < taken) {
      let entry = stack[entries - taken + lane / 4u];
      level = entry >> LEVEL_SHIFT;
      index = (entry & INDEX_MASK) + lane % 4u;
      if (index < graph.levels[level].width) {
        let cell = graph.levels[level].first + index;
        let source = cells[cell];
        let theta = current.thetaSquared * graph.levels[level].strictness;
        if (isFar(centre, extent, source, extents[cell], 1.0, theta)) {
          expand(centre.xyz - source.xyz, source.w);
        } else {
          open = level < last;
          list = level == last;
        }
      }
    }
    if (open) { atomicOr(&opened, 1u << lane); }
    if (list) { atomicOr(&listed, 1u << lane); }
    workgroupBarrier();
    let allOpened = atomicLoad(&opened);
    let allListed = atomicLoad(&listed);
    let before = (1u << lane) - 1u;
    if (open) {
      stack[entries - taken + countOneBits(allOpened & before)] = ((level + 1u) << LEVEL_SHIFT) | (index * 4u);
    }
    if (list) { near[nearCount + countOneBits(allListed & before)] = index; }
    workgroupBarrier();
    if (lane == 0u) {
      height = entries - taken + countOneBits(allOpened);
      nearCount += countOneBits(allListed);
      atomicStore(&opened, 0u);
      atomicStore(&listed, 0u);
    }
    if (workgroupUniformLoad(&nearCount) >= ${GROUP}u) { sumNear(group, lane, ${GROUP}u); }
  }
  sumNear(group, lane, workgroupUniformLoad(&nearCount));
  gatherExpansion(lane);
  if (slot >= graph.nodes) { return; }
  force += expansionAt(position - centre.xyz);
  forces[order[slot]] = vec4f(current.repulsion * force + push, 0);
}
`;

export const repulsionShader: Shader = {
  label: 'repulsion',
  storage: {
    points: 'read',
    pointRadii: 'read',
    cells: 'read',
    extents: 'read',
    order: 'read',
    forces: 'read_write',
  },
  code: MEMORY + LAW + NEAR + WALK,
};
