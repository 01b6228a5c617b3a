import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { CAPITAL, readWords, SENTENCE, sentenceAt, sentenceBounds } from './passage.ts';
import { findSpans, keyOfSpan } from './spans.ts';
import { Vocabulary } from './vocabulary.ts';

const read = (text: string, vocabulary = new Vocabulary()) => readWords(text, (word) => vocabulary.use(word));

test('sentences are told from abbreviations and initials', () => {
  const text = 'He met J. R. R. Tolkien at St. Mary. They talked. It rained!';
  const row = read(text);
  const at = (word: string): number => row.starts.indexOf(text.indexOf(word));
  assert.equal(sentenceAt(text, row, at('Tolkien')), 'He met J. R. R. Tolkien at St. Mary.');
  assert.equal(sentenceAt(text, row, at('talked')), 'They talked.');
  assert.equal(sentenceAt(text, row, at('rained')), 'It rained!');
});

test('names are stretches of capitals with small words between, within one sentence', () => {
  const vocabulary = new Vocabulary();
  const text = 'We saw the Bank of England, Big Ben and London. Paris was next';
  const row = read(text, vocabulary);
  const names = findSpans(row, vocabulary).map((span) =>
    keyOfSpan(row, span)
      .split(' ')
      .map((number) => vocabulary.word(Number(number)))
      .join(' '),
  );
  assert.deepEqual(names, ['bank of england', 'big ben and london']);
  assert.ok(!names.some((name) => name.includes('paris')), 'a sentence may begin with any word');
});

test('every word of any text has its place, and sentences part the text without gaps', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const row = read(text);
      assert.equal(row.words.length, row.marks.length);
      assert.equal(row.words.length, row.starts.length);
      for (let at = 0; at < row.words.length; at++) {
        assert.match(text.slice(row.starts[at]), /^[\p{L}\p{N}]/u);
        const { first, next } = sentenceBounds(row, at);
        assert.ok(first <= at && at < next);
        assert.equal(first === 0 || (row.marks[first]! & SENTENCE) !== 0, true);
      }
      if (row.words.length > 0) assert.ok(row.marks[0]! & SENTENCE);
    }),
  );
});

test('capitals teach what is written as a name', () => {
  const vocabulary = new Vocabulary();
  const row = read('the Iris and the iris and Bruno and Bruno', vocabulary);
  assert.equal((row.marks[1]! & CAPITAL) !== 0, true);
  for (let at = 1; at < row.words.length; at++) vocabulary.see(row.words[at]!, (row.marks[at]! & CAPITAL) !== 0);
  const shareOf = (word: string): number => vocabulary.capitalShare(vocabulary.find(word));
  assert.ok(shareOf('bruno') > shareOf('iris') && shareOf('iris') > shareOf('and'));
  assert.equal(vocabulary.find('unheard'), -1);
});
