import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GRAPH_MEASURES, type GraphMeasure } from '@vortexflow/protocol';
import { type AnalyticsResult, type GraphSnapshot, measureGraph, needsPositions } from './measures.ts';

/** A star around 0 with leaves 1 to 6, node 7 removed, a pair 8-9 far away, and 10 on its own at the far end. */
const snapshot: GraphSnapshot = {
  nodes: 11,
  edges: Uint32Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 8, 9, 8, 7),
  absent: Uint32Array.of(7),
  positions: Float32Array.from({ length: 33 }, (_, p) => {
    const node = Math.floor(p / 3);
    return (node === 10 ? 500 : node > 7 ? 50 : 0) + ((node * 7 + (p % 3) * 3) % 5);
  }),
};
const measure = (name: GraphMeasure, k = 2, more: Partial<GraphSnapshot> = {}): AnalyticsResult =>
  measureGraph({ measure: name, k, snapshot: { ...snapshot, ...more } });

describe('measureGraph', () => {
  for (const name of GRAPH_MEASURES) {
    test(`${name} never names a removed node, repeats itself, and takes an empty graph`, () => {
      const { nodes, top, clusters, figures } = measure(name);
      assert.equal(nodes, 10);
      assert.ok(top.every(({ node, score }) => node !== 7 && Number.isFinite(score)));
      assert.ok(clusters.every((cluster) => cluster.nodes.length > 0 && !cluster.nodes.includes(7)));
      assert.ok(top.length > 0 !== clusters.length > 0);
      assert.ok(Object.values(figures).every(Number.isFinite));
      assert.deepEqual(measure(name), measure(name));
      const none = { nodes: 0, edges: Uint32Array.of(), absent: Uint32Array.of(), positions: Float32Array.of() };
      const empty = measure(name, 2, none);
      assert.deepEqual([empty.nodes, empty.top, empty.clusters], [0, [], []]);
      assert.ok(Object.values(empty.figures).every(Number.isFinite));
    });
  }

  test('degree and pagerank put the hub first', () => {
    for (const name of ['degree', 'pagerank'] as const) assert.equal(measure(name).top[0]?.node, 0);
    const { top, edges, figures } = measure('degree');
    assert.equal(top[0]?.score, 6);
    assert.deepEqual([edges, figures['mean'], figures['median'], figures['most']], [7, 1.4, 1, 6]);
  });

  test('components, communities and labels are told largest first, by their hubs', () => {
    for (const name of ['components', 'communities', 'labels'] as const) {
      const { clusters, figures } = measure(name);
      assert.deepEqual(
        clusters.map(({ size }) => size),
        [7, 2, 1],
      );
      assert.deepEqual(clusters[0]?.nodes, [0, 1, 2, 3, 4]);
      assert.deepEqual([figures['clusters'], figures['largest']], [3, 7]);
    }
    assert.equal(measure('components').figures['isolated'], 1);
  });

  test('kmeans clusters positions, and says where', () => {
    const { clusters } = measure('kmeans', 3);
    assert.deepEqual(
      clusters.map(({ size }) => size),
      [7, 2, 1],
    );
    assert.ok(clusters[2]?.centre?.every((coordinate) => coordinate >= 500 && coordinate <= 504));
  });

  test('outliers finds the node that lies alone', () => {
    assert.equal(measure('outliers', 3).top[0]?.node, 10);
  });

  test('nodes that have no position yet are left out where positions are measured', () => {
    const positions = snapshot.positions?.subarray(0, 15);
    const kmeans = measure('kmeans', 2, { positions: positions as Float32Array });
    assert.deepEqual([kmeans.nodes, kmeans.edges], [5, 4]);
    assert.deepEqual(GRAPH_MEASURES.filter(needsPositions), ['kmeans', 'outliers']);
  });
});
