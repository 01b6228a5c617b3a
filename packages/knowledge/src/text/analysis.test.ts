import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { normalise, normaliseWord, stem, STOP_WORDS, terms, tokenise, WORD } from './analysis.ts';

fc.configureGlobal({ seed: 41 });

const words = (text: string): string[] => tokenise(text).map(({ word }) => word);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('a', 'É', 'e\u0301', 'ß', '’', "'", 's', ' ', '-', '7', 'ｆ', 'न', '\u093f', 'İ'),
  }),
);

describe('normalise', () => {
  test('writes lower case without diacritics, whether composed or not', () => {
    assert.equal(normalise('Café NAÏVE Ångström'), 'cafe naive angstrom');
    assert.equal(normalise('Cafe\u0301'), normalise('Café'));
    assert.equal(normalise('ﬁne Ｗｉｄｅ'), 'fine wide');
  });

  test('is done after one pass, and gives NFC and NFD the same form', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(normalise(normalise(text)), normalise(text));
        assert.equal(normalise(text.normalize('NFD')), normalise(text.normalize('NFC')));
      }),
      { numRuns: 500 },
    );
  });
});

describe('tokenise', () => {
  test('finds words and numbers and leaves punctuation', () => {
    assert.deepEqual(words('The cat — a 2nd one! — sat (on) mat_3.'), [
      'the',
      'cat',
      'a',
      '2nd',
      'one',
      'sat',
      'on',
      'mat',
      '3',
    ]);
  });

  test('drops the possessive and closes contractions up, with both apostrophes', () => {
    assert.deepEqual(words("Newton's laws, Newton’s apple"), ['newton', 'laws', 'newton', 'apple']);
    assert.deepEqual(words("don't O’Brien dogs' it's"), ['dont', 'obrien', 'dogs', 'it']);
  });

  test('keeps a word whole whose diacritics are marks of their own', () => {
    assert.deepEqual(words('re\u0301sume\u0301s'), ['resumes']);
    assert.equal(tokenise('हिन्दी भाषा').length, 2);
  });

  test('finds what the expression finds, by whatever way', () => {
    const mixed = fc.string({
      unit: fc.constantFrom(
        'a',
        'B',
        's',
        'S',
        "'",
        '’',
        '7',
        '_',
        ' ',
        '-',
        '.',
        '\n',
        'é',
        'e\u0301',
        '\u0301',
        'न',
        '\u093f',
        '𝒳',
        '😀',
        '½',
        '\ud800',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(mixed, anyText), (text) => {
        const expected = [...text.matchAll(WORD)].map(({ 0: written, index }) => {
          return { word: normaliseWord(written), start: index, end: index + written.length };
        });
        assert.deepEqual(
          tokenise(text),
          expected.filter(({ word }) => word !== ''),
        );
      }),
      { numRuns: 5000 },
    );
  });

  test('gives places from which the word can be quoted, in order and apart', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const token of tokenise(text)) {
          assert.ok(token.start >= end && token.end > token.start && token.end <= text.length);
          assert.ok(token.word.length > 0);
          const quoted = normalise(text.slice(token.start, token.end));
          assert.equal(quoted.replace(/['’]s$/, '').replace(/['’]/g, ''), token.word);
          end = token.end;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('finds the same words in NFC and NFD', () => {
    fc.assert(
      fc.property(anyText, (text) => assert.deepEqual(words(text.normalize('NFD')), words(text.normalize('NFC')))),
      { numRuns: 500 },
    );
  });
});

describe('terms', () => {
  test('are stems without stop words, in order, repetitions kept', () => {
    assert.deepEqual(terms('The running dogs and the dog ran'), ['run', 'dog', 'dog', 'ran']);
    assert.deepEqual(terms('what is this?'), []);
    assert.deepEqual(terms(''), []);
  });

  test('meet across inflection, case, diacritics and possessives', () => {
    assert.deepEqual(terms('Cafés'), terms('cafe'));
    assert.deepEqual(terms("The dog's CONNECTIONS"), terms('dogs connected'));
  });

  test('no stop word needs normalising, so none can slip through', () => {
    for (const word of STOP_WORDS) assert.deepEqual(words(word), [word]);
  });
});

test('stem gives the same answer again after its memory has been cleared', () => {
  const before = ['relational', 'ponies', 'caresses'].map(stem);
  assert.deepEqual(before, ['relat', 'poni', 'caress']);
  for (let i = 0; i < 50_001; i++) stem(`w${i}`);
  assert.deepEqual(['relational', 'ponies', 'caresses'].map(stem), before);
});
