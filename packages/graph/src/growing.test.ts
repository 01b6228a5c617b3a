import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildCsr, type CsrGraph } from './csr.ts';
import { GrowingGraph } from './growing.ts';
import { shortestPath } from './paths.ts';

fc.configureGlobal({ seed: 34 });

/** Relations in pairs: 0 and 1 are inverse, 2 is its own inverse. */
const inverseOf = (kind: number): number => [1, 0, 2][kind] as number;

const base: CsrGraph = buildCsr(3, { sources: [0, 1, 0], targets: [1, 0, 2], kinds: [0, 1, 2], labels: [7, 8, 9] });

type Arc = readonly [source: number, target: number, kind: number];

function arcsOf(graph: GrowingGraph): Arc[] {
  const arcs: Arc[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    graph.forEachArc(node, (target, kind) => arcs.push([node, target, kind]));
  }
  return arcs;
}

/** The same graph as one plain list of added arcs. */
class Model {
  nodes = base.nodes;
  readonly removed = new Set<number>();
  arcs: Arc[] = [];

  has(arc: Arc): boolean {
    return this.arcs.some((other) => String(other) === String(arc));
  }

  addEdge(source: number, target: number, kind: number): boolean {
    const both: Arc[] = [
      [source, target, kind],
      [target, source, inverseOf(kind)],
    ];
    const isNew = !this.has(both[0] as Arc);
    for (const arc of both) if (!this.has(arc)) this.arcs.push(arc);
    return isNew;
  }

  removeEdge(source: number, target: number, kind: number): void {
    const gone = [`${source},${target},${kind}`, `${target},${source},${inverseOf(kind)}`];
    this.arcs = this.arcs.filter((arc) => !gone.includes(String(arc)));
  }

  removeNode(node: number): void {
    this.removed.add(node);
    this.arcs = this.arcs.filter(([source, target]) => source !== node && target !== node);
  }
}

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('addNode' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('addEdge', 'addEdge', 'removeEdge'),
      source: fc.nat(7),
      target: fc.nat(7),
      kind: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeNode' as const), source: fc.nat(7) }) },
);
type Step = { do: string; source?: number; target?: number; kind?: number };

/** Does the same to both; steps that name a node that is not there are left out. */
function take(graph: GrowingGraph, model: Model, { do: what, source = 0, target = 0, kind = 0 }: Step): void {
  const isThere = (node: number): boolean => node < model.nodes && !model.removed.has(node);
  if (what === 'addNode') assert.equal(graph.addNode(), model.nodes++);
  if (!isThere(source) || !isThere(target)) return;
  if (what === 'addEdge') {
    assert.equal(graph.addEdge(source, target, kind, inverseOf(kind)), model.addEdge(source, target, kind));
  } else if (what === 'removeEdge') {
    graph.removeEdge(source, target, kind, inverseOf(kind));
    model.removeEdge(source, target, kind);
  } else if (what === 'removeNode' && source >= base.nodes) {
    graph.removeNode(source);
    model.removeNode(source);
  }
}

const sorted = (lists: readonly (readonly number[])[]): string[] => lists.map(String).sort();

describe('GrowingGraph', () => {
  test('does what a plain list of arcs does, through any additions and removals', () => {
    const baseArcs = arcsOf(new GrowingGraph(base));
    assert.equal(baseArcs.length, 3);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const graph = new GrowingGraph(base);
        const model = new Model();
        for (const each of steps) take(graph, model, each);
        assert.deepEqual([graph.nodeCount, graph.addedNodes], [model.nodes, model.nodes - 3]);
        assert.deepEqual(sorted(arcsOf(graph)), sorted([...baseArcs, ...model.arcs]));
        const flat = graph.addedEdges();
        const pairs = Array.from({ length: flat.length / 2 }, (_, i) => [
          flat[2 * i] as number,
          flat[2 * i + 1] as number,
        ]);
        const joined = model.arcs.filter(([source, target]) => source < target);
        assert.deepEqual(sorted(pairs), [...new Set(joined.map(([a, b]) => `${a},${b}`))].sort());
        for (let node = 0; node < model.nodes; node++) {
          assert.equal(graph.isRemoved(node), model.removed.has(node));
          assert.equal(graph.degree(node), arcsOf(graph).filter(([source]) => source === node).length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('passes the labels of the base on and leaves the base as it was', () => {
    const graph = new GrowingGraph(base);
    const before = structuredClone(base);
    const node = graph.addNode();
    graph.addEdge(0, node, 0, 1);
    const seen: number[][] = [];
    graph.forEachArc(0, (...arc) => seen.push(arc));
    assert.deepEqual(seen, [
      [1, 0, 7],
      [2, 2, 9],
      [node, 0, 0],
    ]);
    assert.deepEqual(base, before);
  });

  test('a removed node keeps its number: no other node moves, and the next one gets a new number', () => {
    const graph = new GrowingGraph(base);
    const [first, second] = [graph.addNode(), graph.addNode()];
    graph.addEdge(first, second, 0, 1);
    graph.addEdge(second, 0, 0, 1);
    graph.removeNode(first);
    assert.deepEqual([graph.isRemoved(first), graph.isRemoved(second), graph.nodeCount], [true, false, 5]);
    assert.equal(graph.degree(first), 0);
    assert.equal(graph.addNode(), 5);
    assert.deepEqual(graph.addedEdges(), Uint32Array.of(0, second));
  });

  test('is searched like any other graph', () => {
    const graph = new GrowingGraph(base);
    const node = graph.addNode();
    graph.addEdge(2, node, 0, 1);
    assert.deepEqual(shortestPath(graph, 1, node), { nodes: [1, 0, 2, node], kinds: [1, 2, 0], cost: 3 });
  });
});

test('a hub takes and loses arcs in constant time each, and keeps their order', () => {
  const spokes = 60_000;
  const graph = new GrowingGraph(buildCsr(0, { sources: [], targets: [], kinds: [], labels: [] }));
  const hub = graph.addNode();
  for (let spoke = 1; spoke <= spokes; spoke++) {
    graph.addNode();
    assert.ok(graph.addEdge(hub, spoke, 1_000, 1_001));
    assert.ok(!graph.addEdge(spoke, hub, 1_001, 1_000), 'the same edge from its other end');
  }
  assert.deepEqual([graph.degree(hub), graph.addedEdgeCount], [spokes, spokes]);
  for (let spoke = 1; spoke <= spokes; spoke += 2) {
    if (spoke % 4 === 1) graph.removeEdge(hub, spoke, 1_000, 1_001);
    else graph.removeNode(spoke);
  }
  const left: number[] = [];
  graph.forEachArc(hub, (target) => void left.push(target));
  assert.deepEqual(
    left,
    Array.from({ length: spokes / 2 }, (_, place) => 2 * (place + 1)),
  );
});
