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
  KEYS_PER_TASK,
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
const PASSES = 3;
const COUNTS_BYTES: usize = RADIX << 2;

/** How often each digit occurs, turned into where its first key goes. */
function countDigits(keys: usize, nodes: i32, counts: usize): void {
  memory.fill(counts, 0, <usize>PASSES * COUNTS_BYTES);
  for (let i = 0; i < nodes; i++) {
    const key = load<u32>(keys + ((<usize>i) << 2));
    for (let digit = 0; digit < PASSES; digit++) {
      const at = counts + <usize>digit * COUNTS_BYTES + ((<usize>((key >> (digit * RADIX_BITS)) & (RADIX - 1))) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
  for (let digit = 0; digit < PASSES; digit++) {
    let start: u32 = 0;
    for (let value = 0; value < RADIX; value++) {
      const at = counts + <usize>digit * COUNTS_BYTES + ((<usize>value) << 2);
      const count = load<u32>(at);
      store<u32>(at, start);
      start += count;
    }
  }
}

function put(key: u32, node: u32, counts: usize, shift: i32, outKeys: usize, outOrder: usize): void {
  const cell = counts + ((<usize>((key >> shift) & (RADIX - 1))) << 2);
  const to = (<usize>load<u32>(cell)) << 2;
  store<u32>(cell, load<u32>(cell) + 1);
  store<u32>(outKeys + to, key);
  store<u32>(outOrder + to, node);
}

/** Sorts the order by the keys. Nodes with equal keys keep their present order. O(n), no allocation. */
export function sortOrder(): void {
  const nodes = <i32>word(F_NODES);
  const keys = word(F_KEYS);
  const order = word(F_ORDER);
  const spareKeys = word(F_KEYS_SPARE);
  const spareOrder = word(F_ORDER_SPARE);
  const counts = word(F_COUNTS);
  countDigits(keys, nodes, counts);
  // The first pass follows the present order, which is nearly right: reads and writes stay close together.
  for (let i = 0; i < nodes; i++) {
    const node = load<u32>(order + ((<usize>i) << 2));
    put(load<u32>(keys + ((<usize>node) << 2)), node, counts, 0, spareKeys, spareOrder);
  }
  for (let i: usize = 0; i < (<usize>nodes) << 2; i += 4) {
    put(load<u32>(spareKeys + i), load<u32>(spareOrder + i), counts + COUNTS_BYTES, RADIX_BITS, keys, order);
  }
  for (let i: usize = 0; i < (<usize>nodes) << 2; i += 4) {
    put(load<u32>(keys + i), load<u32>(order + i), counts + 2 * COUNTS_BYTES, 2 * RADIX_BITS, spareKeys, spareOrder);
  }
  memory.copy(order, spareOrder, (<usize>nodes) << 2);
}
