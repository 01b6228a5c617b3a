import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '@vortexflow/primitives';
import { startLayoutHost } from './host.ts';
import { gridGraph, pathGraph } from './test-graphs.ts';
import { Probe } from './test-probe.ts';

describe('layout host', { timeout: 180_000 }, () => {
  it('loads, moves, settles, and streams to viewers', async (context) => {
    const probe = new Probe(context);
    assert.equal(probe.host.state().state, 'loading');
    probe.host.setViewers(1);
    probe.host.load(gridGraph(10), 3);
    await probe.untilState('settled');
    const states = [...new Set(probe.states.map(({ state }) => state))];
    assert.deepEqual(states, ['loading', 'moving', 'settled']);
    const { backend, ticks, tickMs } = probe.host.state();
    assert.equal(backend, 'cpu-wasm');
    assert.ok(ticks >= 60 && tickMs !== null && tickMs > 0);
    // How many come between depends on how soon this thread asks for the next.
    assert.ok(probe.frames.length > 1);
    assert.ok(probe.frames.every(({ revision, positions }) => revision === 3 && positions.length === 300));
    assert.equal(probe.frames.at(-1)!.settled, true);
    assert.deepEqual(probe.failures, []);
  });

  it('hears a new graph while it lays out another', async (context) => {
    // Slowly, so that the second graph comes in time.
    const probe = new Probe(context, { dutyCycle: 0.05 });
    probe.host.load(gridGraph(40), 1);
    await probe.untilState('moving');
    probe.host.load(pathGraph(2), 2);
    await probe.untilState('settled');
    assert.deepEqual(
      probe.frames.map(({ revision }) => revision),
      [2],
    );
  });

  it('gives the same layout for the same seed, and a copy of its positions', async (context) => {
    const layouts: Float32Array[] = [];
    for (const seed of [4, 4, 5]) {
      const probe = new Probe(context, { seed });
      probe.host.load(gridGraph(5), 1);
      await probe.untilState('settled');
      layouts.push(await probe.host.positions());
      assert.equal((await probe.host.positions()).length, 75);
    }
    assert.deepEqual(layouts[0], layouts[1]);
    assert.notDeepEqual(layouts[0], layouts[2]);
  });

  it('grows a settled layout and settles again', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(5), 1);
    await probe.untilState('settled');
    probe.host.change({ nodes: 2, edges: Uint32Array.of(25, 0, 26, 25) }, 2);
    await probe.until(() => probe.frames.some(({ revision, settled }) => revision === 2 && settled));
    assert.equal(probe.frames.at(-1)!.positions.length, 81);
    assert.ok((await probe.host.positions()).every(Number.isFinite));
  });

  it('streams nothing but the settled tick without viewers, and one more when keys are asked for', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(5), 1);
    await probe.untilState('settled');
    assert.equal(probe.frames.length, 1);
    probe.host.requestKeys([0]);
    await probe.until(() => probe.frames.length === 2);
    assert.deepEqual(probe.frames[1]!.positions, probe.frames[0]!.positions);
    assert.equal(probe.frames[1]!.sequence, probe.frames[0]!.sequence + 1);
  });

  it('refuses malformed graphs and options at once', async (context) => {
    const probe = new Probe(context);
    assert.throws(() => probe.host.load({ nodes: 1, edges: Uint32Array.of(0, 1) }, 1), RangeError);
    probe.host.load(pathGraph(3), 1);
    assert.throws(() => probe.host.change({ nodes: 1, edges: Uint32Array.of(0, 4) }, 2), /nodes are 0 to 3/);
    const callbacks = { onBlocks() {}, onTick() {}, onState() {}, onFailure() {} };
    for (const wrong of [{ dutyCycle: 0 }, { dutyCycle: 1.1 }, { dutyCycle: NaN }, { frameIntervalMs: -1 }]) {
      assert.throws(() => startLayoutHost({ seed: 1, ...callbacks, ...wrong }), RangeError);
    }
  });
});

describe('layout host when its thread dies', { timeout: 180_000 }, () => {
  it('says so, starts again and keeps picture and sequence', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(5), 1);
    probe.host.change({ nodes: 1, edges: Uint32Array.of(25, 3) }, 2);
    await probe.untilState('settled');
    const picture = probe.frames.at(-1)!;
    const framesBefore = probe.frames.length;
    await probe.host.killThread();
    await probe.until(() => probe.failures.length === 1);
    await probe.until(() => probe.frames.length > framesBefore);
    assert.deepEqual([...new Set(probe.states.map(({ state }) => state))].sort(), [
      'failed',
      'loading',
      'moving',
      'settled',
    ]);
    const again = probe.frames.at(-1)!;
    assert.equal(again.sequence, picture.sequence + 1);
    assert.equal(again.revision, 2);
    assert.equal(again.positions.length, 78);
    const furthest = Math.max(...again.positions.map((value, p) => Math.abs(value - picture.positions[p]!)));
    assert.ok(furthest < 0.5, `a node jumped ${furthest}`);
  });

  it('answers a request that the dead thread left open', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(5), 1);
    const reply = probe.host.positions();
    const killed = probe.host.killThread();
    assert.equal((await reply).length, 75);
    await killed;
    assert.equal(probe.failures.length, 1);
  });

  it('gives up after 3 restarts within 60 s, and takes a new graph later', async (context) => {
    const probe = new Probe(context);
    probe.host.load(gridGraph(3), 1);
    for (let failure = 1; failure <= 4; failure++) {
      await probe.host.killThread();
      await probe.until(() => probe.failures.length === failure);
    }
    assert.equal(probe.host.state().state, 'failed');
    await assert.rejects(probe.host.positions(), /not running/);
    probe.host.load(gridGraph(4), 2);
    assert.equal(probe.host.state().state, 'failed');
    probe.clock.advance(60_000);
    probe.host.load(gridGraph(4), 3);
    await probe.untilState('settled');
    assert.equal(probe.frames.at(-1)!.revision, 3);
  });

  it('is silent after it has been stopped, twice or once', async (context) => {
    const probe = new Probe(context);
    probe.host.setViewers(1);
    probe.host.load(gridGraph(20), 1);
    await probe.untilState('moving');
    const open = probe.host.positions();
    const stopped = Promise.all([probe.host.stop(), probe.host.stop()]);
    await assert.rejects(open, /stopped/);
    await stopped;
    const said = probe.frames.length + probe.states.length;
    await new Promise<void>((resolve) => systemClock.after(20, resolve) && setImmediate(resolve));
    assert.equal(probe.frames.length + probe.states.length, said);
    assert.deepEqual(probe.failures, []);
    await assert.rejects(probe.host.positions(), /not running/);
  });
});
