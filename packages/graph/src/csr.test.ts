import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type ArcList, buildCsr, type CsrGraph, undirectedEdges } from './csr.ts';

fc.configureGlobal({ seed: 31 });

interface Arc {
  readonly source: number;
  readonly target: number;
  readonly kind: number;
  readonly label: number;
}

const listOf = (arcs: readonly Arc[]): ArcList => ({
  sources: arcs.map(({ source }) => source),
  targets: arcs.map(({ target }) => target),
  kinds: arcs.map(({ kind }) => kind),
  labels: arcs.map(({ label }) => label),
});

const anyGraph = fc.integer({ min: 1, max: 12 }).chain((nodes) => {
  const node = fc.nat(nodes - 1);
  const fields = { source: node, target: node, kind: fc.nat(255), label: fc.nat(65_535) };
  const arc = fc.record(fields, { noNullPrototype: true });
  return fc.record({ nodes: fc.constant(nodes), arcs: fc.array(arc, { maxLength: 40 }) });
});

/** The arcs of each row, read back through the offsets. */
function rowsOf(graph: CsrGraph): Arc[][] {
  return Array.from({ length: graph.nodes }, (_, source) => {
    const start = graph.offsets[source] as number;
    const targets = graph.targets.slice(start, graph.offsets[source + 1]);
    return Array.from(targets, (target, i) => {
      return { source, target, kind: graph.kinds[start + i] as number, label: graph.labels[start + i] as number };
    });
  });
}

describe('buildCsr', () => {
  test('gives each node its arcs, in the order in which they were given', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, arcs }) => {
        const graph = buildCsr(nodes, listOf(arcs));
        assert.equal(graph.offsets[nodes], arcs.length);
        assert.deepEqual(
          rowsOf(graph),
          Array.from({ length: nodes }, (_, node) => arcs.filter(({ source }) => source === node)),
        );
      }),
    );
  });

  test('makes an empty graph, with and without nodes', () => {
    assert.deepEqual(buildCsr(0, listOf([])).offsets, Uint32Array.of(0));
    assert.deepEqual(buildCsr(3, listOf([])).offsets, Uint32Array.of(0, 0, 0, 0));
  });

  test('takes the memory that it is given, and no more', () => {
    const asked: number[] = [];
    const graph = buildCsr(2, listOf([{ source: 1, target: 0, kind: 1, label: 2 }]), (bytes) => {
      asked.push(bytes);
      return new SharedArrayBuffer(bytes);
    });
    assert.deepEqual(asked, [12, 4, 1, 2]);
    for (const array of [graph.offsets, graph.targets, graph.kinds, graph.labels]) {
      assert.ok(array.buffer instanceof SharedArrayBuffer);
    }
  });

  for (const bad of [-1, 2, 0.5, NaN, Infinity, 2 ** 32]) {
    test(`refuses the node ${bad}, as source and as target`, () => {
      const message = { name: 'RangeError', message: /^arc 1 joins .*; nodes are 0 to 1$/ };
      const fine = { source: 0, target: 1, kind: 0, label: 0 };
      assert.throws(() => buildCsr(2, listOf([fine, { ...fine, source: bad }])), message);
      assert.throws(() => buildCsr(2, listOf([fine, { ...fine, target: bad }])), message);
    });
  }
});

describe('undirectedEdges', () => {
  test('is the set of joined pairs, each once, smaller index first, without loops', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, arcs }) => {
        const flat = undirectedEdges(buildCsr(nodes, listOf(arcs)));
        const pairs = Array.from({ length: flat.length / 2 }, (_, edge) => `${flat[edge * 2]} ${flat[edge * 2 + 1]}`);
        const wanted = arcs
          .filter(({ source, target }) => source !== target)
          .map(({ source, target }) => `${Math.min(source, target)} ${Math.max(source, target)}`);
        assert.deepEqual(pairs.toSorted(), [...new Set(wanted)].sort());
      }),
    );
  });
});
