/** One picture: cloud and overlay into a target with room for light, a glow of it, and both to the screen. */
import type { TopologyFrame } from '@vortexflow/protocol';
import { Cloud, type CloudStyle } from './cloud.ts';
import { Overlay, type OverlayShapes } from './overlay.ts';
import { createProgram, createTarget, type Program, type Target } from './program.ts';
import { BLUR_FRAGMENT, SCREEN_VERTEX, SHRINK_FRAGMENT, TONE_FRAGMENT } from './shaders.ts';

const GLOW_SHRINK = 4;
const GLOW_STRENGTH = 0.55;

interface Targets {
  readonly scene: Target;
  readonly glow: Target;
  readonly spare: Target;
  /** What a coarse picture is toned into before it is enlarged to the screen; none for a full one. */
  readonly final: Target | null;
}

export class Renderer {
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

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#cloud.setPositions(from, to);
  }

  /** @param coarse half the resolution, for machines that cannot keep up while the picture moves */
  draw(style: CloudStyle, shapes: OverlayShapes, coarse: boolean): void {
    const gl = this.#gl;
    const { scene, glow, spare, final } = this.#sized(coarse);
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
    const width = Math.max(1, gl.drawingBufferWidth >> which);
    const height = Math.max(1, gl.drawingBufferHeight >> which);
    const old = this.#targets[which];
    if (old && old.scene.width === width && old.scene.height === height) return old;
    if (old) for (const target of Object.values(old) as (Target | null)[]) target?.dispose();
    const shrink = GLOW_SHRINK >> which;
    const small = () =>
      createTarget(gl, Math.max(1, Math.floor(width / shrink)), Math.max(1, Math.floor(height / shrink)), {
        hdr: this.#hdr,
        depth: false,
      });
    const made = {
      scene: createTarget(gl, width, height, { hdr: this.#hdr, depth: true }),
      glow: small(),
      spare: small(),
      final: coarse ? createTarget(gl, width, height, { hdr: false, depth: false }) : null,
    };
    this.#targets[which] = made;
    return made;
  }
}
