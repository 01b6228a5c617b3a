import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Clock, seededRandom, VirtualClock } from '@vortexflow/primitives';
import { decodeFrame, type PositionFrame } from '@vortexflow/protocol';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import { createForceLayout } from './force-layout.ts';
import type { LayoutEngine, LayoutGraph } from './engine.ts';
import type { Command, LayoutHostState, Report } from './messages.ts';
import { LayoutRunner } from './runner.ts';
import { gridGraph } from './test-graphs.ts';

const TICK_MS = 10;
const load = (graph: LayoutGraph, revision = 1): Command => ({
  type: 'load',
  graph,
  revision,
  unsettled: false,
  generation: 1,
});

/** The real engine, on a clock that says that each tick takes {@link TICK_MS}. */
function timed(engine: LayoutEngine, clock: VirtualClock): LayoutEngine {
  return {
    backend: engine.backend,
    load: (graph) => engine.load(graph),
    change: (change) => engine.change(change),
    pin: (nodes, places) => engine.pin(nodes, places),
    unpin: (nodes) => engine.unpin(nodes),
    setParameters: (change) => engine.setParameters(change),
    positions: () => engine.positions(),
    dispose: () => engine.dispose(),
    tick: () => {
      clock.advance(TICK_MS);
      return engine.tick();
    },
  };
}

function start(dutyCycle: number) {
  const clock = new VirtualClock();
  const reports: Report[] = [];
  const failures: unknown[] = [];
  const kernel = createTypeScriptKernel();
  const engine = timed(createForceLayout({ random: seededRandom(1), kernel, starter: kernel }), clock);
  const pauses: number[] = [];
  const counting: Clock = {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    after(ms, run) {
      pauses.push(ms);
      return clock.after(ms, run);
    },
  };
  const runner = new LayoutRunner({
    engine,
    clock: counting,
    dutyCycle,
    frameIntervalMs: 100,
    firstSequence: 7,
    send: (report) => reports.push(report),
    fail: (error) => failures.push(error),
  });
  return { clock, runner, reports, failures, pauses, engine };
}

/** Lets the runner do what it can do now. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function untilSettled(clock: VirtualClock, reports: readonly Report[]): Promise<void> {
  for (let k = 0; k < 1000 && statesOf(reports).at(-1)?.state !== 'settled'; k++) {
    await turn();
    clock.advance(1000);
  }
  await turn();
}

const framesOf = (reports: readonly Report[]): PositionFrame[] =>
  reports.flatMap((report) => (report.type === 'frame' ? [decodeFrame(report.bytes) as PositionFrame] : []));
const statesOf = (reports: readonly Report[]): LayoutHostState[] =>
  reports.flatMap((report) => (report.type === 'state' ? [report.state] : []));

describe('layout runner', () => {
  it('ticks until settled, then waits without a timer', async () => {
    const { clock, runner, reports, pauses } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    const names = statesOf(reports).map(({ state }) => state);
    assert.deepEqual([...new Set(names)], ['loading', 'moving', 'settled']);
    assert.ok(statesOf(reports).at(-1)!.ticks >= 40);
    assert.equal(statesOf(reports).at(-1)!.tickMs, TICK_MS);
    const pausesBefore = pauses.length;
    clock.advance(100_000);
    await turn();
    assert.equal(pauses.length, pausesBefore);
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
    assert.ok(pauses.length >= 40);
    assert.deepEqual([...new Set(pauses)], [0]);
  });

  it('sends frames at the interval while there is a viewer, the last one settled', async () => {
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

  it('sends one frame when it settles though nobody watches', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle(load(gridGraph(4)));
    await untilSettled(clock, reports);
    assert.deepEqual(
      framesOf(reports).map(({ settled }) => settled),
      [true],
    );
  });

  it('sends a frame on request, at once or after the first load', async () => {
    const { clock, runner, reports } = start(0.5);
    runner.handle({ type: 'frame' });
    await turn();
    assert.equal(framesOf(reports).length, 0);
    runner.handle(load(gridGraph(4)));
    await turn();
    assert.equal(framesOf(reports).length, 1);
    await untilSettled(clock, reports);
    const before = framesOf(reports).length;
    runner.handle({ type: 'frame' });
    await turn();
    assert.equal(framesOf(reports).length, before + 1);
    assert.equal(framesOf(reports).at(-1)!.settled, true);
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
    assert.ok((await ticksFor(true)) > 20);
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
