/**
 * Order along a Hilbert curve: keys, then a stable radix sort of key and node, 6 passes of 5 bits. No subgroups and no
 * atomics whose order matters, so equal keys keep the order of their nodes and every run gives the same result.
 *
 * J. Skilling: Programming the Hilbert curve (AIP Conference Proceedings 707, 2004);
 * N. Satish, M. Harris, M. Garland: Designing efficient sorting algorithms for manycore GPUs (IPDPS 2009).
 */
import { type Shader, WORKGROUP } from './shader.ts';

const DIGIT_BITS = 5;
const DIGITS = 1 << DIGIT_BITS;
/** Even, so that the result ends where it began. */
export const SORT_PASSES = 6;

/** Threads of a block, and keys that each of them takes in a row. */
const THREADS = 64;
const KEYS_PER_THREAD = 16;
export const KEYS_PER_BLOCK = THREADS * KEYS_PER_THREAD;
/** Two counters of 16 bits share a word: no block has more than 1,024 keys. */
const WORDS = DIGITS / 2;
/** One thread scans one word of a segment of threads. */
const SEGMENTS = THREADS / WORDS;
const SEGMENT = THREADS / SEGMENTS;

export const keysShader: Shader = {
  label: 'keys',
  storage: { positions: 'read', statistics: 'read', keys: 'read_write', order: 'read_write' },
  code: /* wgsl */ `
const BITS = 10u;

fn hilbertKey(point: vec3u) -> u32 {
  var x = point;
  for (var bit = 1u << (BITS - 1u); bit > 1u; bit >>= 1u) {
    let below = bit - 1u;
    for (var axis = 0u; axis < 3u; axis++) {
      if ((x[axis] & bit) != 0u) {
        x.x ^= below;
      } else {
        let swapped = (x.x ^ x[axis]) & below;
        x.x ^= swapped;
        x[axis] ^= swapped;
      }
    }
  }
  x.y ^= x.x;
  x.z ^= x.y;
  var flips = 0u;
  for (var bit = 1u << (BITS - 1u); bit > 1u; bit >>= 1u) {
    if ((x.z & bit) != 0u) { flips ^= bit - 1u; }
  }
  x ^= vec3u(flips);
  var key = 0u;
  for (var bit = BITS; bit > 0u; bit--) {
    let digit = (x >> vec3u(bit - 1u)) & vec3u(1u);
    key = (key << 3u) | (digit.x << 2u) | (digit.y << 1u) | digit.z;
  }
  return key;
}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = workgroupIndex(id, size) * ${WORKGROUP}u + lane;
  if (node >= graph.nodes) { return; }
  let grid = statistics[2];
  let place = clamp((positions[node].xyz - grid.xyz) * grid.w, vec3f(0), vec3f(1023));
  keys[node] = hilbertKey(vec3u(place));
  order[node] = node;
}
`,
};

const DIGIT_OF = /* wgsl */ `
fn digitOf(key: u32) -> u32 { return (key >> (turn.index * ${DIGIT_BITS}u)) & ${DIGITS - 1}u; }
fn blocksOf(keys: u32) -> u32 { return (keys + ${KEYS_PER_BLOCK - 1}u) / ${KEYS_PER_BLOCK}u; }
`;

/** How often each digit occurs in each block. */
export const countShader: Shader = {
  label: 'count',
  storage: { keys: 'read', digits: 'read_write' },
  code: /* wgsl */ `${DIGIT_OF}
var<workgroup> counts: array<atomic<u32>, ${DIGITS}>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = workgroupIndex(id, size);
  let blocks = blocksOf(graph.nodes);
  if (block >= blocks) { return; }
  let begin = block * ${KEYS_PER_BLOCK}u;
  let end = min(begin + ${KEYS_PER_BLOCK}u, graph.nodes);
  for (var at = begin + lane; at < end; at += ${THREADS}u) { atomicAdd(&counts[digitOf(keys[at])], 1u); }
  workgroupBarrier();
  if (lane < ${DIGITS}u) { digits[lane * blocks + block] = atomicLoad(&counts[lane]); }
}
`,
};

/** One workgroup per digit replaces its counts by the number of its keys in the blocks before; the total goes last. */
export const scanShader: Shader = {
  label: 'scan',
  storage: { digits: 'read_write' },
  code: /* wgsl */ `${DIGIT_OF}
var<workgroup> counts: array<u32, ${WORKGROUP}>;
var<workgroup> countsOf16: array<u32, ${WORKGROUP / 16}>;

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let digit = workgroupIndex(id, size);
  if (digit >= ${DIGITS}u) { return; }
  let blocks = blocksOf(graph.nodes);
  let row = digit * blocks;
  var before = 0u;
  for (var begin = 0u; begin < blocks; begin += ${WORKGROUP}u) {
    let inside = begin + lane < blocks;
    var own = 0u;
    if (inside) { own = digits[row + begin + lane]; }
    counts[lane] = own;
    workgroupBarrier();
    if (lane < ${WORKGROUP / 16}u) {
      var sum = 0u;
      for (var at = 16u * lane; at < 16u * lane + 16u; at++) {
        let count = counts[at];
        counts[at] = sum;
        sum += count;
      }
      countsOf16[lane] = sum;
    }
    workgroupBarrier();
    var smaller = 0u;
    var all = 0u;
    for (var at = 0u; at < ${WORKGROUP / 16}u; at++) {
      if (at < lane / 16u) { smaller += countsOf16[at]; }
      all += countsOf16[at];
    }
    if (inside) { digits[row + begin + lane] = before + smaller + counts[lane]; }
    before += all;
    workgroupBarrier();
  }
  if (lane == 0u) { digits[${DIGITS}u * blocks + digit] = before; }
}
`,
};

/** Number of workgroups of {@link scanShader}, and of words behind the counts that take the totals. */
export const SORT_DIGITS = DIGITS;

/** Moves every key to its place: behind smaller digits, behind its digit in earlier blocks, behind its digit in this one. */
export const scatterShader: Shader = {
  label: 'scatter',
  storage: { keys: 'read', order: 'read', digits: 'read', keysOut: 'read_write', orderOut: 'read_write' },
  code: /* wgsl */ `${DIGIT_OF}
var<workgroup> counts: array<u32, ${THREADS * WORDS}>;
var<workgroup> segments: array<u32, ${THREADS}>;
var<workgroup> starts: array<u32, ${DIGITS}>;

// Counters of two digits in one word.
fn wordOf(digit: u32) -> u32 { return digit / 2u; }
fn shiftOf(digit: u32) -> u32 { return (digit % 2u) * 16u; }

// Turns the counts of all threads into those of the threads before.
fn scanCounts(lane: u32) {
  let word = lane % ${WORDS}u;
  let segment = lane / ${WORDS}u;
  let begin = segment * ${SEGMENT}u;
  var sum = 0u;
  for (var row = begin; row < begin + ${SEGMENT}u; row++) {
    let own = counts[row * ${WORDS}u + word];
    counts[row * ${WORDS}u + word] = sum;
    sum += own;
  }
  segments[lane] = sum;
  workgroupBarrier();
  var before = 0u;
  for (var other = 0u; other < segment; other++) { before += segments[other * ${WORDS}u + word]; }
  for (var row = begin; row < begin + ${SEGMENT}u; row++) { counts[row * ${WORDS}u + word] += before; }
  workgroupBarrier();
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = workgroupIndex(id, size);
  let blocks = blocksOf(graph.nodes);
  if (block >= blocks) { return; }
  if (lane < ${DIGITS}u) {
    var start = digits[lane * blocks + block];
    for (var smaller = 0u; smaller < lane; smaller++) { start += digits[${DIGITS}u * blocks + smaller]; }
    starts[lane] = start;
  }
  let row = lane * ${WORDS}u;
  let begin = min(block * ${KEYS_PER_BLOCK}u + lane * ${KEYS_PER_THREAD}u, graph.nodes);
  let end = min(begin + ${KEYS_PER_THREAD}u, graph.nodes);
  for (var at = begin; at < end; at++) {
    let digit = digitOf(keys[at]);
    counts[row + wordOf(digit)] += 1u << shiftOf(digit);
  }
  workgroupBarrier();
  scanCounts(lane);
  for (var at = begin; at < end; at++) {
    let key = keys[at];
    let digit = digitOf(key);
    let word = counts[row + wordOf(digit)];
    let to = starts[digit] + ((word >> shiftOf(digit)) & 0xffffu);
    counts[row + wordOf(digit)] = word + (1u << shiftOf(digit));
    keysOut[to] = key;
    orderOut[to] = order[at];
  }
}
`,
};
