import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { buildCsr } from './csr.ts';
import { stressOf } from './quality.ts';
import { majoriseStress } from './stress-majorisation.ts';
import { gridGraph, type TestGraph, treeGraph, withIsolated } from './test-graphs.ts';

const scattered = ({ nodes }: TestGraph): Float32Array => {
  const random = seededRandom(3);
  return Float32Array.from({ length: nodes * 3 }, () => 20 * random() - 10);
};

for (const [name, graph, most] of [
  ['a grid', gridGraph(12), 0.03],
  ['a tree', treeGraph(300, 3), 0.1],
] as const) {
  it(`brings ${name} from anywhere to a low stress, lower with every round`, () => {
    const csr = buildCsr(graph.nodes, graph.edges);
    const positions = scattered(graph);
    let before = stressOf(csr, positions);
    for (let round = 0; round < 4; round++) {
      majoriseStress(csr, positions, { iterations: 15, random: seededRandom(1) });
      const after = stressOf(csr, positions);
      assert.ok(after < before + 0.005, `${after} after ${before}`);
      before = after;
    }
    assert.ok(before < most, `${before}`);
  });
}

it('leaves fixed and unconnected nodes where they are', () => {
  const graph = withIsolated(gridGraph(5), 3);
  const positions = scattered(graph);
  const kept = positions.slice();
  majoriseStress(buildCsr(graph.nodes, graph.edges), positions, {
    iterations: 5,
    random: seededRandom(1),
    fixed: (node) => node === 7,
  });
  assert.deepEqual(positions.slice(75), kept.slice(75));
  assert.deepEqual(positions.slice(21, 24), kept.slice(21, 24));
  assert.notDeepEqual(positions.slice(0, 21), kept.slice(0, 21));
  assert.ok(positions.every(Number.isFinite));
});

it('keeps the size of a layout', () => {
  const graph = gridGraph(10);
  const csr = buildCsr(graph.nodes, graph.edges);
  const positions = scattered(graph);
  majoriseStress(csr, positions, { iterations: 60, random: seededRandom(1) });
  const size = (of: Float32Array) => Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
  const large = positions.map((value) => value * 7);
  const before = size(large);
  majoriseStress(csr, large, { iterations: 10, random: seededRandom(1) });
  assert.ok(Math.abs(size(large) / before - 1) < 0.1, `${size(large) / before}`);
});
