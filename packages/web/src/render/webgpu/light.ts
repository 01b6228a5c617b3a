/** From light to a picture: a glow of what is bright, and a tone curve over both. */
import { GLOW_STRENGTH, type Size, type TargetSizes, targetSizes } from '../targets.ts';
import { DEPTH_FORMAT, LIGHT_FORMAT } from './pipelines.ts';

/** One triangle over the whole target; texture coordinates grow to the right and down. */
const SCREEN = `
struct Screen {
  @builtin(position) position: vec4f,
  @location(0) uv: vec2f,
}
@vertex fn vertex(@builtin(vertex_index) i: u32) -> Screen {
  let uv = vec2f(f32((i << 1u) & 2u), f32(i & 2u));
  return Screen(vec4f(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 0.0, 1.0), uv);
}
@group(0) @binding(0) var smooth_: sampler;
@group(0) @binding(1) var source: texture_2d<f32>;
@group(0) @binding(2) var glow: texture_2d<f32>;
fn read(uv: vec2f) -> vec4f { return textureSampleLevel(source, smooth_, uv, 0.0); }
`;

/** Mean of 4 x 4 pixels by four filtered reads: a plain blur of every fourth pixel would turn thin lines into dashes. */
const SHRINK = `${SCREEN}
@fragment fn fragment(screen: Screen) -> @location(0) vec4f {
  let pixel = 1.0 / vec2f(textureDimensions(source));
  return 0.25 * (read(screen.uv - pixel) + read(screen.uv + pixel)
    + read(screen.uv + pixel * vec2f(-1.0, 1.0)) + read(screen.uv + pixel * vec2f(1.0, -1.0)));
}`;

/** Gaussian of nine taps, across or down. */
const BLUR = `${SCREEN}
override down: bool;
@fragment fn fragment(screen: Screen) -> @location(0) vec4f {
  const weights = array(0.1945, 0.1216, 0.054, 0.0162);
  let tap = 1.2 / vec2f(textureDimensions(source)) * select(vec2f(1.0, 0.0), vec2f(0.0, 1.0), down);
  var sum = read(screen.uv).rgb * 0.227;
  for (var i = 0; i < 4; i++) {
    let away = tap * f32(i + 1);
    sum += (read(screen.uv + away).rgb + read(screen.uv - away).rgb) * weights[i];
  }
  return vec4f(sum, 1.0);
}`;

/** Light to screen: a logarithm of the strongest channel keeps hues where a clamp would burn them white. */
const TONE = `${SCREEN}
fn noise(p: vec2f) -> f32 { return fract(52.9829189 * fract(dot(p, vec2f(0.06711056, 0.00583715)))); }
@fragment fn fragment(screen: Screen) -> @location(0) vec4f {
  let size = vec2f(textureDimensions(source));
  let light = read(screen.uv).rgb + textureSampleLevel(glow, smooth_, screen.uv, 0.0).rgb * ${GLOW_STRENGTH};
  let peak = max(max(light.r, light.g), max(light.b, 1e-5));
  let mapped = pow(log(1.0 + peak * 6.0) / log(1.0 + 6.0 * 2.6), 1.2);
  var colour = light / peak * mapped;
  colour = mix(colour, vec3f(mapped), smoothstep(0.9, 1.6, mapped) * 0.6);
  let centred = (screen.uv - 0.5) * vec2f(size.x / size.y, 1.0);
  let sky = mix(vec3f(0.0052, 0.0068, 0.0155), vec3f(0.0016, 0.002, 0.005), smoothstep(0.0, 0.95, length(centred)));
  colour = sqrt(min(colour * 1.12 + sky, vec3f(1.0)));
  return vec4f(colour + (noise(screen.position.xy) - 0.5) / 255.0, 1.0);
}`;

/** A coarse picture, enlarged. */
const COPY = `${SCREEN}
@fragment fn fragment(screen: Screen) -> @location(0) vec4f { return read(screen.uv); }`;

interface Pipelines {
  readonly layout: GPUBindGroupLayout;
  readonly shrink: GPURenderPipeline;
  readonly blurAcross: GPURenderPipeline;
  readonly blurDown: GPURenderPipeline;
  readonly tone: GPURenderPipeline;
  readonly copy: GPURenderPipeline;
}

/** One pass over a target; without one, over the canvas. */
interface Pass {
  readonly pipeline: GPURenderPipeline;
  readonly group: GPUBindGroup;
  readonly into: GPUTextureView | null;
}

/** What a picture of one size goes through. */
export interface Targets {
  readonly sizes: TargetSizes;
  readonly scene: GPUTextureView;
  readonly depth: GPUTextureView;
  readonly passes: readonly Pass[];
  readonly textures: readonly GPUTexture[];
}

export class Light {
  readonly #device: GPUDevice;
  readonly #format: GPUTextureFormat;
  readonly #sampler: GPUSampler;
  readonly #pipelines: Pipelines;
  /** Of full and of half resolution. */
  #targets: [Targets | null, Targets | null] = [null, null];

  private constructor(device: GPUDevice, format: GPUTextureFormat, pipelines: Pipelines) {
    this.#device = device;
    this.#format = format;
    this.#pipelines = pipelines;
    this.#sampler = device.createSampler({ minFilter: 'linear', magFilter: 'linear' });
  }

  /** @param format of the canvas */
  static async open(device: GPUDevice, format: GPUTextureFormat): Promise<Light> {
    const visibility = GPUShaderStage.FRAGMENT;
    const layout = device.createBindGroupLayout({
      label: 'light',
      entries: [
        { binding: 0, visibility, sampler: {} },
        { binding: 1, visibility, texture: {} },
        { binding: 2, visibility, texture: {} },
      ],
    });
    const pipeline = (label: string, code: string, into: GPUTextureFormat, constants: Record<string, number> = {}) => {
      const module = device.createShaderModule({ label, code });
      return device.createRenderPipelineAsync({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        vertex: { module },
        fragment: { module, targets: [{ format: into }], constants },
      });
    };
    const [shrink, blurAcross, blurDown, tone, copy] = await Promise.all([
      pipeline('shrink', SHRINK, LIGHT_FORMAT),
      pipeline('blur across', BLUR, LIGHT_FORMAT, { down: 0 }),
      pipeline('blur down', BLUR, LIGHT_FORMAT, { down: 1 }),
      pipeline('tone', TONE, format),
      pipeline('copy', COPY, format),
    ]);
    return new Light(device, format, { layout, shrink, blurAcross, blurDown, tone, copy });
  }

  /** Targets for a canvas of this size, device pixels. */
  sized(width: number, height: number, coarse: boolean): Targets {
    const which = coarse ? 1 : 0;
    const sizes = targetSizes(width, height, coarse);
    const old = this.#targets[which];
    if (old && old.sizes.scene[0] === sizes.scene[0] && old.sizes.scene[1] === sizes.scene[1]) return old;
    for (const texture of old?.textures ?? []) texture.destroy();
    return (this.#targets[which] = this.#create(sizes, coarse));
  }

  #create(sizes: TargetSizes, coarse: boolean): Targets {
    const textures: GPUTexture[] = [];
    const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING;
    const target = (label: string, [width, height]: Size, format: GPUTextureFormat) => {
      const texture = this.#device.createTexture({ label, size: { width, height }, format, usage });
      textures.push(texture);
      return texture.createView();
    };
    const scene = target('scene', sizes.scene, LIGHT_FORMAT);
    const depth = target('depth', sizes.scene, DEPTH_FORMAT);
    const glow = target('glow', sizes.glow, LIGHT_FORMAT);
    const spare = target('spare', sizes.glow, LIGHT_FORMAT);
    const final = coarse ? target('final', sizes.scene, this.#format) : null;
    const { shrink, blurAcross, blurDown, tone, copy } = this.#pipelines;
    const passes: Pass[] = [
      { pipeline: shrink, group: this.#group(scene), into: glow },
      { pipeline: blurAcross, group: this.#group(glow), into: spare },
      { pipeline: blurDown, group: this.#group(spare), into: glow },
      { pipeline: tone, group: this.#group(scene, glow), into: final },
    ];
    if (final) passes.push({ pipeline: copy, group: this.#group(final), into: null });
    return { sizes, scene, depth, passes, textures };
  }

  #group(source: GPUTextureView, glow = source): GPUBindGroup {
    const entries = [this.#sampler, source, glow].map((resource, binding) => ({ binding, resource }));
    return this.#device.createBindGroup({ layout: this.#pipelines.layout, entries });
  }

  /** Turns the light in `targets` into a picture. */
  develop(encoder: GPUCommandEncoder, targets: Targets, canvas: GPUTextureView): void {
    for (const { pipeline, group, into } of targets.passes) {
      const view = into ?? canvas;
      const pass = encoder.beginRenderPass({ colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }] });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.draw(3);
      pass.end();
    }
  }
}
