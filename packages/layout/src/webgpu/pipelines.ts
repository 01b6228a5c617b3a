/** Compiles the shaders of the kernel, once per device. */
/// <reference types="@webgpu/types" />
import { bindingsOf, type Shader, UNIFORM_BYTES, wgslOf } from './shader.ts';
import { hubsShader, meansShader, moveShader, pullShader } from './wgsl-move.ts';
import { repulsionShader } from './wgsl-repulsion.ts';
import { countShader, keysShader, scanShader, scatterShader } from './wgsl-sort.ts';
import { concludeShader, sumShader } from './wgsl-statistics.ts';
import { climbShader, leavesShader } from './wgsl-tree.ts';

const SHADERS = {
  sum: sumShader,
  conclude: concludeShader,
  keys: keysShader,
  count: countShader,
  scan: scanShader,
  scatter: scatterShader,
  leaves: leavesShader,
  climb: climbShader,
  repulsion: repulsionShader,
  means: meansShader,
  hubs: hubsShader,
  pull: pullShader,
  move: moveShader,
} as const satisfies Record<string, Shader>;

export type ShaderName = keyof typeof SHADERS;

/** A shader ready to run. */
export interface Program {
  readonly shader: Shader;
  readonly pipeline: GPUComputePipeline;
  /** Of its storage buffers, in the order of its list. */
  readonly layout: GPUBindGroupLayout;
}

export interface Programs {
  /** Of group 0: graph, step and turn. */
  readonly uniforms: GPUBindGroupLayout;
  readonly of: Readonly<Record<ShaderName, Program>>;
}

const STAGE_COMPUTE = 0x4;

/**
 * Compiles all shaders, at the same time where the device can.
 *
 * @throws GPUPipelineError (rejects) when the device refuses a shader
 */
export async function createPrograms(device: GPUDevice): Promise<Programs> {
  const uniforms = device.createBindGroupLayout({
    label: 'uniforms',
    entries: [UNIFORM_BYTES.graph, UNIFORM_BYTES.step, UNIFORM_BYTES.pass].map((minBindingSize, binding) => ({
      binding,
      visibility: STAGE_COMPUTE,
      buffer: { type: 'uniform', hasDynamicOffset: binding > 0, minBindingSize },
    })),
  });
  const names = Object.keys(SHADERS) as ShaderName[];
  const compiled = await Promise.all(names.map(async (name) => compile(device, SHADERS[name], uniforms)));
  const programs = Object.fromEntries(names.map((name, at) => [name, compiled[at]!]));
  return { uniforms, of: programs as Record<ShaderName, Program> };
}

async function compile(device: GPUDevice, shader: Shader, uniforms: GPUBindGroupLayout): Promise<Program> {
  const { label } = shader;
  const layout = device.createBindGroupLayout({
    label,
    entries: bindingsOf(shader).map((name, binding) => ({
      binding,
      visibility: STAGE_COMPUTE,
      buffer: { type: shader.storage[name] === 'read' ? 'read-only-storage' : 'storage' },
    })),
  });
  const module = device.createShaderModule({ label, code: wgslOf(shader) });
  const pipeline = await device.createComputePipelineAsync({
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts: [uniforms, layout] }),
    compute: { module, entryPoint: 'main' },
  });
  return { shader, pipeline, layout };
}
