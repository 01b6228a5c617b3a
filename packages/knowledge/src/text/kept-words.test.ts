import assert from 'node:assert/strict';
import test from 'node:test';
import { KeptWords } from './kept-words.ts';

test('so many words are kept, the ones that came last', () => {
  const kept = new KeptWords<number>(3);
  for (const [value, word] of ['a', 'b', 'c', 'd', 'e'].entries()) kept.add(word, value);
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((word) => kept.get(word)),
    [undefined, undefined, 2, 3, 4],
  );
  kept.add('a', 9);
  assert.deepEqual([kept.get('a'), kept.get('c'), kept.get('d')], [9, undefined, 3]);
});
