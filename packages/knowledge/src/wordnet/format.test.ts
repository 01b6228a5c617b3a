import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LEXICOGRAPHER_FILES, parseSenseLine, parseSynsetLine } from './format.ts';

const DOG =
  '02086723 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 003 @ 02085998 n 0000 ~i 01322983 n 0203 ;c 02377978 v 0a0b | a member of the genus Canis; "the dog barked"';
const VERB = '00001740 29 v 01 breathe 0 001 * 00005041 v 0000 02 + 02 00 + 08 00 | draw air into the lungs';

describe('parseSynsetLine', () => {
  test('reads words, pointers and gloss', () => {
    assert.deepEqual(parseSynsetLine(DOG, 'n'), {
      key: 'n02086723',
      lexicographerFile: 5,
      words: ['dog', 'domestic dog', 'Canis familiaris'],
      satellite: false,
      pointers: [
        { relation: 'hypernym', target: 'n02085998', sourceWord: 0, targetWord: 0 },
        { relation: 'instance', target: 'n01322983', sourceWord: 2, targetWord: 3 },
        { relation: 'in_domain', target: 'v02377978', sourceWord: 10, targetWord: 11 },
      ],
      gloss: 'a member of the genus Canis; "the dog barked"',
    });
  });

  test('leaves out the frames of verbs', () => {
    const { words, pointers } = parseSynsetLine(VERB, 'v');
    assert.deepEqual(words, ['breathe']);
    assert.deepEqual(pointers, [{ relation: 'entails', target: 'v00005041', sourceWord: 0, targetWord: 0 }]);
  });

  test('takes off the syntactic marker of adjectives, and files satellites with adjectives', () => {
    const line = '00005107 00 s 02 galore(ip) 0 (p) 0 001 & 00004980 s 0000 | existing in abundance';
    const { satellite, words, pointers } = parseSynsetLine(line, 'a');
    assert.equal(satellite, true);
    assert.deepEqual(words, ['galore', '(p)']);
    assert.equal(pointers[0]?.target, 'a00004980');
  });

  const malformed: Record<string, [line: string, message: RegExp]> = {
    'no gloss': [DOG.replace(' | ', ' '), /^Error: synset n02086723 has no gloss$/],
    'an unknown pointer': [DOG.replace(' @ ', ' ? '), /^Error: synset n02086723 has the unknown pointer \?$/],
    'fewer words than it says': ['02086723 05 n 0f dog 0 000 | gloss', /^Error: synset n02086723 is cut short$/],
    'fewer pointers than it says': ['02086723 05 n 01 dog 0 002 @ 02085998 n 0000 | g', /n02086723 is cut short/],
    'no words': ['02086723 05 n 00 000 | gloss', /n02086723 is cut short/],
    'a count that is no number': ['02086723 05 n zz dog 0 000 | gloss', /n02086723 is cut short/],
    'nothing but an offset': ['02086723 | gloss', /n02086723 is cut short/],
    'pointer words that are no numbers': [
      DOG.replace(' 0203 ', ' xx03 '),
      /n02086723 has the malformed pointer words xx03/,
    ],
  };
  for (const [what, [line, message]] of Object.entries(malformed)) {
    test(`refuses a line with ${what}, and names the synset`, () => {
      assert.throws(() => parseSynsetLine(line, 'n'), message);
    });
  }
});

describe('parseSenseLine', () => {
  test('reads lemma, synset, rank and frequency', () => {
    assert.deepEqual(parseSenseLine('domestic_dog%1:05:00:: 02086723 1 42'), {
      lemma: 'domestic dog',
      synset: 'n02086723',
      senseNumber: 1,
      tagCount: 42,
    });
    assert.equal(parseSenseLine('galore%5:00:00:abundant:00 00014490 1 0').synset, 'a00014490');
    assert.equal(parseSenseLine("'hood%1:15:00:: 08659519 1 0").lemma, "'hood");
  });

  for (const line of [
    '',
    'dog',
    'dog%9:05:00:: 02086723 1 42',
    '%1:05:00:: 02086723 1 42',
    'dog%1:05:00:: 02086723 1',
    'dog%1:05:00:: 02086723 one 42',
  ]) {
    test(`refuses "${line}", and quotes it`, () => {
      assert.throws(() => parseSenseLine(line), new RegExp(`malformed sense line "${line}"`));
    });
  }
});

test('the lexicographer files are the 45 of lexnames(5WN)', () => {
  assert.equal(LEXICOGRAPHER_FILES.length, 45);
  assert.deepEqual([LEXICOGRAPHER_FILES[3], LEXICOGRAPHER_FILES[44]], ['noun.Tops', 'adj.ppl']);
});
