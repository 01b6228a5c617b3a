import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ExpectedTimes } from './expected-times.ts';

it('expects the worst of what is unknown, of a slow one the same again, and forgets that slowly', () => {
  const times = new ExpectedTimes();
  assert.equal(times.of('asi'), Infinity);
  times.add('asi', 20);
  assert.deepEqual([times.of('asi'), times.of('flux')], [20, Infinity]);
  times.add('asi', 1);
  assert.ok(times.of('asi') > 10);
  for (let i = 0; i < 60; i++) times.add('asi', 1);
  assert.ok(times.of('asi') < 2);
  times.add('asi', 7);
  assert.equal(times.of('asi'), 7);
});
