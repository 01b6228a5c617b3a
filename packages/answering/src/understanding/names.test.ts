import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { baseForms, knownName } from './names.ts';

const NAMES = new Set(
  'dog|wolf|wolves|knife|baby|box|church|run|make|hot|big|child|go|piece of cake|well-being|state of the art|man|ice cream|lens'.split(
    '|',
  ),
);
const knows = (name: string): boolean => NAMES.has(name);

describe('baseForms', () => {
  const CASES: Readonly<Record<string, readonly string[]>> = {
    dogs: ['dog'],
    knives: ['knife'],
    babies: ['baby'],
    boxes: ['box'],
    churches: ['church'],
    running: ['run'],
    making: ['make'],
    bigger: ['big'],
    hottest: ['hot'],
    children: ['child'],
    went: ['go'],
    men: ['man'],
    dog: [],
    glorp: [],
  };
  for (const [word, forms] of Object.entries(CASES)) {
    it(`${word} -> ${forms.join(', ') || 'nothing'}`, () => assert.deepEqual(baseForms(word, knows), forms));
  }
});

describe('knownName', () => {
  const CASES: Readonly<Record<string, string | null>> = {
    Dog: 'dog',
    wolves: 'wolves',
    'ICE  CREAM': 'ice cream',
    'ice-cream': 'ice cream',
    'well being': 'well-being',
    'pieces of cake': 'piece of cake',
    'state-of-the-art': 'state of the art',
    lenses: 'lens',
    'hot dog': null,
    '': null,
    '...': null,
  };
  for (const [text, name] of Object.entries(CASES)) {
    it(`"${text}" -> ${name}`, () => assert.equal(knownName(text, knows), name));
  }

  it('returns nothing but known names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const name = knownName(text, knows);
        assert.ok(name === null || knows(name));
      }),
    );
  });
});
