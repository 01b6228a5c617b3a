/** What every layout engine must do, whatever it runs on. A backend's test calls {@link describeLayoutEngine}. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Random, seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { buildCsr } from './csr.ts';
import type { LayoutEngine, LayoutGraph, LayoutParameters } from './engine.ts';
import { edgeLengthRatio, neighbourhoodPreservation, stressOf } from './quality.ts';
import { gridGraph, pathGraph, starGraph, type TestGraph, treeGraph, withIsolated } from './test-graphs.ts';

/** Makes an engine of the backend under test. */
export type CreateEngine = (options: {
  random: Random;
  parameters?: Partial<LayoutParameters>;
}) => Promise<LayoutEngine>;

/** More than any engine may take from temperature 1. */
const TICKS_LIMIT = 200;

/** Declares the suite. */
export function describeLayoutEngine(name: string, create: CreateEngine): void {
  void describe(`${name}: layouts`, () => describeLayouts(create));
  void describe(`${name}: rest`, () => describeRest(create));
  void describe(`${name}: start`, () => describeStart(create));
  void describe(`${name}: growth`, () => describeGrowth(create));
  void describe(`${name}: removal`, () => describeRemoval(create));
  void describe(`${name}: pins, weights, groups, radii`, () => describeAttributes(create));
  void describe(`${name}: finish`, () => describeFinish(create));
  void describe(`${name}: dimensions`, () => describeDimensions(create));
  void describe(`${name}: what it refuses`, () => describeRefusals(create));
}

async function settle(engine: LayoutEngine): Promise<number> {
  for (let ticks = 1; ticks <= TICKS_LIMIT; ticks++) if ((await engine.tick()).settled) return ticks;
  return assert.fail(`not settled after ${TICKS_LIMIT} ticks`);
}

async function layOut(create: CreateEngine, graph: LayoutGraph, seed = 1): Promise<Float32Array> {
  const engine = await create({ random: seededRandom(seed) });
  await engine.load(graph);
  await settle(engine);
  const positions = (await engine.positions()).slice();
  await engine.dispose();
  return positions;
}

interface Expectation {
  readonly graph: TestGraph;
  readonly stressBelow: number;
  readonly preservationAbove: number;
}

/** About a third worse than what an engine on `cpu-ts` reaches on its worst of three seeds. */
const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'a path of 40': { graph: pathGraph(40), stressBelow: 0.3, preservationAbove: 0.9 },
  'a 10 x 10 grid': { graph: gridGraph(10), stressBelow: 0.04, preservationAbove: 0.85 },
  'a 20 x 20 grid': { graph: gridGraph(20), stressBelow: 0.06, preservationAbove: 0.85 },
  'a binary tree of 127': { graph: treeGraph(127, 2), stressBelow: 0.13, preservationAbove: 0.8 },
  'a ternary tree of 400': { graph: treeGraph(400, 3), stressBelow: 0.17, preservationAbove: 0.65 },
};

function describeLayouts(create: CreateEngine): void {
  for (const [shape, { graph, stressBelow, preservationAbove }] of Object.entries(EXPECTATIONS)) {
    void it(`keeps distances and neighbourhoods of ${shape}`, async () => {
      const csr = buildCsr(graph.nodes, graph.edges);
      for (const seed of [1, 2, 3]) {
        const positions = await layOut(create, graph, seed);
        const stress = stressOf(csr, positions);
        const preserved = neighbourhoodPreservation(csr, positions);
        assert.ok(stress < stressBelow, `stress ${stress}, seed ${seed}`);
        assert.ok(preserved > preservationAbove, `neighbourhood preservation ${preserved}, seed ${seed}`);
      }
    });
  }

  void it('makes a single edge about 1 long', async () => {
    const [ax, ay, az, bx, by, bz] = (await layOut(create, pathGraph(2))) as unknown as number[];
    const length = Math.hypot(ax! - bx!, ay! - by!, az! - bz!);
    assert.ok(length > 0.5 && length < 2, `length ${length}`);
  });

  void it('keeps isolated nodes and small components near the rest', async () => {
    const core = gridGraph(20);
    const pair = Uint32Array.of(core.nodes, core.nodes + 1);
    const graph = { ...withIsolated(core, 22), edges: Uint32Array.of(...core.edges, ...pair) };
    const radii = radiiOf(await layOut(create, graph));
    const coreReach = Math.max(...radii.slice(0, core.nodes));
    const looseReach = Math.max(...radii.slice(core.nodes));
    assert.ok(looseReach < 1.5 * coreReach, `${looseReach} against ${coreReach}`);
  });

  void it('gives the same positions for the same seed, others for another', async () => {
    const graph = withIsolated(treeGraph(300, 3), 10);
    const first = await layOut(create, graph, 5);
    assert.deepEqual(await layOut(create, graph, 5), first);
    assert.notDeepEqual(await layOut(create, graph, 6), first);
  });

  void it('ends with edges shorter than chance on any graph', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph(30, 80), async (sample) => {
        const positions = await layOut(create, sample);
        assert.equal(positions.length, sample.nodes * 3);
        assert.ok(positions.every(Number.isFinite));
        if (sample.edges.length > 0 && sample.nodes > 2) assert.ok(edgeLengthRatio(sample.edges, positions) < 1.001);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
}

/** Random graphs, some with isolated nodes or parallel edges. */
function anyGraph(mostNodes: number, mostEdges: number): fc.Arbitrary<TestGraph> {
  return fc
    .integer({ min: 1, max: mostNodes })
    .chain((nodes) =>
      fc
        .array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: mostEdges })
        .map((pairs) => ({ nodes, edges: Uint32Array.from(pairs.filter(([a, b]) => a !== b).flat()) })),
    );
}

function radiiOf(positions: Float32Array): number[] {
  return Array.from({ length: positions.length / 3 }, (_, i) => Math.hypot(...positions.subarray(i * 3, i * 3 + 3)));
}

function describeRest(create: CreateEngine): void {
  for (const nodes of [0, 1, 2]) {
    void it(`settles with ${nodes} node(s)`, async () => {
      const positions = await layOut(create, { nodes, edges: new Uint32Array() });
      assert.equal(positions.length, nodes * 3);
      assert.ok(positions.every(Number.isFinite));
    });
  }

  void it('settles in 60 to 120 ticks, cooling all the way', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(8));
    let before = Infinity;
    for (let report = await engine.tick(); !report.settled; report = await engine.tick()) {
      assert.ok(report.temperature < before && report.temperature > 0);
      assert.ok(Number.isFinite(report.movement));
      before = report.temperature;
    }
    const { tick } = await engine.tick();
    assert.ok(tick >= 60 && tick <= 120, `${tick} ticks`);
  });

  void it('moves nothing once settled, and moves again after a change of parameters', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(8));
    const ticks = await settle(engine);
    const rest = (await engine.positions()).slice();
    assert.deepEqual(await engine.tick(), { tick: ticks, temperature: 0, settled: true, movement: 0 });
    assert.deepEqual(await engine.positions(), rest);
    engine.setParameters({ repulsion: 5 });
    assert.equal((await engine.tick()).settled, false);
    await settle(engine);
    const widest = Math.max(...radiiOf(await engine.positions()));
    assert.ok(widest > 1.2 * Math.max(...radiiOf(rest)), 'stronger repulsion did not widen the layout');
  });

  void it('forgets the graph when disposed', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(3));
    await engine.dispose();
    assert.equal((await engine.positions()).length, 0);
    assert.equal((await engine.tick()).settled, true);
  });
}

function describeStart(create: CreateEngine): void {
  void it('takes a complete start as it is and settles at once', async () => {
    const graph = gridGraph(10);
    const saved = await layOut(create, graph);
    const engine = await create({ random: seededRandom(2) });
    await engine.load({ ...graph, start: saved });
    assert.deepEqual(await engine.positions(), saved);
    assert.ok((await settle(engine)) <= 15);
    const furthest = Math.max(...radiiOf((await engine.positions()).map((value, p) => value - saved[p]!)));
    assert.ok(furthest < 1, `a node moved ${furthest}`);
  });

  void it('does not change the caller’s start', async () => {
    const start = Float32Array.of(0, 0, 0, 1, 1, 1, NaN, NaN, NaN);
    await layOut(create, { ...pathGraph(3), start });
    assert.deepEqual(start, Float32Array.of(0, 0, 0, 1, 1, 1, NaN, NaN, NaN));
  });

  void it('starts a node without a position at its neighbours', async () => {
    const graph = starGraph(3);
    const start = Float32Array.of(NaN, NaN, NaN, 100, 0, 0, 106, 0, 0, 100, 6, 0);
    const engine = await create({ random: seededRandom(1) });
    await engine.load({ ...graph, start });
    const [x, y, z] = await engine.positions();
    assert.ok(Math.hypot(x! - 102, y! - 2, z!) < 3, `${x}, ${y}, ${z}`);
    assert.deepEqual((await engine.positions()).subarray(3), start.subarray(3));
  });

  void it('parts nodes that start at one spot', async () => {
    const start = new Float32Array(9 * 3);
    start[0] = 1;
    const positions = await layOut(create, { ...gridGraph(3), start });
    const places = new Set(Array.from({ length: 9 }, (_, i) => positions.subarray(i * 3, i * 3 + 3).join()));
    assert.equal(places.size, 9);
  });

  void it('chooses all positions when the start tells nothing', async () => {
    const graph = gridGraph(5);
    const own = await layOut(create, graph);
    assert.deepEqual(await layOut(create, { ...graph, start: new Float32Array(75).fill(NaN) }), own);
    assert.deepEqual(await layOut(create, { ...graph, start: new Float32Array(75) }), own);
  });

  void it('takes a graph with removed nodes, whether the start tells all, something or nothing', async () => {
    const { nodes, edges } = gridGraph(4);
    const there = edges.filter((_, k) => ![edges[k & ~1]!, edges[k | 1]!].includes(5));
    const graph = { nodes, edges: there, removed: Uint32Array.of(5) };
    const own = await layOut(create, graph);
    assert.equal(own.length, 48);
    const partial = own.slice().fill(NaN, 45);
    for (const start of [own, partial]) {
      const positions = await layOut(create, { ...graph, start });
      assert.ok(positions.every(Number.isFinite), positions.join());
      // The last one, number 15, is a corner: it belongs to 11 and 14, and far from 0.
      assert.ok(distanceIn(positions, 15, 11) < 0.5 * distanceIn(positions, 15, 0));
    }
  });
}

function describeGrowth(create: CreateEngine): void {
  void it('leaves old nodes in place and starts new ones at their neighbours', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(5));
    await settle(engine);
    const before = (await engine.positions()).slice();
    await engine.change({ nodes: 3, edges: Uint32Array.of(25, 7, 26, 25) });
    const after = await engine.positions();
    assert.equal(after.length, 28 * 3);
    assert.ok(after.every(Number.isFinite));
    assert.deepEqual(after.slice(0, 75), before);
    const gap = Math.hypot(after[75]! - before[21]!, after[76]! - before[22]!, after[77]! - before[23]!);
    assert.ok(gap < 3, `a new node started ${gap} from its neighbour`);
    assert.equal((await engine.tick()).settled, false);
    await settle(engine);
    const settled = await engine.positions();
    const furthest = Math.max(...radiiOf(before.map((value, p) => value - settled[p]!)));
    assert.ok(furthest < 5, `an old node moved ${furthest}`);
  });

  void it('grows from nothing', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.change({ nodes: 4, edges: Uint32Array.of(0, 1, 1, 2) });
    await settle(engine);
    assert.equal((await engine.positions()).length, 12);
    assert.ok((await engine.positions()).every(Number.isFinite));
  });

  void it('stays settled when nothing is added', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(3));
    await settle(engine);
    await engine.change({ nodes: 0, edges: new Uint32Array() });
    assert.equal((await engine.tick()).settled, true);
  });

  void it('stays finite however a graph grows', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph(12, 20), anyGraph(12, 20), async (first, second) => {
        const engine = await create({ random: seededRandom(1) });
        await engine.load(first);
        await engine.tick();
        await engine.change({ nodes: second.nodes, edges: second.edges });
        await settle(engine);
        assert.equal((await engine.positions()).length, 3 * (first.nodes + second.nodes));
        assert.ok((await engine.positions()).every(Number.isFinite));
      }),
      { numRuns: 40, seed: 4 },
    );
  });
}

function describeRemoval(create: CreateEngine): void {
  void it('forgets removed nodes and edges, and leaves all others where they are', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(6));
    await settle(engine);
    const before = (await engine.positions()).slice();
    await engine.change({
      nodes: 1,
      edges: Uint32Array.of(36, 0),
      removedNodes: Uint32Array.of(35, 14),
      removedEdges: Uint32Array.of(1, 0),
    });
    const after = await engine.positions();
    assert.equal(after.length, 37 * 3);
    assert.deepEqual(after.slice(0, 108), before);
    await settle(engine);
    const settled = await engine.positions();
    assert.deepEqual(settled.slice(105, 108), before.slice(105, 108), 'a removed node moved');
    const gap = (a: number, b: number) =>
      Math.hypot(...[0, 1, 2].map((axis) => settled[a * 3 + axis]! - settled[b * 3 + axis]!));
    assert.ok(gap(0, 1) > 1.2 * gap(2, 3), 'the removed edge still pulls');
  });

  void it('refuses to remove what is not there, and keeps what it had', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(pathGraph(4));
    await settle(engine);
    const nothing = { nodes: 0, edges: new Uint32Array() };
    await engine.change({ ...nothing, removedNodes: Uint32Array.of(3) });
    await settle(engine);
    const before = (await engine.positions()).slice();
    const refused = [
      [{ ...nothing, removedNodes: Uint32Array.of(3) }, /node 3 has been removed already/],
      [{ ...nothing, removedNodes: Uint32Array.of(4) }, /there is no node 4/],
      [{ ...nothing, removedEdges: Uint32Array.of(0, 2) }, /no edge between 0 and 2/],
      [{ ...nothing, removedEdges: Uint32Array.of(0, 1, 1, 0) }, /no edge between 0 and 1/],
      [{ ...nothing, edges: Uint32Array.of(0, 3) }, /node 3, which has been removed/],
    ] as const;
    for (const [change, message] of refused)
      await assert.rejects(engine.change(change), { name: 'RangeError', message });
    assert.deepEqual(await engine.positions(), before);
    assert.equal((await engine.tick()).settled, true);
  });

  void it('survives the removal of everything', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(pathGraph(3));
    await engine.change({ nodes: 0, edges: new Uint32Array(), removedNodes: Uint32Array.of(0, 1, 2) });
    assert.equal((await engine.tick()).settled, true);
    await engine.change({ nodes: 2, edges: Uint32Array.of(3, 4) });
    await settle(engine);
    assert.equal((await engine.positions()).length, 15);
    assert.ok((await engine.positions()).every(Number.isFinite));
  });
}

const distanceIn = (positions: Float32Array, a: number, b: number): number =>
  Math.hypot(...[0, 1, 2].map((axis) => positions[a * 3 + axis]! - positions[b * 3 + axis]!));

function describeAttributes(create: CreateEngine): void {
  void it('keeps pinned nodes where they were put until they are let go', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(gridGraph(6));
    await settle(engine);
    await engine.pin(Uint32Array.of(0, 7), Float32Array.of(80, 0, 0, 0, 60, 0));
    assert.equal((await engine.tick()).settled, false);
    await settle(engine);
    const held = await engine.positions();
    assert.deepEqual([...held.slice(0, 3), ...held.slice(21, 24)], [80, 0, 0, 0, 60, 0]);
    const before = distanceIn(held, 0, 1);
    await engine.unpin(Uint32Array.of(0, 7));
    engine.setParameters({});
    await settle(engine);
    assert.ok(distanceIn(await engine.positions(), 0, 1) < 0.8 * before);
    await assert.rejects(engine.pin(Uint32Array.of(36), Float32Array.of(0, 0, 0)), /no node 36/);
    await assert.rejects(engine.pin(Uint32Array.of(1), Float32Array.of(0, NaN, 0)), /place of node 1 is NaN/);
    await assert.rejects(engine.unpin(Uint32Array.of(36)), /no node 36/);
  });

  void it('keeps pinned nodes where they are when the number of dimensions grows', async () => {
    const engine = await create({ random: seededRandom(1), parameters: { dimensions: 2 } });
    await engine.load(gridGraph(5));
    await engine.pin(Uint32Array.of(3), Float32Array.of(20, 10, 5));
    assert.deepEqual((await engine.positions()).slice(9, 12), Float32Array.of(20, 10, 0));
    engine.setParameters({ dimensions: 3 });
    await settle(engine);
    assert.deepEqual((await engine.positions()).slice(9, 12), Float32Array.of(20, 10, 0));
    engine.setParameters({ dimensions: 2 });
    engine.setParameters({ dimensions: 3 });
    await engine.pin(Uint32Array.of(3), Float32Array.of(20, 10, 5));
    await settle(engine);
    assert.deepEqual((await engine.positions()).slice(9, 12), Float32Array.of(20, 10, 5));
  });

  void it('forgets the pin of a node that is removed', async () => {
    const middle = async (pinned: boolean) => {
      const engine = await create({ random: seededRandom(1) });
      await engine.load(gridGraph(4));
      await settle(engine);
      if (pinned) await engine.pin(Uint32Array.of(15), Float32Array.of(50, 50, 50));
      await engine.change({ nodes: 0, edges: new Uint32Array(), removedNodes: Uint32Array.of(15) });
      const before = (await engine.positions()).slice(0, 45);
      await settle(engine);
      const after = (await engine.positions()).slice(0, 45);
      const drift = [0, 1, 2].map((axis) =>
        after.reduce((sum, value, p) => sum + (p % 3 === axis ? value - before[p]! : 0), 0),
      );
      return Math.max(...drift.map((sum) => Math.abs(sum / 15)));
    };
    // Without pins the middle stays; with one, gravity draws it to the origin.
    const free = await middle(false);
    assert.ok(free < 1e-4, `drift ${free}`);
    const freed = await middle(true);
    assert.ok(freed < 1e-4, `drift ${freed}`);
  });

  void it('makes heavier edges shorter', async () => {
    const { nodes, edges } = gridGraph(8);
    const weights = Float32Array.from({ length: edges.length / 2 }, (_, e) => (e % 2 === 0 ? 1 : 20));
    const positions = await layOut(create, { nodes, edges, weights });
    const lengths = [0, 0];
    for (const [e] of weights.entries()) lengths[e % 2]! += distanceIn(positions, edges[2 * e]!, edges[2 * e + 1]!);
    assert.ok(lengths[1]! < 0.8 * lengths[0]!, lengths.join(' '));
  });

  void it('draws the nodes of a group together', async () => {
    const graph = { ...gridGraph(10), groups: Uint8Array.from({ length: 100 }, (_, i) => i % 4) };
    const spread = async (cluster: number) => {
      const engine = await create({ random: seededRandom(1), parameters: { cluster } });
      await engine.load(graph);
      await settle(engine);
      const positions = (await engine.positions()).slice();
      await engine.dispose();
      let within = 0;
      let all = 0;
      for (let a = 0; a < 100; a++) {
        for (let b = 0; b < a; b++) {
          all += distanceIn(positions, a, b) / 4950;
          if (a % 4 === b % 4) within += distanceIn(positions, a, b) / 1200;
        }
      }
      return within / all;
    };
    assert.ok((await spread(0.5)) < 0.8 * (await spread(0)));
  });

  void it('keeps nodes out of each other', async () => {
    const graph = { ...starGraph(60), radii: new Float32Array(61).fill(2) };
    const overlaps = async (collision: number) => {
      const engine = await create({ random: seededRandom(1), parameters: { collision } });
      await engine.load(graph);
      await settle(engine);
      const positions = (await engine.positions()).slice();
      await engine.dispose();
      let sum = 0;
      for (let a = 0; a < 61; a++) for (let b = 0; b < a; b++) sum += Math.max(0, 4 - distanceIn(positions, a, b));
      return sum;
    };
    assert.ok((await overlaps(1)) < 0.3 * (await overlaps(0)));
  });
}

function describeFinish(create: CreateEngine): void {
  void it('lowers the stress of a settled layout on demand, pinned nodes staying', async () => {
    const graph = treeGraph(200, 3);
    const csr = buildCsr(graph.nodes, graph.edges);
    const engine = await create({ random: seededRandom(1) });
    await engine.load(graph);
    await settle(engine);
    const before = (await engine.positions()).slice();
    await engine.pin(Uint32Array.of(5), before.slice(15, 18));
    await settle(engine);
    await engine.majorise(30);
    const after = await engine.positions();
    assert.ok(
      stressOf(csr, after) < 0.9 * stressOf(csr, before),
      `${stressOf(csr, after)} of ${stressOf(csr, before)}`,
    );
    assert.deepEqual(after.slice(15, 18), before.slice(15, 18));
    assert.equal((await engine.tick()).settled, true);
  });
}

function describeDimensions(create: CreateEngine): void {
  void it('lays out in two dimensions, and changes between two and three', async () => {
    const graph = withIsolated(gridGraph(7), 3);
    const engine = await create({ random: seededRandom(1), parameters: { dimensions: 2 } });
    await engine.load(graph);
    await settle(engine);
    const depth = async () =>
      Math.max(...(await engine.positions()).map((value, p) => (p % 3 === 2 ? Math.abs(value) : 0)));
    assert.equal(await depth(), 0);
    const flat = await engine.positions();
    assert.ok(stressOf(buildCsr(49, graph.edges), flat) < 0.06);
    await engine.change({ nodes: 1, edges: Uint32Array.of(52, 0) });
    await settle(engine);
    assert.equal(await depth(), 0);
    engine.setParameters({ dimensions: 3 });
    await settle(engine);
    assert.ok((await depth()) > 1);
    engine.setParameters({ dimensions: 2 });
    await settle(engine);
    assert.equal(await depth(), 0);
  });
}

function describeRefusals(create: CreateEngine): void {
  const refused: readonly (readonly [string, LayoutGraph, RegExp])[] = [
    [
      'an edge to a node that is not there',
      { nodes: 2, edges: Uint32Array.of(0, 2) },
      /edge 0 names node 2; nodes are 0 to 1/,
    ],
    ['half an edge', { nodes: 2, edges: Uint32Array.of(0, 1, 1) }, /3 numbers; pairs need an even length/],
    ['a start of the wrong length', { ...pathGraph(2), start: new Float32Array(5) }, /5 numbers; the nodes need 6/],
    ['an infinite start', { ...pathGraph(2), start: Float32Array.of(0, 0, 0, Infinity, 0, 0) }, /node 1 is infinite/],
    [
      'weights of the wrong number',
      { ...pathGraph(3), weights: new Float32Array(1) },
      /weights has 1 numbers; the edges need 2/,
    ],
    ['a weight of zero', { ...pathGraph(2), weights: new Float32Array(1) }, /a weight is 0/],
    ['groups of the wrong number', { ...pathGraph(2), groups: new Uint8Array(3) }, /groups has 3/],
    ['a negative radius', { ...pathGraph(2), radii: Float32Array.of(1, -1) }, /a radius is -1/],
    ['a negative number of nodes', { nodes: -1, edges: new Uint32Array() }, /nodes is -1/],
    ['a broken number of nodes', { nodes: 1.5, edges: new Uint32Array() }, /nodes is 1.5/],
  ];
  for (const [what, graph, message] of refused) {
    void it(`refuses ${what}`, async () => {
      const engine = await create({ random: seededRandom(1) });
      await assert.rejects(engine.load(graph), { name: 'RangeError', message });
      await engine.dispose();
    });
  }

  void it('refuses a growth with an edge to nowhere, and keeps what it had', async () => {
    const engine = await create({ random: seededRandom(1) });
    await engine.load(pathGraph(3));
    const growth = { nodes: 1, edges: Uint32Array.of(0, 4) };
    await assert.rejects(engine.change(growth), { name: 'RangeError', message: /names node 4/ });
    assert.equal((await engine.positions()).length, 9);
  });

  const parameters: readonly Partial<LayoutParameters>[] = [
    { repulsion: 0 },
    { spring: NaN },
    { gravity: -1 },
    { theta: 0.2 },
    { theta: 2 },
    { cooling: 1 },
    { cluster: 1.5 },
    { collision: -1 },
    { dimensions: 4 as 3 },
    { repulsion: 1001 },
    { spring: Infinity },
  ];
  for (const change of parameters) {
    void it(`refuses ${JSON.stringify(change)}`, async () => {
      const name = Object.keys(change)[0]!;
      const engine = await create({ random: seededRandom(1) });
      assert.throws(() => engine.setParameters(change), { name: 'RangeError', message: new RegExp(`^${name} is`) });
      await engine.dispose();
      await assert.rejects(create({ random: seededRandom(1), parameters: change }), RangeError);
    });
  }
}
