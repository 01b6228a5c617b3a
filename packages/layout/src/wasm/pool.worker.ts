/** Entry of a helper thread: sleeps until a phase begins, takes tasks until none is left, sleeps again. */
import { workerData } from 'node:worker_threads';
import { A_ACTIVE, A_GENERATION, A_QUIT } from '../../assembly/fields.ts';
import { instantiateKernel } from './module.ts';
import type { HelperData } from './pool.ts';

const { module, memory, worker } = workerData as HelperData;
const kernel = instantiateKernel(module, memory);
// The header never moves, so this view stays good when the memory grows.
const words = new Int32Array(memory.buffer);
while (Atomics.load(words, A_QUIT) === 0) {
  const generation = Atomics.load(words, A_GENERATION);
  if (worker < Atomics.load(words, A_ACTIVE)) kernel.work(worker);
  Atomics.wait(words, A_GENERATION, generation);
}
