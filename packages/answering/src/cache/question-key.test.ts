import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProcessRequest } from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { answerKeys, plainQuestion, withoutPoliteness } from './question-key.ts';

const proper = new Set(['polish', 'turkey']);
const caseMatters = (word: string): boolean => proper.has(word);
const plain = (text: string): string => plainQuestion(text, caseMatters);
const keysOf = (request: Partial<ProcessRequest> & { input: string }) => answerKeys(request, 'v', caseMatters);

describe('the plain form of a question', () => {
  const SAME: [string, string][] = [
    ['What is a dog?', 'what is a dog'],
    ['  What   is\na dog ? ', 'what is a dog'],
    ['What is a dog??', 'What is a dog?'],
    ['Define dog.', 'define dog'],
    ['What is a Dog?', 'what is a dog?'],
    ['Who is it?', 'who is it'],
    // Composed and decomposed.
    ['What is a caf\u00e9?', 'What is a cafe\u0301?'],
  ];
  for (const [a, b] of SAME)
    it(`is one of ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => assert.equal(plain(a), plain(b)));

  const DIFFERENT: [string, string][] = [
    ['What is Polish?', 'What is polish?'],
    ['What is WHO?', 'What is who?'],
    ['What is IT?', 'What is it?'],
    ['What is I?', 'What is i?'],
    ['What is 5!?', 'What is 5?'],
    ['What is n!', 'What is n'],
    ['What is a dog?', 'What is a cat?'],
    ['What is "a dog"?', 'What is a dog?'],
    ['Is it 1.5?', 'Is it 15?'],
    ['What is a re-sign?', 'What is a resign?'],
    ['What is a cafe?', 'What is a café?'],
  ];
  for (const [a, b] of DIFFERENT)
    it(`keeps ${JSON.stringify(a)} and ${JSON.stringify(b)} apart`, () => assert.notEqual(plain(a), plain(b)));

  it('is its own plain form, and never empty for a question that is not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(plain(plain(text)), plain(text));
        assert.equal(plain(text) === '', text.trim() === '');
      }),
    );
  });
});

describe('politeness', () => {
  it('is taken off where a question begins after it', () => {
    for (const text of ['Please, what is a dog?', 'please what is a dog?', 'Hello, please what is a dog?'])
      assert.equal(plain(withoutPoliteness(text) ?? ''), 'what is a dog', text);
    assert.equal(plain(withoutPoliteness('What is a dog, please?') ?? ''), 'what is a dog');
  });

  it('stays where it is what is asked about', () => {
    for (const text of ['Please is which part of speech?', 'What is please?', 'Hello', 'What does please mean?'])
      assert.equal(withoutPoliteness(text), null, text);
  });

  it('lets the polite find the answer to the bare question, never the other way round', () => {
    const polite = keysOf({ input: 'Please, what is a dog?' });
    const bare = keysOf({ input: 'What is a dog?' });
    assert.equal(polite.bare, bare.own);
    assert.notEqual(polite.own, bare.own);
    assert.equal(bare.bare, null);
  });
});

describe('the key of a request', () => {
  const base: ProcessRequest = { input: 'What is a dog?', mode: 'Fast', top_k: 3, min_confidence: 0.5 };

  it('changes with every field that changes the answer', () => {
    const others: Partial<ProcessRequest>[] = [
      { mode: 'Balanced' },
      { top_k: 4 },
      { min_confidence: 0.6 },
      { sacred_only: true },
      { strategy: 'Stacking' },
      { weight_strategy: 'Fixed' },
      // One that does not exist yet: a new field must not be forgotten.
      { later: 1 } as Partial<ProcessRequest>,
    ];
    const keys = [{}, ...others].map((more) => keysOf({ ...base, ...more }).own);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('does not change with the deadline, the wish for the cache, or the order of the fields', () => {
    const { own } = keysOf(base);
    assert.equal(keysOf({ ...base, timeout_ms: 9 }).own, own);
    assert.equal(keysOf({ ...base, cache: true }).own, own);
    const { input, ...rest } = base;
    assert.equal(keysOf({ ...Object.fromEntries(Object.entries(rest).reverse()), input }).own, own);
  });

  it('changes with the version', () => {
    assert.notEqual(answerKeys(base, 'v2', caseMatters).own, keysOf(base).own);
  });

  it('cannot be forged by what is in the question', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const [one, two] = [keysOf({ ...base, input: a }), keysOf({ ...base, input: b, mode: 'Thorough' })];
        assert.notEqual(one.own, two.own);
      }),
    );
  });
});
