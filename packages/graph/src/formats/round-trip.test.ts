/** What is written is read again as it was, in every format. */
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FileEdge, type FileGraph, type FileNode, runSteps, type Steps } from './file-graph.ts';
import { readGexf, writeGexf } from './gexf.ts';
import { readGraphml, writeGraphml } from './graphml.ts';
import { isReservedName, readJson, writeJson } from './json.ts';
import { readNTriples, writeNTriples } from './ntriples.ts';
import { readTable, writeEdgeTable, writeNodeTable } from './table.ts';

interface Graph {
  readonly nodes: readonly FileNode[];
  readonly edges: readonly FileEdge[];
}

const isXml = (text: string): boolean =>
  text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text); // oxlint-disable-line no-control-regex -- what XML cannot hold
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(
      'a "b" & <c>',
      ']]>',
      "it's",
      'x\ty\nz\r\nw',
      '&amp;',
      'Übung',
      '|a\\|b',
      '<!-- -->',
      '  ',
      '@',
      '"',
      '\\',
      'a;b,c',
    ),
  )
  .filter(isXml);
const someText = anyText.filter((text) => text.trim() !== '').map((text) => text.trim());
const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('Alan', 'Köln', 'a|b', 'c\\', '7') }, someText);
const attributeName = fc
  .oneof(fc.constantFrom('born', 'Größe', 'a b', '1', '<x>', '__proto__'), someText)
  // V8 13.6 takes the key `"` for the key `\\` when it has seen an object with that one before.
  .filter((key) => !isReservedName(key) && key.isWellFormed() && !/["\\]/.test(key));

const anyNode = (id: string): fc.Arbitrary<FileNode> =>
  fc.record({
    id: fc.constant(id),
    names: fc.uniqueArray(name, { maxLength: 3 }),
    text: fc.oneof(fc.constant(''), someText),
    attributes: fc
      .uniqueArray(fc.tuple(attributeName, someText), { selector: ([key]) => key, maxLength: 3 })
      .map((pairs) => new Map(pairs)),
  });

const anyEdge = (ids: readonly string[]): fc.Arbitrary<FileEdge> =>
  fc.record({
    source: fc.constantFrom(...ids),
    target: fc.constantFrom(...ids),
    relation: fc.oneof(fc.constantFrom('', 'knows', 'hypernym', 'also_see', 'instance_of', 'is a'), someText),
    weight: fc
      .oneof(fc.constantFrom(1, 2.5, -1, 1e-7, 1e21), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map((weight) => weight + 0),
    directed: fc.boolean(),
    line: fc.constant(null),
    record: fc.constant(''),
  });

const anyGraph: fc.Arbitrary<Graph> = fc
  .uniqueArray(fc.oneof(fc.constantFrom('http://example.org/a#b', 'urn:x:1', '_:b0', 'a b', '1'), someText), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((ids) => fc.record({ nodes: fc.tuple(...ids.map(anyNode)), edges: fc.array(anyEdge(ids), { maxLength: 8 }) }));

const written = (pieces: Iterable<string>): string => [...pieces].join('');

/** What must survive: lines and records belong to the file, not to the graph. */
function essence({ nodes, edges }: Graph): unknown {
  return {
    nodes: nodes.map((node) => ({ ...node, attributes: new Map(node.attributes) })),
    edges: edges.map(({ source, target, relation, weight, directed }) => ({
      source,
      target,
      relation,
      weight,
      directed,
    })),
  };
}

function survives(
  read: (text: string) => Steps<FileGraph>,
  write: (graph: Graph) => Iterable<string>,
  graph = anyGraph,
): void {
  fc.assert(
    fc.property(graph, (given) => {
      const again = runSteps(read(written(write(given))));
      assert.deepEqual(again.problems, []);
      assert.deepEqual(essence(again), essence(given));
    }),
    { numRuns: 300, seed: 7 },
  );
}

describe('a graph that is written and read again is the same', () => {
  test('as GraphML', () => survives(readGraphml, ({ nodes, edges }) => writeGraphml(nodes, edges, namesIn(nodes))));
  test('as GEXF', () => survives(readGexf, ({ nodes, edges }) => writeGexf(nodes, edges, namesIn(nodes))));
  test('as node-link JSON', () => survives(readJson, ({ nodes, edges }) => writeJson(nodes, edges)));

  test('as N-Triples, in which an edge is there once', () => {
    const asSet = anyGraph.map(({ nodes, edges }) => ({ nodes, edges: uniqueEdges(edges) }));
    survives(readNTriples, ({ nodes, edges }) => writeNTriples(nodes, edges), asSet);
  });

  test('as two tables', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, edges }) => {
        const nodesAgain = runSteps(readTable(written(writeNodeTable(nodes, namesIn(nodes))), NODE_TABLE)).nodes;
        const edgesAgain = runSteps(readTable(written(writeEdgeTable(edges)), EDGE_TABLE)).edges;
        assert.deepEqual(essence({ nodes: nodesAgain, edges: edgesAgain }), essence({ nodes, edges: asTyped(edges) }));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('... whose columns are guessed right when the values are no riddle', () => {
    const node: FileNode = {
      id: '1',
      names: ['Alan Turing', 'AMT'],
      text: 'A man.',
      attributes: new Map([['born', '1912']]),
    };
    assert.deepEqual(runSteps(readTable(written(writeNodeTable([node], ['born'])))).nodes, [node]);
    const edge: FileEdge = {
      source: '1',
      target: '2',
      relation: 'knows',
      weight: 2,
      directed: true,
      line: 2,
      record: '1,2,knows,2,true',
    };
    assert.deepEqual(runSteps(readTable(written(writeEdgeTable([edge])))).edges, [edge]);
  });
});

const namesIn = (nodes: readonly FileNode[]): string[] => nodes.flatMap(({ attributes }) => [...attributes.keys()]);

describe('a graph is written as it comes', () => {
  const node = (id: string): FileNode => ({ id, names: [id], text: '', attributes: new Map([['group', 'g']]) });
  const writers: Readonly<Record<string, (nodes: Iterable<FileNode>, names: readonly string[]) => Generator<string>>> =
    {
      graphml: (nodes, names) => writeGraphml(nodes, [], names),
      gexf: (nodes, names) => writeGexf(nodes, [], names),
      json: (nodes) => writeJson(nodes, []),
      ntriples: (nodes) => writeNTriples(nodes, []),
      table: (nodes, names) => writeNodeTable(nodes, names),
    };

  test('and no node is taken before the one before it is written', () => {
    for (const [format, write] of Object.entries(writers)) {
      let taken = 0;
      const nodes = function* (): Generator<FileNode> {
        for (; taken < 100;) yield node(`id-${taken++}-`);
      };
      const seen = new Set<string>();
      for (const piece of write(nodes(), ['group'])) {
        for (const [id] of piece.matchAll(/id-\d+-/g)) seen.add(id);
        assert.ok(taken - seen.size <= 1, `${format}: ${taken} taken, ${seen.size} written`);
      }
      assert.equal(seen.size, 100, format);
    }
  });

  test('and an attribute that was not named in advance is an error', () => {
    for (const format of ['graphml', 'gexf', 'table'])
      assert.throws(() => [...(writers[format]?.([node('a')], ['other']) ?? [])], RangeError, format);
  });
});

const NODE_TABLE = { delimiter: ',', columns: { id: 'id', name: 'name', alias: 'aliases', text: 'text' } };
const EDGE_TABLE = { delimiter: ',' };

/** In a table, a relation "Directed" is Gephi's word for the direction. */
function asTyped(edges: readonly FileEdge[]): FileEdge[] {
  return edges.map((edge) => (/^(?:un)?directed$/i.test(edge.relation) ? { ...edge, relation: '' } : edge));
}

function uniqueEdges(edges: readonly FileEdge[]): FileEdge[] {
  return [...new Map(edges.map((edge) => [JSON.stringify([edge.source, edge.target, edge.relation]), edge])).values()];
}
