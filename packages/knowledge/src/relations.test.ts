import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inverseRelation, relation, RELATION_NAMES } from './relations.ts';

describe('the table of relations', () => {
  test('numbers each name once, in one byte', () => {
    assert.equal(new Set(RELATION_NAMES).size, RELATION_NAMES.length);
    assert.ok(RELATION_NAMES.length <= 256);
    RELATION_NAMES.forEach((name, number) => assert.equal(relation(name), number));
  });

  test('the inverse of an inverse is the relation itself', () => {
    RELATION_NAMES.forEach((name, number) => {
      const inverse = inverseRelation(number);
      assert.ok(RELATION_NAMES[inverse], `${name} has an inverse`);
      assert.equal(inverseRelation(inverse), number, name);
    });
  });

  test('leads back the right way', () => {
    const back = (name: (typeof RELATION_NAMES)[number]): string =>
      RELATION_NAMES[inverseRelation(relation(name))] ?? '';
    assert.deepEqual(
      (['hypernym', 'instance_of', 'part_of', 'antonym', 'causes', 'contains', 'links'] as const).map(back),
      ['hyponym', 'instance', 'part', 'antonym', 'caused_by', 'contained_in', 'linked_from'],
    );
  });

  // Numbers are stored in image files: a moved row would silently change the meaning of every cached arc.
  test('keeps the numbers that cached images hold', () => {
    assert.deepEqual(
      [relation('hypernym'), relation('antonym'), relation('domain_of'), relation('contains'), relation('linked_from')],
      [0, 10, 25, 26, 29],
    );
  });
});
