/** The graphs that layouts are measured on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildAdjacency, findComponents, louvain, strengths } from '@vortexflow/graph';
import { seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { generateCommunities } from './communities.ts';
import { parseDebianGraph } from './debian.ts';
import { simpleEdges } from './graph.ts';
import { wordNet, wordNetVerbs } from './graphs.ts';

fc.configureGlobal({ seed: 51 });

describe('simpleEdges', () => {
  test('keeps each joined pair once, smaller number first', () => {
    const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 40 });
    fc.assert(
      fc.property(pairs, (given) => {
        const expected = new Set(
          given.filter(([a, b]) => a !== b).map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`),
        );
        const edges = simpleEdges(10, given.flat());
        const found = Array.from({ length: edges.length / 2 }, (_, e) => `${edges[2 * e]} ${edges[2 * e + 1]}`);
        assert.deepEqual(found, [...expected].sort());
      }),
    );
  });
});

describe('parseDebianGraph', () => {
  const text = [
    'Package: editor\nVersion: 1\nPre-Depends: libc (>= 2)\nDepends: libc (>= 2), gui [amd64] | tty:any,\nRecommends: missing',
    'Package: libc\nDescription: a library\n Depends: editor',
    'Package: gui\nSuggests: editor\nDepends: libc',
    'Package: tty\n',
    'Package: editor\nVersion: 2\nDepends: dictionary',
    'Package: dictionary',
  ].join('\n\n');

  test('joins a package with all it needs, alternatives and other versions included', () => {
    const { nodes, edges } = parseDebianGraph(text);
    assert.equal(nodes, 5);
    // editor 0, libc 1, gui 2, tty 3, dictionary 4
    assert.deepEqual([...edges], [0, 1, 0, 2, 0, 3, 0, 4, 1, 2]);
  });

  test('takes no lists for an empty graph', () => {
    assert.deepEqual(parseDebianGraph(''), { name: 'Debian packages', nodes: 0, edges: new Uint32Array() });
  });
});

describe('generateCommunities', () => {
  const graph = generateCommunities({ nodes: 20_000, seed: 3 });
  const adjacency = buildAdjacency(graph.nodes, graph.edges);

  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(generateCommunities({ nodes: 20_000, seed: 3 }), graph);
    assert.notDeepEqual(generateCommunities({ nodes: 20_000, seed: 4 }).edges, graph.edges);
  });

  test('has 1.6 edges a node, nearly all in one component', () => {
    assert.ok(Math.abs(graph.edges.length / 2 / graph.nodes - 1.6) < 0.05, `${graph.edges.length / 2}`);
    assert.ok(Math.max(...findComponents(adjacency).sizes) > 0.99 * graph.nodes);
  });

  test('has uneven degrees: one node in a thousand has more than ten times the mean', () => {
    const degrees = strengths(adjacency).sort().reverse();
    assert.ok((degrees[20] as number) > 32);
    assert.ok((degrees[10_000] as number) <= 2);
  });

  test('has communities that Louvain finds', () => {
    assert.ok(louvain(adjacency, { random: seededRandom(1) }).modularity > 0.75);
  });
});

describe('WordNet', () => {
  test('has the nodes and edges that the README names, and its verbs are part of it', async () => {
    const [all, verbs] = [await wordNet(), await wordNetVerbs()];
    assert.deepEqual([all.nodes, all.edges.length / 2], [117_791, 184_083]);
    assert.deepEqual([verbs.nodes, verbs.edges.length / 2], [13_789, 15_667]);
    assert.ok(verbs.edges.every((node) => node < verbs.nodes));
  });
});
