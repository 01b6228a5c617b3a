import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { buildCsr } from '../csr.ts';
import { kernelGraph } from '../kernel-conformance.ts';
import { numberEdges, paddedEdges } from './rows.ts';

it('gives both entries of an edge one number, and every edge its own', () => {
  const graphs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 60 });
  fc.assert(
    fc.property(graphs, (pairs) => {
      const edges = Uint32Array.from(pairs.filter(([a, b]) => a !== b).flat());
      const graph = { ...kernelGraph({ nodes: 20, edges }), ...buildCsr(20, edges) };
      const count = edges.length / 2;
      assert.ok(paddedEdges(graph.neighbours) >= count && paddedEdges(graph.neighbours) % 4 === 0);
      const ends = new Uint32Array(2 * paddedEdges(graph.neighbours)).fill(7);
      const edgeOf = new Uint32Array(graph.neighbours.length);
      numberEdges(graph, { ends, edgeOf });
      const seen = new Uint32Array(count);
      for (let node = 0; node < 20; node++) {
        for (let e = graph.offsets[node]!; e < graph.offsets[node + 1]!; e++) {
          const edge = edgeOf[e]!;
          seen[edge]!++;
          const pair = [ends[2 * edge]!, ends[2 * edge + 1]!];
          assert.deepEqual(new Set(pair), new Set([node, graph.neighbours[e]!]));
        }
      }
      assert.ok(seen.every((times) => times === 2));
      assert.ok(ends.subarray(2 * count).every((end) => end === 0));
    }),
    { seed: 5 },
  );
});
