/** Memory goes back to the system although there is always something to do. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VirtualClock } from '@vortexflow/primitives';
import { trimHeaps } from './heap-trim.ts';

const CHILD = fileURLToPath(new URL('./heap-trim.child.ts', import.meta.url));
const MINUTE = 60_000;

describe('trimming heaps', () => {
  it('is asked for half a minute in five by the clock, the first time after one, and for no longer than it runs', () => {
    const clock = new VirtualClock();
    const set: [at: number, forSize: boolean][] = [];
    const stop = trimHeaps(clock, 0, (flags) => set.push([clock.elapsed(), flags === '--optimize-for-size']));
    clock.advance(11 * MINUTE);
    assert.deepEqual(set, [
      [5 * MINUTE, true],
      [5.5 * MINUTE, false],
      [10 * MINUTE, true],
      [10.5 * MINUTE, false],
    ]);
    clock.advance(4 * MINUTE + 1_000);
    stop();
    assert.equal(set.at(-1)?.[1], false);
    const before = set.length;
    clock.advance(60 * MINUTE);
    assert.equal(set.length, before);
  });

  it('comes to one process after the other', () => {
    const clock = new VirtualClock();
    const trimming = new Set<number>();
    for (const turn of [0, 1, 2]) {
      // Each starts when it starts.
      clock.advance(97_000);
      trimHeaps(clock, turn, (flags) => {
        if (flags === '--no-optimize-for-size') trimming.delete(turn);
        else trimming.add(turn);
      });
    }
    const seen: number[] = [];
    for (let second = 0; second < 840; second++) {
      clock.advance(1_000);
      assert.ok(trimming.size <= 1);
      for (const turn of trimming) if (seen.at(-1) !== turn) seen.push(turn);
    }
    assert.deepEqual(seen.slice(-6), [0, 1, 2, 0, 1, 2]);
  });

  it('gives back what a peak has left, which stays otherwise', async () => {
    const run = promisify(execFile);
    const [trimmed, kept] = await Promise.all(
      [['trim'], []].map(async (more) => {
        const { stdout } = await run(process.execPath, ['--max-semi-space-size=8', CHILD, ...more], {
          timeout: 60_000,
        });
        return JSON.parse(stdout) as { most: number; least: number };
      }),
    );
    assert.ok(trimmed && trimmed.least < trimmed.most / 2, JSON.stringify(trimmed));
    assert.ok(kept && kept.least > kept.most / 2, `nothing to trim: ${JSON.stringify(kept)}`);
  });
});
