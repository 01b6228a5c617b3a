/** One picture: cloud and overlay into a target with room for light, a glow of it, and both to the screen. */
import type { TopologyFrame } from '@vortexflow/protocol';
import type { OverlayShapes, PictureStyle, Positions, Renderer } from '../contract.ts';
import { GLOW_STRENGTH, type Size, targetSizes } from '../targets.ts';
import { Cloud } from './cloud.ts';
import { Overlay } from './overlay.ts';
import { createProgram, createTarget, type Program, type Target } from './program.ts';
import { BLUR_FRAGMENT, SCREEN_VERTEX, SHRINK_FRAGMENT, TONE_FRAGMENT } from './shaders.ts';

interface Targets {
  readonly scene: Target;
  readonly glow: Target;
  readonly spare: Target;
  /** What a coarse picture is toned into before it is enlarged to the screen; none for a full one. */
  readonly final: Target | null;
}

export class WebGl2Renderer implements Renderer {
  readonly backend = 'webgl2';
  readonly gpu = null;
  /** Never: browsers hold WebGL pages back by themselves. */
  readonly busy = false;
  readonly #gl: WebGL2RenderingContext;
  readonly #hdr: boolean;
  readonly #cloud: Cloud;
  readonly #overlay: Overlay;
  readonly #shrink: Program;
  readonly #blur: Program;
  readonly #tone: Program;
  readonly #screen: WebGLVertexArrayObject;
  /** Of full and of half resolution. */
  #targets: [Targets | null, Targets | null] = [null, null];

  /**
   * @param lost called once if the context is lost, unless the renderer was disposed of
   * @throws Error when WebGL2 is missing
   */
  static open(canvas: HTMLCanvasElement, lost: (why: string) => void): WebGl2Renderer {
    const gl = canvas.getContext('webgl2', { antialias: false, alpha: false, powerPreference: 'high-performance' });
    if (!gl || gl.isContextLost()) throw new Error('WebGL2 is not available in this browser.');
    canvas.addEventListener('webglcontextlost', () => lost('The WebGL context was lost.'), { once: true });
    return new WebGl2Renderer(gl);
  }

  /** @throws Error when the driver refuses a shader */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#hdr =
      gl.getExtension('EXT_color_buffer_float') !== null || gl.getExtension('EXT_color_buffer_half_float') !== null;
    this.#cloud = new Cloud(gl);
    this.#overlay = new Overlay(gl);
    this.#shrink = createProgram(gl, SCREEN_VERTEX, SHRINK_FRAGMENT);
    this.#blur = createProgram(gl, SCREEN_VERTEX, BLUR_FRAGMENT);
    this.#tone = createProgram(gl, SCREEN_VERTEX, TONE_FRAGMENT);
    this.#screen = gl.createVertexArray();
  }

  setTopology(frame: TopologyFrame): void {
    this.#cloud.setTopology(frame);
  }

  setPositions(positions: Positions): void {
    if (positions.kind !== 'arrays') throw new Error('WebGL2 has no buffers to share.');
    this.#cloud.setPositions(positions.from, positions.to);
  }

  draw(style: PictureStyle, shapes: OverlayShapes): void {
    const gl = this.#gl;
    const { scene, glow, spare, final } = this.#sized(style.coarse);
    gl.bindFramebuffer(gl.FRAMEBUFFER, scene.framebuffer);
    gl.viewport(0, 0, scene.width, scene.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    this.#cloud.draw(style);
    this.#overlay.draw(shapes, style.matrix, scene.width, scene.height, style.ratio);
    gl.disable(gl.BLEND);
    gl.bindVertexArray(this.#screen);
    this.#pass(this.#shrink, glow, scene, [1 / scene.width, 1 / scene.height]);
    this.#pass(this.#blur, spare, glow, [1.2 / glow.width, 0]);
    this.#pass(this.#blur, glow, spare, [0, 1.2 / glow.height]);
    this.#toned(scene, glow, final?.framebuffer ?? null);
    if (final) this.#enlarge(final);
  }

  #pass({ program, uniform }: Program, into: Target, source: Target, direction: readonly [number, number]): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, into.framebuffer);
    gl.viewport(0, 0, into.width, into.height);
    gl.useProgram(program);
    gl.bindTexture(gl.TEXTURE_2D, source.texture);
    gl.uniform2f(uniform('direction'), ...direction);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #toned(scene: Target, glow: Target, into: WebGLFramebuffer | null): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, into);
    gl.viewport(0, 0, scene.width, scene.height);
    gl.useProgram(this.#tone.program);
    gl.bindTexture(gl.TEXTURE_2D, scene.texture);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, glow.texture);
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1i(this.#tone.uniform('glow'), 1);
    gl.uniform1f(this.#tone.uniform('bloom'), GLOW_STRENGTH);
    gl.uniform2f(this.#tone.uniform('size'), scene.width, scene.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #enlarge({ framebuffer, width, height }: Target): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, framebuffer);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    const [wide, high] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    gl.blitFramebuffer(0, 0, width, height, 0, 0, wide, high, gl.COLOR_BUFFER_BIT, gl.LINEAR);
  }

  /** Targets for the canvas's present size. */
  #sized(coarse: boolean): Targets {
    const gl = this.#gl;
    const which = coarse ? 1 : 0;
    const sizes = targetSizes(gl.drawingBufferWidth, gl.drawingBufferHeight, coarse);
    const old = this.#targets[which];
    if (old && old.scene.width === sizes.scene[0] && old.scene.height === sizes.scene[1]) return old;
    disposeTargets(old);
    const target = ([width, height]: Size, hdr: boolean, depth = false) =>
      createTarget(gl, width, height, { hdr, depth });
    const made = {
      scene: target(sizes.scene, this.#hdr, true),
      glow: target(sizes.glow, this.#hdr),
      spare: target(sizes.glow, this.#hdr),
      final: coarse ? target(sizes.scene, false) : null,
    };
    this.#targets[which] = made;
    return made;
  }

  dispose(): void {
    // A context has no end of its own short of garbage collection; browsers allow only a few at a time.
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function disposeTargets(targets: Targets | null): void {
  for (const target of Object.values(targets ?? {}) as (Target | null)[]) target?.dispose();
}
