/**
 * One other engine, in a process of its own, so that none shares a heap or a compiler with another.
 *
 *     node peers.child.ts ENGINE FOLDER TICKS SECONDS
 *
 * Reads `edges.u32` and `start.f32` (x, y, z interleaved) in the folder, ticks, and writes `positions.f32` and
 * `forces.f32`, the engine's own repulsion at those positions. Prints a {@link PeerRun} as JSON.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type D3Node, forceCenter, forceLink, forceManyBody, forceSimulation } from 'd3-force-3d';
import * as forceLayout from 'ngraph.forcelayout';
import createGraph from 'ngraph.graph';

/** What a child measured. */
export interface PeerRun {
  readonly setupMs: number;
  /** Duration of each tick, in order. */
  readonly tickMs: readonly number[];
  /** Processor time of the whole process. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

interface Peer {
  tick(): void;
  /** x, y, z interleaved, length 3n. */
  positions(): Float32Array;
  /** Repulsion at the present positions, x, y, z interleaved, length 3n. Call it last: it disturbs the simulation. */
  repulsion(): Float32Array;
}

interface NgraphVector {
  x: number;
  y: number;
  z: number;
}

interface NgraphLayout {
  step(): boolean;
  setNodePosition(node: number, x: number, y: number, z: number): void;
  readonly simulator: {
    readonly bodies: readonly { readonly pos: NgraphVector; readonly force: NgraphVector; velocity: NgraphVector }[];
    getForces(): Map<string, (iteration: number) => void>;
  };
}

// A CommonJS module whose types say that it is an ES module.
const { default: createNgraphLayout } = forceLayout as unknown as {
  readonly default: (graph: unknown, settings: { dimensions: 3 }) => NgraphLayout;
};

/** The defaults of version 3.3.1, in three dimensions. */
function ngraph(edges: Uint32Array, start: Float32Array): Peer {
  const graph = createGraph();
  for (let node = 0; node < start.length / 3; node++) graph.addNode(node);
  for (let e = 0; e < edges.length; e += 2) graph.addLink(edges[e] as number, edges[e + 1] as number);
  const layout = createNgraphLayout(graph, { dimensions: 3 });
  for (let node = 0, p = 0; p < start.length; node++, p += 3)
    layout.setNodePosition(node, start[p] as number, start[p + 1] as number, start[p + 2] as number);
  const { simulator } = layout;
  return {
    tick: () => void layout.step(),
    positions: () => Float32Array.from(simulator.bodies.flatMap(({ pos }) => [pos.x, pos.y, pos.z])),
    repulsion: () => {
      // Its drag is part of the same function.
      for (const { velocity } of simulator.bodies) Object.assign(velocity, { x: 0, y: 0, z: 0 });
      simulator.getForces().get('nbody')?.(0);
      return Float32Array.from(simulator.bodies.flatMap(({ force }) => [force.x, force.y, force.z]));
    },
  };
}

/** Many-body, link and centre forces with the defaults of version 3.0.6, in three dimensions. */
function d3(edges: Uint32Array, start: Float32Array): Peer {
  const nodes: D3Node[] = Array.from({ length: start.length / 3 }, (_, node) => {
    const [x, y, z] = start.subarray(3 * node, 3 * node + 3) as unknown as [number, number, number];
    return { x, y, z, vx: 0, vy: 0, vz: 0 };
  });
  const links = Array.from({ length: edges.length / 2 }, (_, edge) => {
    return { source: edges[2 * edge] as number, target: edges[2 * edge + 1] as number };
  });
  const simulation = forceSimulation(nodes, 3)
    .force('charge', forceManyBody())
    .force('link', forceLink(links))
    .force('center', forceCenter())
    .stop();
  return {
    tick: () => void simulation.tick(),
    positions: () => Float32Array.from(nodes.flatMap(({ x, y, z }) => [x, y, z])),
    repulsion: () => {
      for (const node of nodes) Object.assign(node, { vx: 0, vy: 0, vz: 0 });
      simulation.force('charge')(1);
      return Float32Array.from(nodes.flatMap(({ vx, vy, vz }) => [vx, vy, vz]));
    },
  };
}

const PEERS: Readonly<Record<string, (edges: Uint32Array, start: Float32Array) => Peer>> = { ngraph, d3 };

async function run([engine = '', folder = '', ticks = '', seconds = '']: readonly string[]): Promise<PeerRun> {
  const create = PEERS[engine];
  if (!create) throw new Error(`there is no engine "${engine}"; there are ${Object.keys(PEERS).join(', ')}`);
  const bytes = async (name: string): Promise<ArrayBuffer> =>
    Uint8Array.from(await readFile(join(folder, name))).buffer;
  const edges = new Uint32Array(await bytes('edges.u32'));
  const start = new Float32Array(await bytes('start.f32'));
  const began = performance.now();
  const peer = create(edges, start);
  const ready = performance.now();
  const tickMs: number[] = [];
  for (let tick = 0; tick < Number(ticks) && performance.now() - ready < Number(seconds) * 1000; tick++) {
    const before = performance.now();
    peer.tick();
    tickMs.push(performance.now() - before);
  }
  const { user, system } = process.cpuUsage();
  const usage = { cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 };
  await writeFile(join(folder, 'positions.f32'), peer.positions());
  await writeFile(join(folder, 'forces.f32'), peer.repulsion());
  return { setupMs: ready - began, tickMs, ...usage };
}

process.stdout.write(`${JSON.stringify(await run(process.argv.slice(2)))}\n`);
