import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Evidence } from '@vortexflow/protocol';
import {
  claimsFound,
  dissent,
  fluxPosition,
  type Heard,
  mergeEvidence,
  pathOf,
  supporters,
  withSentences,
} from './explain.ts';

const piece = (id: string, source: string, snippet = ''): Evidence => ({ id, title: id, snippet, score: 1, source });

interface Spec {
  readonly key?: string;
  readonly ids?: readonly string[];
  readonly position?: number;
  readonly path?: readonly string[];
  readonly snippet?: string;
}

function heard(source: string, { key, ids = [], position = 0, path = [], snippet }: Spec): Heard {
  const best = key === undefined ? null : { answer: key, key, confidence: 0.9 };
  const evidence = ids.map((id) => piece(id, source, snippet));
  return { source, opinion: { best, alternatives: [], evidence, path, position } };
}

describe('fluxPosition', () => {
  const evidence = [piece('cold', 'flux', 'having a low temperature')];
  const both = [heard('asi', { key: 'k' }), heard('flux', { key: 'k', position: 4 })];

  it('is 9 when they agree and the evidence says every word, else 6', () => {
    assert.equal(fluxPosition(both, 'k', 'Yes: cold.', evidence), 9);
    assert.equal(fluxPosition(both, 'k', 'warm', evidence), 6);
  });

  it('is 3 for one reasoner with evidence that nobody contradicts', () => {
    const alone = [heard('asi', {}), heard('flux', { key: 'k', position: 4 })];
    assert.equal(fluxPosition(alone, 'k', 'cold', evidence), 3);
    assert.equal(fluxPosition(alone, 'k', 'cold', []), 4);
  });

  it('is the place of the walk when they disagree, 0 when nothing was found', () => {
    const apart = [heard('asi', { key: 'other' }), heard('flux', { key: 'k', position: 7 })];
    assert.equal(fluxPosition(apart, 'k', 'cold', evidence), 7);
    assert.equal(fluxPosition([heard('asi', {}), heard('flux', {})], null, null, evidence), 0);
  });
});

describe('claimsFound', () => {
  it('wants every content word, in any form; the words of our own sentences claim nothing', () => {
    const shown = [piece('wolf', 'flux', 'predatory canines that hunt in packs')];
    assert.ok(claimsFound('Both are kinds of canine.', shown));
    assert.ok(claimsFound('hunting wolves', [piece('wolves hunt', 'asi')]));
    assert.ok(!claimsFound('feline', shown));
  });
});

describe('mergeEvidence', () => {
  const yes = heard('asi', { key: 'yes', ids: ['a', 'b', 'c'] });
  const alsoYes = heard('flux', { key: 'yes', ids: ['b', 'd'] });
  const no = heard('third', { key: 'no', ids: ['e', 'a'] });
  const idsOf = (all: readonly Heard[], key: string | null, topK = 9) =>
    mergeEvidence(all, key, topK).map(({ id }) => id);

  it('takes turns among those who agree, then those who do not, each node once', () => {
    assert.deepEqual(idsOf([no, yes, alsoYes], 'yes'), ['a', 'b', 'd', 'c', 'e']);
    const [, b] = mergeEvidence([no, yes, alsoYes], 'yes', 9);
    assert.equal(b?.source, 'flux');
  });

  it('shows what abstaining reasoners found only when nobody answered', () => {
    const silent = heard('asi', { ids: ['near'] });
    assert.deepEqual(idsOf([silent, alsoYes], 'yes'), ['b', 'd']);
    assert.deepEqual(idsOf([silent], null), ['near']);
  });

  it('never gives more than asked for, never a node twice, nothing that nobody found', () => {
    const id = fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f');
    const key = fc.option(fc.constantFrom('yes', 'no'), { nil: undefined });
    const one = fc.record({ key, ids: fc.array(id, { maxLength: 8 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), fc.integer({ min: 1, max: 6 }), (specs, topK) => {
        const all = specs.map(({ key: answer, ids }, i) =>
          heard(`r${i}`, answer === undefined ? { ids } : { key: answer, ids }),
        );
        const merged = idsOf(all, specs.find(({ key: answer }) => answer !== undefined)?.key ?? null, topK);
        assert.ok(merged.length <= topK);
        assert.equal(new Set(merged).size, merged.length);
        assert.ok(merged.every((found) => specs.some(({ ids }) => ids.includes(found))));
      }),
    );
  });
});

describe('supporters and pathOf', () => {
  const walked = heard('flux', { key: 'yes', path: ['dog', 'animal'] });
  const told = heard('asi', { key: 'yes' });
  it('finds who gave the answer, and the way of the one who walked', () => {
    assert.deepEqual(supporters([told, walked], 'yes'), [told, walked]);
    assert.deepEqual(supporters([told, walked], null), []);
    assert.deepEqual(pathOf([told, walked], 'yes').path, ['dog', 'animal']);
    assert.deepEqual(pathOf([told, walked], 'no').path, []);
  });
});

describe('dissent', () => {
  it('names who gave another answer, surest first; not who abstained or agreed', () => {
    const sure = { ...heard('llm', { key: 'c' }) };
    const all = [heard('asi', { key: 'a' }), heard('flux', { key: 'b' }), sure, heard('none', {})];
    const raised = all.map((one) =>
      one.source === 'llm'
        ? { ...one, opinion: { ...one.opinion, best: { answer: 'C', key: 'c', confidence: 0.99 } } }
        : one,
    );
    assert.deepEqual(dissent(raised, 'a'), [
      { source: 'llm', answer: 'C', confidence: 0.99 },
      { source: 'flux', answer: 'b', confidence: 0.9 },
    ]);
    assert.deepEqual(dissent([heard('asi', { key: 'a' }), heard('flux', { key: 'a' })], 'a'), []);
  });
});

describe('withSentences', () => {
  const text = 'Wolves hunt in packs. They eat deer. A pack of wolves has a leader.';
  const of = (answer: string | null, snippet = text) =>
    withSentences([piece('w', 'asi', snippet)], answer)[0]?.sentences;

  it('names the sentence that holds the answer, word for word', () => {
    assert.deepEqual(of('eat deer'), ['They eat deer.']);
  });

  it('else those that share most of its words, in any form', () => {
    assert.deepEqual(of('the leader of the pack'), ['A pack of wolves has a leader.']);
    assert.deepEqual(of('a hunting wolf'), ['Wolves hunt in packs.']);
  });

  it('names none that shares nothing, and none without an answer', () => {
    assert.deepEqual(of('consciousness'), []);
    assert.deepEqual(of(null), []);
    assert.deepEqual(of('the'), []);
  });
});
