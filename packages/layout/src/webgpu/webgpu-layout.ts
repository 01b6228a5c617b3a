/** A whole layout on a device that somebody has already: for pages. Nothing here needs Node. */
/// <reference types="@webgpu/types" />
import type { Random } from '@vortexflow/primitives';
import { createTypeScriptKernel } from '../cpu-ts/typescript-kernel.ts';
import type { LayoutEngine } from '../engine.ts';
import { createForceLayout } from '../force-layout.ts';
import { createWebGpuKernel } from './webgpu-kernel.ts';

/** Needs of a layout on a device. */
export interface WebGpuLayoutOptions {
  /** Bytes of device memory that a graph may take. */
  readonly memoryLimit: number;
  readonly random: Random;
}

/** An engine, and the end of it. */
export interface WebGpuLayout {
  readonly engine: LayoutEngine;
  /** Resolves with the reason when the device has gone or failed; never rejects. The engine is of no use then. */
  readonly lost: Promise<Error>;
}

/**
 * Compiles the shaders. The device stays the caller's: disposing of the engine frees its buffers only.
 *
 * @throws GPUPipelineError (rejects) when the device refuses a shader
 */
export async function createWebGpuLayout(
  device: GPUDevice,
  { memoryLimit, random }: WebGpuLayoutOptions,
): Promise<WebGpuLayout> {
  const kernel = await createWebGpuKernel(device, { memoryLimit });
  const engine = createForceLayout({ kernel, starter: createTypeScriptKernel(), random });
  return { engine, lost: kernel.lost };
}
