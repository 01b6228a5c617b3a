/** Programs, textures and targets of WebGL2. Everything here throws when the driver refuses. */

/** A linked program and where its uniforms are. */
export interface Program {
  readonly program: WebGLProgram;
  readonly uniform: (name: string) => WebGLUniformLocation | null;
}

function shader(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const made = gl.createShader(kind);
  if (!made) throw new Error('The graphics context is lost.');
  gl.shaderSource(made, source);
  gl.compileShader(made);
  if (!gl.getShaderParameter(made, gl.COMPILE_STATUS) && !gl.isContextLost())
    throw new Error(`A shader does not compile: ${gl.getShaderInfoLog(made) ?? ''}`);
  return made;
}

/** @throws Error with the compiler's message */
export function createProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const made = shader(gl, kind, source);
    gl.attachShader(program, made);
    gl.deleteShader(made);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`A program does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  const known = new Map<string, WebGLUniformLocation | null>();
  const uniform = (name: string) => {
    if (!known.has(name)) known.set(name, gl.getUniformLocation(program, name));
    return known.get(name) ?? null;
  };
  return { program, uniform };
}

/** Rows of {@link dataTexture}: node i is the texel at (i % WIDTH, i / WIDTH). */
export const DATA_WIDTH = 1024;

/** A texture read by texelFetch only. */
export function dataTexture(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return texture;
}

/** Writes x, y, z of every node. Rows that the nodes do not fill are written apart, so nothing is copied or padded. */
export function uploadPositions(gl: WebGL2RenderingContext, texture: WebGLTexture, positions: Float32Array): void {
  const nodes = positions.length / 3;
  const rows = Math.floor(nodes / DATA_WIDTH);
  const rest = nodes % DATA_WIDTH;
  gl.bindTexture(gl.TEXTURE_2D, texture);
  if (rows > 0) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, DATA_WIDTH, rows, gl.RGB, gl.FLOAT, positions);
  if (rest > 0) {
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, rows, rest, 1, gl.RGB, gl.FLOAT, positions, rows * DATA_WIDTH * 3);
  }
}

/** A picture that is drawn into. */
export interface Target {
  readonly framebuffer: WebGLFramebuffer;
  readonly texture: WebGLTexture;
  readonly width: number;
  readonly height: number;
  readonly dispose: () => void;
}

/**
 * @param hdr 16-bit floats, in which thousands of faint lines add up without burning out; else 8 bits
 * @param depth whether nodes hide each other in it
 */
export function createTarget(
  gl: WebGL2RenderingContext,
  width: number,
  height: number,
  { hdr, depth }: { hdr: boolean; depth: boolean },
): Target {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, hdr ? gl.RGBA16F : gl.RGBA8, width, height);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const renderbuffer = depth ? depthBuffer(gl, width, height) : null;
  const dispose = () => {
    gl.deleteFramebuffer(framebuffer);
    gl.deleteTexture(texture);
    gl.deleteRenderbuffer(renderbuffer);
  };
  return { framebuffer, texture, width, height, dispose };
}

function depthBuffer(gl: WebGL2RenderingContext, width: number, height: number): WebGLRenderbuffer {
  const renderbuffer = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, renderbuffer);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, renderbuffer);
  return renderbuffer;
}
