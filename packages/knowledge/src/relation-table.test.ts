import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalRelation, RelationNumbers, RelationTable } from './relation-table.ts';
import { relation, RELATION_NAMES } from './relations.ts';

/** A table after these relations were asked for. */
function tableOf(...wanted: (readonly [string, boolean])[]): { table: RelationTable; kinds: number[] } {
  const table = new RelationTable();
  const numbers = new RelationNumbers(table);
  const kinds = wanted.map(([name, both]) => numbers.of(name, both));
  table.add(numbers.takeFresh());
  return { table, kinds };
}

const pairOf = (name: string, both = false): string[] => {
  const { table, kinds } = tableOf([name, both]);
  return [table.nameOf(kinds[0] as number), table.nameOf(table.inverseOf(kinds[0] as number))];
};

describe('relations that documents bring', () => {
  test('have one name, however they are written', () => {
    for (const written of ['birthPlace', 'Birth place', 'BIRTH_PLACE', ' birth-place ']) {
      assert.equal(canonicalRelation(written), 'birth_place', written);
    }
    assert.equal(canonicalRelation('is capital of'), 'capital_of');
    assert.equal(canonicalRelation('verheiratet mit'), 'verheiratet_mit');
    assert.equal(canonicalRelation('→'), '');
  });

  test('have an inverse with a name of its own', () => {
    assert.deepEqual(pairOf('parentOf'), ['parent_of', 'has_parent']);
    assert.deepEqual(pairOf('has parent'), ['has_parent', 'parent_of']);
    assert.deepEqual(pairOf('knows'), ['knows', 'inverse_of_knows']);
    assert.deepEqual(pairOf('inverse of knows'), ['inverse_of_knows', 'knows']);
    assert.deepEqual(pairOf('knows', true), ['knows', 'knows']);
  });

  test('are those that are always there when they say the same', () => {
    const { kinds, table } = tableOf(['is a', false], ['hasPart', false], ['', false], ['', true], ['similar', false]);
    assert.deepEqual(
      kinds,
      ['hypernym', 'part', 'links', 'related', 'similar'].map((name) => relation(name as 'links')),
    );
    assert.equal(table.size, RELATION_NAMES.length);
  });

  test('get the same number again, also by their inverse, and another when they hold both ways', () => {
    const { kinds, table } = tableOf(['child of', false], ['hasChild', false], ['child_of', false], ['child_of', true]);
    const [of, has, again, both] = kinds as [number, number, number, number];
    assert.deepEqual([table.inverseOf(of), again], [has, of]);
    assert.ok(both !== of && table.inverseOf(both) === both);
    assert.deepEqual(table.numbersOf('Child of'), [of, both]);
    assert.deepEqual(table.numbersOf('unknown'), []);
  });

  test('are no more than four thousand: the others have no particular kind', () => {
    const table = new RelationTable();
    const numbers = new RelationNumbers(table);
    for (let i = 0; i < 5_000; i++) numbers.of(`relation number ${i}`, false);
    table.add(numbers.takeFresh());
    assert.ok(table.size <= RELATION_NAMES.length + 4_097);
    assert.equal(numbers.of('one more', false), relation('links'));
    assert.equal(table.nameOf(numbers.of('relation number 7', false)), 'relation_number_7');
  });

  test('an announcement that is not the next is refused', () => {
    const table = new RelationTable();
    assert.throws(() => table.add([{ kind: table.size + 1, name: 'x', inverse: table.size + 1 }]), RangeError);
  });
});

test('the inverse of the inverse is the relation itself, and a canonical name is its own', () => {
  const word = fc.constantFrom('has', 'of', 'is', 'part', 'inverse', 'kind', 'a', 'x', 'by', 'member');
  const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 6 }), (wanted) => {
      const { table, kinds } = tableOf(...wanted);
      for (let kind = 0; kind < table.size; kind++) assert.equal(table.inverseOf(table.inverseOf(kind)), kind);
      wanted.forEach(([written], place) => {
        const stored = table.nameOf(kinds[place] as number);
        assert.equal(canonicalRelation(stored), stored);
        assert.equal(stored, canonicalRelation(written));
      });
      const late = new RelationTable();
      late.add(structuredClone(table.added()));
      assert.deepEqual(late.added(), table.added());
    }),
    { numRuns: 1_000, seed: 11 },
  );
});

test('names and pairs do not depend on who came first', () => {
  const name = fc.constantFrom(
    'parent of',
    'has parent',
    'knows',
    'inverse of knows',
    'part of',
    'has part',
    'inverse of of',
  );
  fc.assert(
    fc.property(
      fc
        .array(name, { maxLength: 5 })
        .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([first, second]) => {
        const pairs = (names: readonly string[]): string[] => {
          const { table, kinds } = tableOf(...names.map((one) => [one, false] as const));
          return kinds.map((kind) => `${table.nameOf(kind)} / ${table.nameOf(table.inverseOf(kind))}`).sort();
        };
        assert.deepEqual(pairs(second), pairs(first));
      },
    ),
  );
});
