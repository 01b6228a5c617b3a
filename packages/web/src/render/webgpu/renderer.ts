/** The WebGPU backend: one pass for the graph and what is lit, a few for the glow, one to the screen. */
import type { TopologyFrame } from '@vortexflow/protocol';
import { type GpuContext, openGpu } from '../../gpu/context.ts';
import type { OverlayShapes, PictureStyle, Positions, Renderer } from '../contract.ts';
import { Cloud } from './cloud.ts';
import { Light, type Targets } from './light.ts';
import { Overlay } from './overlay.ts';
import { ViewNumbers } from './view.ts';

/** One being drawn, one in waiting: more would be seen later and no smoother. */
const MOST_UNFINISHED = 2;

interface Parts {
  readonly view: ViewNumbers;
  readonly cloud: Cloud;
  readonly overlay: Overlay;
  readonly light: Light;
}

export class WebGpuRenderer implements Renderer {
  readonly backend = 'webgpu';
  readonly gpu: GpuContext;
  readonly #canvas: GPUCanvasContext;
  readonly #parts: Parts;
  #unfinished = 0;

  private constructor(gpu: GpuContext, canvas: GPUCanvasContext, parts: Parts) {
    this.gpu = gpu;
    this.#canvas = canvas;
    this.#parts = parts;
  }

  /**
   * @param lost called when the device is lost or refuses a command, unless the renderer was disposed of
   * @throws Error when there is no device, or it cannot draw on this canvas
   */
  static async open(canvas: HTMLCanvasElement, lost: (why: string) => void): Promise<WebGpuRenderer> {
    const gpu = await openGpu(lost);
    const { device } = gpu;
    try {
      const context = canvas.getContext('webgpu');
      if (!context) throw new Error('This canvas takes no WebGPU.');
      const format = navigator.gpu.getPreferredCanvasFormat();
      context.configure({ device, format, alphaMode: 'opaque' });
      const view = new ViewNumbers(device);
      const [cloud, overlay, light] = await Promise.all([
        Cloud.open(device, view.buffer),
        Overlay.open(device, view.buffer),
        Light.open(device, format),
      ]);
      device.addEventListener('uncapturederror', ({ error }) => lost(error.message), { once: true });
      return new WebGpuRenderer(gpu, context, { view, cloud, overlay, light });
    } catch (error) {
      device.destroy();
      throw error;
    }
  }

  get busy(): boolean {
    return this.#unfinished >= MOST_UNFINISHED;
  }

  setTopology(topology: TopologyFrame): void {
    this.#parts.cloud.setTopology(topology);
  }

  setPositions(positions: Positions): void {
    this.#parts.cloud.setPositions(positions);
  }

  draw(style: PictureStyle, shapes: OverlayShapes): void {
    const { device } = this.gpu;
    const { view, cloud, light } = this.#parts;
    const texture = this.#canvas.getCurrentTexture();
    const targets = light.sized(texture.width, texture.height, style.coarse);
    view.write(style, targets.sizes.scene, cloud.stride);
    const encoder = device.createCommandEncoder();
    this.#drawScene(encoder, targets, style, shapes);
    light.develop(encoder, targets, texture.createView());
    device.queue.submit([encoder.finish()]);
    this.#unfinished++;
    void device.queue.onSubmittedWorkDone().then(() => this.#unfinished--);
  }

  #drawScene(encoder: GPUCommandEncoder, targets: Targets, style: PictureStyle, shapes: OverlayShapes): void {
    const { cloud, overlay } = this.#parts;
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view: targets.scene, loadOp: 'clear', storeOp: 'store' }],
      depthStencilAttachment: {
        view: targets.depth,
        depthLoadOp: 'clear',
        depthClearValue: 1,
        depthStoreOp: 'discard',
      },
    });
    cloud.draw(pass, style.edgeShare);
    overlay.draw(pass, shapes);
    pass.end();
  }

  dispose(): void {
    this.#canvas.unconfigure();
    this.gpu.device.destroy();
  }
}
