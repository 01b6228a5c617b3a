import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildCsr } from './csr.ts';
import { looseFlags } from './shell.ts';
import { gridGraph } from './test-graphs.ts';

it('counts small components as loose when there is a large one', () => {
  const flags = looseFlags(buildCsr(110, Uint32Array.of(...gridGraph(10).edges, 100, 101)));
  assert.deepEqual(flags, new Uint8Array(110).fill(1, 100));
});

it('counts nothing as loose when no component is large', () => {
  assert.deepEqual(looseFlags(buildCsr(30, Uint32Array.of(0, 1, 2, 3))), new Uint8Array(30));
  assert.equal(looseFlags(buildCsr(0, new Uint32Array())).length, 0);
});
