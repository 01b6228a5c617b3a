import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { coarsen, unitMasses } from './coarsen.ts';
import { buildCsr } from './csr.ts';
import { gridGraph, pathGraph, starGraph, type TestGraph, treeGraph } from './test-graphs.ts';

const coarsenGraph = ({ nodes, edges }: TestGraph) => coarsen(unitMasses(buildCsr(nodes, edges)));
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

it('shrinks every shape by a third or more, stars as well', () => {
  for (const graph of [pathGraph(300), gridGraph(20), treeGraph(500, 3), starGraph(2000)]) {
    const { coarse } = coarsenGraph(graph);
    assert.ok(coarse.nodes < graph.nodes * 0.67, `${graph.nodes} to ${coarse.nodes}`);
  }
});

it('joins parallel edges between clusters into one weight', () => {
  // Two stars around 0 and 4, joined leaf to leaf by two edges.
  const edges = Uint32Array.of(0, 1, 0, 2, 0, 3, 4, 5, 4, 6, 4, 7, 1, 5, 2, 6);
  const { coarse, clusterOf } = coarsenGraph({ nodes: 8, edges });
  assert.deepEqual([...clusterOf], [0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual([...coarse.neighbours], [1, 0]);
  assert.deepEqual([...coarse.weights], [2, 2]);
  assert.deepEqual([...coarse.masses], [4, 4]);
});

it('loses no mass and no edge between clusters', () => {
  const graphs = fc
    .array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 100 })
    .map((pairs) => ({ nodes: 40, edges: Uint32Array.from(pairs.filter(([a, b]) => a !== b).flat()) }));
  fc.assert(
    fc.property(graphs, (graph) => {
      const { coarse, clusterOf } = coarsenGraph(graph);
      assert.ok(clusterOf.every((cluster) => cluster < coarse.nodes));
      assert.equal(new Set(clusterOf).size, coarse.nodes);
      assert.equal(sum(coarse.masses), graph.nodes);
      assert.equal(sum(coarse.weights), graph.edges.length - 2 * edgesInside(clusterOf, graph.edges));
      for (let i = 0; i < coarse.nodes; i++) {
        const row = coarse.neighbours.subarray(coarse.offsets[i], coarse.offsets[i + 1]);
        assert.equal(new Set(row).size, row.length);
        assert.ok(!row.includes(i));
      }
    }),
    { seed: 1 },
  );
});

function edgesInside(clusterOf: Uint32Array, edges: ArrayLike<number>): number {
  let inside = 0;
  for (let e = 0; e < edges.length; e += 2) if (clusterOf[edges[e]!] === clusterOf[edges[e + 1]!]) inside++;
  return inside;
}
