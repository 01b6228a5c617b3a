import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '@vortexflow/primitives';
import { softwareVulkan } from '@vortexflow/testkit';
import { exactForces } from '../exact-forces.ts';
import { KernelLostError, MemoryLimitError } from '../kernel.ts';
import { type ChildKernelOptions, createChildKernel } from './child-kernel.ts';
import { NoAdapterError } from './dawn.ts';
import { relativeError } from './oracle.ts';
import { FULL_STEP, mixedGraph } from './test-kernel-graphs.ts';

const here = (file: string): URL => new URL(file, import.meta.url);
const fake = async (options: Partial<ChildKernelOptions> = {}) =>
  createChildKernel({ memoryLimit: 1e9, program: here('fake.child.ts'), ...options });

/** True while the process lives. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('kernel in a child process', () => {
  test('passes calls on and brings results back', async () => {
    const kernel = await fake();
    const graph = mixedGraph(40);
    await kernel.load(graph);
    assert.equal(kernel.bytes, 4000);
    assert.deepEqual(await kernel.run([FULL_STEP, FULL_STEP]), { movement: 2 });
    assert.deepEqual(await kernel.forces({ ...FULL_STEP, theta: 0.5 }), Float32Array.of(0.5, 0.5, 0.5));
    await kernel.place(Uint32Array.of(1), Float32Array.of(7, 8, 9));
    const positions = graph.positions.slice();
    positions.set([7, 8, 9], 3);
    assert.deepEqual(await kernel.read(), positions);
    await assert.rejects(kernel.place(Uint32Array.of(40), new Float32Array(3)), RangeError);
    await kernel.dispose();
  });

  test('refuses what does not fit before it is sent', async () => {
    const kernel = await fake();
    await kernel.load(mixedGraph(40));
    // 16 bytes per node are more than the 1e6 that the device can bind.
    await assert.rejects(kernel.load(mixedGraph(70_000)), MemoryLimitError);
    assert.equal(kernel.bytes, 4000);
    await kernel.dispose();
  });

  test('a killed child fails what is pending and what comes later', async () => {
    const kernel = await fake();
    const running = kernel.run([]);
    process.kill(Number(kernel.adapter), 'SIGKILL');
    await assert.rejects(running, KernelLostError);
    assert.match((await kernel.lost).message, /ended/);
    await assert.rejects(kernel.read(), KernelLostError);
    assert.equal(kernel.bytes, 0);
    await kernel.dispose();
  });

  test('a silent child is lost and gone', async () => {
    const clock = new VirtualClock();
    const kernel = await fake({ clock, silenceLimit: 5000 });
    const pid = Number(kernel.adapter);
    process.kill(pid, 'SIGSTOP');
    for (let second = 0; second < 6; second++) clock.advance(1000);
    assert.match((await kernel.lost).message, /silent for 5000 ms/);
    await kernel.dispose();
    assert.equal(lives(pid), false);
  });

  test('a child that answers is not lost, however long its work takes', async () => {
    const clock = new VirtualClock();
    const kernel = await fake({ clock, silenceLimit: 3000 });
    const running = kernel.run([]);
    running.catch(() => {});
    for (let second = 0; second < 20; second++) {
      clock.advance(1000);
      // An answer to a later message tells that the ping before it was answered.
      await kernel.forces(FULL_STEP);
    }
    await kernel.dispose();
    await assert.rejects(running, /disposed/);
  });

  test('disposing ends the child, once and for all', async () => {
    const kernel = await fake();
    const pid = Number(kernel.adapter);
    const running = assert.rejects(kernel.run([]), KernelLostError);
    await kernel.dispose();
    await kernel.dispose();
    await running;
    assert.equal(lives(pid), false);
    let told = false;
    void kernel.lost.then(() => (told = true));
    await nextTurn();
    assert.equal(told, false);
  });

  test('a child without a parent ends', async () => {
    const child = fork(fileURLToPath(here('fake.child.ts')), { serialization: 'advanced', execArgv: [] });
    child.send({ kind: 'ping' });
    await once(child, 'message');
    child.disconnect();
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  });

  test('a child that dies at once says why', async () => {
    await assert.rejects(fake({ memoryLimit: 0 }), { name: 'KernelLostError', message: /ended: 3; it said: no room/ });
  });
});

const onLinux = process.platform === 'linux';
const skip = !process.env['CI'] && !softwareVulkan ? 'no Vulkan driver in software here' : false;

test('a machine without a device says so', { skip: onLinux ? false : 'needs Vulkan' }, async () => {
  const env = { VK_DRIVER_FILES: '/nowhere' };
  await assert.rejects(createChildKernel({ memoryLimit: 1e9, env }), NoAdapterError);
});

test('a device in software is refused unless it is allowed', { skip }, async () => {
  const env = { VK_DRIVER_FILES: softwareVulkan! };
  await assert.rejects(createChildKernel({ memoryLimit: 1e9, env }), {
    name: 'NoAdapterError',
    message: /in software/,
  });
});

test('a device in a child computes, and its loss is told', { skip }, async () => {
  assert.ok(existsSync(softwareVulkan!));
  const env = { VK_DRIVER_FILES: softwareVulkan! };
  const options = { memoryLimit: 1e9, allowSoftware: true, env };
  const kernel = await createChildKernel({ ...options, program: here('lossy.child.ts') });
  const graph = mixedGraph(200);
  await kernel.load(graph);
  const step = { ...FULL_STEP, theta: 0.01 };
  assert.ok(relativeError(await kernel.forces(step), exactForces(graph, step)) < 1e-5);
  const { movement } = await kernel.run([FULL_STEP, FULL_STEP]);
  assert.ok(movement > 0 && kernel.bytes > 0);
  const running = assert.rejects(kernel.run(Array.from({ length: 100 }, () => FULL_STEP)), KernelLostError);
  process.kill(Number(kernel.adapter), 'SIGUSR2');
  await running;
  assert.ok((await kernel.lost) instanceof KernelLostError);
  await kernel.dispose();
  assert.equal(lives(Number(kernel.adapter)), false);
});
