/** Files as other programs write them, and files that are broken. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FileGraph, MAX_PROBLEMS, runSteps } from './file-graph.ts';
import { readGexf } from './gexf.ts';
import { readGraphml } from './graphml.ts';
import { readJson, readJsonLines } from './json.ts';
import { readNTriples } from './ntriples.ts';

const edgesOf = ({ edges }: FileGraph): string[] =>
  edges.map(
    ({ source, target, relation, weight, directed }) =>
      `${source} ${directed ? '-' : '='}${relation}> ${target} ${weight}`,
  );
const nodesOf = ({ nodes }: FileGraph): unknown[] =>
  nodes.map(({ id, names, text, attributes }) => [id, names, text, Object.fromEntries(attributes)]);
const refuses = (read: () => unknown, line: number, reason: RegExp): void => {
  assert.throws(read, (error: { code?: string; details?: { line: number; reason: string } }) => {
    assert.equal(error.code, 'file_malformed');
    assert.match(error.details?.reason ?? '', reason);
    assert.equal(error.details?.line, line);
    return true;
  });
};

describe('GraphML', () => {
  const read = (text: string): FileGraph => runSteps(readGraphml(text));

  test('as NetworkX writes it, with keys, defaults and directions', () => {
    const graph = read(`<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
  <key id="d2" for="node" attr.name="label" attr.type="string"/>
  <graph edgedefault="undirected">
    <node id="n0"><data key="d0">green</data><data key="d2">Alpha &amp; Omega</data></node>
    <node id="n1"/>
    <edge source="n0" target="n1"><data key="d1">1.5</data></edge>
    <edge source="n1" target="n0" directed="true"/>
  </graph>
</graphml>`);
    assert.deepEqual(nodesOf(graph), [
      ['n0', ['Alpha & Omega'], '', { color: 'green' }],
      ['n1', [], '', { color: 'yellow' }],
    ]);
    assert.deepEqual(edgesOf(graph), ['n0 => n1 1.5', 'n1 -> n0 1']);
    assert.equal(graph.edges[0]?.line, 9);
  });

  test('as yEd writes it, with labels deep in the data and graphs within nodes', () => {
    const graph =
      read(`<graphml xmlns:y="http://www.yworks.com/xml/graphml"><key for="node" id="d6" yfiles.type="nodegraphics"/>
<graph edgedefault="directed"><node id="g"><graph edgedefault="directed"><node id="g::a"><data key="d6"><y:ShapeNode><y:NodeLabel>Inner</y:NodeLabel></y:ShapeNode></data></node></graph></node>
<node id="b"/><edge source="b" target="g::a"><data key="d9"><y:PolyLineEdge><y:EdgeLabel>leads to</y:EdgeLabel></y:PolyLineEdge></data></edge></graph></graphml>`);
    assert.deepEqual(
      graph.nodes.map(({ id, names }) => [id, names]),
      [
        ['g::a', ['Inner']],
        ['g', []],
        ['b', []],
      ],
    );
    assert.deepEqual(edgesOf(graph), ['b -leads to> g::a 1']);
  });

  test('says what it leaves out: nodes twice, edges to nowhere, weights that are none', () => {
    const graph = read(`<graphml><graph>
<node id="a"/>
<node id="a"/>
<edge source="a" target="zz"/>
<edge source="a" target="a"><data key="weight">much</data></edge>
<hyperedge/>
</graph></graphml>`);
    assert.deepEqual(graph.problems, [
      { line: 3, reason: 'the id "a" is there already, on line 2' },
      { line: 5, reason: 'the weight "much" is no number; 1 is taken' },
      { line: 6, reason: 'a hyperedge is left out' },
      { line: 4, reason: 'an edge names the node "zz", which is not there' },
    ]);
    assert.deepEqual(edgesOf(graph), ['a -> a 1']);
  });
});

describe('XML that is not what it should be', () => {
  test('stops with its line: truncated, not XML at all, binary', () => {
    refuses(() => runSteps(readGraphml('<graphml>\n<graph>\n<node id="a"')), 3, /unexpected end|unclosed/);
    refuses(() => runSteps(readGexf('hello')), 1, /text data outside of root node/);
    refuses(() => runSteps(readGexf('<gexf>\n</graph>')), 2, /unmatched closing tag|unexpected/);
    refuses(() => runSteps(readGraphml('\u0000\u0001<graphml/>')), 1, /./);
    refuses(() => runSteps(readGraphml('')), 1, /root/);
  });

  test('an entity bomb and an external entity are errors, and nothing is expanded or fetched', () => {
    const bomb = `<!DOCTYPE g [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<graphml><graph><node id="&b;"/></graph></graphml>`;
    refuses(() => runSteps(readGraphml(bomb)), 2, /entity/);
    const external = `<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<graphml><graph><node id="1"><data key="label">&x;</data></node></graph></graphml>`;
    refuses(() => runSteps(readGraphml(external)), 2, /entity/);
  });

  test('keys with defaults for every node are read as long as what they come to can be kept, else refused', () => {
    const count = 3_000;
    const times = (piece: (index: number) => string): string =>
      Array.from({ length: count }, (_, i) => piece(i)).join('');
    const key = (inner: string) => (i: number) => `<key id="k${i}" for="node" attr.name="n${i}">${inner}</key>`;
    const graphml = (inner: string) =>
      `<graphml>${times(key(inner))}\n<graph>${times((i) => `<node id="${i}"/>`)}</graph></graphml>`;
    const attribute = (inner: string) => (i: number) => `<attribute id="k${i}" title="n${i}">${inner}</attribute>`;
    const gexf = (inner: string) =>
      `<gexf><graph><attributes class="node">${times(attribute(inner))}</attributes>\n<nodes>${times((i) => `<node id="${i}"/>`)}</nodes></graph></gexf>`;
    const reason = /^3000 keys with a default for every node: more than 5000000 values in all$/;
    refuses(() => runSteps(readGraphml(graphml('<default>x</default>'))), 2, reason);
    refuses(() => runSteps(readGexf(gexf('<default>x</default>'))), 2, reason);
    // Keys alone cost nothing, and neither do those of edges where there are only nodes.
    for (const graph of [readGraphml(graphml('')), readGexf(gexf(''))].map(runSteps))
      assert.deepEqual([graph.nodes.length, graph.problemCount, graph.nodes[0]?.attributes.size], [count, 0, 0]);
    const ofEdges = graphml('<default>x</default>').replaceAll('for="node"', 'for="edge"');
    assert.equal(runSteps(readGraphml(ofEdges)).nodes.length, count);
  });

  test('a key that is there twice counts as the later one says', () => {
    const text = (later: string) =>
      `<graphml><key id="k" attr.name="a"><default>x</default></key><key id="k" attr.name="b">${later}</key><graph><node id="1"/></graph></graphml>`;
    assert.deepEqual(nodesOf(runSteps(readGraphml(text('')))), [['1', [], '', {}]]);
    assert.deepEqual(nodesOf(runSteps(readGraphml(text('<default>y</default>')))), [['1', [], '', { b: 'y' }]]);
  });

  test('ten thousand elements within each other are read', () => {
    const depth = 10_000;
    const text = `<graphml><graph>${'<node id="x"><graph>'.repeat(depth)}${'</graph></node>'.repeat(depth)}</graph></graphml>`;
    const graph = runSteps(readGraphml(text));
    assert.equal(graph.nodes.length, 1);
    assert.equal(graph.problemCount, depth - 1);
    assert.equal(graph.problems.length, MAX_PROBLEMS);
  });
});

test('GEXF as Gephi writes it', () => {
  const graph = runSteps(
    readGexf(`<gexf version="1.3"><meta/><graph defaultedgetype="undirected">
<attributes class="node" mode="static"><attribute id="0" title="url" type="string"/><attribute id="1" title="born" type="integer"><default>1900</default></attribute></attributes>
<nodes><node id="0" label="Gephi"><attvalues><attvalue for="0" value="http://gephi.org"/></attvalues><viz:size value="3" xmlns:viz="x"/></node><node id="1" label="B"><attvalues><attvalue for="1" value="1912"/></attvalues></node></nodes>
<edges><edge id="0" source="0" target="1" weight="2.4" label="cites"/><edge source="1" target="0" type="directed"/></edges></graph></gexf>`),
  );
  assert.deepEqual(nodesOf(graph), [
    ['0', ['Gephi'], '', { url: 'http://gephi.org', born: '1900' }],
    ['1', ['B'], '', { born: '1912' }],
  ]);
  assert.deepEqual(edgesOf(graph), ['0 =cites> 1 2.4', '1 -> 0 1']);
});

describe('JSON', () => {
  const read = (value: unknown): FileGraph => runSteps(readJson(JSON.stringify(value)));

  test('in the forms of NetworkX, D3, graphology, Cytoscape, JSON Graph Format and JSON Canvas', () => {
    const forms: readonly unknown[] = [
      {
        directed: true,
        nodes: [{ id: 'a', label: 'A' }, { id: 'b' }],
        links: [{ source: 'a', target: 'b', relation: 'knows', weight: 2 }],
      },
      { nodes: [{ name: 'a', title: 'A' }, { name: 'b' }], links: [{ source: 0, target: 1, type: 'knows', value: 2 }] },
      {
        options: { type: 'directed' },
        nodes: [{ key: 'a', attributes: { label: 'A' } }, { key: 'b' }],
        edges: [{ source: 'a', target: 'b', attributes: { kind: 'knows', weight: 2 } }],
      },
      {
        elements: {
          nodes: [{ data: { id: 'a', label: 'A' } }, { data: { id: 'b' } }],
          edges: [{ data: { source: 'a', target: 'b', label: 'knows', weight: 2 } }],
        },
      },
      {
        graph: {
          nodes: { a: { label: 'A' }, b: {} },
          edges: [{ source: 'a', target: 'b', relation: 'knows', metadata: { weight: 2 } }],
        },
      },
      {
        nodes: [{ id: 'a', text: 'T' }, { id: 'b' }],
        edges: [{ fromNode: 'a', toNode: 'b', label: 'knows', weight: 2 }],
      },
    ];
    for (const form of forms) assert.deepEqual(edgesOf(read(form)), ['a -knows> b 2'], JSON.stringify(form));
    for (const form of forms.slice(0, 5)) assert.ok(read(form).nodes[0]?.names.includes('A'), JSON.stringify(form));
  });

  test('as a list of records: documents, nodes and edges', () => {
    const graph = read([
      { id: 7, title: 'One', text: 'words', tags: ['x', 'y'], deep: { not: 'read' } },
      { from: 'One', to: '8' },
      'bare',
    ]);
    assert.deepEqual(nodesOf(graph), [
      ['7', ['One'], 'words', { tags: 'x; y' }],
      ['bare', [], '', {}],
      ['One', [], '', {}],
      ['8', [], '', {}],
    ]);
  });

  test('that is truncated or no graph says so, with the line', () => {
    refuses(() => runSteps(readJson('{"nodes": [\n{"id": "a"},\n{"id": ')), 3, /^not JSON/);
    refuses(() => runSteps(readJson('')), 1, /^not JSON/);
    refuses(() => runSteps(readJson('{"a": 1}')), 1, /neither/);
  });

  test('a hundred thousand lists within each other are no graph', () => {
    assert.equal(runSteps(readJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).nodes.length, 0);
    const deep = `[{"source":"a","target":"b","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`;
    assert.deepEqual(edgesOf(runSteps(readJson(deep))), ['a -> b 1']);
  });

  test('line by line loses no more than the lines that are broken', () => {
    const graph = runSteps(
      readJsonLines('{"id":"a","title":"A"}\n{"id":"b"\n\n\uFEFF{"id":"c"}\n{"source":"a","target":"c"}\nnull'),
    );
    assert.deepEqual(
      graph.nodes.map(({ id }) => id),
      ['a', 'c'],
    );
    assert.deepEqual(edgesOf(graph), ['a -> c 1']);
    assert.deepEqual(
      graph.problems.map(({ line }) => line),
      [2, 6],
    );
    assert.equal(graph.edges[0]?.line, 5);
  });
});

describe('N-Triples', () => {
  const LABEL = '<http://www.w3.org/2000/01/rdf-schema#label>';
  const read = (...lines: string[]): FileGraph => runSteps(readNTriples(lines.join('\n')));

  test('names, texts, literals, known and unknown relations, blank nodes', () => {
    const graph = read(
      '# a comment',
      `<http://x/Dog> ${LABEL} "chien"@fr .`,
      `<http://x/Dog> ${LABEL} "dog"@en . # its name`,
      '<http://x/Dog> <http://www.w3.org/2000/01/rdf-schema#comment> "barks \\"loud\\"\\u0021" .',
      '<http://x/Dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://x/Animal> .',
      '<http://x/Dog> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> .',
      '<http://x/Dog> <http://x/legs> "4"^^<http://www.w3.org/2001/XMLSchema#integer> .',
      '_:b0 <http://x/p#chases> <http://x/Dog> <http://x/graph> .',
      '<http://x/p#chases> <http://www.w3.org/2000/01/rdf-schema#label> "runs after" .',
      '<http://x/Dog> <http://www.w3.org/2002/07/owl#sameAs> <http://y/hound> .',
    );
    assert.deepEqual(nodesOf(graph)[0], ['http://x/Dog', ['dog', 'chien'], 'barks "loud"!', { legs: '4' }]);
    assert.deepEqual(edgesOf(graph), [
      'http://x/Dog -hypernym> http://x/Animal 1',
      '_:b0 -runs after> http://x/Dog 1',
      'http://x/Dog =same_as> http://y/hound 1',
    ]);
    assert.match(graph.edges[0]?.record ?? '', /^<http:\/\/x\/Dog> .* \.$/);
    assert.deepEqual([graph.edges[0]?.line, graph.problemCount], [5, 0]);
  });

  test('a line that is no statement costs nothing but itself', () => {
    const lines = [
      '<a> <b> <c>',
      '<a> "b" <c> .',
      '"a" <b> <c> .',
      '<a> <b> "open .',
      '<a> <b> "\\q" .',
      '<a> <b> "\\UFFFFFFFF" .',
      '{}',
      '<a b> <c> <d> .',
    ];
    const graph = read(...lines, '<http://x/a> <http://x/b> <http://x/c> .');
    assert.deepEqual(
      graph.problems.map(({ line }) => line),
      lines.map((_, index) => index + 1),
    );
    assert.equal(graph.edges.length, 1);
  });

  test('a literal of megabytes is one step', () => {
    const graph = read(`<http://x/a> <http://x/b> "${'x\\n'.repeat(1_000_000)}" .`);
    assert.deepEqual([graph.problemCount, graph.nodes[0]?.attributes.get('b')?.length], [0, 2_000_000]);
  });
});

test('a file of more nodes and edges than memory is made for is refused', () => {
  const lines = '<http://x/a> <http://x/b> <http://x/c> .\n'.repeat(500_001);
  assert.throws(() => runSteps(readNTriples(lines)), { code: 'file_too_large' });
});
