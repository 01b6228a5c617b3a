/** Nodes and edges: topology uploaded once, positions once per network frame or not at all, nothing per picture. */
import type { TopologyFrame } from '@vortexflow/protocol';
import { shuffledEdges } from '../../math/random-order.ts';
import type { ArrayPositions, Positions } from '../contract.ts';
import { packLooks } from '../looks.ts';
import { scenePipeline } from './pipelines.ts';
import { EDGE_SHADER, NODE_SHADER } from './shaders.ts';

interface Pipelines {
  readonly layout: GPUBindGroupLayout;
  readonly nodes: GPURenderPipeline;
  readonly edges: GPURenderPipeline;
}

/** Positions in buffers of our own; those of a layout are its own business. */
interface OwnPositions {
  from: GPUBuffer;
  to: GPUBuffer;
  /** What was uploaded last: when the next movement starts there, it need not be uploaded again. */
  last: Float32Array | null;
}

export class Cloud {
  readonly #device: GPUDevice;
  readonly #view: GPUBuffer;
  readonly #pipelines: Pipelines;
  #looks: GPUBuffer | null = null;
  #edgeEnds: GPUBuffer | null = null;
  #own: OwnPositions | null = null;
  #group: GPUBindGroup | null = null;
  #nodes = 0;
  #edges = 0;
  #stride = 3;

  private constructor(device: GPUDevice, view: GPUBuffer, pipelines: Pipelines) {
    this.#device = device;
    this.#view = view;
    this.#pipelines = pipelines;
  }

  /** @param view the buffer of the picture's numbers */
  static async open(device: GPUDevice, view: GPUBuffer): Promise<Cloud> {
    const both = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    const storage = (binding: number): GPUBindGroupLayoutEntry => ({
      binding,
      visibility: GPUShaderStage.VERTEX,
      buffer: { type: 'read-only-storage' },
    });
    const layout = device.createBindGroupLayout({
      label: 'cloud',
      entries: [{ binding: 0, visibility: both, buffer: {} }, storage(1), storage(2), storage(3), storage(4)],
    });
    const [nodes, edges] = await Promise.all([
      scenePipeline(device, {
        label: 'nodes',
        code: NODE_SHADER,
        layout,
        topology: 'triangle-strip',
        blend: 'cover',
        hides: true,
      }),
      scenePipeline(device, {
        label: 'edges',
        code: EDGE_SHADER,
        layout,
        topology: 'line-list',
        blend: 'add',
        hides: false,
      }),
    ]);
    return new Cloud(device, view, { layout, nodes, edges });
  }

  /** Floats from one node's position to the next. */
  get stride(): number {
    return this.#stride;
  }

  setTopology(topology: TopologyFrame): void {
    this.#group = null;
    this.#looks?.destroy();
    this.#edgeEnds?.destroy();
    this.#dropOwn();
    this.#nodes = topology.groups.length;
    this.#edges = topology.edges.length / 2;
    this.#looks = this.#filled('looks', packLooks(topology, this.#nodes));
    this.#edgeEnds = this.#filled('edges', shuffledEdges(topology.edges));
  }

  setPositions(positions: Positions): void {
    if (positions.kind === 'arrays') {
      this.#upload(positions);
      return;
    }
    this.#dropOwn();
    this.#stride = positions.stride;
    this.#bind(positions.from, positions.to);
  }

  #upload({ from, to }: ArrayPositions): void {
    this.#own ??= { from: this.#storage('from', from.byteLength), to: this.#storage('to', to.byteLength), last: null };
    const own = this.#own;
    if (from === own.last) [own.from, own.to] = [own.to, own.from];
    else this.#device.queue.writeBuffer(own.from, 0, from as Float32Array<ArrayBuffer>);
    this.#device.queue.writeBuffer(own.to, 0, to as Float32Array<ArrayBuffer>);
    own.last = to;
    this.#stride = 3;
    this.#bind(own.from, own.to);
  }

  #bind(from: GPUBuffer, to: GPUBuffer): void {
    if (!this.#looks || !this.#edgeEnds) return;
    const entries = [this.#view, from, to, this.#looks, this.#edgeEnds].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    this.#group = this.#device.createBindGroup({ label: 'cloud', layout: this.#pipelines.layout, entries });
  }

  /** At least a few bytes: an empty buffer cannot be bound. */
  #storage(label: string, bytes: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    return this.#device.createBuffer({ label, size: Math.max(16, bytes), usage });
  }

  #filled(label: string, data: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#storage(label, data.byteLength);
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  #dropOwn(): void {
    this.#own?.from.destroy();
    this.#own?.to.destroy();
    this.#own = null;
  }

  /** @param edgeShare share of the edges, 0 .. 1 */
  draw(pass: GPURenderPassEncoder, edgeShare: number): void {
    if (!this.#group) return;
    pass.setBindGroup(0, this.#group);
    pass.setPipeline(this.#pipelines.edges);
    pass.draw(Math.round(this.#edges * edgeShare) * 2);
    pass.setPipeline(this.#pipelines.nodes);
    pass.draw(4, this.#nodes);
  }
}
