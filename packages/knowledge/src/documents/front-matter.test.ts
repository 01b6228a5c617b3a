import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFrontMatter } from './front-matter.ts';

const read = (...lines: string[]) => readFrontMatter([...lines, 'body'].join('\n'));

describe('front matter', () => {
  test('names the document in every form of YAML that notes use', () => {
    assert.deepEqual(read('---', 'title: Alan Turing # comment', 'aliases: [AMT, "Turing, Alan", \'A. M.\']', '---'), {
      title: 'Alan Turing',
      aliases: ['AMT', 'Turing, Alan', 'A. M.'],
      tags: [],
      links: [],
      body: 'body',
    });
    assert.deepEqual(read('---', 'Aliases:', '  - one', "- 'two: three'", 'tags:', '  - no', '---').aliases, [
      'one',
      'two: three',
    ]);
    assert.deepEqual(read('---', 'alias: C#', 'aliases: ""', 'title: >-', '  folded', '...').aliases, ['C#']);
  });

  test('is left out of the text when it names nothing', () => {
    assert.deepEqual(read('---', 'tags: [a]', '---'), {
      title: null,
      aliases: [],
      tags: ['a'],
      links: [],
      body: 'body',
    });
    assert.equal(read('---', '---').body, 'body');
  });

  for (const [what, lines] of Object.entries({
    'a rule before prose': ['---', 'Some prose, and then: more', '---'],
    'a block that never ends': ['---', 'title: x'],
    'a block that is not at the top': ['', '---', 'title: x', '---'],
    'a block that is too long': ['---', 'title: x', ...Array.from({ length: 5000 }, () => 'a: b'), '---'],
  })) {
    test(`${what} is text`, () => {
      assert.deepEqual(read(...lines), {
        title: null,
        aliases: [],
        tags: [],
        links: [],
        body: [...lines, 'body'].join('\n'),
      });
    });
  }
});

test('tags come in every form, and links under the name of their field', () => {
  const { tags, links } = read(
    '---',
    'tags: [a/b, "#c"]',
    'tag: d, e f',
    'Author: "[[Ada Lovelace|Ada]]"',
    'seen:',
    '  - "[[X]]"',
    '  - [[Y#Z]]',
    '---',
  );
  assert.deepEqual(tags, ['a/b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(
    links.map(({ relation, target }) => [relation, target]),
    [
      ['author', 'Ada Lovelace'],
      ['seen', 'X'],
      ['seen', 'Y#Z'],
    ],
  );
});

describe('the properties at the top of a page of Logseq', () => {
  test('name it, and those that say something else stay in the text', () => {
    const front = read(
      'title:: Ada, Countess',
      'alias:: Ada, Lady L',
      'tags:: [[early computing]], maths',
      'born:: 1815',
      '',
    );
    assert.deepEqual(front, {
      title: 'Ada, Countess',
      aliases: ['Ada', 'Lady L'],
      tags: ['early computing', 'maths'],
      links: [],
      body: 'born:: 1815\n\nbody',
    });
  });

  test('are none where the text begins otherwise', () => {
    assert.equal(readFrontMatter('Text\ntitle:: x').title, null);
    assert.equal(readFrontMatter('a::b').body, 'a::b');
  });
});
