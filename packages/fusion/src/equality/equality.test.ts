/** Which answers are one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { readAnswer, sameAnswer } from './answer.ts';
import { monthName, readDate } from './dates.ts';
import { groupAnswers } from './group.ts';

const same = (a: string, b: string): boolean => {
  const [left, right] = [readAnswer(a), readAnswer(b)];
  const equal = sameAnswer(left, right);
  assert.equal(sameAnswer(right, left), equal, 'equality is symmetric');
  return equal;
};

const EQUAL: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  booleans: [
    ['yes', 'true'],
    ['No.', 'FALSE'],
    ['Yes, it is', 'yes'],
  ],
  numbers: [
    ['1,000 km', '1000 kilometres'],
    ['1 000 km', '1000000 m'],
    ['1000.0', "1'000"],
    ['$1,000', '1000 US dollars'],
    ['100 °C', '212 degrees Fahrenheit'],
    ['60 minutes', '1 hour'],
    ['2 years', '24 months'],
    ['50%', '50 per cent'],
    ['5 feet', '60 inches'],
    ['100 km/h', '100 kilometres per hour'],
    ['1.2 million', '1,200,000'],
    ['1e3', 'one thousand'],
    ['-5', '−5'],
    ['1,500 people', '1500 inhabitants'],
    ['500 people', '500'],
    ['twenty-one', '21'],
    ['three hundred and five', '305'],
    ['two thousand and one', '2,001'],
    ['2000', '2,000'],
  ],
  dates: [
    ['12 May 1990', 'May 12, 1990'],
    ['the 12th of May, 1990', '1990-05-12'],
    ['13/05/1990', '13.05.1990'],
    ['12 May 1990', '1990'],
    ['12 May 1990', 'in May 1990'],
    ['May 12', '12 May'],
    ['44 BC', '44 BCE'],
    ['in the year 1990', '1990'],
    ['Sept. 3, 2001', '3 September 2001'],
    ['c. 1340', 'circa 1340'],
    ['about 1340', '1340?'],
    ['about 1340', '1340'],
    ['630? BC', 'c. 630 BC'],
  ],
  words: [
    ['The Beatles', 'beatles'],
    ['Café', 'CAFE'],
    ['Curie, Marie', 'Marie Curie'],
    ['salt and pepper', 'pepper & salt'],
    ['Paris, France', 'France, Paris'],
    ['1,500 people', '1500 people'],
    ['U.S.', 'US'],
    ['twin-engine plane', 'twin engine plane'],
    ['ﬁne', 'fine'],
  ],
};

const DIFFERENT: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  booleans: [
    ['yes', 'no'],
    ['No, Paris', 'no'],
    ['no one', 'no'],
  ],
  numbers: [
    ['5 km', '5'],
    ['5 km', '5 miles'],
    ['1.5', '15'],
    ['1,5', '15'],
    ['1.2.3', '1.23'],
    ['five twenty', '25'],
    ['$5', '€5'],
    ['about 5', '5'],
    ['1st', '1'],
    ['9'.repeat(400), '1'],
  ],
  dates: [
    ['1995', '1996'],
    ['12 May 1990', '13 May 1990'],
    ['May 1990', 'June 1990'],
    ['12/05/1990', '12 May 1990'],
    ['30 February 2001', '2001'],
    ['44 BC', '44'],
    ['1990s', '1990'],
    ['about 1340', '1341'],
    ['c. 500', '500'],
    ['Marathon 1990', 'March 1990'],
    ['0 AD', '1 BC'],
    ['May 12', '12 May 1990'],
  ],
  words: [
    ['car', 'automobile'],
    ['Paris', 'not Paris'],
    ['Apollo 11', 'Apollo 13'],
    ['1.5 apples', '15 apples'],
    ['dog bites man', 'man bites dog'],
    ['C++', 'C'],
    ['C#', 'C'],
    ['...', '!!'],
    ['One Hundred Years of Solitude', '100'],
  ],
};

describe('sameAnswer', () => {
  for (const [kind, pairs] of Object.entries(EQUAL)) {
    it(`takes for one: ${kind}`, () => {
      for (const [a, b] of pairs) assert.ok(same(a, b), `${a} | ${b}`);
    });
  }
  for (const [kind, pairs] of Object.entries(DIFFERENT)) {
    it(`keeps apart: ${kind}`, () => {
      for (const [a, b] of pairs) assert.ok(!same(a, b), `${a} | ${b}`);
    });
  }
  it('asks the caller which names are one entity, and for the dictionary form of words', () => {
    const ids: Readonly<Record<string, string>> = { NYC: 'q60', 'New York City': 'q60' };
    const options = { entityOf: (text: string) => ids[text], lemmaOf: (word: string) => word.replace(/s$/, '') };
    assert.ok(sameAnswer(readAnswer('NYC', options), readAnswer('New York City', options)));
    assert.ok(sameAnswer(readAnswer('grey wolves', options), readAnswer('wolve grey', options)));
    assert.ok(!sameAnswer(readAnswer('NYC', options), readAnswer('q60', options)));
    // What can be read as a number is no entity.
    assert.equal(readAnswer('1995', { entityOf: () => 'q1' }).kind, 'date');
  });
});

describe('for any text', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 60 });
  it('reading never fails, an answer equals itself, and case and outer space never matter', () => {
    fc.assert(
      fc.property(words, (text) => {
        const answer = readAnswer(text);
        assert.ok(sameAnswer(answer, readAnswer(text)));
        assert.ok(sameAnswer(answer, readAnswer(`  ${text}\n`)));
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z ,.'-]{1,40}$/), (text) => {
        assert.ok(sameAnswer(readAnswer(text), readAnswer(text.toUpperCase())), text);
      }),
      { seed: 2 },
    );
  });
  it('a whole number is one whatever its thousands separator and unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (n) => {
        const grouped = n.toLocaleString('en-US');
        assert.ok(same(String(n), grouped), grouped);
        assert.ok(same(`${grouped} kilometres`, `${n}000 m`), grouped);
        assert.ok(!same(String(n), String(n + 1)));
      }),
      { seed: 3 },
    );
  });
  it('a day is one in all its forms, and none of the days beside it', () => {
    const day = fc.date({ min: new Date('1000-01-02'), max: new Date('2099-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const long = (options: Intl.DateTimeFormatOptions, locale: string) =>
          date.toLocaleDateString(locale, { ...options, timeZone: 'UTC' });
        const full = { day: 'numeric', month: 'long', year: 'numeric' } as const;
        assert.ok(same(iso, long(full, 'en-GB')), iso);
        assert.ok(same(iso, long(full, 'en-US')), iso);
        assert.ok(same(iso, long({ month: 'short', year: 'numeric' }, 'en-US')), iso);
        const next = new Date(date.getTime() + 86_400_000).toISOString().slice(0, 10);
        assert.ok(!same(iso, next));
      }),
      { seed: 4 },
    );
  });
});

describe('readDate', () => {
  const when = fc.record({
    year: fc.integer({ min: -998, max: 2099 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });
  it('reads a date as it was meant, however it is written; 1 BC is the year 0', () => {
    fc.assert(
      fc.property(when, ({ year, month, day }) => {
        const said = year > 0 ? `${year}` : `${1 - year} BC`;
        const name = monthName(month);
        const full = { year, month, day };
        for (const text of [
          `${day} ${name} ${said}`,
          `${name.slice(0, 3)}. ${day}, ${said}`,
          `the ${day}th of ${name}, ${said}`,
        ])
          assert.deepEqual(readDate(text), full, text);
        if (year > 99 || year <= 0) assert.deepEqual(readDate(`${name} ${said}`), { year, month });
        assert.deepEqual(readDate(said, { anyYear: true }), { year });
        assert.deepEqual(readDate(`c. ${said}`, { anyYear: true }), { year, isRough: true });
        assert.deepEqual(readDate(`about ${name.toUpperCase()} ${day}, ${said}`), { ...full, isRough: true });
      }),
      { seed: 8 },
    );
  });
  it('never fails, and reads nothing that no calendar has', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-z ,.?/-]{0,24}$/), fc.boolean(), (text, anyYear) => {
        const date = readDate(text, { anyYear });
        if (!date) return;
        assert.ok(date.year === null || Number.isInteger(date.year), text);
        assert.ok(date.month === undefined || (date.month >= 1 && date.month <= 12), text);
        assert.ok(date.day === undefined || (date.month !== undefined && date.day >= 1 && date.day <= 31), text);
      }),
      { seed: 9, numRuns: 2000 },
    );
  });
});

describe('groupAnswers', () => {
  const groups = (...texts: string[]) => groupAnswers(texts.map((text) => readAnswer(text)));
  it('joins a coarse date to the only finer one that it may mean', () => {
    assert.equal(new Set(groups('12 May 1990', 'May 1990', '1990', '1,990')).size, 1);
    assert.equal(new Set(groups('1990', '1990-05-12', '1991')).size, 2);
    assert.equal(new Set(groups('about 1990', '1990', 'May 1990')).size, 1);
  });
  it('lets a coarse date stand alone where it may mean several', () => {
    const [first, second, year] = groups('12 May 1990', '13 May 1990', '1990');
    assert.equal(new Set([first, second, year]).size, 3);
    const [, , month] = groups('12 May 1990', '3 June 1990', 'June 1990');
    assert.equal(month, groups('3 June 1990')[0]);
  });
  it('does not depend on the order', () => {
    const pool = fc.constantFrom(
      '12 May 1990',
      '13 May 1990',
      'May 1990',
      '1990',
      '1,990',
      'June 1990',
      'about 1990',
      'c. May 1990',
      'yes',
      '5 km',
    );
    fc.assert(
      fc.property(fc.array(pool, { maxLength: 8 }), (texts) => {
        const forward = groups(...texts);
        assert.deepEqual(groups(...texts.toReversed()).reverse(), forward);
      }),
      { seed: 5 },
    );
  });
  it('joins names of one thing, and spellings of one name of which the table knows one', () => {
    const things: Readonly<Record<string, string>> = { NYC: 'q60', 'New York City': 'q60', Boston: 'q100' };
    const read = (text: string) => readAnswer(text, { entityOf: (name) => things[name] });
    const keys = groupAnswers(['NYC', 'New York City', 'new york city!', 'Boston', 'boston', 'Oslo'].map(read));
    assert.deepEqual(new Set(keys.slice(0, 3)).size, 1);
    assert.deepEqual([keys[3] === keys[4], new Set(keys).size], [true, 3]);
    assert.ok(sameAnswer(read('new york city!'), read('New York City')));
    assert.ok(sameAnswer(read('NYC'), read('New York City')));
    assert.ok(!sameAnswer(read('NYC'), read('new york city!')));
  });
  it('with a table, too, groups are the same in any order, and equal answers are in one', () => {
    const things: Readonly<Record<string, string>> = { a: '1', b: '1', c: '2', 'The D': '2', e: '3', 'The B': '3' };
    const pool = fc.constantFrom('a', 'A', 'b', 'the b', 'The B', 'c', 'd', 'The D', 'e', 'f', '1990', 'May 1990');
    const read = (text: string) => readAnswer(text, { entityOf: (name) => things[name] });
    fc.assert(
      fc.property(fc.array(pool, { maxLength: 9 }), (texts) => {
        const answers = texts.map(read);
        const keys = groupAnswers(answers);
        assert.deepEqual(groupAnswers(answers.toReversed()).reverse(), keys);
        answers.forEach((one, i) => {
          answers.forEach((other, j) => {
            if (sameAnswer(one, other)) assert.equal(keys[i], keys[j], `${texts[i]} ${texts[j]}`);
          });
        });
      }),
      { seed: 7 },
    );
  });
});
