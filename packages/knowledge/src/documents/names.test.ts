import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folderDistance, foldName, joinPath, slugOf, uniqueName } from './names.ts';

const anyText = fc.string({ unit: 'binary' });

test('folding ignores case, composition and blanks', () => {
  assert.equal(foldName('  Caf\u0065\u0301 \n CRÈME '), foldName('café crème'));
  fc.assert(fc.property(anyText, (name) => foldName(foldName(name)) === foldName(name)));
});

test('slugs are those of GitHub, and their own slugs', () => {
  assert.equal(slugOf('Hello, World! (2nd)'), 'hello-world-2nd');
  assert.equal(slugOf('snake_case & kebab-case'), 'snake_case--kebab-case');
  assert.equal(slugOf('Übergröße 日本'), 'übergröße-日本');
  assert.equal(slugOf('?!'), '');
  fc.assert(fc.property(anyText, (heading) => slugOf(slugOf(heading)) === slugOf(heading)));
});

test('unique names are unique, and the first of a kind is unchanged', () => {
  const taken = new Map<string, number>();
  const names = ['a', 'a', 'a-1', 'a', 'b', 'a-1'].map((name) => uniqueName(name, taken));
  assert.deepEqual(names, ['a', 'a-1', 'a-1-1', 'a-2', 'b', 'a-1-2']);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'a-1', 'a-2', 'a-1-1', 'b')), (wanted) => {
      const taken = new Map<string, number>();
      return new Set(wanted.map((name) => uniqueName(name, taken))).size === wanted.length;
    }),
  );
});

test('paths are joined within the top folder', () => {
  assert.equal(joinPath('a/b', '../c/./d.md'), 'a/c/d.md');
  assert.equal(joinPath('', 'x.md'), 'x.md');
  assert.equal(joinPath('a', '/x.md'), 'x.md');
  assert.equal(joinPath('a', '../../x.md'), null);
});

test('folder distance is a metric', () => {
  assert.equal(folderDistance('a/b', 'a/c/d'), 3);
  assert.equal(folderDistance('', 'a'), 1);
  const folder = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(folder, folder, folder, (a, b, c) => {
      assert.equal(folderDistance(a, b) === 0, a === b);
      assert.equal(folderDistance(a, b), folderDistance(b, a));
      assert.ok(folderDistance(a, c) <= folderDistance(a, b) + folderDistance(b, c));
    }),
  );
});
