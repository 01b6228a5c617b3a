/** What is lit: a handful of beams and stars, uploaded for every picture because it is small. */
import { BEAM_FLOATS, type OverlayShapes, STAR_FLOATS } from '../contract.ts';
import { scenePipeline } from './pipelines.ts';
import { BEAM_SHADER, STAR_SHADER } from './shaders.ts';

/** One kind of shape: its pipeline, and a buffer of instances that grows as needed. */
interface Batch {
  readonly pipeline: GPURenderPipeline;
  readonly floats: number;
  buffer: GPUBuffer | null;
}

export class Overlay {
  readonly #device: GPUDevice;
  readonly #group: GPUBindGroup;
  readonly #beams: Batch;
  readonly #stars: Batch;

  private constructor(device: GPUDevice, group: GPUBindGroup, beams: Batch, stars: Batch) {
    this.#device = device;
    this.#group = group;
    this.#beams = beams;
    this.#stars = stars;
  }

  /** @param view the buffer of the picture's numbers */
  static async open(device: GPUDevice, view: GPUBuffer): Promise<Overlay> {
    const layout = device.createBindGroupLayout({
      label: 'overlay',
      entries: [{ binding: 0, visibility: GPUShaderStage.VERTEX, buffer: {} }],
    });
    const pipeline = (label: string, code: string, fields: readonly GPUVertexFormat[]) =>
      scenePipeline(device, {
        label,
        code,
        layout,
        topology: 'triangle-strip',
        blend: 'cover',
        hides: false,
        instances: instances(fields),
      });
    const [beams, stars] = await Promise.all([
      pipeline('beams', BEAM_SHADER, ['float32x3', 'float32x3', 'float32x4']),
      pipeline('stars', STAR_SHADER, ['float32x4', 'float32x4']),
    ]);
    const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: view } }] });
    return new Overlay(
      device,
      group,
      { pipeline: beams, floats: BEAM_FLOATS, buffer: null },
      { pipeline: stars, floats: STAR_FLOATS, buffer: null },
    );
  }

  draw(pass: GPURenderPassEncoder, { beams, stars }: OverlayShapes): void {
    pass.setBindGroup(0, this.#group);
    this.#drawBatch(pass, this.#beams, beams);
    this.#drawBatch(pass, this.#stars, stars);
  }

  #drawBatch(pass: GPURenderPassEncoder, batch: Batch, data: Float32Array): void {
    if (data.length === 0) return;
    if ((batch.buffer?.size ?? 0) < data.byteLength) {
      batch.buffer?.destroy();
      const usage = GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST;
      batch.buffer = this.#device.createBuffer({ label: 'shapes', size: data.byteLength * 2, usage });
    }
    this.#device.queue.writeBuffer(batch.buffer!, 0, data as Float32Array<ArrayBuffer>);
    pass.setPipeline(batch.pipeline);
    pass.setVertexBuffer(0, batch.buffer);
    pass.draw(4, data.length / batch.floats);
  }
}

const BYTES: Readonly<Partial<Record<GPUVertexFormat, number>>> = { float32x3: 12, float32x4: 16 };

/** One interleaved buffer of instances. */
function instances(fields: readonly GPUVertexFormat[]): GPUVertexBufferLayout {
  let arrayStride = 0;
  const attributes = fields.map((format, shaderLocation) => {
    const offset = arrayStride;
    arrayStride += BYTES[format]!;
    return { format, offset, shaderLocation };
  });
  return { arrayStride, stepMode: 'instance', attributes };
}
