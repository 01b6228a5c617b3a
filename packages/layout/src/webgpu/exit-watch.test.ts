import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { isEnding } from './exit-watch.ts';

it('tells a process that runs from one that has been killed', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells that a process is ending');
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("x"); setInterval(() => {}, 1000)']);
  await once(child.stdout, 'data');
  assert.equal(isEnding(child.pid!), false);
  assert.equal(isEnding(process.pid), false);
  child.kill('SIGKILL');
  const ended = once(child, 'exit');
  // Within its own time, as nobody waits for it here: this loop does not let its exit be heard of.
  const deadline = performance.now() + 5000;
  while (!isEnding(child.pid!) && performance.now() < deadline);
  assert.equal(isEnding(child.pid!), true);
  await ended;
  assert.equal(isEnding(child.pid!), true);
});
