import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { fullJitter } from './backoff.ts';

fc.configureGlobal({ seed: 41 });

it('waits uniformly below a bound that doubles up to the longest wait', () => {
  const chances = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(fc.nat(40), chances, (retry, chance) => {
      const bound = Math.min(2_000, 100 * 2 ** retry);
      assert.equal(
        fullJitter(retry, 100, 2_000, () => chance),
        chance * bound,
      );
    }),
  );
  const random = seededRandom(1);
  const waits = Array.from({ length: 4_000 }, () => fullJitter(2, 100, 2_000, random));
  assert.ok(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / waits.length - 200) < 8);
});
