import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noFindings, sentenceAround, takeInline } from './inline.ts';

const read = (text: string) => {
  const found = noFindings();
  return { text: takeInline(text, found), ...found };
};
const UUID = '64a1f0c2-1234-4abc-9def-0123456789ab';

describe('within a line', () => {
  test('wikilinks, embeds and aliases are taken out, and what they show stays', () => {
    const { text, links } = read('See [[A|the a]], ![[B#H]] and {{embed [[C]]}}; not [[]] or [[ ]].');
    assert.equal(text, 'See the a, B#H and C; not [[]] or [[ ]].');
    assert.deepEqual(
      links.map(({ target, shown, relation }) => [target, shown, relation]),
      [
        ['A', 'the a', undefined],
        ['B#H', 'B#H', 'embeds'],
        ['C', 'C', 'embeds'],
      ],
    );
  });

  test('block references and embedded blocks lead to the block', () => {
    const { text, links } = read(`x ((${UUID})) {{embed ((${UUID}))}} ((not one)) (y)`);
    assert.equal(text, 'x   ((not one)) (y)');
    assert.deepEqual(
      links.map(({ target, style, relation }) => [target, style, relation]),
      [
        [UUID, 'block', undefined],
        [UUID, 'block', 'embeds'],
      ],
    );
  });

  test('tags are words behind a hash, not numbers, headings, colours in words or addresses', () => {
    const { tags, text } = read('#one (#two/three) #Köln-2 #4 #2024/01 a#b ## #x# http://a/#c, #[[two words]] #end');
    assert.deepEqual(tags, ['two words', 'one', 'two/three', 'Köln-2', 'end']);
    assert.match(text, /^#one \(#two\/three\)/);
  });

  test('ids of blocks are taken out of the text', () => {
    const { text, anchors } = read(`First. ^intro\nSecond ^2-b\n  id:: ${UUID}\n  collapsed:: true\nx^2 is ^not one`);
    assert.deepEqual(anchors, [UUID, 'intro', '2-b']);
    assert.equal(text, 'First.\nSecond\nx^2 is ^not one');
  });

  test('a key says how its links relate', () => {
    const relations = (text: string) => read(text).links.map(({ relation }) => relation);
    assert.deepEqual(relations('author:: [[Ada]], [[Bob]]'), ['author', 'author']);
    assert.deepEqual(relations('a [[X]]\n- born in:: [[Y]]\n(seen:: [[Z]])'), [undefined, 'born in', 'seen']);
    assert.deepEqual(relations('std::vector [[X]]'), [undefined]);
  });

  test('ten thousand open brackets, hashes and references are read in linear time', () => {
    for (const piece of ['[[', '((', '#', ' #a', '^', '{{embed ', 'a::', '[[a|', '![[x]]', '\n^']) {
      const text = piece.repeat(50_000);
      assert.equal(typeof read(text).text, 'string', piece);
    }
  });
});

describe('the sentence around a place', () => {
  const around = (text: string, word: string) => sentenceAround(text, text.indexOf(word), word.length);
  test('ends at full stops and lines, but not where a line was broken to fit', () => {
    const text = 'One ends. "Two (with X) goes\non here!" Three is Y? It costs 3.5 Z.\nA line with V\nNext line';
    assert.equal(around(text, 'X'), 'Two (with X) goes on here!');
    assert.equal(around(text, 'Y'), 'Three is Y?');
    assert.equal(around(text, 'Z'), 'It costs 3.5 Z.');
    assert.equal(around(text, 'V'), 'A line with V');
    assert.equal(around('only X', 'X'), 'only X');
  });

  test('is no longer than a few lines', () => {
    assert.ok(around(`${'x '.repeat(1_000)}HERE${' y'.repeat(1_000)}`, 'HERE').length <= 404);
  });
});
