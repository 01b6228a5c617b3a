/** The numbers of one picture as the shaders' `View` has them. */
import { BEAM_PIXELS, type PictureStyle, strengthOfEdge } from '../contract.ts';
import type { Size } from '../targets.ts';

const FLOATS = 28;

export class ViewNumbers {
  readonly #device: GPUDevice;
  readonly #floats = new Float32Array(FLOATS);
  readonly #words = new Uint32Array(this.#floats.buffer);
  readonly buffer: GPUBuffer;

  constructor(device: GPUDevice) {
    this.#device = device;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.buffer = device.createBuffer({ label: 'view', size: FLOATS * 4, usage });
  }

  /** @param size of the picture, device pixels @param stride floats from one node's position to the next */
  write(style: PictureStyle, size: Size, stride: number): void {
    const floats = this.#floats;
    floats.set(style.matrix, 0);
    floats.set(style.fog, 16);
    floats.set(size, 18);
    floats[20] = style.blend;
    floats[21] = style.focal;
    floats[22] = style.ratio;
    floats[23] = style.nodeStrength;
    floats[24] = strengthOfEdge(style);
    floats[25] = style.edgeUnit;
    floats[26] = BEAM_PIXELS * style.ratio;
    this.#words[27] = stride;
    this.#device.queue.writeBuffer(this.buffer, 0, floats);
  }
}
