/** Nodes and edges on the GPU: everything that is large, uploaded once per network frame and never per picture. */
import type { TopologyFrame } from '@vortexflow/protocol';
import { shuffledEdges } from '../../math/random-order.ts';
import { type PictureStyle, strengthOfEdge } from '../contract.ts';
import { packLooks } from '../looks.ts';
import { createProgram, DATA_WIDTH, dataTexture, type Program, uploadPositions } from './program.ts';
import { EDGE_FRAGMENT, EDGE_VERTEX, NODE_FRAGMENT, NODE_VERTEX } from './shaders.ts';

export class Cloud {
  readonly #gl: WebGL2RenderingContext;
  readonly #nodeProgram: Program;
  readonly #edgeProgram: Program;
  readonly #from: WebGLTexture;
  readonly #to: WebGLTexture;
  readonly #look: WebGLTexture;
  readonly #edgeArray: WebGLVertexArrayObject;
  /** Buffers of positions before, positions after, and looks. */
  readonly #nodeFields: readonly [WebGLBuffer, WebGLBuffer, WebGLBuffer];
  readonly #nodeArray: WebGLVertexArrayObject;
  readonly #own: WebGLBuffer;
  readonly #other: WebGLBuffer;
  #nodes = 0;
  #edges = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#nodeProgram = createProgram(gl, NODE_VERTEX, NODE_FRAGMENT);
    this.#edgeProgram = createProgram(gl, EDGE_VERTEX, EDGE_FRAGMENT);
    [this.#from, this.#to, this.#look] = [dataTexture(gl), dataTexture(gl), dataTexture(gl)];
    this.#nodeFields = [gl.createBuffer(), gl.createBuffer(), gl.createBuffer()];
    this.#nodeArray = this.#createNodeArray();
    this.#edgeArray = gl.createVertexArray();
    gl.bindVertexArray(this.#edgeArray);
    [this.#own, this.#other] = [this.#edgeEnd('own'), this.#edgeEnd('other')];
  }

  #createNodeArray(): WebGLVertexArrayObject {
    const gl = this.#gl;
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    this.#nodeFields.forEach((buffer, i) => {
      const place = gl.getAttribLocation(this.#nodeProgram.program, ['from', 'to', 'look'][i]!);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      if (i < 2) gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
      else gl.vertexAttribPointer(place, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    });
    return array;
  }

  #edgeEnd(name: string): WebGLBuffer {
    const gl = this.#gl;
    const buffer = gl.createBuffer();
    const place = gl.getAttribLocation(this.#edgeProgram.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribIPointer(place, 1, gl.UNSIGNED_INT, 0, 0);
    return buffer;
  }

  /** Takes a graph. Positions must follow before it can be drawn. */
  setTopology(topology: TopologyFrame): void {
    const gl = this.#gl;
    const { groups, edges } = topology;
    const rows = Math.max(1, Math.ceil(groups.length / DATA_WIDTH));
    for (const texture of [this.#from, this.#to]) {
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB32F, DATA_WIDTH, rows, 0, gl.RGB, gl.FLOAT, null);
    }
    gl.bindTexture(gl.TEXTURE_2D, this.#look);
    const looks = packLooks(topology, DATA_WIDTH * rows);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, DATA_WIDTH, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, looks);
    this.#upload(this.#nodeFields[2], looks);
    const own = shuffledEdges(edges);
    this.#upload(this.#own, own);
    this.#upload(this.#other, swapped(own));
    this.#nodes = groups.length;
    this.#edges = edges.length / 2;
  }

  #upload(buffer: WebGLBuffer, data: Uint32Array | Uint8Array | Float32Array): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, buffer);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, data, this.#gl.STATIC_DRAW);
  }

  /** @param from, to x, y, z interleaved, length 3n of the topology */
  setPositions(from: Float32Array, to: Float32Array): void {
    uploadPositions(this.#gl, this.#from, from);
    uploadPositions(this.#gl, this.#to, to);
    this.#upload(this.#nodeFields[0], from);
    this.#upload(this.#nodeFields[1], to);
  }

  draw(style: PictureStyle): void {
    const gl = this.#gl;
    gl.enable(gl.BLEND);
    this.#drawEdges(style);
    gl.enable(gl.DEPTH_TEST);
    this.#use(this.#nodeProgram, style, style.nodeStrength);
    gl.bindVertexArray(this.#nodeArray);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, this.#nodes);
    gl.disable(gl.DEPTH_TEST);
  }

  #drawEdges(style: PictureStyle): void {
    const gl = this.#gl;
    const count = Math.round(this.#edges * style.edgeShare);
    if (count === 0) return;
    this.#use(this.#edgeProgram, style, strengthOfEdge(style));
    gl.uniform1f(this.#edgeProgram.uniform('unit'), style.edgeUnit);
    gl.bindVertexArray(this.#edgeArray);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.drawArrays(gl.LINES, 0, count * 2);
  }

  #use({ program, uniform }: Program, style: PictureStyle, strength: number): void {
    const gl = this.#gl;
    gl.useProgram(program);
    [this.#from, this.#to, this.#look].forEach((texture, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(uniform(['from', 'to', 'look'][unit]!), unit);
    });
    gl.activeTexture(gl.TEXTURE0);
    gl.uniformMatrix4fv(uniform('matrix'), false, style.matrix);
    gl.uniform1f(uniform('blend'), style.blend);
    gl.uniform1f(uniform('focal'), style.focal);
    gl.uniform1f(uniform('ratio'), style.ratio);
    gl.uniform2f(uniform('fog'), ...style.fog);
    gl.uniform1f(uniform('strength'), strength);
  }
}

/** The other end of each end. */
function swapped(edges: Uint32Array): Uint32Array {
  const out = new Uint32Array(edges.length);
  for (let i = 0; i < edges.length; i++) out[i] = edges[i ^ 1]!;
  return out;
}
