import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildCsr } from './csr.ts';

it('stores every edge in both rows and leaves out self-loops', () => {
  const { offsets, neighbours } = buildCsr(4, Uint32Array.of(0, 1, 2, 2, 3, 0, 0, 1));
  assert.deepEqual([...offsets], [0, 3, 5, 5, 6]);
  assert.deepEqual([...neighbours], [1, 3, 1, 0, 0, 0]);
});
