/** For tests: a process with an actor in a child process; prints the child's number, and waits to be killed. */
import { systemClock } from '@vortexflow/primitives';
import { createSystem } from './index.ts';
import type { Address, Wish } from './serving.actor.ts';

const system = createSystem({ clock: systemClock });
const ref = system.spawn<Wish, Address>({
  id: 'child',
  placement: { process: new URL('./serving.actor.ts', import.meta.url), export: 'serving' },
});
const { pid } = await ref.ask('where', { timeoutMs: 60_000 });
process.stdout.write(`${pid}\n`);
