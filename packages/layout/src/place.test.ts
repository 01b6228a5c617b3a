import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { DEFAULT_PARAMETERS } from './cpu.ts';
import { buildCsr, type Csr } from './csr.ts';
import { FarField, unitMasses } from './far-field.ts';
import { multilevelStart } from './multilevel.ts';
import { placeMissing, separateCoincident } from './place.ts';
import { stressOf } from './quality.ts';
import { scaleToBalance } from './scale.ts';
import { findShell } from './shell.ts';
import { addGravity, addSprings } from './springs.ts';
import { gridGraph, pathGraph } from './test-graphs.ts';

const GRID = gridGraph(20);
const CSR = buildCsr(GRID.nodes, GRID.edges);

it('starts a grid unfolded, before any tick', () => {
  const positions = multilevelStart(CSR, seededRandom(1), DEFAULT_PARAMETERS);
  assert.ok(stressOf(CSR, positions) < 0.07, `${stressOf(CSR, positions)}`);
});

it('scales a start so that forces neither blow it up nor shrink it', () => {
  const positions = multilevelStart(CSR, seededRandom(1), DEFAULT_PARAMETERS).map((value) => value * 40);
  const before = Math.abs(virial(CSR, positions));
  scaleToBalance(CSR, positions, DEFAULT_PARAMETERS);
  const after = Math.abs(virial(CSR, positions));
  assert.ok(after < 0.02 * before, `${after} of ${before}`);
});

function virial(graph: Csr, positions: Float32Array): number {
  const forces = new Float32Array(positions.length);
  new FarField(unitMasses(graph.nodes)).evaluate(positions, forces, 0.5, DEFAULT_PARAMETERS.repulsion);
  addSprings(graph, positions, forces, DEFAULT_PARAMETERS.spring);
  addGravity(positions, forces, DEFAULT_PARAMETERS.gravity);
  return positions.reduce((sum, value, p) => sum + value * forces[p]!, 0);
}

it('places a chain of missing nodes one after the other', () => {
  const { nodes, edges } = pathGraph(6);
  const graph = buildCsr(nodes, edges);
  const positions = new Float32Array(18).fill(NaN);
  positions.set([50, 0, 0]);
  placeMissing(graph, findShell(graph), positions, seededRandom(1));
  for (let node = 1; node < 6; node++) {
    const step = Math.hypot(...[0, 1, 2].map((axis) => positions[node * 3 + axis]! - positions[node * 3 - 3 + axis]!));
    assert.ok(step > 0 && step <= 1, `node ${node} is ${step} from its neighbour`);
  }
});

it('moves only the later of two coincident nodes, and only a little', () => {
  const positions = Float32Array.of(1, 2, 3, 4, 5, 6, 1, 2, 3);
  separateCoincident(positions, seededRandom(1));
  assert.deepEqual([...positions.subarray(0, 6)], [1, 2, 3, 4, 5, 6]);
  const gap = Math.hypot(positions[6]! - 1, positions[7]! - 2, positions[8]! - 3);
  assert.ok(gap > 0 && gap < 0.1, `${gap}`);
});
