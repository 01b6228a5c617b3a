import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import { buildCsr, stiffnessOf } from './csr.ts';
import type { KernelGraph, KernelStep } from './kernel.ts';
import { STEP_OF_TESTS } from './kernel-conformance.ts';
import { multilevelStart } from './multilevel.ts';
import { placeMissing, separateCoincident } from './place.ts';
import { stressOf } from './quality.ts';
import { balancingScale } from './scale.ts';
import { gridGraph, pathGraph } from './test-graphs.ts';

const GRID = gridGraph(20);
const CSR = buildCsr(GRID.nodes, GRID.edges);
const STEP: KernelStep = { ...STEP_OF_TESTS, theta: 0.5, limit: 0, anchored: true };
const start = () => multilevelStart(CSR, { kernel: createTypeScriptKernel(), random: seededRandom(1), step: STEP });

it('starts a grid unfolded, before any tick', async () => {
  const stress = stressOf(CSR, await start());
  assert.ok(stress < 0.07, `${stress}`);
});

it('scales a start so that forces neither blow it up nor shrink it', async () => {
  const kernel = createTypeScriptKernel();
  const graphAt = (positions: Float32Array): KernelGraph => ({
    ...CSR,
    stiffness: stiffnessOf(CSR),
    masses: new Float32Array(CSR.nodes).fill(1),
    flags: new Uint8Array(CSR.nodes),
    positions,
  });
  const virial = async (positions: Float32Array) => {
    await kernel.load(graphAt(positions));
    const forces = await kernel.forces(STEP);
    return Math.abs(positions.reduce((sum, value, p) => sum + value * forces[p]!, 0));
  };
  const wide = (await start()).map((value) => value * 40);
  const before = await virial(wide);
  const scale = await balancingScale(kernel, graphAt(wide), STEP);
  const after = await virial(wide.map((value) => value * scale));
  assert.ok(after < 0.02 * before, `${after} of ${before}`);
});

it('places a chain of missing nodes one after the other', () => {
  const { nodes, edges } = pathGraph(6);
  const positions = new Float32Array(18).fill(NaN);
  positions.set([50, 0, 0]);
  placeMissing(buildCsr(nodes, edges), new Uint8Array(6), positions, { random: seededRandom(1), step: STEP });
  for (let node = 1; node < 6; node++) {
    const step = Math.hypot(...[0, 1, 2].map((axis) => positions[node * 3 + axis]! - positions[node * 3 - 3 + axis]!));
    assert.ok(step > 0 && step <= 1, `node ${node} is ${step} from its neighbour`);
  }
});

it('moves only the later of two coincident nodes, and only a little', () => {
  const positions = Float32Array.of(1, 2, 3, 4, 5, 6, 1, 2, 3);
  separateCoincident(positions, seededRandom(1), false);
  assert.deepEqual([...positions.subarray(0, 6)], [1, 2, 3, 4, 5, 6]);
  const gap = Math.hypot(positions[6]! - 1, positions[7]! - 2, positions[8]! - 3);
  assert.ok(gap > 0 && gap < 0.1, `${gap}`);
});
