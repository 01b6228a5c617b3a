import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fingerprintOf, parseDocument } from './parse.ts';
import type { ParsedDocument } from './parsed.ts';

const parse = (...lines: string[]) => parseDocument({ id: 'd.md', title: 'The document', text: lines.join('\n') });
const textOf = (...lines: string[]) => parse(...lines).nodes[0]?.text;
const targetsOf = (...lines: string[]) => parse(...lines).links.map(({ target }) => target);

describe('sections', () => {
  test('follow headings of both kinds, each with its own text', () => {
    const { nodes } = parse('lead', '', '# One', 'a', '### Deep', 'b', '', 'Two', '---', 'c', '# Three');
    assert.deepEqual(nodes, [
      { id: 'd.md', title: 'The document', text: 'lead', kind: 'document' },
      { id: 'd.md#one', title: 'One', text: 'a', kind: 'section' },
      { id: 'd.md#deep', title: 'Deep', text: 'b', kind: 'section' },
      { id: 'd.md#two', title: 'Two', text: 'c', kind: 'section' },
      { id: 'd.md#three', title: 'Three', text: '', kind: 'section' },
    ]);
  });

  test('lie in the nearest section of a lower level', () => {
    const { contains } = parse('## a', '# b', '### c', '## d', '### e');
    assert.deepEqual(
      contains.map(({ parent, child }) => `${parent} > ${child}`),
      ['d.md > d.md#a', 'd.md > d.md#b', 'd.md#b > d.md#c', 'd.md#b > d.md#d', 'd.md#d > d.md#e'],
    );
  });

  test('have ids of their own, whatever their headings are', () => {
    const { nodes } = parse('# a', '# A!', '# a-1', '# ?', '# ??', '#', '# [[Link|a]]');
    const ids = nodes.map(({ id }) => id);
    assert.deepEqual(ids, ['d.md', 'd.md#a', 'd.md#a-1', 'd.md#a-1-1', 'd.md#section', 'd.md#section-1', 'd.md#a-2']);
  });

  test('a first heading that repeats the title is the document', () => {
    const { nodes, contains } = parse('# the  DOCUMENT', 'lead', '## Part', 'p');
    assert.deepEqual(
      nodes.map(({ id, text }) => [id, text]),
      [
        ['d.md', 'lead'],
        ['d.md#part', 'p'],
      ],
    );
    assert.deepEqual(contains, [{ parent: 'd.md', child: 'd.md#part' }]);
    assert.equal(parse('lead', '# The document').nodes.length, 2);
    assert.equal(parse('## The document').nodes.length, 2);
  });

  test('are not made of headings in quotes, lists or code', () => {
    assert.equal(parse('> # a', '', '- # b', '', '```', '# c', '```', '', '    # d').nodes.length, 1);
  });
});

describe('text', () => {
  test('is what a reader sees, and code', () => {
    assert.equal(textOf('*a* **b** `c` [d](e "f") ![g](h)', 'i\\', 'j &amp; k'), 'a b c d g\ni\nj & k');
    assert.equal(textOf('- a', '  - b', '', '> c', '', '~~~js', 'd()', '~~~', '', '***'), 'a\nb\n\nc\n\nd()');
  });

  test('holds what a wikilink shows', () => {
    assert.equal(textOf('[[A]] [[B|b]] [[C#h]] ![[D]] [[E| ]] [[ F ]]'), 'A b C#h D E F');
    assert.equal(textOf('[[]] [[ ]] [[a [[b]'), '[[]] [[ ]] [[a [[b]');
  });

  test('has no HTML and no comments, but the words between tags', () => {
    assert.equal(textOf('a <b>b</b> <!-- c --> d'), 'a b  d');
    assert.equal(textOf('<!-- a', '', '[[b]]', '', '# c', '-->', '', 'd'), 'd');
    assert.equal(textOf('<div>a <!-- b --> c</div>', '', '<script>', 'd', '</script>', '', '<!-- e'), 'a  c');
  });

  test('is the same for every kind of line end, with or without a byte order mark', () => {
    const lines = ['---', 'aliases: [x]', '---', '# a', 'b', '', '```', 'c', '', 'd', '```'];
    const expected = parse(...lines);
    for (const end of ['\r\n', '\r']) assert.deepEqual(parse(`\uFEFF${lines.join(end)}`), expected);
    assert.deepEqual(expected.aliases, ['x']);
  });

  test('without Markdown is kept as it is', () => {
    const text = 'First line,\nsecond line: 3 < 4, 2 * 3 * 4 = 24, a_b_c.\n\nAnother paragraph; see C:\\notes.';
    assert.equal(textOf(text), text);
  });

  test('of an empty document is empty', () => {
    for (const text of ['', '\n\n', '\uFEFF', '<!-- -->', '---\ntitle: x\n---\n']) assert.equal(textOf(text), '');
  });
});

describe('links', () => {
  test('stand in the section whose text they are in, heading included, each once', () => {
    assert.deepEqual(parse('[[A]] [[A]]', '# [[B]]', '[[A#x]]', '[t](p.md)').links, [
      { from: 'd.md', target: 'A', style: 'wikilink', shown: 'A', sentence: 'A A' },
      { from: 'd.md#b', target: 'B', style: 'wikilink', shown: 'B', sentence: 'B' },
      { from: 'd.md#b', target: 'A#x', style: 'wikilink', shown: 'A#x', sentence: 'A#x t' },
      { from: 'd.md#b', target: 'p.md', style: 'path', shown: 't', sentence: 'A#x t' },
    ]);
  });

  test('are found in emphasis, lists, quotes, tables and embeds', () => {
    const lines = ['**[[a]]**', '- [[b|x]]', '', '> [c](d.md)', '', '| [[e\\|x]] |', '', '![[f.md]]'];
    assert.deepEqual(targetsOf(...lines), ['a', 'b', 'd.md', 'e', 'f.md']);
  });

  test('are not found in code or HTML', () => {
    assert.deepEqual(
      targetsOf('`[[a]]`', '', '```', '[[b]] [c](c.md)', '```', '', '    [[d]]', '', '<p>[[e]]</p>'),
      [],
    );
  });

  test('to other places than documents are none', () => {
    assert.deepEqual(targetsOf('<https://a.b> [c](http://d) [e](mailto:f@g) [h](//i/j) [k]() ![l](m.png)'), []);
    assert.deepEqual(targetsOf('[a](#b) [c](d%20e.md?f#g)'), ['#b', 'd%20e.md?f#g']);
  });

  test('by reference find their definition anywhere in the document', () => {
    const filler = Array.from({ length: 500 }, (_, index) => `Paragraph ${index}.\n`);
    const lines = ['[a][One] [two][] [THREE] [four]', ...filler, '[one]: 1.md', '[Two]: <2 2.md> "t"', '[three]: 3.md'];
    assert.deepEqual(targetsOf(...lines, '[one]: later.md'), ['1.md', '2 2.md', '3.md']);
    assert.deepEqual(targetsOf('Claim[^1].', '', '[^1]: source.md is a note'), []);
  });
});

test('the names in front matter are aliases, those that differ from the title', () => {
  const text = '---\ntitle: Other\naliases: [the document, A, a]\n---\n[[x]]';
  const parsed = parseDocument({ id: 'd', title: 'The Document', text });
  assert.deepEqual(parsed.aliases, ['Other', 'A']);
  assert.deepEqual(
    parsed.links.map(({ from, target }) => [from, target]),
    [['d', 'x']],
  );
});

test('any text gives a tree of nodes with unique ids', () => {
  const piece = fc.constantFrom(
    '#',
    '# ',
    '\n',
    '\n\n',
    '===\n',
    '---\n',
    '>',
    '- ',
    '`',
    '```\n',
    '[[',
    ']]',
    '[',
    '](',
    ')',
    '|',
    '<!--',
    '-->',
    '<',
    '*',
    '_',
    '\\',
    'a',
    'b ',
    '    ',
  );
  const anyText = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary' }),
  );
  const property = fc.property(anyText, (text) => {
    const { nodes, contains, links } = parseDocument({ id: 'd', title: 'b', text });
    const ids = nodes.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      contains.map(({ child }) => child),
      ids.slice(1),
    );
    for (const { parent, child } of contains) assert.ok(ids.indexOf(parent) < ids.indexOf(child));
    for (const { from } of links) assert.ok(ids.includes(from));
  });
  fc.assert(property, { numRuns: 500, seed: 7 });
});

test('ten thousand links, brackets, headings, quotes and tags within or behind each other are read', () => {
  const count = 10_000;
  const deep: Readonly<Record<string, string>> = {
    links: `${'[[a'.repeat(count)}${']]'.repeat(count)}`,
    brackets: `${'['.repeat(count)}x${'](y)'.repeat(count)}`,
    headings: Array.from({ length: count }, (_, index) => `${'#'.repeat(1 + (index % 6))} H`).join('\n\n'),
    quotes: `${'> '.repeat(count)}x`,
    lists: Array.from({ length: count }, (_, index) => `${'  '.repeat(index % 500)}- x`).join('\n'),
    tags: `#${Array.from({ length: 40 }, () => 'a').join('/')} `.repeat(count / 10),
    properties: 'k:: [[x]]\n'.repeat(count),
  };
  for (const [what, text] of Object.entries(deep)) {
    const { nodes } = parseDocument({ id: 'd', title: 't', text });
    assert.equal(nodes.length, what === 'headings' ? count + 1 : 1, what);
  }
});

/** A million characters each, on which time that grows with the square would be minutes to hours. */
describe('a megabyte made to take quadratic time is read', { timeout: 60_000 }, () => {
  const length = 1_000_000;
  const many = (size: number, piece: (index: number) => string): string =>
    Array.from({ length: Math.ceil(length / size) }, (_, index) => piece(index)).join(' ');
  const read = (text: string, format: string): ParsedDocument => parseDocument({ id: 'd', title: 't', text, format });

  test('blanks that end no line', () => {
    const text = `a${' '.repeat(length)}b\n\n\tc${'\t'.repeat(length)}d`;
    for (const format of ['text', 'markdown', 'html']) {
      const words = read(text, format)
        .nodes[0]?.text.split(/\s+/)
        .filter((word) => word !== '');
      assert.deepEqual(words, ['a', 'b', 'c', 'd'], format);
    }
    assert.equal(read(`a${' '.repeat(length)}\nb \t \n`, 'text').nodes[0]?.text, 'a\nb');
  });

  test('as many tags as there is room for, in every spelling', () => {
    assert.equal(
      read(
        many(9, (index) => `#t${index}`),
        'text',
      ).shared.length,
      Math.ceil(length / 9),
    );
    assert.equal(
      read(
        many(12, (index) => `#[[t${index}]]`),
        'text',
      ).shared.length,
      Math.ceil(length / 12),
    );
  });

  test('links whose words are nowhere in the text', () => {
    // What looks like the id of a block at the end of a line is taken out of it, and out of what the link shows.
    const text = '[[b|x ^a]]\n'.repeat(length / 4);
    assert.equal(read(`${text}[[c]]`, 'text').links.length, 2);
  });

  test('a tag of half a million levels', () => {
    const { shared } = read(`tags:: ${'a/'.repeat(length / 2)}\n\ntext`, 'markdown');
    assert.equal(shared.length, 64);
  });
});

test('the sentence of a tag is the one in which it stands, not one with a longer tag', () => {
  const sentences = (text: string): unknown[] =>
    parseDocument({ id: 'd', title: 't', text }).edges.map(({ target, text: sentence }) => [target, sentence]);
  assert.deepEqual(sentences('First #abc here. Then #ab there. Last #ab-c and #ab/c!'), [
    ['tag:abc', 'First #abc here.'],
    ['tag:ab', 'Then #ab there.'],
    ['tag:ab-c', 'Last #ab-c and #ab/c!'],
    ['tag:ab/c', '#ab/c'],
    ['tag:ab/c', 'Last #ab-c and #ab/c!'],
  ]);
  assert.deepEqual(sentences('Within **words**: #x/.'), [['tag:x', 'Within words: #x/.']]);
});

test('a document has the same fingerprint however long it is, as all at once would give it', () => {
  for (const length of [10, 1_048_575, 1_048_576, 3_000_001]) {
    for (const text of ['x'.repeat(length), `y${'\u{1f30d}'.repeat(length / 2)}`, `${'ä'.repeat(length)}\ud83c`])
      assert.equal(fingerprintOf({ title: 'T', text }), hash('sha256', `markdown\nT\n${text}`, 'base64url'));
  }
});
