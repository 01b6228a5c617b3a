import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { kernelGraph } from '../kernel-conformance.ts';
import { paddedEntries, writePaddedRows } from './rows.ts';

it('keeps every entry in its row and fills rows up to multiples of four with what pulls nothing', () => {
  const pairs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 60 });
  fc.assert(
    fc.property(pairs, (some) => {
      const edges = Uint32Array.from(some.filter(([a, b]) => a !== b).flat());
      const graph = kernelGraph({ nodes: 20, edges });
      const entries = paddedEntries(graph.offsets);
      const rows = {
        offsets: new Uint32Array(21).fill(9),
        neighbours: new Uint32Array(entries).fill(99),
        stiffness: new Float32Array(entries).fill(9),
      };
      writePaddedRows(graph, rows);
      assert.equal(rows.offsets[20], entries);
      for (let node = 0; node < 20; node++) {
        const [begin, end] = [rows.offsets[node]!, rows.offsets[node + 1]!];
        const own = graph.neighbours.subarray(graph.offsets[node], graph.offsets[node + 1]);
        assert.equal((end - begin) % 4, 0);
        assert.deepEqual(rows.neighbours.subarray(begin, begin + own.length), own);
        assert.ok(rows.neighbours.subarray(begin + own.length, end).every((other) => other === node));
        assert.ok(rows.stiffness.subarray(begin + own.length, end).every((value) => value === 0));
      }
    }),
    { seed: 5 },
  );
});
