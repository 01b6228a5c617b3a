import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { isSideOf, leadOf, ownLead } from './lead.ts';

const namesOf = (text: string): string[] => {
  const lead = leadOf(text);
  return lead ? [lead.name, ...lead.others] : [];
};

test('a text begins with what it is about', () => {
  const cases: readonly (readonly [text: string, name: string])[] = [
    ['Edgar Valmont (1904–1971) was a director.', 'Edgar Valmont'],
    ['The Silver Canal is a waterway. It was dug in 1801.', 'Silver Canal'],
    ['"Amber Light" is the third single of the band.', 'Amber Light'],
    ["``Amber Light'' is a song.", 'Amber Light'],
    ['The term mooring line refers to a rope.', 'mooring line'],
    ['A mooring line is a rope that holds a ship.', 'mooring line'],
    ['Mooring lines are ropes.', 'Mooring lines'],
    ['In Peace and War (1987) is a film about a harbour.', 'In Peace and War'],
    ['In seafaring, a mooring line is a rope.', 'mooring line'],
    ["Orlan's climate is mild.", 'Orlan'],
    ['The 1986 Orlan Regatta took place in May.', '1986 Orlan Regatta'],
    ['Valmont played the organ of the church for a living.', 'Valmont'],
    ['Kestrel Bay, Northland, is a town.', 'Kestrel Bay'],
  ];
  for (const [text, name] of cases) assert.equal(leadOf(text)?.name, name, text);
});

test('a person is known without honours and letters, and by a nickname', () => {
  assert.ok(namesOf('Sir Edgar Valmont OBE (born 1904) was a director.').includes('Edgar Valmont'));
  const nicknamed = namesOf('Edgar Thomas "Ned" Valmont (born 1904) was a director.');
  assert.ok(nicknamed.includes('Edgar Thomas Valmont') && nicknamed.includes('Ned Valmont'));
  // No king and no right triangle: what follows an honour has a capital.
  assert.deepEqual(namesOf('A right triangle is a triangle with a right angle.'), ['right triangle']);
  assert.ok(!namesOf('King penguins are birds.').includes('penguins'));
  assert.ok(namesOf('Otto I, Count of Orlan (died 1200) was a count.').includes('Otto I, Count of Orlan'));
});

test('what is said of it tells namesakes apart', () => {
  assert.equal(
    leadOf('Ann Howell is a British political consultant who lives in Orlan.')?.kind,
    'British political consultant',
  );
  assert.equal(leadOf('Valmont played the organ.')?.kind, '');
});

test('sentences about nothing by name have no name', () => {
  for (const text of [
    'He was born in Orlan.',
    'In 1983, the name changed again.',
    'However, the town was rebuilt.',
    'This is a list of towns.',
    'buy milk\ncall Ann',
    '1973 saw no regatta.',
    '',
    ' \n ',
  ])
    assert.equal(leadOf(text), null, text);
});

test('a title that the text does not hold gives way to the name in the text, any other one does not', () => {
  const lead = leadOf('Edgar Valmont was a director.');
  const held = new Set(['edgar', 'valmont', 'director']);
  const own = (...title: string[]): string | undefined =>
    ownLead(lead, title.join(' '), title, (word) => held.has(word))?.name;
  assert.equal(own(), 'Edgar Valmont');
  assert.equal(own('note'), 'Edgar Valmont');
  assert.equal(own('edgar', 'valmont'), undefined);
  assert.equal(own('valmont', 'edgar', 'biography'), undefined);
  assert.equal(
    ownLead(leadOf('Valmont played the organ.'), '', [], () => false),
    null,
  );
  assert.equal(
    ownLead(null, '', [], () => false),
    null,
  );
});

test('a text about a side of something is not named like the whole', () => {
  for (const title of ['Geography of Orlan', 'History of the Orlan', 'Orlan discography', "Orlan's rivers"])
    assert.ok(isSideOf(title, 'Orlan'), title);
  for (const title of ['Orlan', 'Orlan (city)', 'Orlan, Northland', 'New Orlan', 'Opera', 'orlan'])
    assert.ok(!isSideOf(title, 'Orlan'), title);
});

test('any text is read, and what is found stands in it', () => {
  const piece = fc.constantFrom(
    'The ',
    'A ',
    'Valmont ',
    'is ',
    'was a ',
    '"',
    '``',
    "''",
    '(',
    ') ',
    ', ',
    '. ',
    "'s ",
    'In ',
    'Sir ',
    'of ',
    '12 ',
    '\n',
    'ß',
    '\u0301',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
      ),
      (text) => {
        const lead = leadOf(text);
        if (!lead) return;
        for (const word of lead.name.split(/\s+/)) assert.ok(text.includes(word));
        assert.ok(text.includes(lead.kind));
        assert.match(lead.name, /\p{L}/u);
        for (const other of lead.others) assert.notEqual(other.trim(), '');
      },
    ),
    { numRuns: 2000 },
  );
});
