/** Pins, parameters and the finishing pass between the ticks of a runner. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from './messages.ts';
import { gridGraph } from './test-graphs.ts';
import { framesOf, load, start, statesOf, ticksOf, turn, untilSettled } from './test-runner.ts';

describe('layout runner: what stirs a layout', () => {
  it('carries out all pins that wait as one, the last place of a node counting', async () => {
    const { clock, runner, reports, engine } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const pinned: number[][] = [];
    const pin = engine.pin.bind(engine);
    engine.pin = (nodes, places) => {
      pinned.push([...nodes]);
      return pin(nodes, places);
    };
    for (const x of [10, 20, 30]) {
      runner.handle({ type: 'pin', nodes: Uint32Array.of(5), places: Float32Array.of(x, 0, 0) });
    }
    runner.handle({ type: 'pin', nodes: Uint32Array.of(2), places: Float32Array.of(0, 9, 0) });
    await turn();
    await untilSettled(clock, reports);
    const positions = await engine.positions();
    assert.deepEqual([...positions.slice(15, 18), ...positions.slice(6, 9)], [30, 0, 0, 0, 9, 0]);
    // The runner was idle as the first one came, and began with it.
    assert.deepEqual(pinned, [[5], [5, 5, 2]]);
  });

  it('wakes for pins and parameters: one tick at once, then at the interval, then the settled one', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const commands: Command[] = [
      { type: 'pin', nodes: Uint32Array.of(5), places: Float32Array.of(9, 0, 0) },
      { type: 'unpin', nodes: Uint32Array.of(5) },
      { type: 'parameters', change: { repulsion: 2 } },
    ];
    for (const command of commands) {
      reports.length = 0;
      runner.handle(command);
      await turn();
      assert.deepEqual([ticksOf(reports).length, statesOf(reports)[0]?.state], [1, 'moving'], command.type);
      await untilSettled(clock, reports);
      const told = ticksOf(reports).map(({ settled }) => settled);
      assert.ok(told.length > 2 && told.indexOf(true) === told.length - 1, `${command.type}: ${told.join()}`);
    }
  });

  it('shows a node that is put far out where it is, at once', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const before = ticksOf(reports).length;
    runner.handle({ type: 'pin', nodes: Uint32Array.of(5), places: Float32Array.of(9000, 0, 0) });
    await turn();
    const fresh = framesOf(reports).slice(before);
    assert.equal(fresh.length, 1);
    assert.ok(Math.abs(fresh[0]!.positions[15]! - 9000) < 1, `seen at ${fresh[0]!.positions[15]}`);
  });

  it('does not wait longer for the next tick to be streamed because pins keep coming', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    reports.length = 0;
    const begin = clock.elapsed();
    for (let k = 0; k < 100; k++) {
      runner.handle({ type: 'pin', nodes: Uint32Array.of(5), places: Float32Array.of(9, k, 0) });
      await turn();
      clock.advance(10);
      await turn();
    }
    const streamed = ticksOf(reports).length;
    const intervals = (clock.elapsed() - begin) / 100;
    assert.ok(streamed >= intervals / 2 && streamed <= intervals + 1, `${streamed} ticks in ${intervals} intervals`);
  });

  it('takes parameters before there is a graph without streaming anything', async () => {
    const { clock, runner, reports, engine } = start(0.5);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle({ type: 'parameters', change: { dimensions: 2 } });
    await turn();
    assert.deepEqual(reports, []);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    assert.ok((await engine.positions()).every((value, p) => p % 3 !== 2 || value === 0));
  });

  it('makes a finishing pass between ticks, then streams, keeps and reports where all is', async () => {
    const { clock, runner, reports, engine } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const before = (await engine.positions()).slice();
    reports.length = 0;
    runner.handle({ type: 'majorise', id: 3, iterations: 10 });
    await untilSettled(clock, reports);
    const types = reports.map(({ type }) => type);
    assert.deepEqual(types, ['state', 'majorised', 'blocks', 'tick', 'checkpoint', 'state']);
    assert.deepEqual(
      statesOf(reports).map(({ state, majorisations }) => [state, majorisations]),
      [
        ['moving', 1],
        ['settled', 1],
      ],
    );
    const checkpoint = reports.find((report) => report.type === 'checkpoint');
    assert.deepEqual(checkpoint?.positions, await engine.positions());
    assert.notDeepEqual(checkpoint?.positions, before);
  });
});
