import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { dotBytes, englishVectors, TEXT_SCALE } from '../vectors/word-vectors.ts';
import { PassageIndex } from './passage-index.ts';

const { dimensions } = englishVectors();
const vectorsOf = (index: PassageIndex, node: number): Int8Array => index.passage(index.passageOf(node))!.vectors;
const cosine = (a: Int8Array, i: number, b: Int8Array, j: number): number =>
  dotBytes(a, i * dimensions, b, j * dimensions, dimensions) / TEXT_SCALE ** 2;

test('a passage has a vector for the whole and one for each sentence, near to what is said in it', () => {
  const index = new PassageIndex(englishVectors());
  index.add(0, ['Notes'], 'The doctor treated the patient. A ship left the harbour.');
  index.add(1, ['Hospital'], 'Nurses and physicians cure diseases.');
  const [notes, hospital] = [vectorsOf(index, 0), vectorsOf(index, 1)];
  assert.equal(notes.length, 3 * dimensions);
  assert.ok(cosine(notes, 1, hospital, 1) > cosine(notes, 2, hospital, 1) + 0.2);
  assert.ok(cosine(notes, 0, notes, 1) > 0.5 && cosine(notes, 0, notes, 2) > 0.5);
});

test('words without a vector leave zeros, texts without words nothing but them', () => {
  const index = new PassageIndex(englishVectors());
  index.add(0, ['Qxzvw'], 'Qxzvw wvzxq.');
  index.add(1, [''], '');
  for (const node of [0, 1]) assert.ok(vectorsOf(index, node).every((value) => value === 0));
  assert.equal(vectorsOf(index, 1).length, dimensions);
  const bare = new PassageIndex();
  bare.add(0, ['Dog'], 'A dog barks.');
  assert.equal(bare.passage(0)!.vectors.length, 0);
});

test('the vectors of a passage do not depend on what else is there, came before or went', () => {
  const text = fc.array(fc.constantFrom(...'dog wolf. harbour, ship sails Paris the.\n doctor 1951 qxz'.split(' ')), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), text, fc.boolean()), { maxLength: 12 }), text, (steps, last) => {
      const [busy, fresh] = [new PassageIndex(englishVectors()), new PassageIndex(englishVectors())];
      for (const [node, words, stays] of steps) {
        busy.add(node, ['Other'], words.join(' '));
        if (!stays) busy.remove(node);
      }
      for (const index of [busy, fresh]) index.add(2, ['Title'], last.join(' '));
      assert.deepEqual(vectorsOf(busy, 2), vectorsOf(fresh, 2));
    }),
  );
});
