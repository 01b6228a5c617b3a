/** Pins, parameters and the finishing pass through a host on a real thread, which is killed on the way. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { gridGraph, pathGraph } from './test-graphs.ts';
import { Probe } from './test-probe.ts';

/** A settled layout with a viewer. */
async function settledGrid(context: TestContext, side = 6): Promise<Probe> {
  const probe = new Probe(context);
  probe.host.setViewers(1);
  probe.host.load(gridGraph(side), 1);
  await probe.untilState('settled');
  return probe;
}

/** Waits until the layout has settled after what was done at `from`, a number of frames. */
const settledAgain = (probe: Probe, from: number): Promise<void> =>
  probe.until(
    () => probe.frames.length > from && probe.frames.at(-1)!.settled && probe.host.state().state === 'settled',
  );

const placeOf = (positions: Float32Array, node: number): number[] =>
  Array.from(positions.subarray(node * 3, node * 3 + 3));

/** The last frame shows the node there, as exactly as a settled frame does. */
function assertShown(probe: Probe, node: number, place: readonly number[]): void {
  const { positions } = probe.frames.at(-1)!;
  const step = (Math.max(...positions) - Math.min(...positions)) / 65_535;
  const off = Math.max(...placeOf(positions, node).map((value, axis) => Math.abs(value - place[axis]!)));
  assert.ok(off <= step, `node ${node} is shown at ${placeOf(positions, node).join(', ')}`);
}

describe('pins through the host', { timeout: 180_000 }, () => {
  it('wakes a settled layout, holds the node, and streams to the end', async (context) => {
    const probe = await settledGrid(context);
    const before = probe.frames.length;
    probe.host.pin(Uint32Array.of(7), Float32Array.of(30, -20, 10));
    assert.deepEqual([probe.host.state().state, probe.host.state().pins], ['moving', 1]);
    await settledAgain(probe, before);
    assert.deepEqual(placeOf(await probe.host.positions(), 7), [30, -20, 10]);
    assertShown(probe, 7, [30, -20, 10]);
    const fresh = probe.frames.slice(before);
    assert.ok(fresh.length > 1 && fresh.slice(0, -1).every(({ settled }) => !settled), `${fresh.length} frames`);
    assert.deepEqual([...probe.host.pins()], [[7, [30, -20, 10]]]);
  });

  it('shows a node where it is though that is far outside of what was encoded before', async (context) => {
    const probe = await settledGrid(context);
    const before = probe.frames.length;
    probe.host.pin(Uint32Array.of(0), Float32Array.of(9000, 0, 0));
    await settledAgain(probe, before);
    assertShown(probe, 0, [9000, 0, 0]);
  });

  it('lets nodes go, and is not woken by letting go what is not held', async (context) => {
    const probe = await settledGrid(context);
    let before = probe.frames.length;
    probe.host.pin(Uint32Array.of(0, 1), Float32Array.of(30, 0, 0, 0, 30, 0));
    await settledAgain(probe, before);
    before = probe.frames.length;
    probe.host.unpin(Uint32Array.of(0, 5));
    await settledAgain(probe, before);
    assert.deepEqual([...probe.host.pins().keys()], [1]);
    const positions = await probe.host.positions();
    assert.notDeepEqual(placeOf(positions, 0), [30, 0, 0]);
    assert.deepEqual(placeOf(positions, 1), [0, 30, 0]);
    probe.host.unpin(Uint32Array.of(0));
    assert.equal(probe.host.state().state, 'settled');
  });

  it('are dropped with the node and with the graph', async (context) => {
    const probe = await settledGrid(context);
    probe.host.pin(Uint32Array.of(3, 4), Float32Array.of(9, 0, 0, 0, 9, 0));
    probe.host.change({ nodes: 1, edges: Uint32Array.of(36, 4), removedNodes: Uint32Array.of(3) }, 2);
    assert.deepEqual([...probe.host.pins().keys()], [4]);
    assert.throws(() => probe.host.pin(Uint32Array.of(3), Float32Array.of(1, 1, 1)), {
      name: 'RangeError',
      message: 'node 3 has been removed',
    });
    probe.host.pin(Uint32Array.of(36), Float32Array.of(1, 1, 1));
    assert.equal(probe.host.state().pins, 2);
    probe.host.setParameters({ repulsion: 3 });
    probe.host.load(pathGraph(4), 3);
    const { pins, parameters } = probe.host.state();
    assert.deepEqual([pins, parameters.repulsion], [0, 3]);
    probe.host.pin(Uint32Array.of(3), Float32Array.of(1, 1, 1));
    assert.equal(probe.host.state().pins, 1);
    assert.deepEqual(probe.failures, []);
  });

  it('keep their place when the layout becomes flat and deep again', async (context) => {
    const probe = await settledGrid(context);
    probe.host.pin(Uint32Array.of(7), Float32Array.of(30, -20, 10));
    let before = probe.frames.length;
    probe.host.setParameters({ dimensions: 2 });
    await settledAgain(probe, before);
    const flat = await probe.host.positions();
    assert.ok(flat.every((value, p) => p % 3 !== 2 || value === 0));
    assert.deepEqual(placeOf(flat, 7), [30, -20, 0]);
    before = probe.frames.length;
    probe.host.setParameters({ dimensions: 3 });
    await settledAgain(probe, before);
    const deep = await probe.host.positions();
    assert.deepEqual(placeOf(deep, 7), [30, -20, 10]);
    assert.ok(Math.abs(deep[2]!) > 0);
  });

  it('are refused with the reason, and nothing is pinned then', async (context) => {
    const probe = await settledGrid(context);
    const refused: readonly (readonly [number[], number[], RegExp])[] = [
      [[36], [0, 0, 0], /^there is no node 36; nodes are 0 to 35$/],
      [[1], [0, NaN, 0], /^the place of node 1 is NaN$/],
      [[1], [0, 0, Infinity], /^the place of node 1 is Infinity$/],
      [[1], [0, -10_001, 0], /^a coordinate is -10001, not from -10000 to 10000$/],
      [[1, 2], [0, 0, 0], /^places has 3 numbers; the nodes need 6$/],
    ];
    for (const [nodes, places, message] of refused) {
      const pin = () => probe.host.pin(Uint32Array.from(nodes), Float32Array.from(places));
      assert.throws(pin, { name: 'RangeError', message });
    }
    assert.throws(() => probe.host.unpin(Uint32Array.of(36)), { name: 'RangeError', message: /no node 36/ });
    assert.deepEqual([probe.host.state().pins, probe.host.state().state], [0, 'settled']);
  });
});

describe('parameters through the host', { timeout: 180_000 }, () => {
  it('change a settled layout, which streams until it settles again', async (context) => {
    const probe = await settledGrid(context);
    const reach = async () => Math.max(...(await probe.host.positions()).map(Math.abs));
    const narrow = await reach();
    const before = probe.frames.length;
    probe.host.setParameters({ repulsion: 20 });
    assert.equal(probe.host.state().parameters.repulsion, 20);
    await settledAgain(probe, before);
    assert.ok(probe.frames.length - before > 1);
    assert.ok((await reach()) > 1.3 * narrow);
  });

  it('are refused with the reason, and nothing changes', async (context) => {
    const probe = await settledGrid(context);
    const before = probe.host.state();
    const refused: readonly (readonly [object, string])[] = [
      [{ theta: 2 }, 'theta is 2, not from 0.3 to 1.5'],
      [{ repulsion: 2, cooling: 1 }, 'cooling is 1, not between 0 and 1'],
      [{ spring: '3' }, 'spring is 3, not between 0 and 1000'],
      [{ dimensions: 4 }, 'dimensions is 4, not 2 or 3'],
      [
        { charge: 1 },
        'there is no parameter charge; there are repulsion, spring, gravity, cluster, collision, dimensions, theta, cooling',
      ],
    ];
    for (const [change, message] of refused) {
      assert.throws(() => probe.host.setParameters(change), { name: 'RangeError', message });
    }
    assert.deepEqual(probe.host.state(), before);
  });

  it('may be set before there is a graph', async (context) => {
    const probe = new Probe(context);
    probe.host.setParameters({ dimensions: 2 });
    assert.equal(probe.host.state().state, 'loading');
    probe.host.load(gridGraph(5), 1);
    await probe.untilState('settled');
    assert.deepEqual(
      probe.frames.map(({ positions }) => positions.length),
      [75],
    );
    assert.ok((await probe.host.positions()).every((value, p) => p % 3 !== 2 || value === 0));
  });
});

describe('the finishing pass through the host', { timeout: 180_000 }, () => {
  it('streams where nodes are now though no tick moves them, and settles as before', async (context) => {
    const probe = await settledGrid(context);
    const { positions: rest } = probe.frames.at(-1)!;
    const { ticks } = probe.host.state();
    const before = probe.frames.length;
    await probe.host.majorise(20);
    await settledAgain(probe, before);
    assert.deepEqual([probe.host.state().majorisations, probe.host.state().ticks], [1, ticks]);
    const shown = probe.frames.at(-1)!.positions;
    assert.ok(Math.max(...shown.map((value, p) => Math.abs(value - rest[p]!))) > 0.1);
    const exact = await probe.host.positions();
    for (let node = 0; node < 36; node++) assertShown(probe, node, placeOf(exact, node));
  });

  it('streams to whoever comes later, when nobody watched', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(5), 1);
    await probe.untilState('settled');
    await probe.host.majorise(5);
    await probe.until(() => probe.frames.length === 2);
    assert.equal(probe.frames[1]!.settled, true);
    assert.notDeepEqual(probe.frames[1]!.positions, probe.frames[0]!.positions);
  });

  it('refuses what is no number of iterations, and says when the thread is gone', async (context) => {
    const probe = await settledGrid(context);
    for (const iterations of [0, -1, 1.5, NaN, Infinity]) {
      await assert.rejects(probe.host.majorise(iterations), { name: 'RangeError', message: /whole number from 1 on/ });
    }
    const lost = assert.rejects(probe.host.majorise(1e9), /died on the way/);
    await probe.host.killThread();
    await lost;
    await probe.untilState('settled');
    assert.equal(probe.host.state().majorisations, 0);
    const stopped = assert.rejects(probe.host.majorise(1e9), /stopped/);
    await probe.host.stop();
    await stopped;
    await assert.rejects(probe.host.majorise(1), /not running/);
  });
});

describe('when the thread dies', { timeout: 180_000 }, () => {
  it('the new one has the pins and the parameters', async (context) => {
    const probe = await settledGrid(context);
    probe.host.setParameters({ repulsion: 20, cooling: 0.05 });
    probe.host.pin(Uint32Array.of(7, 8), Float32Array.of(30, -20, 10, 5, 5, 5));
    probe.host.change({ nodes: 1, edges: Uint32Array.of(36, 7), removedNodes: Uint32Array.of(8) }, 2);
    const before = probe.frames.length;
    await probe.host.killThread();
    await probe.until(() => probe.failures.length === 1);
    await settledAgain(probe, before);
    const { pins, parameters } = probe.host.state();
    assert.deepEqual([pins, parameters.repulsion, parameters.cooling], [1, 20, 0.05]);
    const settled = await probe.host.positions();
    assert.deepEqual(placeOf(settled, 7), [30, -20, 10]);
    assertShown(probe, 7, [30, -20, 10]);
    // The engine had them too: with the default again, the others draw together.
    const again = probe.frames.length;
    probe.host.setParameters({ repulsion: 1 });
    await settledAgain(probe, again);
    const narrow = await probe.host.positions();
    assert.ok(spreadOf(narrow) < 0.6 * spreadOf(settled), `${spreadOf(narrow)} of ${spreadOf(settled)}`);
  });

  it('a change that was not carried out yet is, whether it flattens or deepens', async (context) => {
    const probe = await settledGrid(context);
    for (const dimensions of [2, 3] as const) {
      const before = probe.frames.length;
      probe.host.setParameters({ dimensions });
      await probe.host.killThread();
      await settledAgain(probe, before);
      const depth = Math.max(...(await probe.host.positions()).map((value, p) => (p % 3 === 2 ? Math.abs(value) : 0)));
      assert.ok(dimensions === 2 ? depth === 0 : depth > 0.5, `depth ${depth} in ${dimensions} dimensions`);
    }
    assert.equal(probe.failures.length, 2);
  });
});

/** Mean distance from the middle of the nodes that are free. */
function spreadOf(positions: Float32Array): number {
  const free = Array.from({ length: 36 }, (_, node) => node).filter((node) => node !== 7 && node !== 8);
  const mean = [0, 1, 2].map((axis) => free.reduce((sum, node) => sum + positions[node * 3 + axis]! / free.length, 0));
  const far = (node: number): number => Math.hypot(...mean.map((value, axis) => positions[node * 3 + axis]! - value));
  return free.reduce((sum, node) => sum + far(node) / free.length, 0);
}
