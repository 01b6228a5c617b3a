import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { type Label, LABEL_MEANINGS, LABELS, LABELS_TAKING } from './labels.ts';
import { WeightTable } from './weight-table.ts';

const feature = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const row = fc
  .dictionary(fc.constantFrom(...LABELS.keys()).map(String), fc.integer({ min: -900, max: 900 }))
  .map((weights) => Object.entries(weights).flatMap(([label, weight]) => [Number(label), weight]));
const takes = fc.constantFrom('one' as const, 'two' as const, 'text' as const);

it('adds up what plain addition adds up, each row once, for labels that take as much', () => {
  const sums = fc.array(fc.tuple(takes, fc.array(fc.oneof(feature, fc.constant('unknown')))), { maxLength: 5 });
  fc.assert(
    fc.property(fc.dictionary(feature, row), sums, (weights, asked) => {
      const table = new WeightTable(weights);
      const weightOf = (name: string, label: Label): number => {
        const list = weights[name] ?? [];
        const at = list.findIndex((value, i) => i % 2 === 0 && value === LABELS.indexOf(label));
        return at < 0 ? 0 : (list[at + 1] as number);
      };
      for (const [kind, features] of asked) {
        table.begin(kind);
        for (const one of features) table.add(table.rowOf(one));
        for (const label of LABELS_TAKING[kind]) {
          const expected = [...new Set(features)].reduce((sum, one) => sum + weightOf(one, label), 0);
          assert.equal(table.sumOf(label), expected);
        }
      }
      for (const label of LABELS) {
        for (const name of ['a', 'unknown'])
          assert.equal(table.weightOf(table.rowOf(name), label), weightOf(name, label));
      }
    }),
  );
});

it('has labels of every kind to tell apart', () => {
  assert.deepEqual(new Set(LABELS.map((label) => LABEL_MEANINGS[label].takes)), new Set(['one', 'two', 'text']));
});
