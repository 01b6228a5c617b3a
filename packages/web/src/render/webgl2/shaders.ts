/** GLSL of all passes. Positions lie on the GPU, for nodes as attributes and for edges as textures. */
import { PIXELS, RADIUS } from '../../math/appearance.ts';
import { DATA_WIDTH } from './program.ts';

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
`;

/** A float literal: GLSL takes `1.0`, not `1`. */
const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

const VIEW = `
uniform float blend;
uniform mat4 matrix;
uniform vec2 fog; // depths where it begins and where it is thickest
float clearness(float depth) { return mix(1.0, 0.1, smoothstep(fog.x, fog.y, depth)); }
`;

/** Where a node is, for those who need two at once; `look` is colour and size class, black for a removed node. */
const NODES = `
uniform sampler2D from, to, look;
ivec2 texel(int index) { return ivec2(index % ${DATA_WIDTH}, index / ${DATA_WIDTH}); }
vec3 positionOf(ivec2 at) {
  vec3 goal = texelFetch(to, at, 0).xyz;
  if (blend >= 1.0) return goal;
  return mix(texelFetch(from, at, 0).xyz, goal, blend);
}
`;

export const NODE_VERTEX = `${HEAD}${VIEW}
in vec3 from, to;
in vec4 look; // colour and size class, black for a removed node
uniform float focal; // device pixels, times a spacing
uniform float ratio; // device pixels per CSS pixel
out vec3 colour;
out float sharpness;
void main() {
  gl_Position = matrix * vec4(mix(from, to, blend), 1.0);
  float depth = gl_Position.w;
  if (look.rgb == vec3(0.0) || depth <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); gl_PointSize = 1.0; return; }
  float world = ${float(RADIUS.least)} + ${float(RADIUS.added)} * pow(look.a, ${float(RADIUS.power)});
  float radius = clamp(world * focal / depth, ${float(PIXELS.least)} * ratio, ${float(PIXELS.most)} * ratio);
  gl_PointSize = 2.0 * radius + 1.0;
  sharpness = radius;
  colour = look.rgb * look.rgb * clearness(depth);
}`;

export const NODE_FRAGMENT = `${HEAD}
uniform float strength;
in vec3 colour;
in float sharpness;
out vec4 result;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (2.0 * sharpness + 1.0);
  float cover = clamp(sharpness + 0.5 - distance, 0.0, 1.0);
  if (cover <= 0.02) discard;
  float lit = 1.35 - 0.6 * (distance / (sharpness + 0.5));
  result = vec4(colour * lit * strength, 1.0) * cover;
}`;

export const EDGE_VERTEX = `${HEAD}${VIEW}${NODES}
in uint own, other;
uniform float unit; // an edge of this length is drawn at full strength, longer ones fainter
out vec3 colour;
void main() {
  ivec2 at = texel(int(own));
  vec3 here = positionOf(at);
  vec3 there = positionOf(texel(int(other)));
  vec3 hue = texelFetch(look, at, 0).rgb;
  gl_Position = hue == vec3(0.0) ? vec4(2.0, 2.0, 2.0, 1.0) : matrix * vec4(here, 1.0);
  float faint = min(1.0, pow(unit / max(distance(here, there), 1e-4), 1.1));
  float clear = clearness(gl_Position.w);
  colour = hue * hue * clear * clear * faint;
}`;

export const EDGE_FRAGMENT = `${HEAD}
uniform float strength;
in vec3 colour;
out vec4 result;
void main() { result = vec4(colour * strength, 0.0); }`;

/** Lines of the lit path as quads; the profile across them is a bright core in a wide glow. */
export const BEAM_VERTEX = `${HEAD}
in vec3 start, end;
in vec4 tint;
uniform mat4 matrix;
uniform vec2 size; // of the canvas, device pixels
uniform float width; // half of it, device pixels
out vec4 colour;
out float across;
void main() {
  vec4 a = matrix * vec4(start, 1.0);
  vec4 b = matrix * vec4(end, 1.0);
  if (a.w <= 0.0 || b.w <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  vec2 along = (b.xy / b.w - a.xy / a.w) * size;
  vec2 normal = normalize(vec2(-along.y, along.x) + vec2(1e-6, 0.0));
  vec4 here = (gl_VertexID & 1) == 0 ? a : b;
  across = gl_VertexID < 2 ? -1.0 : 1.0;
  gl_Position = here + vec4(normal * across * width / size * 2.0 * here.w, 0.0, 0.0);
  colour = tint;
}`;

export const BEAM_FRAGMENT = `${HEAD}
in vec4 colour;
in float across;
out vec4 result;
void main() {
  float glow = exp(-across * across * 7.0) * 0.5 + exp(-across * across * 90.0) * 2.2;
  result = vec4(colour.rgb * glow * colour.a, 0.0);
}`;

/** Lit nodes: a bright disc in a halo, over everything. */
export const STAR_VERTEX = `${HEAD}
in vec4 place; // centre, radius in device pixels
in vec4 tint;
uniform mat4 matrix;
uniform vec2 size;
out vec4 colour;
out vec2 corner;
out float core;
void main() {
  vec4 center = matrix * vec4(place.xyz, 1.0);
  if (center.w <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  float halo = place.w * 3.0;
  core = 1.0 / 3.0;
  gl_Position = center + vec4(corner * halo / size * 2.0 * center.w, 0.0, 0.0);
  colour = tint;
}`;

export const STAR_FRAGMENT = `${HEAD}
in vec4 colour;
in vec2 corner;
in float core;
out vec4 result;
void main() {
  float d = length(corner);
  float edge = fwidth(d);
  float disc = 1.0 - smoothstep(core - edge, core + edge, d);
  float halo = exp(-d * d * 6.0) * 0.55 * (1.0 - smoothstep(0.8, 1.0, d));
  vec3 light = colour.rgb * (disc * (1.5 - d) + halo) * colour.a;
  result = vec4(light, disc * colour.a);
}`;

/** One triangle over the whole target. */
export const SCREEN_VERTEX = `${HEAD}
out vec2 uv;
void main() {
  uv = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0);
}`;

/** Mean of 4 x 4 pixels by four filtered reads: a plain blur of every fourth pixel would turn thin lines into dashes. */
export const SHRINK_FRAGMENT = `${HEAD}
uniform sampler2D source;
uniform vec2 direction; // one source pixel, in texture coordinates
in vec2 uv;
out vec4 result;
void main() {
  result = 0.25 * (texture(source, uv - direction) + texture(source, uv + direction)
    + texture(source, uv + direction * vec2(-1.0, 1.0)) + texture(source, uv + direction * vec2(1.0, -1.0)));
}`;

/** Gaussian of nine taps along `direction`. */
export const BLUR_FRAGMENT = `${HEAD}
uniform sampler2D source;
uniform vec2 direction; // one tap, in texture coordinates
in vec2 uv;
out vec4 result;
void main() {
  const float weights[5] = float[5](0.227, 0.1945, 0.1216, 0.054, 0.0162);
  vec3 sum = texture(source, uv).rgb * weights[0];
  for (int i = 1; i < 5; i++) {
    sum += texture(source, uv + direction * float(i)).rgb * weights[i];
    sum += texture(source, uv - direction * float(i)).rgb * weights[i];
  }
  result = vec4(sum, 1.0);
}`;

/** Light to screen: a logarithm of the strongest channel keeps hues where a clamp would burn them white. */
export const TONE_FRAGMENT = `${HEAD}
uniform sampler2D scene, glow;
uniform float bloom;
uniform vec2 size;
in vec2 uv;
out vec4 result;
float noise(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))); }
void main() {
  vec3 light = texture(scene, uv).rgb + texture(glow, uv).rgb * bloom;
  float peak = max(max(light.r, light.g), max(light.b, 1e-5));
  float mapped = pow(log(1.0 + peak * 6.0) / log(1.0 + 6.0 * 2.6), 1.2);
  vec3 colour = light / peak * mapped;
  colour = mix(colour, vec3(mapped), smoothstep(0.9, 1.6, mapped) * 0.6);
  vec2 centered = (uv - 0.5) * vec2(size.x / size.y, 1.0);
  vec3 sky = mix(vec3(0.0052, 0.0068, 0.0155), vec3(0.0016, 0.002, 0.005), smoothstep(0.0, 0.95, length(centered)));
  colour = sqrt(min(colour * 1.12 + sky, 1.0));
  result = vec4(colour + (noise(gl_FragCoord.xy) - 0.5) / 255.0, 1.0);
}`;
