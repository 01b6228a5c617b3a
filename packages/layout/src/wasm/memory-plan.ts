/** Where each array of a graph lies in the kernel's shared memory. */
import * as at from '../../assembly/fields.ts';
import { countSlices } from './slices.ts';

/** Sizes that decide about the memory. */
export interface PlanSizes {
  readonly nodes: number;
  /** Neighbour entries, padding included. */
  readonly entries: number;
  readonly grouped: boolean;
  readonly colliding: boolean;
  /** Threads that may ever work at once. */
  readonly threads: number;
  /** Bytes of working memory of one thread, for a tree of `depth` levels. */
  readonly scratchBytes: (depth: number) => number;
}

/** A layout of memory. */
export interface MemoryPlan {
  /** Address of each array, by the header field that holds it. */
  readonly addresses: ReadonlyMap<number, number>;
  readonly depth: number;
  readonly leaves: number;
  /** Index of each level's first quad; level 0 is the root. */
  readonly firstQuads: Int32Array;
  /** Level whose cells are the tasks of a step. */
  readonly taskLevel: number;
  readonly tasks: number;
  readonly scratchBytes: number;
  /** End of the last array. */
  readonly bytes: number;
}

/** Enough tasks that threads end together, few enough that the way down to each costs nothing. */
const WANTED_TASKS = 128;
const ALIGNMENT = 64;
const HILBERT_BYTES = 24 * 64 * 2;
const COUNTS_BYTES = 1024 * 4;
const GROUP_BYTES = 256 * 16;

/** Plans the memory of a graph: about 140 bytes a node and 8 a neighbour entry. */
export function planMemory(sizes: PlanSizes): MemoryPlan {
  const { nodes, entries, grouped, colliding, threads } = sizes;
  const leaves = Math.ceil(nodes / at.LEAF);
  const widths = [leaves];
  while (widths[0]! > 1) widths.unshift(Math.ceil(widths[0]! / at.FAN_OUT));
  const firstQuads = new Int32Array(widths.length + 1);
  for (const [level, width] of widths.entries()) {
    firstQuads[level + 1] = firstQuads[level]! + Math.ceil(width / at.FAN_OUT);
  }
  const depth = widths.length;
  const enough = widths.findIndex((width) => width >= WANTED_TASKS);
  const taskLevel = enough < 0 ? depth - 1 : enough;
  const leavesPerTask = at.FAN_OUT ** (depth - 1 - taskLevel);
  const scratchBytes = sizes.scratchBytes(depth);
  const cellBytes = firstQuads[depth]! * at.QUAD_BYTES;
  const arrays: readonly (readonly [field: number, bytes: number])[] = [
    [at.F_LEVELS, (depth + 1) * 4],
    [at.F_HILBERT, HILBERT_BYTES],
    [at.F_COUNTS, COUNTS_BYTES],
    [at.F_GROUP_MEANS, grouped ? GROUP_BYTES : 0],
    [at.F_PARTIALS, widths[taskLevel]! * at.PARTIAL * 8],
    [at.F_SCRATCH, threads * scratchBytes],
    [at.F_POSITIONS_NOW, nodes * 16],
    [at.F_POSITIONS_NEXT, nodes * 16],
    [at.F_MEMORY, nodes * 16],
    [at.F_POINTS_NOW, leaves * at.LEAF_BYTES],
    [at.F_POINTS_NEXT, leaves * at.LEAF_BYTES],
    [at.F_CELLS_NOW, cellBytes],
    [at.F_CELLS_NEXT, cellBytes],
    [at.F_KEPT_EXPANSIONS, leaves * at.EXPANSION_BYTES],
    [at.F_KEPT_LISTS, widths[taskLevel]! * leavesPerTask * at.KEPT_PER_LEAF * 4],
    [at.F_KEPT_WHOLE, widths[taskLevel]!],
    [at.F_ORDER, nodes * 4],
    [at.F_ORDER_SPARE, nodes * 4],
    [at.F_KEYS, nodes * 4],
    [at.F_KEYS_SPARE, nodes * 4],
    [at.F_MASSES, nodes * 4],
    [at.F_FLAGS, nodes],
    [at.F_SLOT_FLAGS, leaves * at.LEAF],
    [at.F_GROUPS, grouped ? nodes : 0],
    [at.F_RADII, colliding ? nodes * 4 : 0],
    [at.F_SLOT_RADII, colliding ? leaves * at.LEAF * 4 : 0],
    [at.F_OFFSETS, (countSlices(nodes) + 1) * 4],
    [at.F_NEIGHBOURS, entries * 4],
    [at.F_STIFFNESS, entries * 4],
  ];
  const addresses = new Map<number, number>();
  let end = at.HEADER_BYTES;
  for (const [field, bytes] of arrays) {
    addresses.set(field, end);
    end = Math.ceil((end + bytes) / ALIGNMENT) * ALIGNMENT;
  }
  return { addresses, depth, leaves, firstQuads, taskLevel, tasks: widths[taskLevel]!, scratchBytes, bytes: end };
}
