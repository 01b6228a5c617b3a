/** What is lit: a handful of beams and stars, rebuilt for every picture because it is small. */
import { BEAM_FLOATS, BEAM_PIXELS, type OverlayShapes, STAR_FLOATS } from '../contract.ts';
import { createProgram, type Program } from './program.ts';
import { BEAM_FRAGMENT, BEAM_VERTEX, STAR_FRAGMENT, STAR_VERTEX } from './shaders.ts';

export class Overlay {
  readonly #gl: WebGL2RenderingContext;
  readonly #beams: Batch;
  readonly #stars: Batch;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#beams = batch(gl, createProgram(gl, BEAM_VERTEX, BEAM_FRAGMENT), { start: 3, end: 3, tint: 4 });
    this.#stars = batch(gl, createProgram(gl, STAR_VERTEX, STAR_FRAGMENT), { place: 4, tint: 4 });
  }

  /** @param width, height of the canvas, device pixels @param ratio device pixels per CSS pixel */
  draw(shapes: OverlayShapes, matrix: Float32Array, width: number, height: number, ratio: number): void {
    const gl = this.#gl;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const [part, data, floats] of [
      [this.#beams, shapes.beams, BEAM_FLOATS],
      [this.#stars, shapes.stars, STAR_FLOATS],
    ] as const) {
      if (data.length === 0) continue;
      gl.useProgram(part.program.program);
      gl.uniformMatrix4fv(part.program.uniform('matrix'), false, matrix);
      gl.uniform2f(part.program.uniform('size'), width, height);
      gl.uniform1f(part.program.uniform('width'), BEAM_PIXELS * ratio);
      gl.bindVertexArray(part.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, part.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, data.length / floats);
    }
  }
}

interface Batch {
  readonly program: Program;
  readonly array: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
}

/** One interleaved buffer of instances. */
function batch(gl: WebGL2RenderingContext, program: Program, fields: Readonly<Record<string, number>>): Batch {
  const array = gl.createVertexArray();
  const buffer = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  const stride = Object.values(fields).reduce((sum, length) => sum + length, 0) * 4;
  let offset = 0;
  for (const [name, length] of Object.entries(fields)) {
    const place = gl.getAttribLocation(program.program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, length, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(place, 1);
    offset += length * 4;
  }
  return { program, array, buffer };
}
