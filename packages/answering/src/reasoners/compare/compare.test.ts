import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { monthName, readDate } from '@vortexflow/fusion/internal';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { additionOf, wordNetImage } from '../../test-knowledge.ts';
import { createFlux } from '../flux/flux.ts';
import { measureOf, numberOf, spanOf } from './facts.ts';
import { compareDates, compareQuantities, type DateValue, type Quantity, sayDate, type Verdict } from './values.ts';

const date: fc.Arbitrary<DateValue> = fc.oneof(
  fc.record({ year: fc.integer({ min: 1890, max: 1900 }) }),
  fc.record({ year: fc.integer({ min: 1890, max: 1900 }), month: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    year: fc.integer({ min: 1890, max: 1900 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  }),
  fc.record({ year: fc.integer({ min: -400, max: 2000 }), isRough: fc.constant(true) }),
);
const quantity: fc.Arbitrary<Quantity> = fc.record({
  value: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  dimension: fc.constantFrom('number', 'length', 'mass'),
});
const OTHER: Record<'less' | 'more', Verdict> = { less: 'more', more: 'less' };
const turned = (verdict: Verdict): Verdict => verdict && OTHER[verdict];

function describeOrder<T>(name: string, value: fc.Arbitrary<T>, compare: (left: T, right: T) => Verdict): void {
  void describe(`the order of ${name}`, () => {
    void it('turns round with its sides, and tells nothing of equals', () => {
      fc.assert(
        fc.property(value, value, (left, right) => {
          assert.equal(compare(left, right), turned(compare(right, left)));
          assert.equal(compare(left, left), null);
        }),
      );
    });
    void it('is transitive: what follows is never contradicted', () => {
      fc.assert(
        fc.property(value, value, value, (a, b, c) => {
          if (compare(a, b) === 'less' && compare(b, c) === 'less') assert.notEqual(compare(a, c), 'more');
        }),
        { numRuns: 2000 },
      );
    });
  });
}
describeOrder('dates', date, compareDates);
describeOrder('quantities', quantity, compareQuantities);

describe('precision of dates', () => {
  it('the coarser one decides: equal there, no verdict', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2020 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        assert.equal(compareDates({ year }, { year, month }), null);
        assert.equal(compareDates({ year, month }, { year, month, day: 3 }), null);
        assert.equal(compareDates({ year }, { year: year + 1, month }), 'less');
      }),
    );
  });

  it('rough dates are told apart only from afar', () => {
    assert.equal(compareDates({ year: 1340, isRough: true }, { year: 1350 }), null);
    assert.equal(compareDates({ year: 1340, isRough: true }, { year: 1450 }), 'less');
  });
});

describe('facts in texts', () => {
  it('dates', () => {
    const said = (text: string): string => {
      const span = spanOf(text);
      return span ? `${span.begin ? sayDate(span.begin) : '?'} to ${span.end ? sayDate(span.end) : '?'}` : 'none';
    };
    assert.deepEqual(
      [
        'physicist born in Germany who formulated relativity (1879-1955)',
        'Roman statesman and orator (106-43 BC)',
        'a sculptor (born in 1930)',
        'English poet (circa 1340-1400)',
        'Ada Lovelace (10 December 1815 – 27 November 1852) was a mathematician.',
        'She was born on March 4, 1901 and died in 1980.',
        'The society was founded in 1636.',
        'the battle (1066) that William won',
        'a battle on 18 June 1815 in which Napoleon met his defeat',
        'a large canine mammal with 42 teeth',
        'a writer who published 12 novels',
        'a band that released 3 albums',
        'a drink that is sold in 500 countries',
        'a king who died in 43 BC',
      ].map(said),
      [
        '1879 to 1955',
        '106 BC to 43 BC',
        '1930 to ?',
        'about 1340 to 1400',
        '10 December 1815 to 27 November 1852',
        '4 March 1901 to 1980',
        '1636 to ?',
        '1066 to 1066',
        '18 June 1815 to 18 June 1815',
        'none',
        'none',
        'none',
        'none',
        '? to 43 BC',
      ],
    );
  });

  it('measures, in one unit for each dimension', () => {
    assert.deepEqual(measureOf('a peak (29,028 feet high)'), { value: 8847.7344, dimension: 'length' });
    assert.deepEqual(measureOf('a unit of length equal to 1000 meters'), { value: 1000, dimension: 'length' });
    assert.deepEqual(measureOf('with a population of 3 million'), { value: 3e6, dimension: 'people' });
    assert.equal(measureOf('a large river'), null);
    assert.deepEqual(numberOf('1,200'), { value: 1200, dimension: 'number' });
    assert.deepEqual(numberOf('twelve'), { value: 12, dimension: 'number' });
    assert.deepEqual(measureOf('a unit of power equal to 746 watts'), { value: 746, dimension: 'power' });
    assert.equal(measureOf('a temperature equal to 5 degrees'), null);
    assert.equal(numberOf('12 monkeys'), null);
  });

  it('dates as answers have them: there is one reading of both', () => {
    const parts = fc.record({
      year: fc.integer({ min: 1000, max: 2099 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
    });
    fc.assert(
      fc.property(parts, ({ year, month, day }) => {
        const name = monthName(month);
        const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        for (const said of [`${day} ${name} ${year}`, `${name} ${day}, ${year}`, `${day}th of ${name}, ${year}`, iso]) {
          assert.deepEqual(readDate(said), { year, month, day });
          assert.deepEqual(spanOf(`She was born on ${said} in a village.`)?.begin, readDate(said), said);
        }
        assert.deepEqual(spanOf(`a poet (${year}?-${year + 50})`)?.begin, readDate(`circa ${year}`));
        assert.deepEqual(spanOf(`a battle in ${name} ${year}.`)?.begin, readDate(`${name} ${year}`));
      }),
    );
  });

  it('a day without a year is no year, and the era may stand behind a question mark', () => {
    assert.equal(spanOf('a prank played on April 1st'), null);
    assert.equal(spanOf('the feast is on Sept. 18'), null);
    assert.deepEqual(spanOf('a king (630?-562 BC)'), { begin: { year: -629, isRough: true }, end: { year: -561 } });
  });

  it('months by name only', () => {
    const monthOf = (word: string) => spanOf(`born on 3 ${word} 1901`)?.begin?.month;
    assert.deepEqual(['May', 'Sept', 'December', 'Janu', 'Marathon'].map(monthOf), [5, 9, 12, 1, undefined]);
  });
});

describe('comparing', () => {
  let knowledge: KnowledgeBase;
  before(async () => (knowledge = new KnowledgeBase(await wordNetImage())));
  const ask = (text: string) => createFlux(knowledge).answer({ text, mode: 'Balanced', topK: 8 }).best;

  const GOLDEN: readonly (readonly [string, RegExp])[] = [
    ['Who was born first, Albert Einstein or Niels Bohr?', /^Einstein \(1879\), not Bohr \(1885\)$/],
    ['who is younger: albert einstein or niels bohr', /^Bohr/],
    ['Is Albert Einstein older than Niels Bohr?', /^Yes: /],
    ['Did Beethoven die before Mozart?', /^No: /],
    ['Who lived longer, Mozart or Beethoven?', /^Beethoven \(57 years\)/],
    ['Which is higher, Mount Everest or K2?', /^Everest/],
    ['Is a mile longer than a kilometer?', /^Yes: /],
    ['Is 12 larger than 7?', /^Yes: /],
    ['Which came first, the Battle of Hastings or the Battle of Waterloo?', /^Hastings/],
    ['Are both a dog and a wolf animals?', /^Yes: /],
    ['Are dogs and spiders both insects?', /^No: /],
  ];
  for (const [question, expected] of GOLDEN) it(question, () => assert.match(ask(question)?.answer ?? '', expected));

  it('answers alike whichever is named first', () => {
    const names = ['Albert Einstein', 'Niels Bohr', 'Mozart', 'Beethoven', 'Isaac Newton'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.constantFrom(...names), (one, other) => {
        if (one === other) return;
        const key = ask(`Who was born first, ${one} or ${other}?`)?.key;
        assert.ok(key?.startsWith('node:'));
        assert.equal(ask(`Who was born first, ${other} or ${one}?`)?.key, key);
        const isOlder = ask(`Is ${one} older than ${other}?`)?.key;
        assert.notEqual(ask(`Is ${other} older than ${one}?`)?.key, isOlder);
      }),
    );
  });

  it('abstains without both facts, on equal ones, and on unlike ones', () => {
    for (const question of [
      'Which is older, a dog or a wolf?',
      'Is Berlin bigger than Paris?',
      'Who was born first, Johann Sebastian Bach or George Frideric Handel?',
      'Is a mile longer than an hour?',
    ]) {
      assert.equal(ask(question), null, question);
    }
  });

  it('reads the opening of documents', () => {
    const base = new KnowledgeBase(knowledge.image);
    const addition = additionOf(base, [
      { id: 'doc:a', title: 'Ada Quill', text: 'Ada Quill (3 May 1902 – 1 June 1980) was a glass maker from Norden.' },
      { id: 'doc:b', title: 'Bo Tarn', text: 'Bo Tarn was a sailor. He was born in Kiel in 1898 and died in 1950.' },
    ]);
    base.apply(addition);
    const { best, evidence } = createFlux(base).answer({
      text: 'Who was born first, Ada Quill or Bo Tarn?',
      mode: 'Balanced',
      topK: 8,
    });
    assert.equal(best?.key, 'node:doc:b');
    assert.deepEqual(new Set(evidence.slice(0, 2).map(({ id }) => id)), new Set(['doc:a', 'doc:b']));
  });
});
