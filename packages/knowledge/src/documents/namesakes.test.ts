import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Namesakes } from './namesakes.ts';

test('the nearest is the one that a look at each of them finds, whatever comes and goes', () => {
  const folder = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 5 }).map((parts) => parts.join('/'));
  const id = fc
    .tuple(folder, fc.constantFrom('x', 'y'))
    .map(([path, name]) => (path === '' ? name : `${path}/${name}`));
  const step = fc.record({ id, isThere: fc.boolean(), from: folder });
  fc.assert(
    fc.property(fc.array(id, { maxLength: 40 }), fc.array(step, { maxLength: 20 }), (ids, steps) => {
      const namesakes = new Namesakes();
      for (const one of ids) namesakes.add(one);
      for (const { id: one, isThere, from } of steps) {
        if (isThere) namesakes.add(one);
        else namesakes.delete(one);
        assert.equal(
          namesakes.nearest(from),
          namesakes.nearestOf(from, () => true),
        );
      }
    }),
    { numRuns: 500, seed: 3 },
  );
});
