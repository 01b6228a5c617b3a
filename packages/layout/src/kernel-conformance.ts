/** What every kernel must do, whatever it runs on. A backend's test calls {@link describeKernel}. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Random, seededRandom } from '@vortexflow/primitives';
import { buildCsr, stiffnessOf } from './csr.ts';
import { exactForces, forceError } from './exact-forces.ts';
import { type Kernel, type KernelGraph, type KernelStep, NODE_FLAG } from './kernel.ts';
import { gridGraph, starGraph, type TestGraph, treeGraph } from './test-graphs.ts';

/** A step with the strengths that engines begin with, near the sizes of small graphs. */
export const STEP_OF_TESTS: KernelStep = {
  theta: 1,
  repulsion: 1,
  range: 8,
  spring: 2,
  gravity: 0.01,
  cluster: 0,
  collision: 0,
  limit: 1,
  anchored: false,
  flat: false,
};
const step = (change: Partial<KernelStep> = {}): KernelStep => ({ ...STEP_OF_TESTS, ...change });
const ONLY_REPULSION = { spring: 0, gravity: 0, anchored: true };

type Point = readonly [number, number, number];

const NODES = 500;

/** 500 points each; every one has been the downfall of some tree code. */
const POINT_SETS: Readonly<Record<string, (i: number, random: Random) => Point>> = {
  'a cube': (_, random) => [30 * random(), 30 * random(), 30 * random()],
  'a line': (_, random) => [100 * random(), 0, 0],
  'a plane': (_, random) => [60 * random(), 60 * random(), 0],
  'one far outlier': (i, random) => (i === 0 ? [1e5, 0, 0] : [30 * random(), 30 * random(), 30 * random()]),
  'two far clusters': (i, random) => [(i % 2) * 1000 + 10 * random(), 10 * random(), 10 * random()],
  'groups of coincident nodes': (i, random) =>
    i % 2 === 0 ? [i % 10, 0, 0] : [30 * random(), 30 * random(), 30 * random()],
  'a star': (i, random) => (i === 0 ? [0, 0, 0] : onSphere(5, random)),
};

const LARGE_SETS: typeof POINT_SETS = {
  'a ball': (_, random) => onSphere(40 * Math.cbrt(random()), random),
  'a crooked line': (i, random) => [i + 0.3 * random(), 20 * Math.sin(i / 60), 0.3 * random()],
  'a sphere': (_, random) => onSphere(60, random),
  'a plane': POINT_SETS['a plane']!,
};

/** Where cells touch in a line or forces all but cancel, 500 points err more than any real layout. */
const HARD_SETS: Readonly<Record<string, number>> = { 'a line': 0.3, 'groups of coincident nodes': 0.2 };

function onSphere(radius: number, random: Random): Point {
  const z = 2 * random() - 1;
  const angle = 2 * Math.PI * random();
  const width = Math.sqrt(1 - z * z);
  return [radius * width * Math.cos(angle), radius * width * Math.sin(angle), radius * z];
}

/** A kernel's graph of some shape, its nodes at seeded places in a cube, or where `point` says. */
export function kernelGraph({ nodes, edges }: TestGraph, point = POINT_SETS['a cube']!, seed = 7): KernelGraph {
  const random = seededRandom(seed);
  const rows = buildCsr(nodes, edges);
  return {
    nodes,
    offsets: rows.offsets,
    neighbours: rows.neighbours,
    stiffness: stiffnessOf(rows),
    masses: new Float32Array(nodes).fill(1),
    flags: new Uint8Array(nodes),
    positions: Float32Array.from(Array.from({ length: nodes }, (_, i) => point(i, random)).flat()),
  };
}

const bare = (nodes: number): TestGraph => ({ nodes, edges: new Uint32Array() });

/** Makes a kernel of the backend under test. */
export type CreateKernel = (options: { readonly memoryLimit?: number }) => Promise<Kernel>;

/**
 * Declares the suite.
 * @param tolerance greatest error of what is not approximated: springs, gravity, moves
 */
export function describeKernel(name: string, create: CreateKernel, tolerance = 1e-5): void {
  void describe(`kernel ${name}`, () => {
    let kernel: Kernel;
    before(async () => {
      kernel = await create({});
    });
    after(() => kernel.dispose());
    const made = () => kernel;
    describeRepulsion(made);
    describeOtherForces(made, tolerance);
    describeMoves(made, tolerance);
    describeLife(made, create);
  });
}

async function errorOf(kernel: Kernel, graph: KernelGraph, one: KernelStep): Promise<number> {
  await kernel.load(graph);
  return forceError(await kernel.forces(one), exactForces(graph, one));
}

function describeRepulsion(kernel: () => Kernel): void {
  for (const [shape, point] of Object.entries(POINT_SETS)) {
    void it(`repels as the exact sum says on ${shape}`, async () => {
      const graph = kernelGraph(bare(NODES), point);
      const coarse = await errorOf(kernel(), graph, step({ ...ONLY_REPULSION, theta: 1 }));
      const fine = await errorOf(kernel(), graph, step({ ...ONLY_REPULSION, theta: 0.3 }));
      assert.ok(coarse < (HARD_SETS[shape] ?? 0.02), `error ${coarse} at theta 1`);
      assert.ok(fine < 0.01, `error ${fine} at theta 0.3`);
    });
  }

  // Enough nodes that the levels of a tree differ; half a step from the default, as kernels differ in what they make of it.
  for (const [shape, point] of Object.entries(LARGE_SETS)) {
    void it(`stays near the exact sum on 6,000 nodes that are ${shape}`, async () => {
      const graph = kernelGraph(bare(6000), point);
      await kernel().load(graph);
      const forces = await kernel().forces(step({ ...ONLY_REPULSION, theta: 0.8 }));
      const sampled = Array.from({ length: 100 }, (_, i) => i * 60);
      const exact = exactForces(graph, step(ONLY_REPULSION), sampled);
      const found = Float32Array.from(sampled.flatMap((node) => [...forces.subarray(node * 3, node * 3 + 3)]));
      const error = forceError(found, exact);
      assert.ok(error < 0.05, `error ${error}`);
    });
  }

  void it('sums nodes of different mass', async () => {
    const graph = kernelGraph(bare(NODES));
    const masses = graph.masses.map((_, i) => 1 + (i % 7));
    assert.ok((await errorOf(kernel(), { ...graph, masses }, step({ ...ONLY_REPULSION, theta: 0.8 }))) < 0.02);
  });

  void it('is zero between coincident nodes and on a single one', async () => {
    await kernel().load(kernelGraph(bare(1)));
    assert.deepEqual([...(await kernel().forces(step(ONLY_REPULSION)))], [0, 0, 0]);
    await kernel().load(kernelGraph(bare(2), () => [4, 4, 4]));
    const coincident = await kernel().forces(step(ONLY_REPULSION));
    assert.ok(coincident.every((force) => Math.abs(force) < 1e-5));
  });

  void it('stays near the exact sum when all but one node share one spot', async () => {
    const graph = kernelGraph(bare(NODES), (i) => [i === 0 ? 1 : 0, 0, 0]);
    assert.ok((await errorOf(kernel(), graph, step(ONLY_REPULSION))) < 0.01);
  });

  void it('stays finite and bounded when the lists of near cells overflow', async () => {
    const random = seededRandom(3);
    const graph = kernelGraph(bare(12_000), () => [random() * 1e-3, random() * 1e-3, random() * 1e-3]);
    await kernel().load(graph);
    const forces = await kernel().forces(step(ONLY_REPULSION));
    assert.ok(forces.every((force) => Math.abs(force) < 12_000 * 60));
  });
}

function describeOtherForces(kernel: () => Kernel, tolerance: number): void {
  // Without repulsion nothing is approximated.
  const exact = { repulsion: 1e-9, theta: 0.3 };
  const cases: Readonly<Record<string, [KernelGraph, Partial<KernelStep>]>> = {
    'springs of a tree': [kernelGraph(treeGraph(300, 3)), {}],
    'springs of a star': [kernelGraph(starGraph(200)), {}],
    'springs of different weight': [weighted(kernelGraph(gridGraph(12))), {}],
    'gravity to the middle': [kernelGraph(bare(40), (_, random) => [50 + random(), random(), 3]), { gravity: 0.3 }],
    'gravity to the origin': [kernelGraph(gridGraph(6)), { gravity: 0.3, anchored: true }],
    clusters: [grouped(kernelGraph(gridGraph(15)), 7), { cluster: 0.2 }],
    'two dimensions': [kernelGraph(gridGraph(9), (_, random) => [9 * random(), 9 * random(), 0]), { flat: true }],
  };
  for (const [what, [graph, change]] of Object.entries(cases)) {
    void it(`agrees with the exact sum on ${what}`, async () => {
      const error = await errorOf(kernel(), graph, step({ ...exact, ...change }));
      assert.ok(error < tolerance, `error ${error}`);
    });
  }

  void it('keeps loose nodes by a gravity of their own', async () => {
    const graph = kernelGraph(bare(NODES));
    const flags = graph.flags.map((_, i) => (i % 5 === 0 ? NODE_FLAG.loose : 0));
    assert.ok((await errorOf(kernel(), { ...graph, flags }, step({ theta: 0.5 }))) < 0.01);
  });

  void it('parts nodes that stand inside each other', async () => {
    const graph = kernelGraph(bare(NODES), (_, random) => [12 * random(), 12 * random(), 12 * random()]);
    const radii = graph.masses.map((_, i) => 0.3 + (i % 4) * 0.3);
    const error = await errorOf(kernel(), { ...graph, radii }, step({ repulsion: 1e-9, collision: 1, gravity: 0 }));
    assert.ok(error < 1e-4, `error ${error}`);
    const off = await errorOf(kernel(), { ...graph, radii }, step({ repulsion: 1e-9, collision: 0 }));
    assert.ok(off < 1e-4, `error ${off} without collision`);
  });
}

const weighted = (graph: KernelGraph): KernelGraph => ({
  ...graph,
  stiffness: graph.stiffness.map((value, e) => value * (1 + (e % 5))),
});
const grouped = (graph: KernelGraph, groups: number): KernelGraph => ({
  ...graph,
  groups: Uint8Array.from({ length: graph.nodes }, (_, i) => i % groups),
});

function describeMoves(kernel: () => Kernel, tolerance: number): void {
  void it('moves a node the first share of its force, and no further than the limit', async () => {
    const graph = kernelGraph(gridGraph(8));
    const one = step({ theta: 0.3, limit: 0.2 });
    await kernel().load(graph);
    const forces = await kernel().forces(one);
    const { movement } = await kernel().run([one]);
    const after = await kernel().read();
    let sum = 0;
    for (let node = 0; node < graph.nodes; node++) {
      const force = [...forces.subarray(node * 3, node * 3 + 3)];
      const length = Math.hypot(...force);
      // The first step finds no force before it, so the share grows once.
      const share = Math.min(0.3 * 1.1, 0.2 / length);
      sum += length * share;
      for (let axis = 0; axis < 3; axis++) {
        const moved = after[node * 3 + axis]! - graph.positions[node * 3 + axis]!;
        assert.ok(Math.abs(moved - share * force[axis]!) < 30 * tolerance, `${moved} for ${share * force[axis]!}`);
      }
    }
    assert.ok(Math.abs(movement - sum / graph.nodes) < 1e-4);
  });

  void it('moves less where the force turns back', async () => {
    // Two nodes on a spring that pulls past the middle in every step.
    const graph = kernelGraph({ nodes: 2, edges: Uint32Array.of(0, 1) }, (i) => [i * 3, 0, 0]);
    await kernel().load(graph);
    const lengths: number[] = [];
    for (let k = 0; k < 60; k++) {
      await kernel().run([step({ spring: 12, limit: 5, gravity: 0 })]);
      const [a, , , b] = await kernel().read();
      lengths.push(b! - a!);
    }
    assert.ok(Math.abs(lengths.at(-1)! - lengths.at(-2)!) < 1e-3, lengths.slice(-4).join(' '));
  });

  void it('leaves pinned nodes alone, and everything on its plane when flat', async () => {
    const graph = kernelGraph(gridGraph(10), (_, random) => [9 * random(), 9 * random(), 0]);
    const flags = graph.flags.map((_, i) => (i % 3 === 0 ? NODE_FLAG.pinned : 0));
    await kernel().load({ ...graph, flags });
    await kernel().run([step({ flat: true, anchored: true }), step({ flat: true, anchored: true })]);
    const after = await kernel().read();
    for (let node = 0; node < graph.nodes; node++) {
      const stayed = [0, 1].every((axis) => after[node * 3 + axis] === graph.positions[node * 3 + axis]);
      assert.equal(stayed, node % 3 === 0, `node ${node}`);
      assert.equal(after[node * 3 + 2], 0);
    }
  });

  void it('places nodes between steps and goes on from there', async () => {
    const graph = kernelGraph(gridGraph(10));
    await kernel().load(graph);
    await kernel().run([step()]);
    await kernel().place(Uint32Array.of(3, 50), Float32Array.of(100, 0, 0, 0, 100, 0));
    const placed = await kernel().read();
    assert.deepEqual([...placed.slice(9, 12), ...placed.slice(150, 153)], [100, 0, 0, 0, 100, 0]);
    const now = { ...graph, positions: placed.slice() };
    const one = step({ theta: 0.5 });
    assert.ok(forceError(await kernel().forces(one), exactForces(now, one)) < 0.01);
  });

  void it('gives the same positions bit for bit for the same steps, however they are bundled', async () => {
    const graph = kernelGraph(treeGraph(1500, 3));
    const runs: Float32Array[] = [];
    for (const bundle of [1, 4, 12]) {
      await kernel().load(graph);
      for (let k = 0; k < 12; k += bundle) {
        await kernel().run(Array.from({ length: bundle }, (_, b) => step({ limit: 2 / (1 + k + b) })));
      }
      runs.push((await kernel().read()).slice());
    }
    assert.deepEqual(runs[1], runs[0]);
    assert.deepEqual(runs[2], runs[0]);
  });
}

function describeLife(kernel: () => Kernel, create: CreateKernel): void {
  void it('does not change what it was given, and replaces one graph by another', async () => {
    const first = kernelGraph(gridGraph(20));
    const kept = first.positions.slice();
    await kernel().load(first);
    await kernel().run([step()]);
    assert.deepEqual(first.positions, kept);
    const bytes = kernel().bytes;
    assert.ok(bytes > 400 * 30, `${bytes}`);
    await kernel().load(kernelGraph(gridGraph(3)));
    assert.ok(kernel().bytes < bytes);
    assert.equal((await kernel().read()).length, 27);
  });

  void it('refuses a graph beyond its memory before taking any, and keeps the one it had', async () => {
    const small = await create({ memoryLimit: 2e6 });
    await small.load(kernelGraph(gridGraph(5)));
    const bytes = small.bytes;
    await assert.rejects(small.load(kernelGraph(bare(100_000))), {
      name: 'MemoryLimitError',
      message: /MB is the limit/,
    });
    assert.equal(small.bytes, bytes);
    await small.run([step()]);
    assert.equal((await small.read()).length, 75);
    await small.dispose();
    await small.dispose();
    assert.equal(small.bytes, 0);
  });
}
