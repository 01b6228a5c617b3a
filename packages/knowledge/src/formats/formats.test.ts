import { runSteps } from '@vortexflow/graph';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDocument } from '../documents/parse.ts';
import { formatOfFile, formatOfMedia, parseFormat } from './format.ts';
import { readHtml } from './html.ts';
import { tableOptions } from './read-graph.ts';
import { readTurtle } from './turtle.ts';

describe('a format', () => {
  test('is named, with what is known of a table', () => {
    assert.equal(parseFormat('markdown').name, 'markdown');
    const format = parseFormat('csv;delimiter=tab;source=Von%20wem;target=3');
    assert.deepEqual(tableOptions(format), { delimiter: '\t', columns: { source: 'Von wem', target: '3' } });
    assert.deepEqual(tableOptions(parseFormat('tsv')), { delimiter: '\t', columns: {} });
    assert.throws(() => parseFormat('toString'), { code: 'format_unknown' });
  });

  test('is told by a file name or a media type', () => {
    assert.deepEqual(['a.MD', 'a.b.nt', 'a', '.csv', 'x.ttl'].map(formatOfFile), [
      'markdown',
      'ntriples',
      null,
      'csv',
      'turtle',
    ]);
    assert.deepEqual(['text/csv; charset=utf-8', 'application/graphml+xml', 'image/png'].map(formatOfMedia), [
      'csv',
      'graphml',
      null,
    ]);
  });
});

describe('HTML', () => {
  const blocksOf = (html: string) => readHtml(html).blocks.map(({ level, text }) => `${level} ${text}`);

  test('gives its title, headings, texts and links, and nothing of scripts, styles and menus', () => {
    const html = `<!doctype html><html><head><title>A &amp; B</title><style>p{}</style><script>var x = "<p>no</p>";</script></head>
<body><nav><a href="menu.html">menu</a></nav><h1>One  &lt;1&gt;</h1><p>Some <b>bold</b>
text, <a href="b.html#c">a <i>link</i></a> &eacute;.<br>Next</p><ul><li>x<li>y</ul><!-- no --><pre> kept
  so </pre><table><tr><td>1<td>2</table><img alt="a picture"><svg><text>no</text></svg></body></html>`;
    const { title } = readHtml(html);
    assert.equal(title, 'A & B');
    assert.deepEqual(blocksOf(html), [
      '1 One <1>',
      '0 Some bold text, a link é.\nNext',
      '0 x',
      '0 y',
      '0 kept\n  so',
      '0 1\t2',
      '0 a picture',
    ]);
    const document = parseDocument({ id: 'w/p.html', title: 'Page', text: html, format: 'html' });
    assert.deepEqual(document.links, [
      {
        from: 'w/p.html#one-1',
        target: 'b.html#c',
        style: 'path',
        shown: 'a link',
        sentence: 'Some bold text, a link é.',
      },
    ]);
    assert.deepEqual(document.aliases, ['A & B']);
  });

  test('that is no HTML is text; one that never closes anything, too', () => {
    assert.deepEqual(blocksOf('just text & more < 3'), ['0 just text & more < 3']);
    assert.deepEqual(blocksOf('<head><p>lost?<body><p>found'), ['0 found']);
    assert.deepEqual(blocksOf('<script>never closed <p>x'), []);
    assert.deepEqual(blocksOf('<a href="javascript:x()">a</a><a href="http://b">b</a>'), ['0 ab']);
  });

  test('of any shape is read in linear time', () => {
    for (const piece of [
      '<b>',
      '</i>',
      '<div><p>',
      '<a href="',
      '<a href=x>',
      '<!--',
      '<![CDATA[',
      '&amp',
      '<script>',
      '<svg>',
      '<x y=z ',
    ])
      assert.ok(Array.isArray(readHtml(piece.repeat(60_000)).blocks), piece);
    const unmatched = '<b>'.repeat(30_000) + '</i>'.repeat(30_000);
    assert.deepEqual(readHtml(`${unmatched}x`).blocks.length, 1);
  });

  test('never throws', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      'a',
      '"',
      "'",
      '=',
      '&',
      ';',
      '&#',
      '&#x41;',
      '&#99999999;',
      '<!--',
      '-->',
      'script',
      'title',
      'body',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void readHtml(pieces.join(''))),
      { numRuns: 500, seed: 2 },
    );
  });
});

describe('Turtle', () => {
  const read = (text: string) => runSteps(readTurtle(text));

  test('is read with prefixes, lists of objects and nodes without a name', () => {
    const graph = read(`@prefix : <http://x/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:dog rdfs:subClassOf :animal ; rdfs:label "dog"@en , "Hund"@de ;
  :eats [ rdfs:label "meat" ] , :bone .`);
    const edges = graph.edges.map(({ source, relation, target, line }) => `${source} ${relation} ${target} ${line}`);
    assert.deepEqual(edges, [
      'http://x/dog hypernym http://x/animal 2',
      'http://x/dog eats _:blank-1 3',
      'http://x/dog eats http://x/bone 3',
    ]);
    assert.deepEqual(graph.nodes.find(({ id }) => id === 'http://x/dog')?.names, ['dog', 'Hund']);
    assert.equal(
      graph.edges[0]?.record,
      '<http://x/dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://x/animal> .',
    );
    assert.deepEqual(
      read('@prefix : <http://x/> . [] :p [] .'),
      read('@prefix : <http://x/> . [] :p [] .'),
      'the same every time',
    );
  });

  test('that breaks off says where', () => {
    const failsOn = (text: string, line: number) =>
      assert.throws(() => read(text), { code: 'file_malformed', message: new RegExp(`^Line ${line}: `) });
    failsOn('@prefix : <http://x/> .\n:a :b', 2);
    failsOn('<http://x/a> <http://x/b>\n<http://x/c> .\n}', 3);
    failsOn('@prefix : <http://x/> .\n:a :b "open .', 2);
    failsOn('\u0000', 1);
  });

  test('of megabytes, or ten thousand brackets deep, is read in pieces', () => {
    const lines = Array.from(
      { length: 8_000 },
      (_, i) => `<http://x/a${i}> <http://x/knows> <http://x/a${i + 1}> .`,
    ).join('\n');
    let steps = 0;
    const reading = readTurtle(lines);
    let step = reading.next();
    for (; step.done !== true; step = reading.next()) steps++;
    assert.ok(steps > 1);
    assert.deepEqual(
      [step.value.nodes.length, step.value.edges.length, step.value.edges[7_999]?.line],
      [8_001, 8_000, 8_000],
    );
    const depth = 10_000;
    const deep = read(`<http://x/a> <http://x/p> ${'[ <http://x/p> '.repeat(depth)}"x"${' ]'.repeat(depth)} .`);
    assert.equal(deep.edges.length, depth);
  });
});

test('plain text has paragraphs, pages, links and tags, but no headings', () => {
  const parsed = parseDocument({
    id: 'b.txt',
    title: 'B',
    text: '# one\nstill *one*\n\n#tag [[x]]\fpage two',
    format: 'text;page=7',
  });
  assert.deepEqual(
    parsed.nodes.map(({ id, title, text }) => [id, title, text]),
    [
      ['b.txt', 'B', ''],
      ['b.txt#page-7', 'Page 7', '# one\nstill *one*\n\n#tag x'],
      ['b.txt#page-8', 'Page 8', 'page two'],
    ],
  );
  assert.deepEqual(
    parsed.links.map(({ target }) => target),
    ['x'],
  );
  assert.deepEqual(
    parsed.shared.map(({ id }) => id),
    ['tag:tag'],
  );
});

test('a text without markup is the same, whether it is read as Markdown or recognised as plain', () => {
  const piece = fc.constantFrom(
    'a',
    'Word',
    '.',
    ',',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\n \n',
    '\t',
    '1',
    'é',
    '"',
    "'",
    '(',
    ')',
    '!',
    ':',
    '&',
    ' & ',
    '#',
    '=',
    '-',
    '\u00a0',
    '-x',
    '+',
    '^',
    '{',
    '%',
  );
  const parse = (text: string) => parseDocument({ id: 'd', title: 't', text });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      // With a line of markup at its end, the whole is read as Markdown.
      const asMarkdown = parse(`${text}\n\n*END*`);
      const last = asMarkdown.nodes.at(-1)?.text ?? '';
      assert.ok(last.endsWith('END'));
      const texts = (nodes: readonly { readonly text: string }[]) =>
        nodes.map((node) => node.text.replace(/\n*END$/, ''));
      assert.deepEqual(texts(parse(text).nodes), texts(asMarkdown.nodes));
    }),
    { numRuns: 3_000, seed: 9 },
  );
});
