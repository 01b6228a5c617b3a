import assert from 'node:assert/strict';
import test from 'node:test';
import type { OpinionSummary, ProcessResponse } from '@vortexflow/protocol';
import { confidenceLabel, explanation, headline, litNodes, lostReasoners, stances } from './verdict.ts';

const opinion = (
  answer: string | null,
  outcome: OpinionSummary['outcome'] = 'answered',
  source = 'asi',
): OpinionSummary => ({
  source,
  answer,
  confidence: 0.5,
  outcome,
});

const response = (kind: 'answered' | 'abstained' | 'degraded', opinions: OpinionSummary[], agreed = false) =>
  ({ result: 'a', opinions, metadata: { kind, consensus_achieved: agreed } }) as ProcessResponse;

test('agreement is by what is said, not by how it is written', () => {
  assert.deepEqual(stances([opinion('Canine.'), opinion(' canine ')], null), ['agrees', 'agrees']);
  assert.deepEqual(stances([opinion('canine'), opinion('feline'), opinion('canine')], 'canine'), [
    'agrees',
    'differs',
    'agrees',
  ]);
});

test('who is alone, silent or lost neither agrees nor differs', () => {
  assert.deepEqual(stances([opinion('canine'), opinion(null, 'abstained')], null), ['alone', 'abstained']);
  assert.deepEqual(stances([opinion('canine'), opinion(null, 'timeout'), opinion('x', 'failed')], 'canine'), [
    'alone',
    'lost',
    'lost',
  ]);
});

test('of opinions that differ, the one that became the answer is marked once it is known', () => {
  const opinions = [opinion('Feline'), opinion('Canine')];
  assert.deepEqual(stances(opinions, null), ['differs', 'differs']);
  assert.deepEqual(stances(opinions, 'canine'), ['differs', 'chosen']);
});

test('the lost are named with their reason', () => {
  assert.deepEqual(lostReasoners([opinion(null, 'timeout', 'flux'), opinion(null, 'failed', 'llm'), opinion('a')]), [
    'flux was late',
    'llm failed',
  ]);
});

test('an abstention says so, whatever result it carries', () => {
  assert.equal(headline({ answered: false, result: null }), 'I don’t know');
  assert.equal(headline({ answered: false, result: 'canine' }), 'I don’t know');
  assert.equal(headline({ answered: true, result: 'canine' }), 'canine');
});

test('the explanation claims only what the response says', () => {
  assert.equal(explanation(response('answered', [opinion('a'), opinion('a')], true)), 'Independent reasoners agree.');
  assert.match(explanation(response('answered', [opinion('a'), opinion('b')])), /differ/);
  assert.equal(explanation(response('answered', [opinion('a'), opinion(null, 'abstained')])), '');
  assert.match(explanation(response('degraded', [opinion('a'), opinion(null, 'timeout', 'flux')])), /flux was late/);
  assert.match(explanation(response('abstained', [])), /nearest/);
  assert.match(explanation({ ...response('abstained', [opinion('a')]), confidence: 0.5 }), /not sure enough/);
  assert.match(explanation(response('abstained', [opinion(null, 'failed', 'flux')])), /flux failed/);
});

test('a number that is not calibrated is called a score', () => {
  assert.deepEqual(confidenceLabel(false), ['score', 'not calibrated yet']);
  assert.deepEqual(confidenceLabel(true), ['confidence', 'calibrated']);
});

test('the path is lit; without one, the evidence', () => {
  const evidence = ['a', 'b', 'a'].map((id) => ({ id, title: '', snippet: '', score: 1, source: 'asi' }));
  assert.deepEqual(litNodes({ path: ['x', 'y'], evidence }), { ids: ['x', 'y'], joined: true });
  assert.deepEqual(litNodes({ path: ['x'], evidence }), { ids: ['x'], joined: false });
  assert.deepEqual(litNodes({ path: [], evidence }), { ids: ['a', 'b'], joined: false });
});
