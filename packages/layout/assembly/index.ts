/**
 * The layout kernel for WebAssembly: SIMD, shared memory, any number of threads. The thread that leads calls the serial
 * parts and, like all others, {@link work}; every target is summed by one thread in a fixed order, so the number of
 * threads changes nothing but the time. Memory is laid out by TypeScript, see `fields.ts`; nothing is allocated here.
 */
import {
  A_DONE,
  A_GENERATION,
  A_NEXT_TASK,
  A_PHASE,
  A_TASKS,
  PHASE_FIT,
  PHASE_KEYS,
  PHASE_PULL,
  PHASE_SORT,
} from './fields';
import { stepTask } from './step';
import { pullTask } from './springs';
import { sortTask, writeKeys } from './sort';
import { fitTask } from './tree';

export { meanGroups } from './groups';
export { partOrder } from './sort';
export { resetNodes, scratchBytes, sumPartials } from './step';
export { fitUpwards, leafRadius, spreadRatio } from './tree';

/**
 * Takes tasks of the present phase until none is left. A phase is over when all its tasks are done, whoever did them: a
 * helper that sleeps or comes late holds nobody up.
 *
 * @returns how many tasks this thread did
 */
export function work(worker: i32): i32 {
  let done = 0;
  while (true) {
    const ticket = atomic.add<i32>((<usize>A_NEXT_TASK) << 2, 1);
    const task = ticket & 0xffff;
    const tasks = atomic.load<i32>((<usize>A_TASKS) << 2);
    const phase = atomic.load<i32>((<usize>A_PHASE) << 2);
    // Looked at last: the leader changes the generation first, so what was read before belongs to the ticket's phase.
    if (ticket >> 16 != atomic.load<i32>((<usize>A_GENERATION) << 2) || task >= tasks) return done;
    if (phase == PHASE_KEYS) writeKeys(task);
    else if (phase == PHASE_FIT) fitTask(task);
    else if (phase == PHASE_PULL) pullTask(task);
    else if (phase == PHASE_SORT) sortTask(task, worker);
    else stepTask(task, worker);
    done++;
    if (atomic.add<i32>((<usize>A_DONE) << 2, 1) == tasks - 1) atomic.notify((<usize>A_DONE) << 2, 1);
  }
}
