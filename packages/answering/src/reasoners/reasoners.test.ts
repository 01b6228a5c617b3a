import assert from 'node:assert/strict';
import { it } from 'node:test';
import { REASONER_IDS, REASONERS } from './catalogue.ts';
import { describeReasoner } from './conformance.ts';

for (const id of REASONER_IDS) describeReasoner(id, REASONERS[id]);

it('lists every reasoner of the catalogue', () => {
  assert.deepEqual([...REASONER_IDS].sort(), Object.keys(REASONERS).sort());
});
