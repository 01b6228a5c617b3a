/** Runs in a page, with `node:test` and `node:assert` from the files beside: the suite of all kernels on the browser's WebGPU. */
/// <reference types="@webgpu/types" />
import { type CreateKernel, describeKernel } from '../../kernel-conformance.ts';
import type { Kernel } from '../../kernel.ts';
import { createWebGpuKernel } from '../webgpu-kernel.ts';
import { collectSuites, type Suite } from './case-collector.ts';

const MEMORY = 1e9;

/** The suite against the kernel, and against a faulty one that must not pass. All their kernels share one device. */
export async function collectKernelSuites(): Promise<{ readonly sound: Suite; readonly faulty: Suite }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('this browser has no WebGPU adapter');
  const device = await adapter.requestDevice();
  const create: CreateKernel = async ({ memoryLimit = MEMORY }) => createWebGpuKernel(device, { memoryLimit });
  const [sound, faulty] = collectSuites(() => {
    describeKernel('webgpu', create);
    describeKernel('faulty', async () => spoil(await create({})));
  });
  return { sound: sound!, faulty: faulty! };
}

/** Its forces are too strong and it changes the graph that it is given; above, it is not told its memory limit. */
const spoil = (kernel: Kernel): Kernel => ({
  backend: kernel.backend,
  get bytes() {
    return kernel.bytes;
  },
  load: async (graph) => {
    await kernel.load(graph);
    graph.positions[0]! += 1;
  },
  forces: async (step) => (await kernel.forces(step)).map((force) => 1.1 * force),
  run: (steps) => kernel.run(steps),
  read: () => kernel.read(),
  place: (nodes, places) => kernel.place(nodes, places),
  dispose: () => kernel.dispose(),
});
