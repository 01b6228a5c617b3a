/**
 * The kernel in plain TypeScript: one thread, no dependency, runs wherever JavaScript runs. It is the oracle for the other
 * backends and the last resort. O(n log n + m) a step; about 150 bytes per node and 16 per edge.
 */
import {
  type KernelGraph,
  type KernelReport,
  type KernelStep,
  looseGravity,
  MemoryLimitError,
  type StartKernel,
} from '../kernel.ts';
import { momentsOf } from '../moments.ts';
import { FarField } from './far-field.ts';
import { createMover, moveFully, moveNodes, type Mover } from './move.ts';
import { addClusterPull, addGravity, addQuadraticAttraction, addSprings } from './springs.ts';

const BYTES_PER_NODE = 150;
const BYTES_PER_ENTRY = 8;

/** Creates a kernel without a graph. @param memoryLimit most bytes it may take */
export function createTypeScriptKernel(memoryLimit = Infinity): StartKernel {
  return new TypeScriptKernel(memoryLimit);
}

/** All that belongs to one graph. */
interface State {
  readonly graph: KernelGraph;
  readonly positions: Float32Array;
  readonly forces: Float32Array;
  readonly mover: Mover;
  readonly farField: FarField;
  readonly mass: number;
  readonly reach: number;
  readonly bytes: number;
}

class TypeScriptKernel implements StartKernel {
  readonly backend = 'cpu-ts';
  readonly #limit: number;
  #state: State | undefined;

  constructor(memoryLimit: number) {
    this.#limit = memoryLimit;
  }

  get bytes(): number {
    return this.#state?.bytes ?? 0;
  }

  async load(graph: KernelGraph): Promise<void> {
    const bytes = graph.nodes * BYTES_PER_NODE + graph.neighbours.length * BYTES_PER_ENTRY;
    if (bytes > this.#limit) throw new MemoryLimitError(bytes, this.#limit);
    this.#state = {
      graph,
      positions: graph.positions.slice(),
      forces: new Float32Array(graph.nodes * 3),
      mover: createMover(graph.nodes),
      farField: new FarField(graph.masses, graph.radii),
      mass: graph.masses.reduce((sum, mass) => sum + mass, 0),
      reach: 2 * (graph.radii?.reduce((most, radius) => Math.max(most, radius), 0) ?? 0),
      bytes,
    };
  }

  async run(steps: readonly KernelStep[]): Promise<KernelReport> {
    const { graph, positions, forces, mover } = this.#require();
    let moved = 0;
    for (const step of steps) {
      this.#sum(step);
      moved = moveNodes(mover, graph.flags, positions, forces, step.limit);
    }
    return { movement: moved / graph.nodes };
  }

  async relax(step: KernelStep, iterations: number, firstMove: number): Promise<void> {
    const { graph, positions, forces, farField } = this.#require();
    const shrink = 0.1 ** (1 / iterations);
    for (let k = 0, distance = firstMove; k < iterations; k++, distance *= shrink) {
      farField.disorder();
      this.#repulse(step);
      addQuadraticAttraction(graph, positions, forces);
      addGravity(graph.flags, positions, forces, ORIGIN, step.gravity, step.gravity);
      if (step.flat) flatten(forces);
      moveFully(positions, forces, distance);
    }
  }

  async forces(step: KernelStep): Promise<Float32Array> {
    this.#sum(step);
    return this.#require().forces.slice();
  }

  #sum(step: KernelStep): void {
    const { graph, positions, forces, mass } = this.#require();
    this.#repulse(step);
    addSprings(graph, positions, forces, step.spring);
    const { mean, radius } = momentsOf(positions, graph.flags);
    const loose = looseGravity(step.repulsion, step.range, mass, radius);
    addGravity(graph.flags, positions, forces, step.anchored ? ORIGIN : mean, step.gravity, loose);
    if (step.cluster > 0 && graph.groups) addClusterPull(graph.groups, positions, forces, step.cluster);
    if (step.flat) flatten(forces);
  }

  #repulse(step: KernelStep): void {
    const { positions, forces, farField, reach, graph } = this.#require();
    const collides = step.collision > 0 && graph.radii !== undefined;
    farField.evaluate(positions, forces, {
      theta: step.theta,
      strength: step.repulsion,
      range: step.range,
      collision: collides ? step.collision : 0,
      reach: collides ? reach : 0,
    });
  }

  async read(): Promise<Float32Array> {
    return this.#require().positions;
  }

  async place(nodes: Uint32Array, places: Float32Array): Promise<void> {
    const { positions, farField } = this.#require();
    for (const [k, node] of nodes.entries()) positions.set(places.subarray(k * 3, k * 3 + 3), node * 3);
    farField.disorder();
  }

  async dispose(): Promise<void> {
    this.#state = undefined;
  }

  #require(): State {
    if (!this.#state) throw new Error('no graph has been loaded');
    return this.#state;
  }
}

const ORIGIN = [0, 0, 0] as const;

function flatten(forces: Float32Array): void {
  for (let p = 2; p < forces.length; p += 3) forces[p] = 0;
}
