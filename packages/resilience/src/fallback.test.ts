import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { Deadline } from './deadline.ts';
import { resilienceCodeOf } from './errors.ts';
import { fallThrough, type Level } from './fallback.ts';

const broken = (name: string): Level<string> => ({
  name,
  run() {
    throw new Error(`${name} broke`);
  },
});
const working = (name: string): Level<string> => ({ name, run: () => Promise.resolve(name) });
const hanging = (name: string, share: number): Level<string> => ({
  name,
  share,
  run: () => new Promise(() => undefined),
});

describe('fallback levels', () => {
  it('are tried in order until one answers, and say what failed above it', async () => {
    const deadline = Deadline.in(new VirtualClock(), 1_000);
    const { value, level, failures } = await fallThrough(
      [broken('a'), broken('b'), working('c'), broken('d')],
      deadline,
    );
    assert.deepEqual([value, level], ['c', 'c']);
    assert.deepEqual(
      failures.map((one) => [one.level, (one.failure as Error).message]),
      [
        ['a', 'a broke'],
        ['b', 'b broke'],
      ],
    );
  });

  it('leave time to the lower ones', async () => {
    const clock = new VirtualClock();
    let left = 0;
    const last: Level<string> = {
      name: 'last',
      run(deadline) {
        left = deadline.remaining;
        return 'answer';
      },
    };
    const pending = fallThrough([hanging('a', 0.5), hanging('b', 0.5), last], Deadline.in(clock, 1_000));
    for (let i = 0; i < 100; i++) {
      clock.advance(10);
      await new Promise((resolve) => void setImmediate(resolve));
    }
    const { level, failures } = await pending;
    assert.deepEqual([level, left], ['last', 250]);
    assert.deepEqual(
      failures.map(({ failure }) => resilienceCodeOf(failure)),
      ['deadline_exceeded', 'deadline_exceeded'],
    );
  });

  it('fail with a code when none answers, when time is over, or when a failure must not go on', async () => {
    const clock = new VirtualClock();
    const deadline = Deadline.in(clock, 1_000);
    await assert.rejects(fallThrough([broken('a'), broken('b')], deadline), (error: Error) => {
      assert.equal(resilienceCodeOf(error), 'levels_exhausted');
      assert.equal(error.message, 'No level gave an answer: a, b.');
      assert.equal((error.cause as Error).message, 'b broke');
      return true;
    });
    await assert.rejects(
      fallThrough([broken('a'), working('b')], deadline, { goesOn: () => false }),
      /^Error: a broke$/,
    );
    clock.advance(1_000);
    await assert.rejects(fallThrough([working('a')], deadline), { code: 'deadline_exceeded' });
  });
});
