/**
 * What a shader is made of: its code, and the buffers that it reads and writes. The declarations at the head of the WGSL
 * and the bind group layouts both come from that list, so they cannot disagree.
 */

/** Every storage buffer and its WGSL type. n nodes, b blocks of the sort, c cells of the tree, m edges. */
export const STORAGE = {
  /** n in node order: x, y, z, mass. */
  positions: 'array<vec4f>',
  /** n: force of the step before, share of the force that the node moves. */
  memory: 'array<vec4f>',
  /** n: force, distance moved. */
  forces: 'array<vec4f>',
  /** n: flags of the node, group shifted left by 8. */
  attributes: 'array<u32>',
  /** n, or 1 when all are points. */
  radii: 'array<f32>',
  /** n + 1. */
  offsets: 'array<u32>',
  /** 2m. */
  neighbours: 'array<u32>',
  /** 2m. */
  stiffness: 'array<f32>',
  /** 257 ends and beginnings of the groups, then the n nodes group by group; or 1 when there are no groups. */
  members: 'array<u32>',
  /** Mean of each group. */
  means: 'array<vec4f>',
  /** n each: sort keys, the nodes that belong to them, and where a pass of the sort writes both. */
  keys: 'array<u32>',
  order: 'array<u32>',
  keysOut: 'array<u32>',
  orderOut: 'array<u32>',
  /** 32 b: how often each digit occurs in each block, later where its first key goes. */
  digits: 'array<u32>',
  /** n in slot order: x, y, z, mass; and radii. */
  points: 'array<vec4f>',
  pointRadii: 'array<f32>',
  /** c: centre of mass, mass. */
  cells: 'array<vec4f>',
  /** c: radius around the centre, greatest radius of a node. */
  extents: 'array<vec2f>',
  /** Nodes with more neighbours than one thread should sum. */
  hubs: 'array<u32>',
  /** Sums of 2,048 nodes each. */
  partials: 'array<vec4f>',
  /** 4 vectors; wgsl-statistics.ts tells which. */
  statistics: 'array<vec4f>',
} as const;

export type BufferName = keyof typeof STORAGE;

/** One entry point, `main`. */
export interface Shader {
  readonly label: string;
  /** At most 8, what every device can bind. */
  readonly storage: Readonly<Partial<Record<BufferName, 'read' | 'read_write'>>>;
  readonly code: string;
}

/** Invocations of a workgroup in all shaders but the repulsion's. */
export const WORKGROUP = 256;

/** Deepest tree: 8 x 4^13 nodes, more than any device can hold. */
export const MAX_LEVELS = 14;

/** Bytes of the uniform structs below. */
export const UNIFORM_BYTES = { graph: 32 + 16 * MAX_LEVELS, step: 48, pass: 16 } as const;

const UNIFORMS = /* wgsl */ `
struct Level { first: u32, width: u32, strictness: f32, spare: u32 }
struct Graph { nodes: u32, leaves: u32, depth: u32, settlers: u32, hubs: u32, @align(16) levels: array<Level, ${MAX_LEVELS}> }
struct Step {
  thetaSquared: f32, repulsion: f32, far: f32, spring: f32,
  gravity: f32, cluster: f32, collision: f32, limit: f32,
  loosePull: f32, anchored: u32, flatten: u32, nearLimit: u32,
}
struct Pass { index: u32 }
@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> current: Step;
@group(0) @binding(2) var<uniform> turn: Pass;

const LOOSE = 1u;
const PINNED = 2u;
const SOFTENING_SQUARED = 0.01;

// Dispatches are folded into two dimensions, as one holds no more than 65,535 workgroups.
fn workgroupIndex(id: vec3u, size: vec3u) -> u32 { return id.x + id.y * size.x; }
`;

/** Names of a shader's buffers in the order of their bindings. */
export const bindingsOf = (shader: Shader): BufferName[] => Object.keys(shader.storage) as BufferName[];

/** The complete WGSL of a shader. */
export function wgslOf(shader: Shader): string {
  const declarations = bindingsOf(shader).map(
    (name, binding) =>
      `@group(1) @binding(${binding}) var<storage, ${shader.storage[name]}> ${name}: ${STORAGE[name]};\n`,
  );
  return UNIFORMS + declarations.join('') + shader.code;
}
