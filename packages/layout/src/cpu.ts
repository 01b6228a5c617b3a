/**
 * The layout engine in plain TypeScript: one thread, 3D, no dependency, runs wherever JavaScript runs. It is the oracle
 * for faster backends and the fallback when there is none.
 *
 * Repulsion by a fast multipole sum over a packed Hilbert tree, degree-normalised springs, gravity, and a limit on moves that cools. O(n log n + m) a tick; about 170 bytes per node and 16 per edge.
 */
import type { Random } from '@vortexflow/primitives';
import { buildCsr, type Csr } from './csr.ts';
import type { LayoutEngine, LayoutGraph, LayoutGrowth, LayoutParameters, TickReport } from './engine.ts';
import { FarField, unitMasses } from './far-field.ts';
import { applyMoves, createMover, forcesToMoves, type Mover, removeDrift } from './move.ts';
import { placeAll, placeMissing, separateCoincident } from './place.ts';
import { coreRadius, createShellSums, findShell, keepOnShell, type Shell, type ShellSums } from './shell.ts';
import { addGravity, addSprings } from './springs.ts';
import { validateGraph, validateGrowth, validateParameters } from './validate.ts';

/** What an engine starts with; found by stress and neighbourhood preservation on WordNet (117,791 nodes). */
export const DEFAULT_PARAMETERS: LayoutParameters = {
  repulsion: 1,
  spring: 2,
  gravity: 0.005,
  theta: 1.1,
  cooling: 0.06,
};

/** Below this temperature the layout is at rest: 75 ticks from 1 at the default cooling. */
const REST = 0.01;
/** All start positions were given: a saved layout, which needs a few ticks of touching up at most. */
const TEMPERATURE_SAVED = 0.015;
/** Some nodes are new among placed ones: a single document stirs its surroundings only, a large share more. */
const TEMPERATURE_PARTIAL = { least: 0.06, most: 0.25 };
const TEMPERATURE_CHANGED = 0.3;
/** Greatest distance that a node moves in a tick at temperature 1, layout units. */
const GREATEST_MOVE = 5;

/** Needs of the engine. */
export interface CpuLayoutOptions {
  /** Seeded: the same seed gives the same positions. */
  readonly random: Random;
  /** Where they differ from the defaults. */
  readonly parameters?: Partial<LayoutParameters>;
}

/** Creates an engine without a graph. */
export function createCpuLayout(options: CpuLayoutOptions): LayoutEngine {
  return new CpuLayout(options);
}

/**
 * The repulsion on every node of mass 1, as the engine computes it; for accuracy tests.
 *
 * @param positions x, y, z interleaved, at least one node
 * @returns forces at strength 1, length 3n
 */
export function evaluateRepulsion(positions: Float32Array, theta: number): Float32Array {
  const forces = new Float32Array(positions.length);
  new FarField(unitMasses(positions.length / 3)).evaluate(positions, forces, theta, 1);
  return forces;
}

class CpuLayout implements LayoutEngine {
  readonly backend = 'cpu-ts';
  readonly #random: Random;
  #parameters: LayoutParameters;
  #edges: Uint32Array = new Uint32Array();
  #state: State = createState(new Uint32Array(), 0, new Float32Array());
  #tick = 0;
  #temperature = 0;

  constructor({ random, parameters }: CpuLayoutOptions) {
    this.#random = random;
    this.#parameters = { ...DEFAULT_PARAMETERS, ...parameters };
    validateParameters(this.#parameters);
  }

  async load(graph: LayoutGraph): Promise<void> {
    validateGraph(graph);
    const start = usableStart(graph);
    this.#edges = graph.edges.slice();
    this.#state = createState(this.#edges, graph.nodes, start ?? new Float32Array(graph.nodes * 3));
    this.#tick = 0;
    if (graph.nodes === 0) this.#temperature = 0;
    else if (start) this.#resume(start);
    else this.#begin();
  }

  #begin(): void {
    const { graph, shell, positions } = this.#state;
    positions.set(placeAll(graph, shell, this.#random, this.#parameters));
    this.#temperature = 1;
  }

  #resume(positions: Float32Array): void {
    const complete = !positions.some(Number.isNaN);
    if (!complete) placeMissing(this.#state.graph, this.#state.shell, positions, this.#random);
    separateCoincident(positions, this.#random);
    this.#temperature = complete ? TEMPERATURE_SAVED : TEMPERATURE_PARTIAL.most;
  }

  async grow(growth: LayoutGrowth): Promise<void> {
    const before = this.#state.graph.nodes;
    validateGrowth(growth, before);
    if (growth.nodes === 0 && growth.edges.length === 0) return;
    const nodes = before + growth.nodes;
    const edges = new Uint32Array(this.#edges.length + growth.edges.length);
    edges.set(this.#edges);
    edges.set(growth.edges, this.#edges.length);
    const positions = new Float32Array(nodes * 3).fill(NaN);
    positions.set(this.#state.positions);
    this.#edges = edges;
    this.#state = createState(edges, nodes, positions);
    placeMissing(this.#state.graph, this.#state.shell, positions, this.#random);
    const { least, most } = TEMPERATURE_PARTIAL;
    this.#warmUp(Math.min(most, least + growth.nodes / nodes));
  }

  setParameters(change: Partial<LayoutParameters>): void {
    const parameters = { ...this.#parameters, ...change };
    validateParameters(parameters);
    this.#parameters = parameters;
    if (this.#state.graph.nodes > 0) this.#warmUp(TEMPERATURE_CHANGED);
  }

  #warmUp(temperature: number): void {
    this.#temperature = Math.max(this.#temperature, temperature);
  }

  async tick(): Promise<TickReport> {
    let movement = 0;
    if (this.#temperature >= REST) {
      movement = moveOnce(this.#state, this.#parameters, this.#temperature * GREATEST_MOVE);
      this.#temperature *= 1 - this.#parameters.cooling;
      this.#tick++;
      if (this.#temperature < REST) this.#temperature = 0;
    }
    const settled = this.#temperature < REST;
    return { tick: this.#tick, temperature: this.#temperature, settled, movement };
  }

  positions(): Float32Array {
    return this.#state.positions;
  }

  async dispose(): Promise<void> {
    this.#edges = new Uint32Array();
    this.#state = createState(this.#edges, 0, new Float32Array());
    this.#temperature = 0;
  }
}

/** A copy of the start when it places at least two nodes apart, or all of them; else the engine places all. */
function usableStart({ nodes, start }: LayoutGraph): Float32Array | undefined {
  if (!start) return undefined;
  const copy = start.slice();
  let first = -1;
  let apart = nodes === 1;
  for (let p = 0; p < copy.length; p += 3) {
    const known = !Number.isNaN(copy[p]! + copy[p + 1]! + copy[p + 2]!);
    if (!known) copy.fill(NaN, p, p + 3);
    else if (first < 0) first = p;
    else apart ||= copy[p] !== copy[first] || copy[p + 1] !== copy[first + 1] || copy[p + 2] !== copy[first + 2];
  }
  return first >= 0 && apart ? copy : undefined;
}

/** All that belongs to one graph. */
interface State {
  readonly graph: Csr;
  readonly shell: Shell;
  readonly sums: ShellSums;
  readonly positions: Float32Array;
  readonly forces: Float32Array;
  readonly mover: Mover;
  readonly farField: FarField | undefined;
}

function createState(edges: Uint32Array, nodes: number, positions: Float32Array): State {
  const graph = buildCsr(nodes, edges);
  const shell = findShell(graph);
  return {
    graph,
    shell,
    sums: createShellSums(shell),
    positions,
    forces: new Float32Array(nodes * 3),
    mover: createMover(nodes),
    farField: nodes > 0 ? new FarField(unitMasses(nodes)) : undefined,
  };
}

function moveOnce(state: State, parameters: LayoutParameters, limit: number): number {
  const { graph, shell, sums, positions, forces, mover, farField } = state;
  farField?.evaluate(positions, forces, parameters.theta, parameters.repulsion);
  addSprings(graph, positions, forces, parameters.spring);
  addGravity(positions, forces, parameters.gravity);
  forcesToMoves(mover, forces, limit);
  removeDrift(forces);
  keepOnShell(shell, sums, positions, forces, coreRadius(shell, positions), limit);
  return applyMoves(positions, forces);
}
