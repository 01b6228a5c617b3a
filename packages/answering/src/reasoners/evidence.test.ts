import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import { additionOf } from '../test-knowledge.ts';
import { definitionOf, describe as describeNode, evidenceOf, snippetOf, splitSentences } from './evidence.ts';

const LIMIT = 320;
const FILLING = 'Nothing of interest is said here at all. ';

describe('splitSentences', () => {
  it('does not split behind initials and titles', () => {
    assert.deepEqual(splitSentences('It was James K. Polk. Dr. Who came. No. He did not.'), [
      'It was James K. Polk.',
      'Dr. Who came.',
      'No.',
      'He did not.',
    ]);
  });

  it('splits at ends of sentences and lines, not at abbreviations before small letters', () => {
    assert.deepEqual(splitSentences('One, e.g. this. Two! "Three?" Four\nfive'), [
      'One, e.g. this.',
      'Two!',
      '"Three?" Four',
      'five',
    ]);
  });

  it('loses no letter of any text', () => {
    const letters = (text: string): string => text.replace(/\s+/g, '');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        assert.equal(letters(splitSentences(text).join('')), letters(text));
      }),
    );
  });
});

describe('snippetOf', () => {
  it('gives a short text whole', () => assert.equal(snippetOf('short', new Set(['x'])), 'short'));

  it('gives of a long text the sentence that speaks of what is wanted, and what follows as far as it fits', () => {
    const text = `${FILLING.repeat(10)}The bakery opens at seven. ${FILLING.repeat(10)}`;
    const snippet = snippetOf(text, new Set(['bakeri', 'open']));
    assert.ok(snippet.startsWith('The bakery opens at seven. Nothing'));
    assert.ok(snippet.length <= LIMIT);
  });

  it('never exceeds its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), fc.boolean(), (text, spaced) => {
        assert.ok(snippetOf(spaced ? text.replace(/\p{L}/gu, '$&. A') : text, new Set(['a'])).length <= LIMIT);
      }),
    );
  });
});

describe('definitionOf', () => {
  const CASES: Readonly<Record<string, string>> = {
    'of low temperature; "a cold room"': 'of low temperature',
    'a word; also a sign': 'a word; also a sign',
    'said; “so”': 'said',
    '': '',
  };
  for (const [gloss, definition] of Object.entries(CASES))
    it(gloss, () => assert.equal(definitionOf(gloss), definition));
});

describe('evidence of a node', () => {
  const base = new KnowledgeBase(emptyImage());
  base.apply(
    additionOf(base, [{ id: 'doc:mill', title: 'Marrow mill', text: 'A mill on the Marrow; "the old mill"' }]),
  );

  it('has its id, names, text, source, and a score within 0 to 1', () => {
    assert.deepEqual(evidenceOf(base, 0, 7, 'flux'), {
      id: 'doc:mill',
      title: 'Marrow mill',
      snippet: 'A mill on the Marrow; "the old mill"',
      score: 1,
      source: 'flux',
    });
  });

  it('describes it by its definition, with the name in front when the question has another', () => {
    const argument = { text: 'mill', name: 'mill', quoted: false, used: null };
    assert.equal(describeNode(base, 0, argument), 'Marrow mill: A mill on the Marrow');
    assert.equal(describeNode(base, 0, { ...argument, name: 'marrow mill' }), 'A mill on the Marrow');
  });
});

it('of a very long text the same sentence is shown as of a shorter one', () => {
  const knowledge = new KnowledgeBase(emptyImage());
  const filling = FILLING.repeat(20);
  const long = `${filling.repeat(20)}The bakery opens at seven. ${filling.repeat(20)}`;
  assert.ok(long.length > 20_000);
  knowledge.apply(additionOf(knowledge, [{ id: 'd', title: 'T', text: long }]));
  const shown = (wanted: string[]): string =>
    evidenceOf(knowledge, knowledge.indexOf('d'), 1, 'asi', new Set(wanted)).snippet;
  assert.ok(shown(['bakeri', 'open']).startsWith('The bakery opens at seven. Nothing'));
  assert.equal(shown(['bakeri', 'open']), snippetOf(long, new Set(['bakeri', 'open'])));
  assert.equal(shown(['unheard']), snippetOf(long, new Set(['unheard'])));
});
