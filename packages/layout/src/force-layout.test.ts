import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { describeLayoutEngine } from './conformance.ts';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import { createForceLayout } from './force-layout.ts';
import { gridGraph, treeGraph } from './test-graphs.ts';
import { createWasmKernel } from './wasm/wasm-kernel.ts';

describeLayoutEngine('engine on cpu-ts', async (options) => {
  const kernel = createTypeScriptKernel();
  return createForceLayout({ ...options, kernel, starter: kernel });
});

describeLayoutEngine('engine on cpu-wasm', async (options) => {
  const kernel = await createWasmKernel({ clock: systemClock, threads: 1 });
  return createForceLayout({ ...options, kernel, starter: kernel });
});

describe('engine', () => {
  it('shows a first picture of a large graph before it is placed', async () => {
    const kernel = createTypeScriptKernel();
    const engine = createForceLayout({ random: seededRandom(1), kernel, starter: kernel });
    const pictures: Float32Array[] = [];
    const graph = treeGraph(8000, 3);
    await engine.load({ ...graph, nodes: 8010 }, (positions) => pictures.push(positions));
    assert.equal(pictures.length, 1);
    assert.equal(pictures[0]!.length, 8010 * 3);
    assert.ok(pictures[0]!.every(Number.isFinite));
    assert.notDeepEqual(pictures[0], await engine.positions());
  });

  it('comes to rest when nothing moves any more, however slowly it cools', async () => {
    const kernel = createTypeScriptKernel();
    const parameters = { cooling: 1e-9 };
    const engine = createForceLayout({ random: seededRandom(1), kernel, starter: kernel, parameters });
    await engine.load({ nodes: 2, edges: Uint32Array.of(0, 1), start: Float32Array.of(0, 0, 0, 9, 1, 2) });
    engine.setParameters({});
    const movements: number[] = [];
    for (let settled = false; !settled && movements.length < 300;) {
      const report = await engine.tick();
      ({ settled } = report);
      movements.push(report.movement);
      assert.equal(settled, report.movement < 0.001, `tick ${report.tick} moved ${report.movement}`);
    }
    assert.ok(movements.length > 1 && movements.length < 300, `${movements.length} ticks`);
    const there = (await engine.positions()).slice();
    assert.deepEqual(await engine.tick(), { tick: movements.length, temperature: 0, settled: true, movement: 0 });
    assert.deepEqual(await engine.positions(), there);
  });

  it('keeps its graph when a larger one does not fit its memory', async () => {
    const kernel = createTypeScriptKernel(1e6);
    const engine = createForceLayout({ random: seededRandom(1), kernel, starter: kernel });
    await engine.load(gridGraph(5));
    await engine.tick();
    const before = (await engine.positions()).slice();
    await assert.rejects(engine.load(gridGraph(100)), { name: 'MemoryLimitError' });
    assert.deepEqual(await engine.positions(), before);
    await engine.tick();
    assert.equal((await engine.positions()).length, 75);
  });
});
