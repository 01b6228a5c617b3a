import assert from 'node:assert/strict';
import test from 'node:test';
import { namesWish } from './names.ts';

test('the address may ask for more or fewer names, within reason', () => {
  assert.equal(namesWish('?names=120'), 120);
  assert.equal(namesWish('?names=5000'), 200);
  assert.equal(namesWish('?names=-1'), 0);
  for (const query of ['', '?names=', '?names=many']) assert.equal(namesWish(query), 80);
});
