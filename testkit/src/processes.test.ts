import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { descendants, freeze, handlesSignal, residentBytesOfTree, servingProcesses, signal } from './processes.ts';
import { createThreadKiller } from './threads/thread-killer.ts';

const skip = process.platform === 'linux' ? false : 'processes are read from /proc';

interface Tree {
  readonly parent: ChildProcess;
  readonly pid: number;
  readonly child: number;
  readonly port: number;
}

async function treeFor(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Tree> {
  const parent = fork(new URL('./test-tree.child.ts', import.meta.url), { env: { ...process.env, ...env } });
  t.after(() => parent.kill('SIGKILL'));
  const [{ child, address }] = (await once(parent, 'message')) as [{ child: number; address: { port: number } }];
  return { parent, pid: parent.pid as number, child, port: address.port };
}

const stateOf = (pid: number): string => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';

test('a process tree: descendants, memory', { skip }, async (t) => {
  const { pid, child } = await treeFor(t);
  assert.deepEqual(descendants(pid), [child]);
  assert.ok(descendants(process.pid).includes(child), 'grandchildren, too');
  assert.ok(residentBytesOfTree(pid) > residentBytesOfTree(child));
  assert.ok(residentBytesOfTree(child) > 20e6);
  assert.deepEqual(servingProcesses(pid), [], 'it serves nothing');
});

test('a frozen tree stands still as a whole, and goes on', { skip }, async (t) => {
  const { pid, child } = await treeFor(t);
  const thaw = freeze(pid);
  // A signal is delivered a moment after it was sent.
  while (stateOf(pid) !== 'T' || stateOf(child) !== 'T') await new Promise(setImmediate);
  thaw();
  while (stateOf(pid) === 'T' || stateOf(child) === 'T') await new Promise(setImmediate);
});

test('signals: who handles one is known, and who is gone is no error', { skip }, async (t) => {
  const { parent, pid, child } = await treeFor(t);
  assert.equal(handlesSignal(pid, 'SIGHUP'), true);
  assert.equal(handlesSignal(child, 'SIGHUP'), false);
  const told = once(parent, 'message');
  assert.equal(signal(pid, 'SIGHUP'), true);
  assert.deepEqual((await told)[0], { signal: 'SIGHUP' });
  const gone = once(parent, 'exit');
  signal(pid, 'SIGKILL');
  await gone;
  assert.equal(signal(pid, 'SIGHUP'), false);
  assert.equal(handlesSignal(pid, 'SIGHUP'), false);
});

test('threads of a launched program are named and ended from outside, one by one', async (t) => {
  const killer = await createThreadKiller();
  t.after(() => killer.remove());
  const { parent, pid, child } = await treeFor(t, killer.env);
  const threads = await killer.threads(pid);
  assert.equal(threads.length, 2);
  assert.match(threads[0] ?? '', /test-tree\.child\.ts$/);
  assert.deepEqual(await killer.threads(child), []);
  assert.equal(await killer.kill(pid, 'no-such-module'), false);
  const ended = once(parent, 'message');
  assert.equal(await killer.kill(pid, 'test-tree', 1), true);
  assert.deepEqual((await ended)[0], { ended: 1 });
  assert.equal((await killer.threads(pid)).length, 1);
  assert.equal(await killer.kill(pid, 'test-tree', 1), false);
});
