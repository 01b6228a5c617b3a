import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { aliasesOf } from './aliases.ts';

const namesOf = (title: string, text: string): string[] => aliasesOf([title], text).map(({ name }) => name);

test('a title is known without its parenthesis, without what follows a comma, and without its article', () => {
  assert.deepEqual(namesOf('Nevada (1927 film)', ''), ['nevada 1927 film', 'nevada']);
  assert.deepEqual(namesOf('Lambert, Margrave of Tuscany', ''), ['lambert margrave of tuscany', 'lambert']);
  assert.ok(namesOf('The Prestige (film)', '').includes('prestige'));
  const [, bare] = aliasesOf(['Nevada (1927 film)'], '');
  assert.equal(bare?.qualifier, '1927 film');
});

test('the subject of the first sentence is a name, and a person is known by first and last name', () => {
  const text = 'Christopher Edward Nolan (born 30 July 1970) is a British film director.';
  assert.ok(namesOf('doc-17', text).includes('christopher edward nolan'));
  assert.ok(namesOf('doc-17', text).includes('christopher nolan'));
  const second = 'Frederick Timmins de Cordova (October 27, 1910 – September 15, 2001) was an American director.';
  assert.ok(namesOf('Fred de Cordova', second).includes('frederick de cordova'));
});

test('places and works are not shortened like persons', () => {
  const names = namesOf('Grand Canyon West Airport', 'Grand Canyon West Airport lies in Arizona.');
  assert.ok(!names.includes('grand airport'));
});

test('other names are found, dates after "born" are not', () => {
  const text =
    'Farrokh Bulsara (born in March 1946), better known as Freddie Mercury, was a singer. Born Stefani Germanotta';
  const names = namesOf('Singer', text);
  assert.ok(names.includes('freddie mercury'));
  assert.ok(!names.some((name) => name.startsWith('march') || name.startsWith('in ')));
});

test('any text gives names that are short, distinct, surest first', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 600 }),
      (title, text) => {
        const found = aliasesOf([title], text);
        assert.equal(new Set(found.map(({ name }) => name)).size, found.length);
        for (const { name, trust } of found) {
          assert.ok(trust > 0 && trust <= 1);
          assert.ok(name.length > 0 && name.split(' ').length <= 8);
        }
      },
    ),
  );
});

test('a text made to be slow is read in linear time', () => {
  const text = `${'A '.repeat(50_000)}(${'Born '.repeat(50_000)}`;
  assert.ok(aliasesOf([text.slice(0, 1000)], text).length < 20);
});
