/** Which names of a batch are asked for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fuseBatch, type FusionBatch } from './batch.ts';
import { namesToLookUp } from './names.ts';

const item = (...answers: string[]) => ({
  candidates: answers.map((answer, i) => ({ source: `s${i}`, answer, confidence: null })),
});
const batch = (given: Partial<FusionBatch>): FusionBatch => ({
  strategy: 'MajorityVote',
  weightStrategy: 'Fixed',
  labels: null,
  train: [],
  items: [],
  ...given,
});

describe('namesToLookUp', () => {
  it('takes what may be a name, where answers differ without it', () => {
    const items = [item('NYC', 'New York City', '1995', '5 km'), item('Rome', 'rome'), item('12', 'twelve')];
    const long = item('x '.repeat(60), 'a b c d e f g h i j k', 'Oslo');
    const { names, complete } = namesToLookUp(batch({ items: [...items, long] }), 100);
    assert.deepEqual([names, complete], [['NYC', 'New York City', 'Oslo'], true]);
  });
  it('takes truths, alternatives and labels', () => {
    const train = [{ ...item('NYC'), truth: ['New York City'] }];
    const [first] = item('a').candidates;
    const items = [{ candidates: [{ ...first!, alternatives: [{ answer: 'b', score: 0.5 }] }] }];
    assert.deepEqual(namesToLookUp(batch({ train, items }), 9).names, ['NYC', 'New York City', 'a', 'b']);
    const labels = ['Peking', 'Tokyo'];
    assert.deepEqual(namesToLookUp(batch({ labels, items: [item('Beijing')] }), 9).names, [...labels, 'Beijing']);
    assert.deepEqual(namesToLookUp(batch({ labels }), 1), { names: [], complete: false });
  });
  it('never takes more than there is room for, and whole items only, whatever the order of candidates', () => {
    const answers = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '5', 'May 1990'), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(answers, { maxLength: 6 }), fc.integer({ min: 0, max: 5 }), (all, most) => {
        const items = all.map((texts) => item(...texts));
        const { names, complete } = namesToLookUp(batch({ items }), most);
        assert.ok(names.length <= most);
        const turned = all.map((texts) => item(...texts.toReversed()));
        const again = namesToLookUp(batch({ items: turned }), most);
        assert.deepEqual([again.names.toSorted(), again.complete], [names.toSorted(), complete]);
        assert.ok(namesToLookUp(batch({ items }), 4).complete);
      }),
      { seed: 6 },
    );
  });
  it('a label by another name is that label', () => {
    const entityOf = (text: string) => (['Peking', 'Beijing'].includes(text) ? 'beijing' : undefined);
    const given = batch({ labels: ['Peking', 'Tokyo'], items: [item('Beijing', 'Peking', 'tokyo')] });
    const { results } = fuseBatch(given, { entityOf });
    assert.ok(Math.abs(results[0]!.confidence - 2 / 3) < 1e-9);
    // Two labels of one thing are told apart by their words.
    const both = { ...given, labels: ['Peking', 'Beijing'] };
    const agreed = fuseBatch({ ...both, items: [item('peking', 'Peking', 'Beijing')] }, { entityOf });
    assert.equal(agreed.results[0]!.answer, 'Peking');
    assert.ok(Math.abs(agreed.results[0]!.confidence - 2 / 3) < 1e-9);
    // Only one of two spellings is in the table: words still meet.
    assert.equal(fuseBatch({ ...given, items: [item('PEKING')] }, { entityOf }).results[0]!.answer, 'PEKING');
  });
});
