/** What all pipelines of the scene's pass have in common. */

/** 16-bit floats, in which thousands of faint lines add up without burning out. */
export const LIGHT_FORMAT: GPUTextureFormat = 'rgba16float';
export const DEPTH_FORMAT: GPUTextureFormat = 'depth24plus';

/** Light on light. */
const ADD: GPUBlendComponent = { srcFactor: 'one', dstFactor: 'one' };
/** Colours that bring their own opacity, multiplied in. */
const COVER: GPUBlendComponent = { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' };

/** A pipeline of the scene's pass. */
export interface ScenePipeline {
  readonly label: string;
  readonly code: string;
  readonly layout: GPUBindGroupLayout;
  readonly topology: GPUPrimitiveTopology;
  readonly blend: 'add' | 'cover';
  /** Whether what is nearer hides what is further; else it is drawn over everything. */
  readonly hides: boolean;
  /** Instances that it reads, if any. */
  readonly instances?: GPUVertexBufferLayout;
}

/** @throws GPUPipelineError when the driver refuses it */
export function scenePipeline(device: GPUDevice, wanted: ScenePipeline): Promise<GPURenderPipeline> {
  const module = device.createShaderModule({ label: wanted.label, code: wanted.code });
  const component = wanted.blend === 'add' ? ADD : COVER;
  return device.createRenderPipelineAsync({
    label: wanted.label,
    layout: device.createPipelineLayout({ bindGroupLayouts: [wanted.layout] }),
    vertex: { module, buffers: wanted.instances ? [wanted.instances] : [] },
    fragment: { module, targets: [{ format: LIGHT_FORMAT, blend: { color: component, alpha: component } }] },
    primitive: { topology: wanted.topology },
    depthStencil: {
      format: DEPTH_FORMAT,
      depthWriteEnabled: wanted.hides,
      depthCompare: wanted.hides ? 'less' : 'always',
    },
  });
}
