import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readBlocks } from './blocks.ts';
import { parseDocument } from './parse.ts';
import { isCostly, segmentMarkdown } from './segments.ts';

/** Markdown of which we know what must be found in it, wherever it stands. */
interface Sample {
  readonly source: string;
  readonly heading?: string;
  readonly links?: readonly string[];
}

const SAMPLES: readonly Sample[] = [
  { source: 'A paragraph\nof two lines with [[Wiki]].', links: ['Wiki'] },
  { source: '# Heading', heading: 'Heading' },
  { source: 'Underlined\n===', heading: 'Underlined' },
  { source: '- item [[A]]\n- item\n\n  loose [b](b.md)\n  - nested [[C]]', links: ['A', 'b.md', 'C'] },
  { source: '1. one\n2. two [[D]]\n\n3. three', links: ['D'] },
  { source: '> quote [[E]]\nlazy\n>\n> # no', links: ['E'] },
  { source: `\`\`\`\n# no\n\n- no\n\n${'[[no]]\n\n'.repeat(50)}\`\`\`` },
  { source: '~~~~\n~~~\n\n# no\n~~~~~' },
  { source: '<!-- comment\n\n# no\n\n- [[no]]\n-->' },
  { source: '<pre>\n\n# no\n\n[[no]]\n</pre>' },
  { source: '- item\n  ```\n  [[no]]\n\n  # no\n  ```' },
  { source: '[reference][Ref] and [ref]', links: ['ref.md'] },
  { source: '![[Embed]] and `[[no]]`', links: ['Embed'] },
];

describe('a document that is cut in pieces', () => {
  test('gives what its parts give', () => {
    const property = fc.property(
      fc.array(fc.constantFrom(...SAMPLES), { minLength: 50, maxLength: 200 }),
      (samples) => {
        const body = `${samples.map(({ source }) => source).join('\n\n<!-- -->\n\n')}\n\n[ref]: ref.md`;
        assert.ok(segmentMarkdown(body).segments.length > 1);
        const blocks = [...readBlocks(body)];
        assert.deepEqual(
          blocks.filter(({ level }) => level > 0).map(({ text }) => text),
          samples.flatMap(({ heading }) => heading ?? []),
        );
        assert.deepEqual(
          blocks.flatMap(({ links }) => [...new Set(links.map(({ target }) => target))]),
          samples.flatMap(({ links }) => links ?? []),
        );
      },
    );
    fc.assert(property, { numRuns: 20, seed: 11 });
  });

  test('loses no line and stays in pieces of bounded size', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${' '.repeat(index % 5)}word${index}`);
    const { segments } = segmentMarkdown(lines.join('\n'));
    assert.deepEqual(
      segments.join('\n').match(/\w+/g),
      lines.map((line) => line.trim()),
    );
    for (const segment of segments) assert.ok(segment.length < 9_000);
  });

  test('keeps the links of a long list without a blank line, however deep it is', () => {
    const items = Array.from({ length: 3000 }, (_, index) => `${' '.repeat((index % 8) * 2)}- [[Page ${index}]]`);
    const { links } = parseDocument({ id: 'd', title: 't', text: items.join('\n') });
    assert.equal(links.length, 3000);
  });
});

/** Inputs on which the parser alone takes minutes, or overflows the stack. */
const SIZE = 200_000;
const fill = (pattern: string) => pattern.repeat(SIZE / pattern.length);
const PATHOLOGICAL: Readonly<Record<string, string>> = {
  quotes: fill('>'),
  'quotes with blanks': fill('> '),
  'lists in lists': fill('- '),
  'opening brackets': fill('['),
  'nested brackets': '['.repeat(SIZE / 2) + ']'.repeat(SIZE / 2),
  'crossed emphasis': fill('*a_ '),
  'nested emphasis': '*a '.repeat(SIZE / 6) + ' b*'.repeat(SIZE / 6),
  'comments that never end': fill('a <!-- '),
};

describe('pathological input of 200,000 characters', () => {
  for (const [name, text] of Object.entries(PATHOLOGICAL)) {
    test(`${name} are told as costly and read as plain text`, () => {
      assert.ok(segmentMarkdown(text).segments.some(isCostly));
      const { nodes } = parseDocument({ id: 'd', title: 't', text });
      assert.equal(nodes.length, 1);
      assert.equal(nodes[0]?.text, text.trim());
    });
  }

  test('leaves the rest of the document alone', () => {
    const text = `# Before\n\n[[a]]\n\n${'>'.repeat(10_000)} [[b]]\n\n# After\n\n[c](c.md)`;
    const { nodes, links } = parseDocument({ id: 'd', title: 't', text });
    assert.deepEqual(
      nodes.map(({ title }) => title),
      ['t', 'Before', 'After'],
    );
    assert.deepEqual(
      links.map(({ target }) => target),
      ['a', 'b', 'c.md'],
    );
  });

  test('ten thousand of one kind do not overflow the stack', () => {
    for (const pattern of [
      '>',
      '[',
      '![',
      '*',
      '(',
      '<',
      '<!--',
      '`',
      '- ',
      '1. ',
      '> - ',
      '\\',
      '#',
      '~',
      '[[',
      '](',
    ]) {
      assert.doesNotThrow(() => parseDocument({ id: 'd', title: 't', text: `a ${pattern.repeat(10_000)}` }), pattern);
      assert.doesNotThrow(() => parseDocument({ id: 'd', title: 't', text: pattern.repeat(10_000) }), pattern);
    }
  });
});

test('ordinary dense text is not costly', () => {
  const link = 'see [Alan Turing](people/alan-turing.md) and *[[Enigma|the machine]]*, ';
  assert.equal(isCostly(link.repeat(100)), false);
  assert.equal(isCostly(`- ${link}\n`.repeat(110)), false);
  assert.equal(isCostly('plain words without markup '.repeat(10_000)), false);
});
