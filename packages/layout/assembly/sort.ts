/**
 * Order along a 3D Hilbert curve: keys, two levels of the curve per table look-up, and a stable radix sort.
 *
 * C. Hamilton, A. Rau-Chaplin: Compact Hilbert indices (Information Processing Letters 105, 2008). The table comes from
 * TypeScript: `[state * 64 + two octants] = next state * 64 + place along the curve`.
 */
import {
  F_COUNTS,
  F_GRID_SCALE,
  F_GRID_X,
  F_GRID_Y,
  F_GRID_Z,
  F_HILBERT,
  F_KEYS,
  F_KEYS_SPARE,
  F_NODES,
  F_ORDER,
  F_ORDER_SPARE,
  F_POSITIONS_NOW,
  F_SCRATCH,
  F_SCRATCH_BYTES,
  KEYS_PER_TASK,
  PARTS_PER_TASK,
} from './fields';
import { real, word } from './memory';

function toGrid(value: f32): i32 {
  // Not-a-number cannot come in; what lies outside the grid is clamped to its border.
  return <i32>min<f32>(1023, max<f32>(0, value));
}

/** Two bits of each axis as two octants, the higher one first. */
function octants(x: i32, y: i32, z: i32, shift: i32): i32 {
  const high = ((x >> (shift + 1)) & 1) | (((y >> (shift + 1)) & 1) << 1) | (((z >> (shift + 1)) & 1) << 2);
  const low = ((x >> shift) & 1) | (((y >> shift) & 1) << 1) | (((z >> shift) & 1) << 2);
  return (high << 3) | low;
}

/** Keys of a range of nodes. */
export function writeKeys(task: i32): void {
  const nodes = <i32>word(F_NODES);
  const positions = word(F_POSITIONS_NOW);
  const keys = word(F_KEYS);
  const table = word(F_HILBERT);
  const gx = real(F_GRID_X);
  const gy = real(F_GRID_Y);
  const gz = real(F_GRID_Z);
  const scale = real(F_GRID_SCALE);
  const end = min(nodes, (task + 1) * KEYS_PER_TASK);
  for (let node = task * KEYS_PER_TASK; node < end; node++) {
    const at = positions + ((<usize>node) << 4);
    const x = toGrid((load<f32>(at) - gx) * scale);
    const y = toGrid((load<f32>(at, 4) - gy) * scale);
    const z = toGrid((load<f32>(at, 8) - gz) * scale);
    let state: i32 = 0;
    let key: i32 = 0;
    for (let shift = 8; shift >= 0; shift -= 2) {
      const step = <i32>load<u16>(table + ((<usize>((state << 6) | octants(x, y, z, shift))) << 1));
      key = (key << 6) | (step & 63);
      state = step >> 6;
    }
    store<i32>(keys + ((<usize>node) << 2), key);
  }
}

const RADIX_BITS = 10;
const RADIX = 1 << RADIX_BITS;
const COUNTS_BYTES: usize = RADIX << 2;

function digitOf(key: u32, shift: i32): usize {
  return (<usize>((key >> shift) & (RADIX - 1))) << 2;
}

/** Turns how often each digit occurs into where its first key goes. */
function startsFrom(counts: usize, first: u32): void {
  let start = first;
  for (let at = counts; at < counts + COUNTS_BYTES; at += 4) {
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

function put(key: u32, node: u32, cell: usize, outKeys: usize, outOrder: usize): void {
  const to = (<usize>load<u32>(cell)) << 2;
  store<u32>(cell, load<u32>(cell) + 1);
  store<u32>(outKeys + to, key);
  store<u32>(outOrder + to, node);
}

/**
 * Parts the nodes by the highest digit of their keys, in their present order, which is nearly right: reads and writes stay
 * close together. The parts are then sorted by {@link sortTask}.
 */
export function partOrder(): void {
  const nodes = (<usize>word(F_NODES)) << 2;
  const keys = word(F_KEYS);
  const order = word(F_ORDER);
  const spareKeys = word(F_KEYS_SPARE);
  const spareOrder = word(F_ORDER_SPARE);
  const counts = word(F_COUNTS);
  const top = 2 * RADIX_BITS;
  memory.fill(counts, 0, COUNTS_BYTES);
  for (let i: usize = 0; i < nodes; i += 4) {
    const cell = counts + digitOf(load<u32>(keys + i), top);
    store<u32>(cell, load<u32>(cell) + 1);
  }
  startsFrom(counts, 0);
  for (let i: usize = 0; i < nodes; i += 4) {
    const node = load<u32>(order + i);
    const key = load<u32>(keys + ((<usize>node) << 2));
    put(key, node, counts + digitOf(key, top), spareKeys, spareOrder);
  }
}

/** Sorts the parts of a task by the two lower digits. Nodes with equal keys keep their order. O(n), no allocation. */
export function sortTask(task: i32, worker: i32): void {
  const scratch = word(F_SCRATCH) + <usize>worker * word(F_SCRATCH_BYTES);
  const ends = word(F_COUNTS);
  // The nodes have been put behind each other since: where a part ends stands where it began.
  for (let part = task * PARTS_PER_TASK; part < (task + 1) * PARTS_PER_TASK; part++) {
    const begin = part == 0 ? 0 : load<u32>(ends + ((<usize>(part - 1)) << 2));
    sortPart(begin, load<u32>(ends + ((<usize>part) << 2)), scratch);
  }
}

/** The part has been parted into the spare arrays; what the others held there is of no use any more. */
function sortPart(first: u32, behind: u32, counts: usize): void {
  const begin = (<usize>first) << 2;
  const end = (<usize>behind) << 2;
  if (begin == end) return;
  const keys = word(F_KEYS);
  const order = word(F_ORDER);
  const spareKeys = word(F_KEYS_SPARE);
  const spareOrder = word(F_ORDER_SPARE);
  memory.fill(counts, 0, 2 * COUNTS_BYTES);
  const second = counts + COUNTS_BYTES;
  for (let i = begin; i < end; i += 4) {
    const key = load<u32>(spareKeys + i);
    const low = counts + digitOf(key, 0);
    const high = second + digitOf(key, RADIX_BITS);
    store<u32>(low, load<u32>(low) + 1);
    store<u32>(high, load<u32>(high) + 1);
  }
  startsFrom(counts, first);
  startsFrom(second, first);
  for (let i = begin; i < end; i += 4) {
    const key = load<u32>(spareKeys + i);
    put(key, load<u32>(spareOrder + i), counts + digitOf(key, 0), keys, order);
  }
  for (let i = begin; i < end; i += 4) {
    const key = load<u32>(keys + i);
    put(key, load<u32>(order + i), second + digitOf(key, RADIX_BITS), spareKeys, spareOrder);
  }
  memory.copy(order + begin, spareOrder + begin, end - begin);
}
