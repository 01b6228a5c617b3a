import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type GraphView, shortestPath } from './paths.ts';

fc.configureGlobal({ seed: 33 });

/** kind is the weight of the arc. */
type Arc = readonly [source: number, target: number, kind: number];

function viewOf(nodeCount: number, arcs: readonly Arc[], looked: number[] = []): GraphView {
  return {
    nodeCount,
    forEachArc: (node, visit) => {
      looked.push(node);
      for (const [source, target, kind] of arcs) if (source === node) visit(target, kind, 0);
    },
  };
}

const anyGraph = fc.integer({ min: 1, max: 8 }).chain((nodes) => {
  const node = fc.nat(nodes - 1);
  return fc.record({
    nodes: fc.constant(nodes),
    arcs: fc.array(fc.tuple(node, node, fc.integer({ min: 1, max: 9 })), { maxLength: 24 }),
  });
});

/** All distances at once (Floyd 1962, Warshall 1962): slow, and too short to be wrong. */
function distancesOf(nodes: number, arcs: readonly Arc[]): number[][] {
  const every = Array.from({ length: nodes }, (_, node) => node);
  const distance = every.map((from) => every.map((to) => (from === to ? 0 : Infinity)));
  for (const [from, to, cost] of arcs) distance[from]![to] = Math.min(distance[from]![to]!, cost);
  for (const over of every) {
    for (const from of every) {
      for (const to of every) {
        distance[from]![to] = Math.min(distance[from]![to]!, distance[from]![over]! + distance[over]![to]!);
      }
    }
  }
  return distance;
}

describe('shortestPath', () => {
  test('costs what Floyd and Warshall say, for every pair, along arcs that are there', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, arcs }) => {
        const distances = distancesOf(nodes, arcs);
        const view = viewOf(nodes, arcs);
        for (let from = 0; from < nodes; from++) {
          for (let to = 0; to < nodes; to++) {
            const path = shortestPath(view, from, to, { cost: (kind) => kind });
            assert.equal(path?.cost ?? Infinity, distances[from]![to]);
            if (!path) continue;
            assert.deepEqual([path.nodes[0], path.nodes.at(-1)], [from, to]);
            assert.equal(path.kinds.length, path.nodes.length - 1);
            assert.equal(
              path.kinds.reduce((sum, kind) => sum + kind, 0),
              path.cost,
            );
            path.kinds.forEach((kind, i) => {
              const [source, target] = path.nodes.slice(i, i + 2);
              assert.ok(arcs.some((arc) => arc[0] === source && arc[1] === target && arc[2] === kind));
            });
          }
        }
      }),
    );
  });

  test('from both ends, finds paths of the same cost as from one, along arcs that are there', () => {
    const inverse = (kind: number): number => -kind;
    // Every arc has its way back under the negated kind, at a price of its own.
    const cost = (kind: number): number => (kind > 0 ? kind : 10 + kind);
    fc.assert(
      fc.property(anyGraph, ({ nodes, arcs }) => {
        const both = arcs.flatMap(([source, target, kind]): Arc[] => [
          [source, target, kind],
          [target, source, -kind],
        ]);
        const view = viewOf(nodes, both);
        for (let from = 0; from < nodes; from++) {
          for (let to = 0; to < nodes; to++) {
            const path = shortestPath(view, from, to, { cost, inverse });
            assert.equal(path?.cost, shortestPath(view, from, to, { cost })?.cost);
            if (!path) continue;
            assert.equal(shortestPath(view, from, to, { cost, inverse, maxCost: path.cost }), null);
            assert.equal(shortestPath(view, from, to, { cost, maxCost: path.cost }), null);
            assert.deepEqual(
              shortestPath(view, from, to, { cost, inverse, maxCost: path.cost + 0.5 })?.cost,
              path.cost,
            );
            assert.deepEqual([path.nodes[0], path.nodes.at(-1)], [from, to]);
            assert.equal(
              path.kinds.map(cost).reduce((sum, price) => sum + price, 0),
              path.cost,
            );
            path.kinds.forEach((kind, i) => {
              const [source, target] = path.nodes.slice(i, i + 2);
              assert.ok(both.some((arc) => arc[0] === source && arc[1] === target && arc[2] === kind));
            });
          }
        }
      }),
    );
  });

  test('from both ends, settles far fewer nodes of a large tree', () => {
    const arcs = Array.from({ length: 1022 }, (_, i): Arc[] => [
      [i + 1, Math.floor(i / 2), 1],
      [Math.floor(i / 2), i + 1, -1],
    ]).flat();
    const settledBy = (inverse?: (kind: number) => number): number => {
      const looked: number[] = [];
      shortestPath(viewOf(1023, arcs, looked), 511, 1022, inverse ? { inverse } : {});
      return looked.length;
    };
    assert.ok(settledBy((kind) => -kind) * 3 < settledBy());
  });

  test('counts arcs when no cost is given', () => {
    const view = viewOf(4, [
      [0, 1, 1],
      [1, 2, 1],
      [2, 3, 1],
      [0, 3, 9],
    ]);
    assert.deepEqual(shortestPath(view, 0, 3), { nodes: [0, 3], kinds: [9], cost: 1 });
    assert.deepEqual(shortestPath(view, 2, 2), { nodes: [2], kinds: [], cost: 0 });
    assert.equal(shortestPath(view, 3, 0), null);
  });

  test('never walks an arc whose cost is Infinity or NaN', () => {
    const view = viewOf(2, [[0, 1, 1]]);
    assert.equal(shortestPath(view, 0, 1, { cost: () => Infinity }), null);
    assert.equal(shortestPath(view, 0, 1, { cost: () => NaN }), null);
  });

  test('tells the cost function the relation and the node it leads to', () => {
    const seen: number[][] = [];
    const cost = (kind: number, target: number): number => (seen.push([kind, target]), 1);
    shortestPath(viewOf(3, [[0, 2, 7]]), 0, 1, { cost });
    assert.deepEqual(seen, [[7, 2]]);
  });

  test('prefers the arc that comes first among equals', () => {
    const arcs: Arc[] = [
      [0, 1, 5],
      [0, 1, 6],
      [0, 2, 5],
      [1, 3, 5],
      [2, 3, 5],
    ];
    assert.deepEqual(shortestPath(viewOf(4, arcs), 0, 3), { nodes: [0, 1, 3], kinds: [5, 5], cost: 2 });
  });

  test('gives up after maxSettled nodes, and looks at the arcs of no more', () => {
    const arcs: Arc[] = [0, 1, 2, 3, 4].map((node) => [node, node + 1, 1]);
    for (const maxSettled of [0, 1, 3]) {
      const looked: number[] = [];
      assert.equal(shortestPath(viewOf(6, arcs, looked), 0, 5, { maxSettled }), null);
      assert.equal(looked.length, maxSettled);
    }
    assert.equal(shortestPath(viewOf(6, arcs), 0, 5, { maxSettled: 5 })?.cost, 5);
  });

  test('looks at the arcs of a node once, however many ways lead to it', () => {
    const arcs: Arc[] = [
      [0, 2, 9],
      [0, 1, 1],
      [1, 2, 1],
      [2, 3, 20],
    ];
    const looked: number[] = [];
    assert.equal(shortestPath(viewOf(4, arcs, looked), 0, 3, { cost: (kind) => kind })?.cost, 22);
    assert.deepEqual(looked, [0, 1, 2]);
  });

  test('stops at the goal: nodes farther away are not looked at', () => {
    const looked: number[] = [];
    shortestPath(
      viewOf(
        4,
        [
          [0, 1, 1],
          [1, 2, 1],
          [2, 3, 1],
        ],
        looked,
      ),
      0,
      1,
    );
    assert.deepEqual(looked, [0]);
  });
});
