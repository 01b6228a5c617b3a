import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SECTION, sectionsOf } from '@vortexflow/protocol';
import type { Command } from './messages.ts';
import { gridGraph } from './test-graphs.ts';
import { framesOf, load, start, statesOf, TICK_MS, ticksOf, turn, untilSettled } from './test-runner.ts';

describe('layout runner', () => {
  it('ticks until settled, then waits without a timer', async () => {
    const { clock, runner, reports, pauses } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const names = statesOf(reports).map(({ state }) => state);
    assert.deepEqual([...new Set(names)], ['loading', 'moving', 'settled']);
    assert.ok(statesOf(reports).at(-1)!.ticks >= 60);
    assert.equal(statesOf(reports).at(-1)!.tickMs, TICK_MS);
    const pausesBefore = pauses.length;
    clock.advance(100_000);
    await turn();
    assert.equal(pauses.length, pausesBefore);
  });

  it('shows the first picture of a graph to whoever comes while the rest is being placed', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle(load(gridGraph(75)));
    await untilSettled(clock, reports);
    const begin = reports.findIndex((report) => report.type === 'tick');
    const placed = reports.findIndex((report) => report.type === 'state' && report.state.state === 'moving');
    assert.ok(begin >= 0 && begin < placed, `tick at ${begin}, placed at ${placed}`);
    const [picture] = framesOf(reports);
    assert.equal(picture!.settled, false);
    assert.ok(picture!.positions.every(Number.isFinite));
    // Nobody came, so the next that is streamed is the last.
    assert.equal(ticksOf(reports).length, 2);
  });

  it('pauses after a tick as its share of a core demands, longer while nobody watches', async () => {
    for (const [viewers, pause] of [
      [1, 30],
      [0, 70],
    ] as const) {
      const { clock, runner, reports, pauses } = start(0.25);
      runner.handle({ type: 'viewers', count: viewers });
      runner.handle(load(gridGraph(4)));
      await untilSettled(clock, reports);
      assert.deepEqual([...new Set(pauses)], [pause]);
    }
  });

  it('takes in commands between ticks even when it may use a whole core', async () => {
    const { clock, runner, reports, pauses } = start(1);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    assert.ok(pauses.length >= 60);
    assert.deepEqual([...new Set(pauses)], [0]);
  });

  it('streams ticks at the interval while there is a viewer, the last one settled', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4), 42));
    await untilSettled(clock, reports);
    const frames = framesOf(reports);
    assert.ok(frames.length >= 10, `${frames.length} frames`);
    assert.deepEqual(
      frames.map(({ sequence }) => sequence),
      frames.map((_, k) => 7 + k),
    );
    assert.ok(frames.every(({ revision, positions }) => revision === 42 && positions.length === 48));
    assert.deepEqual(
      frames.map(({ settled }) => settled),
      frames.map((_, k) => k === frames.length - 1),
    );
  });

  it('moves on without streaming while its ticks are not passed on, and streams the settled one all the same', async () => {
    const { clock, runner, reports, patience } = start(0.5);
    patience.busy = true;
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(4)));
    for (let k = 0; k < 20; k++) {
      await turn();
      clock.advance(100);
    }
    assert.equal(ticksOf(reports).length, 1);
    runner.handle({ type: 'ready' });
    for (let k = 0; k < 4; k++) {
      await turn();
      clock.advance(100);
    }
    assert.equal(ticksOf(reports).length, 2);
    await untilSettled(clock, reports);
    assert.deepEqual(
      framesOf(reports).map(({ sequence, settled }) => [sequence, settled]),
      [
        [7, false],
        [8, false],
        [9, true],
      ],
    );
  });

  it('streams one tick when it settles though nobody watches', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    assert.deepEqual(
      framesOf(reports).map(({ settled }) => settled),
      [true],
    );
  });

  it('puts the keys that are asked for into the next tick, and makes one for that when settled', async () => {
    const { clock, runner, reports } = start(0.5);
    const blocksWithKeys = () => ticksOf(reports).map((tick) => sectionsOf(tick, SECTION.key).length);
    runner.handle({ type: 'viewers', count: 1 });
    runner.handle(load(gridGraph(24)));
    for (let k = 0; k < 40; k++) {
      await turn();
      clock.advance(TICK_MS);
    }
    assert.deepEqual([...new Set(blocksWithKeys())], [2, 0], 'the first tick has all, others none');
    runner.handle({ type: 'keys', blocks: [1] });
    const before = ticksOf(reports).length;
    for (let k = 0; k < 40; k++) {
      await turn();
      clock.advance(TICK_MS);
    }
    assert.deepEqual(blocksWithKeys().slice(before, before + 2), [1, 0]);
    await untilSettled(clock, reports);
    const settled = ticksOf(reports).length;
    assert.equal(blocksWithKeys().at(-1), 2, 'the settled one has all');
    runner.handle({ type: 'keys', blocks: [0] });
    await turn();
    assert.equal(ticksOf(reports).length, settled + 1);
    assert.equal(ticksOf(reports).at(-1)!.settled, true);
  });

  it('keeps its deltas when only edges are added, and begins new blocks for new nodes and new graphs', async () => {
    const { clock, runner, reports } = start(0.5);
    const begun = () => reports.filter(({ type }) => type === 'blocks').length;
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    assert.equal(begun(), 1);
    const settle = async (command: Command) => {
      const before = reports.length;
      runner.handle(command);
      for (let k = 0; k < 1000 && statesOf(reports.slice(before)).at(-1)?.state !== 'settled'; k++) {
        await turn();
        clock.advance(1000);
      }
    };
    await settle({ type: 'change', change: { nodes: 0, edges: Uint32Array.of(0, 9) }, revision: 2 });
    assert.equal(begun(), 1);
    await settle({ type: 'change', change: { nodes: 1, edges: Uint32Array.of(16, 9) }, revision: 3 });
    assert.equal(begun(), 2);
    await settle(load(gridGraph(4)));
    assert.equal(begun(), 3);
    assert.deepEqual(
      framesOf(reports).map(({ positions }) => positions.length),
      [48, 48, 51, 48],
    );
  });

  it('hands over checkpoints, every two seconds while it moves and when it settles', async () => {
    const { clock, runner, reports, engine } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const checkpoints = reports.flatMap((report) => (report.type === 'checkpoint' ? [report] : []));
    assert.ok(checkpoints.length > 2 && checkpoints.length < statesOf(reports).length * 0.8);
    assert.deepEqual([...new Set(checkpoints.map(({ settled }) => settled))], [false, true]);
    assert.deepEqual(checkpoints.at(-1)!.positions, await engine.positions());
    assert.notEqual(checkpoints.at(-1)!.positions.buffer, (await engine.positions()).buffer);
  });

  it('goes on moving a layout that is loaded unsettled', async () => {
    const { clock, runner, reports, engine } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const graph = { ...gridGraph(4), start: (await engine.positions()).slice() };
    const ticksFor = async (unsettled: boolean) => {
      reports.length = 0;
      runner.handle({ type: 'load', graph, revision: 2, unsettled, generation: 2 });
      await untilSettled(clock, reports);
      return statesOf(reports).at(-1)!.ticks;
    };
    assert.ok((await ticksFor(false)) < 15);
    assert.ok((await ticksFor(true)) > 30);
  });

  it('gives a copy of the positions', async () => {
    const { runner, reports, engine } = start(0.5);
    runner.handle(load(gridGraph(2)));
    runner.handle({ type: 'positions', id: 5 });
    await turn();
    const reply = reports.find((report) => report.type === 'positions');
    assert.equal(reply?.id, 5);
    assert.equal(reply?.positions.length, 12);
    assert.notEqual(reply?.positions.buffer, (await engine.positions()).buffer);
  });

  it('fails once when the engine throws, and does nothing after that', async () => {
    const { clock, runner, reports, failures } = start(0.5);
    runner.handle(load({ nodes: 1, edges: Uint32Array.of(0, 9) }));
    await turn();
    runner.handle(load(gridGraph(2)));
    await turn();
    clock.advance(1000);
    assert.equal(failures.length, 1);
    assert.match(String(failures[0]), /names node 9/);
    assert.deepEqual(
      statesOf(reports).map(({ state }) => state),
      ['loading'],
    );
  });
});
