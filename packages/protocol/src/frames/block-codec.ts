/**
 * How one block of nodes travels. Coordinates are whole steps of a grid, so both sides compute the same numbers.
 *
 * A delta assumes that every node moves on as it did before (second order), or rests, whichever fits the block better,
 * and carries what is left, in quanta of 2^shift steps. The encoder remembers what the decoder has made of it, so errors
 * never add up. A key carries places as differences between neighbours in the block, and, when it is exact, the latest
 * movements too: a decoder that got it continues with the same deltas as all others.
 */
import { type BitReader, type BitWriter, MAX_CODE_BITS, RUN_OVERHEAD_BITS } from './bits.ts';

/** Values, three a node, that share a Rice parameter. */
const RUN = 192;
const SHIFT_BITS = 5;
/** A quantum of a delta is at most 2^6 steps, 1/1,024 of the cube: half a pixel when the cube fills 1,000 of them. */
const MAX_SHIFT = 6;
const MAX_ROUGH_SHIFT = 15;
/** A quantum is this part of the mean unforeseen movement, or up to half as large: 3 to 4 bits a value. */
const QUANTA = 1.5;
/** As QUANTA, for the distance between neighbours in a rough key. */
const ROUGH_QUANTA = 2;

const RESTS = 1;
const STOPS = 2;

/** What encoder and decoder both know of all nodes, in block order, 3 values a node, in steps. */
export interface BlockState {
  readonly places: Int32Array;
  /** Difference to the places before. */
  readonly moves: Int32Array;
}

export const createBlockState = (nodes: number): BlockState => ({
  places: new Int32Array(nodes * 3),
  moves: new Int32Array(nodes * 3),
});

/** Words that a block of so many nodes takes at most, whatever it holds. */
export function maxBlockWords(nodes: number): number {
  const values = nodes * 6;
  const runs = 2 * Math.ceil((nodes * 3) / RUN);
  return Math.ceil((2 * SHIFT_BITS + values * MAX_CODE_BITS + runs * RUN_OVERHEAD_BITS) / 16) + 1;
}

const scratch = new Int32Array(RUN);

/** Largest shift with `mean / 2^shift >= quanta`, within limits. */
function shiftFor(mean: number, quanta: number, least: number, most: number): number {
  const wanted = mean / quanta;
  return Math.max(least, Math.min(most, wanted < 2 ? 0 : 31 - Math.clz32(wanted)));
}

/**
 * Writes how values `from` to before `to` of the state come to their targets, and moves the state as the decoder will.
 * Afterwards each place is within half a quantum of its target. O(to - from), no allocation.
 *
 * @param targets whole steps, length to - from or more
 * @param stop everything comes to rest: places become exact, and no movement is remembered
 */
export function writeDelta(
  writer: BitWriter,
  { places, moves }: BlockState,
  targets: Int32Array,
  from: number,
  to: number,
  stop: boolean,
): void {
  let moving = 0;
  let resting = 0;
  for (let i = from; i < to; i++) {
    const step = targets[i - from]! - places[i]!;
    resting += Math.abs(step);
    moving += Math.abs(step - moves[i]!);
  }
  const rests = resting <= moving;
  const mean = Math.min(resting, moving) / (to - from);
  const shift = stop ? 0 : shiftFor(mean, QUANTA, 0, MAX_SHIFT);
  writer.put((rests ? RESTS : 0) | (stop ? STOPS : 0), 2);
  writer.put(shift, SHIFT_BITS);
  const half = (1 << shift) >> 1;
  const inertia = rests ? 0 : -1;
  const memory = stop ? 0 : -1;
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const place = places[i]!;
      const expected = place + (moves[i]! & inertia);
      const quanta = (targets[i - from]! - expected + half) >> shift;
      const next = expected + (quanta << shift);
      places[i] = next;
      moves[i] = (next - place) & memory;
      const code = (quanta << 1) ^ (quanta >> 31);
      scratch[i - start] = code;
      sum += code;
    }
    writer.putRun(scratch, end - start, sum);
  }
}

/** Moves the state by a delta. */
export function readDelta(reader: BitReader, { places, moves }: BlockState, from: number, to: number): void {
  const flags = reader.get(2);
  const shift = reader.get(SHIFT_BITS);
  const inertia = flags & RESTS ? 0 : -1;
  const memory = flags & STOPS ? 0 : -1;
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    reader.getRun(scratch, end - start);
    for (let i = start; i < end; i++) {
      const code = scratch[i - start]!;
      const place = places[i]!;
      const next = place + (moves[i]! & inertia) + (((code >>> 1) ^ -(code & 1)) << shift);
      places[i] = next;
      moves[i] = (next - place) & memory;
    }
  }
}

/** Writes places and movements as they are. */
export function writeKey(writer: BitWriter, { places, moves }: BlockState, from: number, to: number): void {
  writer.put(0, SHIFT_BITS);
  writePlaces(writer, places, from, to, 0);
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const code = (moves[i]! << 1) ^ (moves[i]! >> 31);
      scratch[i - start] = code;
      sum += code;
    }
    writer.putRun(scratch, end - start, sum);
  }
}

/** Writes places to within a part of the distance between neighbours; deltas do not follow on these. */
export function writeRough(writer: BitWriter, { places }: BlockState, from: number, to: number): void {
  let distance = 0;
  for (let i = from + 3; i < to; i++) distance += Math.abs(places[i]! - places[i - 3]!);
  const shift = shiftFor(distance / (to - from), ROUGH_QUANTA, 1, MAX_ROUGH_SHIFT);
  writer.put(shift, SHIFT_BITS);
  writePlaces(writer, places, from, to, shift);
}

function writePlaces(writer: BitWriter, places: Int32Array, from: number, to: number, shift: number): void {
  let [x, y, z] = [0, 0, 0];
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const place = places[i]! >> shift;
      const step = place - x;
      x = y;
      y = z;
      z = place;
      const code = (step << 1) ^ (step >> 31);
      scratch[i - start] = code;
      sum += code;
    }
    writer.putRun(scratch, end - start, sum);
  }
}

/** Takes over a key. @returns true when it is exact, so that deltas can follow */
export function readKey(reader: BitReader, { places, moves }: BlockState, from: number, to: number): boolean {
  const shift = reader.get(SHIFT_BITS);
  const half = (1 << shift) >> 1;
  let [x, y, z] = [0, 0, 0];
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    reader.getRun(scratch, end - start);
    for (let i = start; i < end; i++) {
      const code = scratch[i - start]!;
      const place = (x + ((code >>> 1) ^ -(code & 1))) | 0;
      x = y;
      y = z;
      z = place;
      places[i] = (place << shift) + half;
      moves[i] = 0;
    }
  }
  if (shift > 0) return false;
  for (let start = from; start < to; start += RUN) {
    const end = Math.min(to, start + RUN);
    reader.getRun(scratch, end - start);
    for (let i = start; i < end; i++) {
      const code = scratch[i - start]!;
      moves[i] = (code >>> 1) ^ -(code & 1);
    }
  }
  return true;
}
