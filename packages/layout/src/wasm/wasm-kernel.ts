/**
 * The kernel in WebAssembly: SIMD, shared memory, helper threads. The calling thread leads and computes along; it blocks
 * while a step runs, so this belongs on a worker thread (Node allows it anywhere, browsers do not). Results do not depend
 * on the number of threads.
 */
import type { Clock } from '@vortexflow/primitives';
import * as at from '../../assembly/fields.ts';
import { buildDoubleTransitions } from '../hilbert.ts';
import {
  type KernelGraph,
  type KernelReport,
  type KernelStep,
  looseGravity,
  MemoryLimitError,
  SOFTENING_SQUARED,
  type StartKernel,
  STEP,
} from '../kernel.ts';
import { type MemoryPlan, planMemory } from './memory-plan.ts';
import { compileKernel, instantiateKernel, type KernelExports } from './module.ts';
import { ThreadPool } from './pool.ts';
import { levelThresholds } from '../accuracy.ts';
import { gridOver, type Moments, momentsFromSums, momentsOf } from '../moments.ts';
import { countEntries, countSlices, writeSlices } from './slices.ts';

const DOUBLE_TRANSITIONS = buildDoubleTransitions();
const PAGE = 65_536;
/** Most memory a WebAssembly module can have. */
const MOST_PAGES = 65_536;
/** The order is renewed when a step has done this multiple of the work right after the last sort. */
const STALE_WORK = 1.25;
/** A far field serves this many steps more at most, while nodes have moved less than these shares on the mean... */
const KEPT_STEPS = 3;
/** ... of the radius of a leaf, and of the range over which the far force changes... */
const KEPT_DRIFT = { leaf: 0.12, range: 0.095 };
/** ... at this theta; the cube of a smaller one's share of it where more accuracy is asked for. */
const KEPT_THETA = 1.2;

/** What a kernel is made with. */
export interface WasmKernelOptions {
  readonly clock: Clock;
  /** Threads, the calling one included. */
  readonly threads: number;
  /** Most bytes it may take. */
  readonly memoryLimit?: number;
}

/**
 * Compiles the module and starts the helper threads.
 * @throws Error when the module has not been built or the machine cannot run it
 */
export async function createWasmKernel(options: WasmKernelOptions): Promise<WasmKernel> {
  const module = await compileKernel();
  const pages = Math.min(MOST_PAGES, Math.floor((options.memoryLimit ?? MOST_PAGES * PAGE) / PAGE));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: Math.max(1, pages), shared: true });
  const exports = instantiateKernel(module, memory);
  return new WasmKernel(
    exports,
    memory,
    pages * PAGE,
    new ThreadPool(options.threads, module, memory, exports, options.clock),
  );
}

/** A graph in memory. */
interface Loaded {
  readonly plan: MemoryPlan;
  readonly graph: KernelGraph;
  readonly mass: number;
  readonly looseNodes: number;
  /** Twice the greatest radius. */
  readonly reach: number;
}

/** The far field that leaves have kept: what it was computed for, and what has happened since. */
interface KeptField {
  readonly theta: number;
  readonly range: number;
  readonly leafRadius: number;
  /** Mean way of the nodes. */
  drift: number;
  steps: number;
}

export class WasmKernel implements StartKernel {
  readonly backend = 'cpu-wasm';
  readonly #kernel: KernelExports;
  readonly #memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #pool: ThreadPool;
  #loaded: Loaded | undefined;
  #words: Uint32Array = new Uint32Array();
  #reals: Float32Array = new Float32Array();
  #work = Infinity;
  #freshWork = 0;
  /** See {@link levelThresholds}; as it was when the nodes were sorted last. */
  #spread = 0;
  #moments: Moments | undefined;
  #kept: KeptField | undefined;

  constructor(kernel: KernelExports, memory: WebAssembly.Memory, limit: number, pool: ThreadPool) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#limit = limit;
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#loaded?.plan.bytes ?? 0;
  }

  /** Threads that take part at present. */
  get threads(): number {
    return this.#pool.active;
  }

  async load(graph: KernelGraph): Promise<void> {
    const plan = planMemory({
      nodes: graph.nodes,
      entries: countEntries(graph.offsets),
      grouped: graph.groups !== undefined,
      colliding: graph.radii !== undefined,
      threads: this.#pool.threads,
      scratchBytes: (depth) => this.#kernel.scratchBytes(depth),
    });
    if (plan.bytes > this.#limit) throw new MemoryLimitError(plan.bytes, this.#limit);
    const missing = plan.bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#reals = new Float32Array(this.#memory.buffer);
    this.#write(plan, graph);
    const looseNodes = graph.flags.reduce((sum, flag) => sum + (flag & at.FLAG_LOOSE), 0);
    const mass = graph.masses.reduce((sum, one) => sum + one, 0);
    const reach = 2 * (graph.radii?.reduce((most, radius) => Math.max(most, radius), 0) ?? 0);
    this.#loaded = { plan, graph, mass, looseNodes, reach };
    this.#work = Infinity;
    this.#moments = undefined;
    this.#kept = undefined;
  }

  #write(plan: MemoryPlan, graph: KernelGraph): void {
    const { buffer } = this.#memory;
    for (const [field, address] of plan.addresses) this.#words[field / 4] = address;
    const address = (field: number): number => plan.addresses.get(field)!;
    this.#words[at.F_NODES / 4] = graph.nodes;
    this.#words[at.F_LEAVES / 4] = plan.leaves;
    this.#words[at.F_DEPTH / 4] = plan.depth;
    this.#words[at.F_TASK_LEVEL / 4] = plan.taskLevel;
    this.#words[at.F_SCRATCH_BYTES / 4] = plan.scratchBytes;
    new Int32Array(buffer, address(at.F_LEVELS), plan.depth + 1).set(plan.firstQuads);
    new Uint16Array(buffer, address(at.F_HILBERT), DOUBLE_TRANSITIONS.length).set(DOUBLE_TRANSITIONS);
    new Float32Array(buffer, address(at.F_MASSES), graph.nodes).set(graph.masses);
    new Uint8Array(buffer, address(at.F_FLAGS), graph.nodes).set(graph.flags);
    if (graph.groups) new Uint8Array(buffer, address(at.F_GROUPS), graph.nodes).set(graph.groups);
    if (graph.radii) new Float32Array(buffer, address(at.F_RADII), graph.nodes).set(graph.radii);
    writeSlices(graph, {
      offsets: new Uint32Array(buffer, address(at.F_OFFSETS), countSlices(graph.nodes) + 1),
      neighbours: new Uint32Array(buffer, address(at.F_NEIGHBOURS)),
      stiffness: new Float32Array(buffer, address(at.F_STIFFNESS)),
    });
    this.#set(at.F_ONE, 1);
    this.#set(at.F_SOFTENING, SOFTENING_SQUARED);
    this.#kernel.resetNodes(STEP.first);
    this.#writePositions(graph.positions);
  }

  #positionsNow(): Float32Array {
    const nodes = this.#words[at.F_NODES / 4]!;
    return new Float32Array(this.#memory.buffer, this.#words[at.F_POSITIONS_NOW / 4], nodes * 4);
  }

  #writePositions(positions: Float32Array): void {
    const now = this.#positionsNow();
    for (let p = 0, q = 0; p < positions.length; p += 3, q += 4) {
      now[q] = positions[p]!;
      now[q + 1] = positions[p + 1]!;
      now[q + 2] = positions[p + 2]!;
      now[q + 3] = 0;
    }
  }

  async run(steps: readonly KernelStep[]): Promise<KernelReport> {
    let movement = 0;
    for (const step of steps) movement = this.#step(step, 0);
    return { movement };
  }

  /** Sorts before every move: nodes go further than they are apart. */
  async relax(step: KernelStep, iterations: number, firstMove: number): Promise<void> {
    const shrink = 0.1 ** (1 / iterations);
    for (let k = 0, limit = firstMove; k < iterations; k++, limit *= shrink) {
      this.#work = Infinity;
      this.#step({ ...step, limit }, at.MODE_START);
    }
  }

  /** One step. @returns mean distance moved */
  #step(step: KernelStep, mode: number): number {
    const { graph } = this.#require();
    this.#prepare(step, mode | (step.flat ? at.MODE_FLAT : 0));
    this.#move();
    this.#swap(at.F_POSITIONS_NOW, at.F_POSITIONS_NEXT);
    this.#swap(at.F_POINTS_NOW, at.F_POINTS_NEXT);
    this.#swap(at.F_CELLS_NOW, at.F_CELLS_NEXT);
    const movement = this.#readPartials() / graph.nodes;
    if (this.#kept) {
      this.#kept.drift += movement;
      this.#kept.steps++;
    }
    return movement;
  }

  /** Springs first: a step finds their pulls where it will write to. */
  #move(): void {
    const { plan, graph } = this.#require();
    this.#pool.run(at.PHASE_PULL, Math.ceil(countSlices(graph.nodes) / at.SLICES_PER_TASK));
    this.#pool.run(at.PHASE_STEP, plan.tasks);
  }

  /** Brings tree and header up to date for a step. */
  #prepare(step: KernelStep, mode: number): void {
    const { plan, mass, reach } = this.#require();
    this.#set(at.F_COLLISION_REACH, step.collision > 0 ? reach : 0);
    const stale = this.#work > STALE_WORK * this.#freshWork;
    if (stale) {
      this.#sort();
      // Not known before the step; until then the order counts as fresh, so that it is not sorted twice.
      this.#work = 0;
      this.#freshWork = 0;
    }
    const keeps = !stale && this.#keeps(step);
    if (!keeps) this.#kernel.fitUpwards();
    if (stale) this.#spread = this.#kernel.spreadRatio();
    if (!keeps) this.#kept = this.#keepFrom(step, mode);
    const moments = this.#moments!;
    const centre = step.anchored ? [0, 0, 0] : moments.mean;
    this.#set(at.F_REPULSION, step.repulsion);
    this.#set(at.F_FAR, 1 / (step.range * step.range));
    this.#set(at.F_SPRING, step.spring);
    this.#set(at.F_GRAVITY, step.gravity);
    this.#set(at.F_LOOSE_GRAVITY, looseGravity(step.repulsion, step.range, mass, moments.radius));
    for (let axis = 0; axis < 3; axis++) this.#set(at.F_CENTRE_X + axis * 4, centre[axis]!);
    this.#set(at.F_LIMIT, step.limit);
    this.#set(at.F_CLUSTER, step.cluster);
    this.#set(at.F_COLLISION, step.collision);
    this.#words[at.F_MODE / 4] = mode | (keeps ? at.MODE_KEPT : 0);
    for (const [level, { theta, gap }] of levelThresholds(step.theta, plan.depth, this.#spread).entries()) {
      this.#set(at.F_THETA + level * 4, theta * theta);
      this.#set(at.F_GAP + level * 4, gap);
    }
    if (step.cluster > 0) this.#kernel.meanGroups();
  }

  /** Whether the far field of an earlier step is good enough for this one. */
  #keeps({ theta, range, collision }: KernelStep): boolean {
    const kept = this.#kept;
    // Where nodes collide, those that come near must be seen at once.
    if (!kept || collision > 0 || kept.theta !== theta || kept.range !== range) return false;
    const near = Math.min(KEPT_DRIFT.leaf * kept.leafRadius, KEPT_DRIFT.range * range);
    return kept.steps <= KEPT_STEPS && kept.drift <= near * (theta / KEPT_THETA) ** 3;
  }

  #keepFrom({ theta, range }: KernelStep, mode: number): KeptField | undefined {
    // At the start nodes go far and are sorted before every move.
    if (mode & at.MODE_START) return undefined;
    return { theta, range, leafRadius: this.#kernel.leafRadius(), drift: 0, steps: 0 };
  }

  #sort(): void {
    const { plan, graph } = this.#require();
    const grid = gridOver(this.#moments ?? momentsOf(this.#positionsNow(), graph.flags, 4));
    for (let axis = 0; axis < 3; axis++) this.#set(at.F_GRID_X + axis * 4, grid.origin[axis]!);
    this.#set(at.F_GRID_SCALE, grid.scale);
    this.#pool.run(at.PHASE_KEYS, Math.ceil(graph.nodes / at.KEYS_PER_TASK));
    this.#kernel.partOrder();
    this.#pool.run(at.PHASE_SORT, at.SORT_TASKS);
    this.#pool.run(at.PHASE_FIT, plan.tasks);
    this.#readPartials();
  }

  /** Adds up what the tasks of the last phase noted, in their order. @returns sum of the distances moved */
  #readPartials(): number {
    const { plan, graph, looseNodes } = this.#require();
    this.#kernel.sumPartials(plan.tasks);
    const sums = new Float64Array(this.#memory.buffer, plan.addresses.get(at.F_PARTIALS), at.PARTIAL);
    const work = sums[7]!;
    // With a kept far field much less is done, which says nothing about the order.
    if (work > 0 && (this.#words[at.F_MODE / 4]! & at.MODE_KEPT) === 0) {
      this.#work = work;
      if (this.#freshWork === 0) this.#freshWork = work;
    }
    this.#moments = momentsFromSums(sums, graph.nodes - looseNodes);
    return sums[6]!;
  }

  async forces(step: KernelStep): Promise<Float32Array> {
    const { graph } = this.#require();
    this.#prepare(step, at.MODE_FORCES);
    this.#move();
    const wide = new Float32Array(this.#memory.buffer, this.#words[at.F_POSITIONS_NEXT / 4], graph.nodes * 4);
    return narrow(wide, graph.nodes);
  }

  async read(): Promise<Float32Array> {
    return narrow(this.#positionsNow(), this.#require().graph.nodes);
  }

  async place(nodes: Uint32Array, places: Float32Array): Promise<void> {
    this.#require();
    const now = this.#positionsNow();
    for (let k = 0, p = 0; k < nodes.length; k++, p += 3) {
      const q = nodes[k]! * 4;
      now[q] = places[p]!;
      now[q + 1] = places[p + 1]!;
      now[q + 2] = places[p + 2]!;
    }
    // Points and cells are of the old places.
    this.#work = Infinity;
    this.#moments = undefined;
  }

  async prepare(step: KernelStep): Promise<void> {
    this.#prepare(step, 0);
    // The far field of these places has not been computed yet.
    this.#kept = undefined;
  }

  async dispose(): Promise<void> {
    this.#loaded = undefined;
    await this.#pool.dispose();
  }

  #require(): Loaded {
    if (!this.#loaded) throw new Error('no graph has been loaded');
    return this.#loaded;
  }

  #set(field: number, value: number): void {
    this.#reals[field / 4] = value;
  }

  #swap(a: number, b: number): void {
    const kept = this.#words[a / 4]!;
    this.#words[a / 4] = this.#words[b / 4]!;
    this.#words[b / 4] = kept;
  }
}

/** x, y, z of x, y, z, 0. */
function narrow(wide: Float32Array, nodes: number): Float32Array {
  const out = new Float32Array(nodes * 3);
  for (let p = 0, q = 0; p < out.length; p += 3, q += 4) {
    out[p] = wide[q]!;
    out[p + 1] = wide[q + 1]!;
    out[p + 2] = wide[q + 2]!;
  }
  return out;
}
