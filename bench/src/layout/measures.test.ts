/** The yardsticks for layouts, and the engines that ours is compared with. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { generateCommunities } from './communities.ts';
import { d3Law, exactForces, kernelLaw, ngraphLaw, relativeError } from './exact-force.ts';
import type { BenchGraph } from './graph.ts';
import { randomStart, runPeer } from './peers.ts';
import { measureQuality } from './quality.ts';
import { dotOf, parseDotPositions, runSfdp } from './sfdp.ts';

const near = (value: number, expected: number, tolerance = 1e-6): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not ${expected}`);

/** 0 - 1 - ... - n-1, with a pair of its own behind it. */
const path = (nodes: number): BenchGraph => ({
  name: 'path',
  nodes: nodes + 2,
  edges: Uint32Array.from([...Array.from({ length: nodes - 1 }, (_, i) => [i, i + 1]).flat(), nodes, nodes + 1]),
});
const onLine = (nodes: number): Float32Array => Float32Array.from({ length: 3 * nodes }, (_, p) => (p % 3 ? 0 : p));

describe('measureQuality', () => {
  test('of a path drawn as a line: no stress, at any scale; small components do not count', () => {
    const { stress, preservation, nodes } = measureQuality(path(200), onLine(202));
    near(stress, 0);
    assert.equal(nodes, 200);
    assert.ok(preservation > 0.95, `${preservation}`);
  });

  test('of a path thrown about: high stress and no neighbours kept', () => {
    const positions = randomStart(2002, 1, seededRandom(1));
    const { stress, preservation } = measureQuality(path(2000), positions);
    assert.ok(stress > 0.5 && preservation < 0.02, `${stress}, ${preservation}`);
  });

  test('agrees with the definition at the best scale, looked for by trying', () => {
    const graph = path(12);
    const positions = randomStart(14, 1, seededRandom(2));
    const at = (node: number): Float32Array => positions.subarray(3 * node, 3 * node + 3);
    const stressAt = (scale: number): number => {
      let sum = 0;
      for (let a = 0; a < 12; a++) {
        for (let b = 0; b < 12; b++) {
          const distance = Math.hypot(...at(a).map((value, d) => value - (at(b)[d] as number)));
          if (a !== b) sum += ((scale * distance) / Math.abs(a - b) - 1) ** 2;
        }
      }
      return sum / (12 * 11);
    };
    const best = Math.min(...Array.from({ length: 4000 }, (_, i) => stressAt(i / 1000)));
    near(measureQuality(graph, positions).stress, best, 1e-4);
  });
});

describe('exactForces', () => {
  const two = Float32Array.of(0, 0, 0, 2, 0, 0);

  test('of two nodes are what the laws say', () => {
    const on = (law: typeof ngraphLaw): number[] => [...exactForces(law, two, [1, 3], [0])].map((force) => force + 0);
    near(on(ngraphLaw)[0] as number, (-12 * 3) / 4);
    near(on(d3Law)[0] as number, -30 / 2);
    near(on(kernelLaw(10))[0] as number, ((-3 * (1 / 4.01 + 0.01)) / 4.01) * 2);
  });

  test('have no error against themselves, and a tenth when all are a tenth off', () => {
    const positions = randomStart(50, 1, seededRandom(3));
    const all = Array.from({ length: 50 }, (_, node) => node);
    const exact = exactForces(kernelLaw(5), positions, new Float32Array(50).fill(1), all);
    assert.equal(relativeError(exact, exact), 0);
    near(
      relativeError(
        exact.map((force) => force * 1.1),
        exact,
      ),
      0.1,
    );
  });
});

describe('runPeer', () => {
  const graph = generateCommunities({ nodes: 300, seed: 1 });
  const degrees = new Float64Array(graph.nodes);
  for (const end of graph.edges) degrees[end]! += 1;
  const masses = degrees.map((degree) => 1 + degree / 3);
  const all = Array.from({ length: graph.nodes }, (_, node) => node);

  for (const [name, spacing] of [
    ['ngraph', 10],
    ['d3', 30],
  ] as const) {
    test(`${name} lays a graph out, tick by tick`, async () => {
      const start = randomStart(graph.nodes, spacing, seededRandom(1));
      const run = await runPeer(name, graph, { start, ticks: 150, seconds: 60 });
      assert.equal(run.tickMs.length, 150);
      assert.ok(run.positions.every(Number.isFinite));
      assert.ok(run.cpuSeconds > 0 && run.peakBytes > 1e7);
      assert.ok(measureQuality(graph, run.positions).stress < measureQuality(graph, start).stress);
    });
  }

  test('ngraph’s forces are those of its law, up to its approximation', async () => {
    const start = randomStart(graph.nodes, 10, seededRandom(1));
    const { positions, forces, tickMs } = await runPeer('ngraph', graph, { start, ticks: 0, seconds: 1 });
    assert.deepEqual([tickMs, positions], [[], start]);
    const error = relativeError(forces, exactForces(ngraphLaw, start, masses, all));
    assert.ok(error > 0 && error < 0.05, `${error}`);
  });

  test('d3’s forces are those of its law between two nodes', async () => {
    const pair = { name: 'pair', nodes: 2, edges: Uint32Array.of(0, 1) };
    const start = Float32Array.of(0, 0, 0, 3, 4, 12);
    const { forces } = await runPeer('d3', pair, { start, ticks: 0, seconds: 1 });
    near(relativeError(forces, exactForces(d3Law, start, [1, 1], [0, 1])), 0);
  });

  test('stops when the time is over, and says when a process fails', async () => {
    const start = randomStart(graph.nodes, 10, seededRandom(1));
    const { tickMs } = await runPeer('ngraph', graph, { start, ticks: 1e9, seconds: 0.2 });
    assert.ok(tickMs.length > 0 && tickMs.length < 1e9);
    const broken = { ...graph, edges: Uint32Array.of(0, 100_000) };
    await assert.rejects(runPeer('d3', broken, { start, ticks: 1, seconds: 1 }), /node not found/);
  });
});

describe('sfdp', () => {
  test('gets every node and edge', () => {
    assert.equal(dotOf(path(2)), 'graph {\n0\n1\n2\n3\n0--1\n2--3\n}\n');
  });

  test('positions are read from its output, whatever the order of attributes', () => {
    const text =
      'graph {\n\tgraph [bb="0,0,1,1"];\n\t1\t[height=0.5,\n\t\tpos="1.5,-2,3e1",\n\t\twidth=1];\n\t0 [pos="4,5,6"];\n\t0 -- 1;\n}';
    assert.deepEqual([...parseDotPositions(text, 2)], [4, 5, 6, 1.5, -2, 30]);
    assert.throws(() => parseDotPositions(text, 3), /node 2 has no position/);
  });

  test('draws a path as a line, or says that it is not there', async () => {
    const told: string[] = [];
    const drawn = await runSfdp(path(30), 60, (reason) => told.push(reason));
    if (!drawn) return assert.match(told[0] ?? '', /graphviz/);
    const { stress } = measureQuality(path(30), drawn.positions);
    assert.ok(stress < 0.1, `${stress}`);
    assert.ok(drawn.wallSeconds > 0);
  });

  test('is stopped when it takes too long', async () => {
    const told: string[] = [];
    const graph = generateCommunities({ nodes: 5000, seed: 1 });
    assert.equal(await runSfdp(graph, 0.05, (reason) => told.push(reason)), null);
    assert.match(told[0] ?? '', /not done within 0.05 s|graphviz/);
  });
});
