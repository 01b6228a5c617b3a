/** One graph on a device: its buffers, and the encoding of steps over them. */
/// <reference types="@webgpu/types" />
import type { KernelGraph, KernelStep } from '../kernel.ts';
import { STEP } from '../kernel.ts';
import {
  BufferAccount,
  type BufferPlan,
  findHubs,
  graphUniform,
  groupMembers,
  packVectors,
  type TreeShape,
  treeShape,
  UNIFORM_STRIDE,
  USAGE,
} from './buffers.ts';
import type { Program, Programs, ShaderName } from './pipelines.ts';
import { bindingsOf, type BufferName, MAX_LEVELS, STORAGE, UNIFORM_BYTES, WORKGROUP } from './shader.ts';
import { GROUP, leafStrictness } from './wgsl-repulsion.ts';
import { KEYS_PER_BLOCK, SORT_DIGITS, SORT_PASSES } from './wgsl-sort.ts';
import { NODES_PER_SUM, SUM } from './wgsl-statistics.ts';
import { CLIMB_WIDTH } from './wgsl-tree.ts';

/**
 * The order is renewed before a step when nodes may have gone this far since it was last, in layout units, in which
 * neighbours are about 1 apart. Known without asking the device: it follows from the limits of the steps.
 */
const STALE_TRAVEL = 0.5;

/** How much one dispatch may do. */
export interface WorkBounds {
  /** Workgroups in one dimension. */
  readonly dispatchWidth: number;
  /** Near leaves of which a group of nodes sums all pairs. */
  readonly nearLimit: number;
}

/** All of one graph. */
export class DeviceGraph {
  readonly nodes: number;
  readonly buffers: Readonly<Record<BufferName, GPUBuffer>>;
  readonly account: BufferAccount;
  readonly #device: GPUDevice;
  readonly #programs: Programs;
  readonly #shape: TreeShape;
  readonly #mass: number;
  readonly #groups: number;
  readonly #hubs: Uint32Array<ArrayBuffer>;
  readonly #hasRadii: boolean;
  readonly #steps: GPUBuffer;
  readonly #uniforms: GPUBindGroup;
  readonly #bound: Readonly<Record<ShaderName, GPUBindGroup>>;
  /** The sort's way back: from the buffers that it wrote to those that it read. */
  readonly #backwards: Readonly<Record<'count' | 'scatter', GPUBindGroup>>;
  readonly #bounds: WorkBounds;
  #travel = Infinity;

  constructor(device: GPUDevice, programs: Programs, graph: KernelGraph, plan: BufferPlan, bounds: WorkBounds) {
    this.nodes = graph.nodes;
    this.account = new BufferAccount(device);
    this.#device = device;
    this.#programs = programs;
    this.#shape = treeShape(graph.nodes);
    this.#mass = graph.masses.reduce((sum, mass) => sum + mass, 0);
    this.#groups = graph.groups ? graph.groups.reduce((most, group) => Math.max(most, group), 0) + 1 : 0;
    this.#hubs = findHubs(graph);
    this.#hasRadii = graph.radii !== undefined;
    this.#bounds = bounds;
    this.buffers = this.#createStorage(plan);
    this.#steps = this.account.create('steps', plan.steps, USAGE.uniform | USAGE.copyTarget);
    this.#uniforms = this.#createUniforms(graph, plan);
    this.#upload(graph);
    const { of } = programs;
    this.#bound = mapValues(of, (program) => this.#bind(program));
    const swapped = {
      ...this.buffers,
      keys: this.buffers.keysOut,
      order: this.buffers.orderOut,
      keysOut: this.buffers.keys,
      orderOut: this.buffers.order,
    };
    this.#backwards = { count: this.#bind(of.count, swapped), scatter: this.#bind(of.scatter, swapped) };
  }

  #createStorage(plan: BufferPlan): Record<BufferName, GPUBuffer> {
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    return mapValues(STORAGE, (_, name) => this.account.create(name, plan[name], usage));
  }

  #createUniforms(graph: KernelGraph, plan: BufferPlan): GPUBindGroup {
    const usage = USAGE.uniform | USAGE.copyTarget;
    const constants = this.account.create('graph', plan.graph, usage);
    const turns = this.account.create('turns', plan.turns, usage);
    this.#device.queue.writeBuffer(constants, 0, graphUniform(graph, this.#hubs.length));
    const indices = new Uint32Array(plan.turns / 4);
    for (let turn = 0; turn < MAX_LEVELS; turn++) indices[(turn * UNIFORM_STRIDE) / 4] = turn;
    this.#device.queue.writeBuffer(turns, 0, indices);
    return this.#device.createBindGroup({
      label: 'uniforms',
      layout: this.#programs.uniforms,
      entries: [
        { binding: 0, resource: { buffer: constants, size: UNIFORM_BYTES.graph } },
        { binding: 1, resource: { buffer: this.#steps, size: UNIFORM_BYTES.step } },
        { binding: 2, resource: { buffer: turns, size: UNIFORM_BYTES.pass } },
      ],
    });
  }

  #upload(graph: KernelGraph): void {
    const { positions, masses, flags, groups, radii } = graph;
    const write = (name: BufferName, data: Uint32Array | Float32Array): void =>
      this.#device.queue.writeBuffer(this.buffers[name], 0, data);
    write('positions', packVectors(positions, masses));
    const shares = new Float32Array(graph.nodes).fill(STEP.first);
    write('memory', packVectors(new Float32Array(3 * graph.nodes), shares));
    write(
      'attributes',
      Uint32Array.from(flags, (flag, node) => flag | ((groups?.[node] ?? 0) << 8)),
    );
    write('offsets', graph.offsets);
    write('neighbours', graph.neighbours);
    write('stiffness', graph.stiffness);
    write('hubs', this.#hubs);
    if (groups) write('members', groupMembers(groups));
    if (radii) write('radii', radii);
  }

  #bind({ shader, layout }: Program, buffers = this.buffers): GPUBindGroup {
    return this.#device.createBindGroup({
      label: shader.label,
      layout,
      entries: bindingsOf(shader).map((name, binding) => ({ binding, resource: { buffer: buffers[name] } })),
    });
  }

  /** Puts one node elsewhere. */
  place(node: number, place: Float32Array<ArrayBuffer>): void {
    this.#device.queue.writeBuffer(this.buffers.positions, 16 * node, place);
    this.#travel = Infinity;
  }

  /** Uploads the steps of one submission, at most {@link STEPS_PER_SUBMIT}. */
  prepare(steps: readonly KernelStep[]): void {
    const bytes = new ArrayBuffer(steps.length * UNIFORM_STRIDE);
    for (const [at, step] of steps.entries()) {
      const floats = new Float32Array(bytes, at * UNIFORM_STRIDE, UNIFORM_BYTES.step / 4);
      const far = 1 / step.range ** 2;
      floats.set([leafStrictness(step.theta), step.repulsion, far, step.spring]);
      const cluster = this.#groups > 0 ? step.cluster : 0;
      const collision = this.#hasRadii ? step.collision : 0;
      floats.set([step.gravity, cluster, collision, step.limit, step.repulsion * far * this.#mass], 4);
      new Uint32Array(bytes, at * UNIFORM_STRIDE).set(
        [Number(step.anchored), Number(step.flat), this.#bounds.nearLimit],
        9,
      );
    }
    this.#device.queue.writeBuffer(this.#steps, 0, bytes);
  }

  /** Encodes the forces of a prepared step, without the move. */
  encodeForces(site: Site): void {
    this.#encodeSum(site, SUM.positions);
    this.#encodeSum(site, SUM.deviations);
    if (this.#travel > STALE_TRAVEL) this.#encodeSort(site);
    this.#encodeTree(site);
    this.#dispatch(site, 'repulsion', this.nodes / GROUP);
    if (this.#groups > 0) this.#dispatch(site, 'means', this.#groups);
    if (this.#hubs.length > 0) this.#dispatch(site, 'hubs', this.#hubs.length);
    this.#dispatch(site, 'pull', this.nodes / WORKGROUP);
  }

  /** Encodes a prepared step. @param limit of its moves */
  encodeStep(site: Site, limit: number): void {
    this.encodeForces(site);
    this.#dispatch(site, 'move', this.nodes / WORKGROUP);
    this.#travel += limit;
  }

  /** Encodes the statistics of the last step's movement. */
  encodeReport(site: Site): void {
    this.#encodeSum(site, SUM.movement);
  }

  /** Encodes a new order of the nodes; needs the statistics of the positions. */
  #encodeSort(site: Site): void {
    const blocks = this.nodes / KEYS_PER_BLOCK;
    this.#dispatch(site, 'keys', this.nodes / WORKGROUP);
    for (let turn = 0; turn < SORT_PASSES; turn++) {
      const bound = turn % 2 === 0 ? this.#bound : this.#backwards;
      this.#dispatch(site, 'count', blocks, turn, bound.count);
      this.#dispatch(site, 'scan', SORT_DIGITS, turn);
      this.#dispatch(site, 'scatter', blocks, turn, bound.scatter);
    }
    this.#travel = 0;
  }

  #encodeSum(site: Site, sum: number): void {
    this.#dispatch(site, 'sum', this.nodes / NODES_PER_SUM, sum);
    this.#dispatch(site, 'conclude', 1, sum);
  }

  #encodeTree(site: Site): void {
    const { widths } = this.#shape;
    this.#dispatch(site, 'leaves', widths.at(-1)! / WORKGROUP);
    for (let level = widths.length - 2; level >= 0; level--) {
      this.#dispatch(site, 'climb', widths[level]! / WORKGROUP, level);
      if (widths[level]! <= CLIMB_WIDTH) break;
    }
  }

  /** @param workgroups rounded up; folded into two dimensions when they are more than one can hold */
  #dispatch({ pass, step }: Site, name: ShaderName, workgroups: number, turn = 0, bound = this.#bound[name]): void {
    const count = Math.ceil(workgroups);
    const rows = Math.ceil(count / this.#bounds.dispatchWidth);
    pass.setPipeline(this.#programs.of[name].pipeline);
    pass.setBindGroup(0, this.#uniforms, [step * UNIFORM_STRIDE, turn * UNIFORM_STRIDE]);
    pass.setBindGroup(1, bound);
    pass.dispatchWorkgroups(Math.ceil(count / rows), rows);
  }
}

/** Where commands go: into which pass, for which of the prepared steps. */
export interface Site {
  readonly pass: GPUComputePassEncoder;
  readonly step: number;
}

function mapValues<K extends string, A, B>(record: Readonly<Record<K, A>>, map: (value: A, key: K) => B): Record<K, B> {
  const keys = Object.keys(record) as K[];
  return Object.fromEntries(keys.map((key) => [key, map(record[key], key)])) as Record<K, B>;
}
