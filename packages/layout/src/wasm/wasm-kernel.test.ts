import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Clock, systemClock } from '@vortexflow/primitives';
import { createTypeScriptKernel } from '../cpu-ts/typescript-kernel.ts';
import { exactForces, forceError } from '../exact-forces.ts';
import { describeKernel, kernelGraph, STEP_OF_TESTS as STEP } from '../kernel-conformance.ts';
import { treeGraph } from '../test-graphs.ts';
import { createWasmKernel } from './wasm-kernel.ts';

for (const threads of [1, 2]) {
  describeKernel(`cpu-wasm, ${threads} thread(s)`, ({ memoryLimit }) =>
    createWasmKernel({ clock: systemClock, threads, ...(memoryLimit && { memoryLimit }) }),
  );
}

describe('kernel cpu-wasm', () => {
  it('gives the same positions bit for bit with one, two and three threads', async () => {
    const graph = kernelGraph(treeGraph(6000, 3));
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 3]) {
      const kernel = await createWasmKernel({ clock: systemClock, threads });
      await kernel.load(graph);
      for (let k = 0; k < 10; k++) await kernel.run([{ ...STEP, limit: 3 / (k + 1) }]);
      results.push(await kernel.read());
      await kernel.dispose();
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
  });

  it('comes through thousands of phases with more threads than cores, some always late', async () => {
    const graph = kernelGraph(treeGraph(1100, 3));
    const results: Float32Array[] = [];
    for (const threads of [1, 6]) {
      const kernel = await createWasmKernel({ clock: systemClock, threads });
      await kernel.load(graph);
      for (let k = 0; k < 800; k++) await kernel.run([{ ...STEP, limit: 0.5 }]);
      results.push(await kernel.read());
      await kernel.dispose();
    }
    assert.deepEqual(results[1], results[0]);
  });

  it('keeps its error while it runs, with a tree and a far field that are some steps old', async () => {
    const graph = kernelGraph(treeGraph(6000, 3));
    const kernel = await createWasmKernel({ clock: systemClock, threads: 1 });
    await kernel.load(graph);
    await kernel.relax(STEP, 60, 2);
    const far = { ...STEP, spring: 0, gravity: 0 };
    const sampled = Array.from({ length: 200 }, (_, k) => k * 30);
    const errors: number[] = [];
    for (const limit of [2, 0.5, 0.1]) {
      for (let k = 0; k < 8; k++) {
        await kernel.run([{ ...STEP, limit }]);
        const positions = (await kernel.read()).slice();
        const found = await kernel.forces(far);
        const exact = exactForces({ ...graph, positions }, far, sampled);
        errors.push(
          forceError(Float32Array.from(sampled.flatMap((node) => [...found.subarray(3 * node, 3 * node + 3)])), exact),
        );
      }
    }
    assert.ok(Math.max(...errors) < 0.1, errors.join(' '));
    await kernel.dispose();
  });

  it('has nothing left to do but the step, and the same one, when it was prepared', async () => {
    // The clock is read three times a phase: it tells how many there were.
    let readings = 0;
    const clock: Clock = {
      ...systemClock,
      elapsed: () => {
        readings++;
        return systemClock.elapsed();
      },
    };
    const graph = kernelGraph(treeGraph(3000, 3));
    const nodes = Uint32Array.from({ length: graph.nodes }, (_, node) => node);
    const places = graph.positions.map((value) => value * 1.5);
    const results: { positions: Float32Array; phases: number }[] = [];
    for (const prepared of [false, true]) {
      const kernel = await createWasmKernel({ clock, threads: 1 });
      await kernel.load(graph);
      await kernel.run([STEP]);
      await kernel.place(nodes, places);
      if (prepared) await kernel.prepare(STEP);
      readings = 0;
      await kernel.run([STEP]);
      results.push({ positions: (await kernel.read()).slice(), phases: readings / 3 });
      await kernel.dispose();
    }
    assert.deepEqual(
      results.map(({ phases }) => phases),
      [5, 2],
    );
    assert.deepEqual(results[1]!.positions, results[0]!.positions);
  });

  it('looks at once where nodes have been put', async () => {
    const graph = kernelGraph(treeGraph(6000, 3));
    const kernel = await createWasmKernel({ clock: systemClock, threads: 1 });
    await kernel.load(graph);
    await kernel.run([{ ...STEP, limit: 0.01 }]);
    const there = (await kernel.read()).slice(3, 6);
    await kernel.place(
      Uint32Array.of(0),
      there.map((x) => x + 0.2),
    );
    const far = { ...STEP, spring: 0, gravity: 0 };
    const positions = (await kernel.read()).slice();
    const exact = exactForces({ ...graph, positions }, far, [0, 1]);
    assert.ok(forceError((await kernel.forces(far)).slice(0, 6), exact) < 0.01);
    await kernel.dispose();
  });

  it('relaxes as the kernel in TypeScript does', async () => {
    const graph = kernelGraph(treeGraph(900, 3));
    const twin = createTypeScriptKernel();
    const kernel = await createWasmKernel({ clock: systemClock, threads: 1 });
    for (const one of [twin, kernel]) {
      await one.load(graph);
      await one.relax({ ...STEP, theta: 0.3 }, 3, 0.5);
    }
    const wanted = Float64Array.from(await twin.read());
    assert.ok(forceError(await kernel.read(), wanted) < 1e-3);
    await kernel.dispose();
  });

  it('computes the forces of its twin in TypeScript', async () => {
    const graph = kernelGraph(treeGraph(3000, 3));
    const twin = createTypeScriptKernel();
    const kernel = await createWasmKernel({ clock: systemClock, threads: 2 });
    await twin.load(graph);
    await kernel.load(graph);
    assert.ok(forceError(await kernel.forces(STEP), Float64Array.from(await twin.forces(STEP))) < 0.02);
    await kernel.dispose();
  });
});
