/** The kernel on a WebGPU device. The same sources run in browsers and, through Dawn, in Node. */
/// <reference types="@webgpu/types" />
import {
  type KernelGraph,
  KernelLostError,
  type KernelReport,
  type KernelStep,
  type LosableKernel,
} from '../kernel.ts';
import { type BufferLimits, checkPlan, planBuffers, STEPS_PER_SUBMIT, unpackVectors } from './buffers.ts';
import { DeviceGraph, type WorkBounds } from './device-graph.ts';
import { createPrograms, type Programs } from './pipelines.ts';
import { ReadbackPool } from './readback.ts';
import { NEAR_LIMIT } from './wgsl-repulsion.ts';
import { MOVEMENT_VECTOR } from './wgsl-statistics.ts';

const VECTOR = 16;

/** Bounds of a kernel. */
export interface WebGpuKernelOptions {
  /** Bytes of device memory that a graph may take. */
  readonly memoryLimit: number;
  /** For tests; by default what the device can and what it can do in time. */
  readonly bounds?: Partial<WorkBounds>;
}

/** Largest buffers that the device can bind. */
export const bufferLimitOf = ({ limits }: GPUDevice): number =>
  Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);

/**
 * Compiles the shaders. The device stays the caller's: disposing of the kernel frees its buffers only.
 *
 * @throws GPUPipelineError (rejects) when the device refuses a shader
 */
export async function createWebGpuKernel(device: GPUDevice, options: WebGpuKernelOptions): Promise<LosableKernel> {
  return new WebGpuKernel(device, await createPrograms(device), options);
}

/** How people call the device. */
function adapterName({ vendor, architecture, description }: GPUAdapterInfo): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unknown adapter';
}

interface Loaded {
  readonly graph: DeviceGraph;
  readonly readbacks: ReadbackPool;
}

class WebGpuKernel implements LosableKernel {
  readonly backend = 'webgpu';
  readonly adapter: string;
  readonly lost: Promise<Error>;
  readonly #device: GPUDevice;
  readonly #programs: Programs;
  readonly #limits: BufferLimits;
  readonly #bounds: WorkBounds;
  #announce: (error: Error) => void = () => {};
  #loss: Error | undefined;
  #loaded: Loaded | undefined;
  #disposed = false;
  /** Submissions go to the device in the order of the calls; only what comes back may overlap. */
  #order: Promise<unknown> = Promise.resolve();

  constructor(device: GPUDevice, programs: Programs, { memoryLimit, bounds }: WebGpuKernelOptions) {
    this.adapter = adapterName(device.adapterInfo);
    this.#device = device;
    this.#programs = programs;
    this.#limits = { memory: memoryLimit, buffer: bufferLimitOf(device) };
    const dispatchWidth = device.limits.maxComputeWorkgroupsPerDimension;
    this.#bounds = { dispatchWidth, nearLimit: NEAR_LIMIT, ...bounds };
    this.lost = new Promise((resolve) => (this.#announce = resolve));
    device.addEventListener('uncapturederror', this.#onError);
    void device.lost.then(({ message }) => this.#lose(`the device is gone: ${message}`));
  }

  readonly #onError = ({ error }: GPUUncapturedErrorEvent): void => this.#lose(`the device failed: ${error.message}`);

  #lose(message: string): void {
    if (this.#disposed) return;
    this.#loss ??= new KernelLostError(message);
    this.#announce(this.#loss);
  }

  get bytes(): number {
    return this.#loaded?.graph.account.bytes ?? 0;
  }

  async load(graph: KernelGraph): Promise<void> {
    const plan = planBuffers(graph);
    checkPlan(plan, this.#limits);
    await this.#inOrder(async () => {
      await this.#loaded?.readbacks.idle();
      this.#assertAlive();
      this.#free();
      await this.#checked(() => {
        const onDevice = new DeviceGraph(this.#device, this.#programs, graph, plan, this.#bounds);
        this.#loaded = { graph: onDevice, readbacks: new ReadbackPool(onDevice.account, plan.readback) };
      });
    });
  }

  async run(steps: readonly KernelStep[]): Promise<KernelReport> {
    if (steps.length === 0) return { movement: 0 };
    const statistics = await this.#compute('statistics', VECTOR * (MOVEMENT_VECTOR + 1), (graph) => {
      for (let begin = 0; begin < steps.length; begin += STEPS_PER_SUBMIT) {
        const some = steps.slice(begin, begin + STEPS_PER_SUBMIT);
        const isLast = begin + some.length === steps.length;
        graph.prepare(some);
        this.#submitPass((pass) => {
          for (const [step, { limit }] of some.entries()) graph.encodeStep({ pass, step }, limit);
          if (isLast) graph.encodeReport({ pass, step: some.length - 1 });
        });
      }
    });
    return { movement: new Float32Array(statistics)[4 * MOVEMENT_VECTOR]! };
  }

  async forces(step: KernelStep): Promise<Float32Array> {
    return this.#computeTriples('forces', (graph) => {
      graph.prepare([step]);
      this.#submitPass((pass) => graph.encodeForces({ pass, step: 0 }));
    });
  }

  async read(): Promise<Float32Array> {
    return this.#computeTriples('positions', () => {});
  }

  async place(nodes: Uint32Array, places: Float32Array): Promise<void> {
    await this.#inOrder(async () => {
      const { graph } = this.#require();
      const outside = nodes.find((node) => node >= graph.nodes);
      if (outside !== undefined) throw new RangeError(`there is no node ${outside}`);
      await this.#checked(() => {
        for (const [at, node] of nodes.entries())
          graph.place(node, Float32Array.from(places.subarray(3 * at, 3 * at + 3)));
      });
    });
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#device.removeEventListener('uncapturederror', this.#onError);
    this.#free();
  }

  #free(): void {
    this.#loaded?.graph.account.dispose();
    this.#loaded = undefined;
  }

  #submitPass(encode: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  async #computeTriples(from: 'forces' | 'positions', submit: (graph: DeviceGraph) => void): Promise<Float32Array> {
    const bytes = VECTOR * this.#require().graph.nodes;
    return unpackVectors(new Float32Array(await this.#compute(from, bytes, submit)));
  }

  /** Lets the device work, then brings the beginning of a buffer back. */
  async #compute(
    from: 'forces' | 'positions' | 'statistics',
    bytes: number,
    submit: (graph: DeviceGraph) => void,
  ): Promise<ArrayBuffer> {
    const { slot, checked } = await this.#inOrder(async () => {
      const { graph, readbacks } = this.#require();
      const slot = await readbacks.acquire();
      const checked = this.#checked(() => {
        submit(graph);
        const encoder = this.#device.createCommandEncoder();
        encoder.copyBufferToBuffer(graph.buffers[from], 0, slot.buffer, 0, bytes);
        this.#device.queue.submit([encoder.finish()]);
      });
      return { slot, checked };
    });
    const [failure, result] = await Promise.allSettled([checked, slot.finish(bytes)]);
    if (failure.status === 'rejected') throw failure.reason;
    if (result.status === 'fulfilled') return result.value;
    this.#assertAlive();
    throw new KernelLostError(`the device does not answer: ${String(result.reason)}`);
  }

  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#order.then(work);
    this.#order = result.catch(() => {});
    return result;
  }

  /** Does device work at once and resolves when the device has found no fault with it. */
  async #checked(work: () => void): Promise<void> {
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const faults: Promise<GPUError | null>[] = [];
    try {
      work();
    } finally {
      faults.push(this.#device.popErrorScope(), this.#device.popErrorScope());
    }
    const results = await Promise.allSettled(faults);
    const message = results
      .map((one) => (one.status === 'rejected' ? String(one.reason) : one.value?.message))
      .find(Boolean);
    if (message === undefined) return;
    this.#lose(`the device refused its work: ${message}`);
    throw this.#loss ?? new KernelLostError(message);
  }

  #assertAlive(): void {
    if (this.#disposed) throw new KernelLostError('the kernel was disposed');
    if (this.#loss) throw this.#loss;
  }

  #require(): Loaded {
    this.#assertAlive();
    if (!this.#loaded) throw new Error('no graph was loaded');
    return this.#loaded;
  }
}
