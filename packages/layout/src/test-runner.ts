/** A layout runner on a virtual clock, with everything it says, for tests. */
import { type Clock, seededRandom, VirtualClock } from '@vortexflow/primitives';
import type { EncodedTick, PositionFrame } from '@vortexflow/protocol';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import type { LayoutEngine, LayoutGraph } from './engine.ts';
import { createForceLayout } from './force-layout.ts';
import type { Command, LayoutProgress, Report } from './messages.ts';
import { LayoutRunner } from './runner.ts';
import { TestViewer } from './test-viewer.ts';

export const TICK_MS = 10;
export const load = (graph: LayoutGraph, revision = 1): Command => ({
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
    load: (graph, onPicture) => engine.load(graph, onPicture),
    change: (change) => engine.change(change),
    pin: (nodes, places) => engine.pin(nodes, places),
    unpin: (nodes) => engine.unpin(nodes),
    majorise: (iterations) => engine.majorise(iterations),
    setParameters: (change) => engine.setParameters(change),
    positions: () => engine.positions(),
    dispose: () => engine.dispose(),
    tick: () => {
      clock.advance(TICK_MS);
      return engine.tick();
    },
  };
}

export function start(dutyCycle: number) {
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
  const patience = { busy: false };
  const runner: LayoutRunner = new LayoutRunner({
    engine,
    clock: counting,
    dutyCycle,
    frameIntervalMs: 100,
    firstSequence: 7,
    send: (report) => {
      reports.push(report);
      if (report.type === 'tick' && !patience.busy) runner.handle({ type: 'ready' });
    },
    fail: (error) => failures.push(error),
  });
  return { clock, runner, reports, failures, pauses, engine, patience };
}

/** Lets the runner do what it can do now. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function untilSettled(clock: VirtualClock, reports: readonly Report[]): Promise<void> {
  for (let k = 0; k < 1000 && statesOf(reports).at(-1)?.state !== 'settled'; k++) {
    await turn();
    clock.advance(1000);
  }
  await turn();
}

export const ticksOf = (reports: readonly Report[]): EncodedTick[] =>
  reports.flatMap((report) => (report.type === 'tick' ? [report.tick] : []));
export function framesOf(reports: readonly Report[]): PositionFrame[] {
  const viewer = new TestViewer();
  for (const report of reports) {
    if (report.type === 'blocks') viewer.takeBlocks(report.bytes);
    if (report.type === 'tick') viewer.takeTick(report.tick);
  }
  return viewer.frames;
}
export const statesOf = (reports: readonly Report[]): LayoutProgress[] =>
  reports.flatMap((report) => (report.type === 'state' ? [report.state] : []));
