import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { read } from '../reading.ts';
import { readByRules } from '../understand.ts';
import { candidatesOf } from './candidates.ts';
import { readModel, writeModel } from './file.ts';
import { LABEL_MEANINGS, LABELS } from './labels.ts';
import { IntentModel } from './model.ts';
import { intentModel } from './trained.ts';

const NAMES = new Set('dog|wolf|animal|free will|free|car|part of speech|by-product|is'.split('|'));
const knows = (name: string): boolean => NAMES.has(name);

const words = fc
  .array(
    fc.constantFrom(...'what is a the dog wolf free will part of speech opposite "dog" ? : both and zzz'.split(' ')),
    {
      maxLength: 60,
    },
  )
  .map((list) => list.join(' '));

const look = (text: string) => {
  const reading = read(text, knows);
  const [ruled = null] = readByRules(reading, knows);
  return { reading, ruled };
};

describe('candidates', () => {
  const spansIn = (text: string): string[] => {
    const { reading, ruled } = look(text);
    return candidatesOf(reading, knows, ruled).flatMap(({ spans }) => spans.map((span) => span.text));
  };

  it('are names, words that nobody knows, quotations and names within quoted sentences', () => {
    assert.ok(spansIn('opposite of free will').includes('free will'));
    assert.ok(spansIn('what is a glorp').includes('glorp'));
    assert.ok(spansIn('is a by-product an animal').includes('by-product'));
    assert.ok(spansIn('Is "a dog is an animal" true?').includes('animal'));
    assert.ok(!spansIn('what would a dog be').includes('would'));
  });

  it('stand in the text, in order, without overlapping, with labels for so many arguments', () => {
    fc.assert(
      fc.property(words, (text) => {
        const { reading, ruled } = look(text);
        for (const { spans, labels } of candidatesOf(reading, knows, ruled)) {
          for (const span of spans) assert.ok(text.includes(span.text));
          const [one, two] = spans;
          assert.ok(!two || (one as { last: number }).last < two.first);
          for (const label of labels) assert.equal(LABEL_MEANINGS[label].takes === 'two', spans.length === 2);
        }
      }),
    );
  });

  it('are none in long texts, and not many in any', () => {
    assert.deepEqual(candidatesOf(read('dog '.repeat(100), knows), knows, null), []);
    fc.assert(
      fc.property(words, (text) => {
        const { reading, ruled } = look(text);
        assert.ok(candidatesOf(reading, knows, ruled).length <= 150);
      }),
    );
  });
});

describe('the intent model', () => {
  it('gives probabilities that sum to 1 but for the next to impossible, likeliest first', () => {
    const model = intentModel();
    fc.assert(
      fc.property(words, (text) => {
        const { reading, ruled } = look(text);
        const choices = model.choose(reading, reading.plain, knows, ruled);
        if (choices.length === 0) return;
        const total = choices.reduce((sum, { probability }) => sum + probability, 0);
        assert.ok(total <= 1 + 1e-9 && total > 0.995, `${total}`);
        choices.slice(1).forEach(({ probability }, i) => {
          assert.ok(probability <= (choices[i] as { probability: number }).probability);
        });
      }),
    );
  });

  it('without weights knows nothing: all choices are alike', () => {
    const model = new IntentModel({ frames: {}, weights: {} });
    const { reading, ruled } = look('What is a dog?');
    const choices = model.choose(reading, reading.plain, knows, ruled);
    assert.equal(new Set(choices.map(({ probability }) => probability)).size, 1);
  });

  it('counts what the rules say for their own label only', () => {
    const model = new IntentModel({ frames: {}, weights: { R1: LABELS.flatMap((_, label) => [label, 500]) } });
    const { reading, ruled } = look('What is the opposite of dog?');
    const [best] = model.choose(reading, reading.plain, knows, ruled);
    assert.equal(best?.label, 'antonym');
    assert.equal(best?.candidate.spans[0]?.text, 'dog');
  });
});

describe('the file of the model', () => {
  it('brings back what was written', () => {
    const data = { frames: { what: 3, kind: 1 }, weights: { '2what is': [0, 12, 3, -7], b: [1, 1] } };
    assert.deepEqual(readModel(writeModel(data)), data);
  });

  it('refuses malformed lines', () => {
    for (const line of ['b\t1', 'b\t1\tx', '=\tword']) assert.throws(() => readModel(line), /malformed/);
  });
});
