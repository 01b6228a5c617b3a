import assert from 'node:assert/strict';
import { it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { IdleWork } from './idle-work.ts';

/** Every step seems to take so long, ms. */
const STEP_MS = 3;

interface Rig {
  readonly work: IdleWork;
  readonly clock: VirtualClock;
  /** Steps that were done, by the run to which they belong, from 1. */
  readonly steps: readonly number[];
  readonly slices: () => number;
}

function rig(stepsOfRun: number): Rig {
  const clock = new VirtualClock();
  const steps: number[] = [];
  let [runs, slices] = [0, 0];
  const begin = function* (): Generator<undefined, void, undefined> {
    const run = ++runs;
    for (let i = 0; i < stepsOfRun; i++) {
      clock.advance(STEP_MS);
      steps.push(run);
      yield;
    }
  };
  const work = new IdleWork({ clock, idleMs: 300, begin, onSlice: () => void slices++ });
  return { work, clock, steps, slices: () => slices };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

it('begins when nothing has happened for a while, and gives way after each slice', async () => {
  const { work, clock, steps } = rig(5);
  work.restart();
  clock.advance(299);
  work.restart();
  clock.advance(299);
  await turn();
  assert.equal(steps.length, 0);
  clock.advance(1);
  assert.equal(steps.length, 2);
  await turn();
  assert.equal(steps.length, 4);
  await turn();
  clock.advance(1_000);
  await turn();
  assert.deepEqual(steps, [1, 1, 1, 1, 1]);
});

it('begins anew when something happens while it is under way', async () => {
  const { work, clock, steps } = rig(4);
  work.restart();
  clock.advance(300);
  work.restart();
  await turn();
  assert.deepEqual(steps, [1, 1]);
  clock.advance(300);
  for (let i = 0; i < 3; i++) await turn();
  assert.deepEqual(steps, [1, 1, 2, 2, 2, 2]);
});

it('does not wait when somebody waits for it, says that it gets on, and tells everybody at the end', async () => {
  const { work, steps, slices } = rig(4);
  const told: string[] = [];
  work.whenDone(() => told.push('first'));
  await turn();
  assert.deepEqual([steps, slices(), told], [[1, 1], 1, []]);
  work.whenDone(() => told.push('second'));
  for (let i = 0; i < 4; i++) await turn();
  assert.deepEqual(
    [steps, told],
    [
      [1, 1, 2, 2, 2, 2],
      ['first', 'second'],
    ],
  );
});
