import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFrontMatter } from './front-matter.ts';

const read = (...lines: string[]) => readFrontMatter([...lines, 'body'].join('\n'));

describe('front matter', () => {
  test('names the document in every form of YAML that notes use', () => {
    assert.deepEqual(read('---', 'title: Alan Turing # comment', 'aliases: [AMT, "Turing, Alan", \'A. M.\']', '---'), {
      title: 'Alan Turing',
      aliases: ['AMT', 'Turing, Alan', 'A. M.'],
      body: 'body',
    });
    assert.deepEqual(read('---', 'Aliases:', '  - one', "- 'two: three'", 'tags:', '  - no', '---').aliases, [
      'one',
      'two: three',
    ]);
    assert.deepEqual(read('---', 'alias: C#', 'aliases: ""', 'title: >-', '  folded', '...').aliases, ['C#']);
  });

  test('is left out of the text when it names nothing', () => {
    assert.deepEqual(read('---', 'tags: [a]', '---'), { title: null, aliases: [], body: 'body' });
    assert.equal(read('---', '---').body, 'body');
  });

  for (const [what, lines] of Object.entries({
    'a rule before prose': ['---', 'Some prose, and then: more', '---'],
    'a block that never ends': ['---', 'title: x'],
    'a block that is not at the top': ['', '---', 'title: x', '---'],
    'a block that is too long': ['---', 'title: x', ...Array.from({ length: 5000 }, () => 'a: b'), '---'],
  })) {
    test(`${what} is text`, () => {
      assert.deepEqual(read(...lines), { title: null, aliases: [], body: [...lines, 'body'].join('\n') });
    });
  }
});
