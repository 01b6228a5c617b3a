import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserPath, softwareVulkan, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { chromium } from 'playwright-core';
import type { KernelGraph, KernelStep } from '../kernel.ts';
import { openDawnDevice } from './dawn.ts';
import { serveSources } from './page/source-server.ts';
import { FULL_STEP, mixedGraph } from './test-kernel-graphs.ts';
import { createWebGpuKernel } from './webgpu-kernel.ts';

const MEMORY = 1e9;
const missing = browserPath === undefined || softwareVulkan === undefined;
const skip = missing && !process.env['CI'] ? 'no Chromium with a Vulkan driver in software here' : false;

test('Node and Chromium give the same bits on the same device', { skip }, async () => {
  const graph = mixedGraph(5000);
  const steps = Array.from({ length: 5 }, (_, k) => ({ ...FULL_STEP, limit: 0.2 + 0.1 * k }));
  const inNode = await stepsInNode(graph, steps);
  assert.ok(inNode.every(Number.isFinite));
  assert.deepEqual(await stepsInChromium(graph, steps), inNode);
});

async function stepsInNode(graph: KernelGraph, steps: readonly KernelStep[]): Promise<Float32Array> {
  process.env['VK_DRIVER_FILES'] = softwareVulkan;
  const device = await openDawnDevice({ allowSoftware: true });
  const kernel = await createWebGpuKernel(device, { memoryLimit: MEMORY });
  await kernel.load(graph);
  await kernel.run(steps);
  const positions = await kernel.read();
  await kernel.dispose();
  device.destroy();
  return positions;
}

async function stepsInChromium(graph: KernelGraph, steps: readonly KernelStep[]): Promise<Float32Array> {
  const server = await serveSources();
  const browser = await chromium.launch({ executablePath: browserPath!, args: [...WEBGPU_FLAGS] });
  try {
    const page = await browser.newPage();
    await page.goto(server.address);
    const plain = Object.fromEntries(
      Object.entries(graph).map(([name, value]) => [
        name,
        ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value,
      ]),
    );
    const positions = await page.evaluate(runInPage, { plain, steps, memoryLimit: MEMORY });
    return Float32Array.from(positions);
  } finally {
    await browser.close();
    server.close();
  }
}

interface PageInput {
  readonly plain: Record<string, unknown>;
  readonly steps: readonly KernelStep[];
  readonly memoryLimit: number;
}

/** Runs in the page: nothing outside this function is known there. */
async function runInPage({ plain, steps, memoryLimit }: PageInput): Promise<number[]> {
  const numbers = (name: string): number[] => plain[name] as number[];
  const address = '/layout/src/webgpu/webgpu-kernel.ts';
  const sources = (await import(address)) as { readonly createWebGpuKernel: typeof createWebGpuKernel };
  const adapter = await navigator.gpu.requestAdapter();
  const kernel = await sources.createWebGpuKernel(await adapter!.requestDevice(), { memoryLimit });
  await kernel.load({
    nodes: plain['nodes'] as number,
    offsets: Uint32Array.from(numbers('offsets')),
    neighbours: Uint32Array.from(numbers('neighbours')),
    stiffness: Float32Array.from(numbers('stiffness')),
    masses: Float32Array.from(numbers('masses')),
    flags: Uint8Array.from(numbers('flags')),
    groups: Uint8Array.from(numbers('groups')),
    radii: Float32Array.from(numbers('radii')),
    positions: Float32Array.from(numbers('positions')),
  });
  await kernel.run(steps);
  return [...(await kernel.read())];
}
