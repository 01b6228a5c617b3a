import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { softwareVulkan } from '@vortexflow/testkit';
import { exactForces } from '../exact-forces.ts';
import { describeKernel } from '../kernel-conformance.ts';
import { type Kernel, type KernelGraph, KernelLostError, type KernelStep, MemoryLimitError } from '../kernel.ts';
import { bytesOf, planBuffers } from './buffers.ts';
import { openDawnDevice } from './dawn.ts';
import { DeviceGraph } from './device-graph.ts';
import { exactStep, freshMemory, relativeError } from './oracle.ts';
import { createPrograms, type Programs } from './pipelines.ts';
import { ReadbackPool } from './readback.ts';
import type { BufferName } from './shader.ts';
import { FULL_STEP, mixedGraph, pointsOf, REPULSION_STEP, SHAPES, starGraph } from './test-kernel-graphs.ts';
import { createWebGpuKernel } from './webgpu-kernel.ts';

if (softwareVulkan) process.env['VK_DRIVER_FILES'] ??= softwareVulkan;
const device = await openDawnDevice({ allowSoftware: true }).catch((error: Error) => error);
const skip = device instanceof Error && !process.env['CI'] ? `no WebGPU here: ${device.message}` : false;

/** Sums all pairs, so that what differs from the oracle is rounding. */
const ALL_PAIRS = 0.01;

if (!skip && !(device instanceof Error))
  describeKernel('webgpu', async ({ memoryLimit = 1e9 }) => createWebGpuKernel(device, { memoryLimit }));

describe('WebGPU kernel', { skip }, async () => {
  if (device instanceof Error) throw device;
  const MEMORY = 1e9;
  const kernel = await createWebGpuKernel(device, { memoryLimit: MEMORY });
  after(() => device.destroy());

  for (const [name, place] of Object.entries(SHAPES)) {
    test(`repulsion in ${name}`, async () => {
      const graph = pointsOf(place);
      await kernel.load(graph);
      const exact = exactForces(graph, REPULSION_STEP);
      // Rows of equal cells, all pushing from both sides, nearly cancel: the same errors are a larger share of what remains.
      // How cells straddle a spot depends on the rounding of the card: 0.026 in software, 0.032 on an NVIDIA H100.
      const cancels = name === 'a line' || name === 'coincident groups';
      for (const [theta, tolerance] of [
        [ALL_PAIRS, 1e-5],
        [0.5, cancels ? 0.04 : 0.005],
        [1.1, cancels ? 0.15 : 0.02],
      ] as const) {
        const error = relativeError(await kernel.forces({ ...REPULSION_STEP, theta }), exact);
        // Where all nodes share a spot there is no force, and none may come of rounding.
        assert.ok(name === 'one spot' ? Number.isNaN(error) : error < tolerance, `theta ${theta}: ${error}`);
      }
    });
  }

  for (const change of [{}, { anchored: true }, { flat: true }]) {
    test(`all forces ${JSON.stringify(change)}`, async () => {
      const graph = mixedGraph();
      const step = { ...FULL_STEP, ...change, theta: ALL_PAIRS };
      await kernel.load(graph);
      assert.ok(relativeError(await kernel.forces(step), exactForces(graph, step)) < 1e-5);
    });
  }

  test('springs of a hub', async () => {
    const graph = starGraph();
    const step = { ...FULL_STEP, repulsion: 0, theta: ALL_PAIRS };
    await kernel.load(graph);
    assert.ok(relativeError(await kernel.forces(step), exactForces(graph, step)) < 1e-5);
  });

  test('collision misses no pair at a lax theta', async () => {
    const graph = mixedGraph();
    const step = { ...FULL_STEP, repulsion: 0, spring: 0, gravity: 0, cluster: 0, theta: 1.5 };
    await kernel.load(graph);
    assert.ok(relativeError(await kernel.forces(step), exactForces(graph, step)) < 1e-5);
  });

  test('moves as the rule says, over four steps', async () => {
    let graph = mixedGraph();
    const step = { ...FULL_STEP, theta: ALL_PAIRS };
    const memory = freshMemory(graph.nodes);
    await kernel.load(graph);
    for (let k = 0; k < 4; k++) {
      const next = exactStep(graph, step, memory);
      const moved = meanMove(graph.positions, next);
      const { movement } = await kernel.run([step]);
      assert.ok(Math.abs(movement - moved) < 1e-4 * moved, `step ${k}: ${movement}, not ${moved}`);
      graph = { ...graph, positions: next };
      assert.ok(furthest(await kernel.read(), next) < 1e-3, `step ${k}`);
    }
  });

  test('a node that does not exist cannot be placed', async () => {
    await kernel.load(mixedGraph());
    await assert.rejects(kernel.place(Uint32Array.of(500), new Float32Array(3)), RangeError);
  });

  test('any number of nodes', async () => {
    for (const nodes of [1, 2, 8, 9, 33, 257]) {
      const graph = pointsOf(SHAPES['a cube']!, nodes);
      await kernel.load(graph);
      const step = { ...REPULSION_STEP, theta: ALL_PAIRS };
      const error = relativeError(await kernel.forces(step), exactForces(graph, step));
      assert.ok(nodes === 1 || error < 1e-5, `${nodes} nodes: ${error}`);
      await kernel.run([step]);
      assert.ok((await kernel.read()).every(Number.isFinite));
    }
  });

  test('the same steps give the same bits, however they are cut and folded', async () => {
    const steps = Array.from({ length: 18 }, (_, k) => ({ ...FULL_STEP, limit: 0.5 * 0.9 ** k }));
    const once = await positionsAfter(kernel, [steps]);
    assert.deepEqual(await positionsAfter(kernel, [steps]), once);
    assert.deepEqual(await positionsAfter(kernel, [steps.slice(0, 3), steps.slice(3)]), once);
    const bounds = { dispatchWidth: 3 };
    const folded = await createWebGpuKernel(device, { memoryLimit: MEMORY, bounds });
    assert.deepEqual(await positionsAfter(folded, [steps]), once);
    await folded.dispose();
  });

  test('asking for forces or positions changes nothing', async () => {
    const once = await positionsAfter(kernel, [[FULL_STEP, FULL_STEP]]);
    await kernel.load(mixedGraph(200));
    await Promise.all([kernel.forces(FULL_STEP), kernel.run([FULL_STEP]), kernel.read(), kernel.forces(FULL_STEP)]);
    await kernel.run([FULL_STEP]);
    assert.deepEqual(await kernel.read(), once);
  });

  test('too many near nodes cost accuracy, not safety', async () => {
    const graph = pointsOf(SHAPES['a cube']!);
    const hasty = await createWebGpuKernel(device, { memoryLimit: MEMORY, bounds: { nearLimit: 4 } });
    await hasty.load(graph);
    const step = { ...REPULSION_STEP, theta: ALL_PAIRS };
    const error = relativeError(await hasty.forces(step), exactForces(graph, step));
    assert.ok(error > 1e-3 && error < 0.3, String(error));
    await hasty.dispose();
  });

  test('the order is a permutation along the curve', async () => {
    const programs = await createPrograms(device);
    for (const nodes of [5, 1024, 5000]) {
      const graph = pointsOf(SHAPES['a cube']!, nodes);
      const contents = await buffersOf(device, programs, graph, ['keys', 'order']);
      const keys = new Uint32Array(contents[0]!);
      const order = new Uint32Array(contents[1]!);
      assert.deepEqual(keys, keys.toSorted());
      assert.deepEqual(order.toSorted(), Uint32Array.from(order.keys()));
      for (let slot = 1; slot < nodes; slot++)
        assert.ok(keys[slot]! > keys[slot - 1]! || order[slot]! > order[slot - 1]!, 'equal keys keep their order');
      // Neighbours along the curve are about as near as those on a grid, not as near as any two.
      const step = meanOf(nodes - 1, (slot) => distanceIn(graph.positions, order[slot]!, order[slot + 1]!));
      assert.ok(step < (1.5 * 8) / Math.cbrt(nodes), `${nodes} nodes: ${step}`);
    }
  });

  test('the root of a tree of many levels holds all nodes', async () => {
    const nodes = 9000;
    const graph = pointsOf(SHAPES['a cube']!, nodes);
    const programs = await createPrograms(device);
    const step = { ...REPULSION_STEP, theta: 0.95 };
    const contents = await buffersOf(device, programs, graph, ['cells', 'extents'], step);
    const root = new Float32Array(contents[0]!);
    const extent = new Float32Array(contents[1]!);
    const centre = [0, 1, 2].map((axis) => meanOf(nodes, (i) => graph.positions[3 * i + axis]!));
    for (let axis = 0; axis < 3; axis++) assert.ok(Math.abs(root[axis]! - centre[axis]!) < 1e-3);
    assert.equal(root[3], nodes);
    // Half the diagonal of the cube, and the slack of nested spheres.
    assert.ok(extent[0]! > 6.8 && extent[0]! < 20, String(extent[0]));
  });

  test('a graph beyond the budget is refused before anything is allocated', async () => {
    const graph = mixedGraph();
    const needed = bytesOf(planBuffers(graph));
    const small = await createWebGpuKernel(device, { memoryLimit: needed });
    await small.load(graph);
    assert.equal(small.bytes, needed);
    await assert.rejects(small.load(mixedGraph(501)), MemoryLimitError);
    assert.equal(small.bytes, needed);
    assert.equal((await small.read()).length, 1500);
    await small.dispose();
    await small.dispose();
    assert.equal(small.bytes, 0);
    await assert.rejects(small.read(), KernelLostError);
  });

  test('a thousand graphs leave nothing behind', async () => {
    const live = trackBuffers(device);
    const graph = mixedGraph(40);
    const churned = await createWebGpuKernel(device, { memoryLimit: MEMORY });
    for (let k = 0; k < 1000; k++) await churned.load(graph);
    assert.equal(sumOf(live), churned.bytes);
    assert.equal(churned.bytes, bytesOf(planBuffers(graph)));
    await churned.dispose();
    assert.equal(churned.bytes, 0);
    assert.equal(live.size, 0);
  });

  test('an error that nobody caught is not swallowed', async () => {
    const failing = await createWebGpuKernel(device, { memoryLimit: MEMORY });
    device.createBuffer({ size: 4, usage: 0 });
    assert.match((await failing.lost).message, /usages must not be 0/);
    await assert.rejects(failing.load(mixedGraph()), KernelLostError);
    await failing.dispose();
  });

  test('a lost device ends what is under way and what comes later', async () => {
    const doomed = await createWebGpuKernel(device, { memoryLimit: MEMORY });
    await doomed.load(mixedGraph());
    const running = doomed.run(Array.from({ length: 50 }, () => FULL_STEP));
    const reading = doomed.read();
    device.destroy();
    await Promise.all([assert.rejects(running, KernelLostError), assert.rejects(reading, KernelLostError)]);
    assert.ok((await doomed.lost) instanceof KernelLostError);
    await assert.rejects(doomed.load(mixedGraph()), KernelLostError);
    await assert.rejects(doomed.forces(FULL_STEP), KernelLostError);
    await assert.rejects(doomed.place(new Uint32Array(1), new Float32Array(3)), KernelLostError);
    await doomed.dispose();
    assert.equal(doomed.bytes, 0);
  });
});

async function positionsAfter(kernel: Kernel, runs: readonly (readonly KernelStep[])[]): Promise<Float32Array> {
  await kernel.load(mixedGraph(200));
  for (const steps of runs) await kernel.run(steps);
  return (await kernel.read()).slice();
}

/** What is in the buffers after the forces of a step have been computed, without the kernel around it. */
async function buffersOf(
  device: GPUDevice,
  programs: Programs,
  graph: KernelGraph,
  names: readonly BufferName[],
  step = REPULSION_STEP,
): Promise<ArrayBuffer[]> {
  const plan = planBuffers(graph);
  const onDevice = new DeviceGraph(device, programs, graph, plan, { dispatchWidth: 65_535, nearLimit: 1 });
  const readbacks = new ReadbackPool(onDevice.account, plan.readback);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  onDevice.prepare([step]);
  onDevice.encodeForces({ pass, step: 0 });
  pass.end();
  const slots = await Promise.all(names.map(async () => readbacks.acquire()));
  for (const [at, name] of names.entries())
    encoder.copyBufferToBuffer(onDevice.buffers[name], 0, slots[at]!.buffer, 0, plan[name]);
  device.queue.submit([encoder.finish()]);
  const contents = await Promise.all(slots.map(async (slot, at) => slot.finish(plan[names[at]!])));
  onDevice.account.dispose();
  return contents;
}

/** All buffers that are created from now on and not destroyed, with their sizes. */
function trackBuffers(device: GPUDevice): Map<GPUBuffer, number> {
  const live = new Map<GPUBuffer, number>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    live.set(buffer, descriptor.size);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return live;
}

const sumOf = (live: Map<GPUBuffer, number>): number => [...live.values()].reduce((sum, size) => sum + size, 0);

const distanceIn = (triples: Float32Array, a: number, b: number): number =>
  Math.hypot(...[0, 1, 2].map((axis) => triples[3 * a + axis]! - triples[3 * b + axis]!));

function meanOf(count: number, term: (at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += term(at);
  return sum / count;
}

const meanMove = (from: Float32Array, to: Float32Array): number => meanOf(from.length / 3, (i) => moveOf(from, to, i));

const moveOf = (from: Float32Array, to: Float32Array, i: number): number =>
  Math.hypot(...[0, 1, 2].map((axis) => from[3 * i + axis]! - to[3 * i + axis]!));

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, p) => Math.max(most, Math.abs(value - b[p]!)), 0);
