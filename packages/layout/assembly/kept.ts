/**
 * What a leaf found when it looked around, kept for the next steps: nodes move little against the distance from which
 * cells act as a whole, so that part of the force may be a few steps old (multiple time steps: M. Tuckerman, B. Berne,
 * G. Martyna, J. Chem. Phys. 97, 1992).
 */
import { EXPANSION_BYTES, F_KEPT_EXPANSIONS, F_KEPT_LISTS, F_KEPT_WHOLE, KEPT_PER_LEAF } from './fields';
import { word } from './memory';
import { leavesPerTask } from './tree';

/** Where the task's next list goes, and the end of its room. */
let next: usize = 0;
let end: usize = 0;
let whole: bool = false;

/** Lists of a task's leaves, each behind its length. */
export function keptLists(task: i32): usize {
  return word(F_KEPT_LISTS) + ((<usize>(task * leavesPerTask() * KEPT_PER_LEAF)) << 2);
}

export function keptExpansion(leaf: i32): usize {
  return word(F_KEPT_EXPANSIONS) + <usize>leaf * EXPANSION_BYTES;
}

/** Whether all that a task's leaves found has been kept. */
export function isKept(task: i32): bool {
  return load<u8>(word(F_KEPT_WHOLE) + <usize>task) != 0;
}

/** A thread works on one task at a time, and globals are each thread's own. */
export function beginKeeping(task: i32): void {
  next = keptLists(task);
  end = keptLists(task + 1);
  whole = true;
}

export function endKeeping(task: i32): void {
  store<u8>(word(F_KEPT_WHOLE) + <usize>task, whole ? 1 : 0);
}

/** Keeps what the next of the task's leaves has found. */
export function keep(leaf: i32, expansion: usize, list: usize, length: i32): void {
  const bytes = (<usize>length) << 2;
  // Four entries are copied at a time, so there has to be room for three more.
  whole = whole && next + bytes + 16 <= end;
  if (!whole) return;
  const to = keptExpansion(leaf);
  v128.store(to, v128.load(expansion));
  v128.store(to, v128.load(expansion, 16), 16);
  store<f32>(to, load<f32>(expansion, 32), 32);
  store<i32>(next, length);
  next += 4;
  for (let at: usize = 0; at < bytes; at += 16) v128.store(next + at, v128.load(list + at));
  next += bytes;
}
