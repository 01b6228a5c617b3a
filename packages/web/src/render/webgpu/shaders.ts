/** WGSL of the passes that draw the graph itself; those that turn light into a picture are in `light.ts`. */
import { PIXELS, RADIUS } from '../../math/appearance.ts';

/** The numbers of one picture; `view.ts` writes them. */
const VIEW = `
struct View {
  matrix: mat4x4f,
  fog: vec2f, // depths where it begins and where it is thickest
  size: vec2f, // of the picture, device pixels
  blend: f32,
  focal: f32, // device pixels, times a spacing
  ratio: f32, // device pixels per CSS pixel
  nodeStrength: f32,
  edgeStrength: f32,
  edgeUnit: f32, // an edge of this length is drawn at full strength, longer ones fainter
  beamWidth: f32, // half of it, device pixels
  stride: u32, // floats from one node to the next
}
@group(0) @binding(0) var<uniform> view: View;

/** Outside of every picture. */
const NOWHERE = vec4f(2.0, 2.0, 2.0, 1.0);

/** The matrix is OpenGL's: WebGPU's depths are 0 .. w instead of -w .. w. */
fn clip(place: vec3f) -> vec4f {
  let p = view.matrix * vec4f(place, 1.0);
  return vec4f(p.xy, 0.5 * (p.z + p.w), p.w);
}
fn clearness(depth: f32) -> f32 { return mix(1.0, 0.1, smoothstep(view.fog.x, view.fog.y, depth)); }
`;

const NODES = `
@group(0) @binding(1) var<storage, read> starts: array<f32>;
@group(0) @binding(2) var<storage, read> goals: array<f32>;
@group(0) @binding(3) var<storage, read> looks: array<u32>; // colour and size class, zero for a removed node
@group(0) @binding(4) var<storage, read> edges: array<u32>; // pairs of nodes

fn placeOf(node: u32) -> vec3f {
  let i = node * view.stride;
  let goal = vec3f(goals[i], goals[i + 1], goals[i + 2]);
  if (view.blend >= 1.0) { return goal; }
  return mix(vec3f(starts[i], starts[i + 1], starts[i + 2]), goal, view.blend);
}
`;

/** Nodes as quads of four corners, one instance each: WebGPU has no points larger than a pixel. */
export const NODE_SHADER = `${VIEW}${NODES}
struct Disc {
  @builtin(position) position: vec4f,
  @location(0) offset: vec2f, // from the centre, device pixels
  @location(1) @interpolate(flat) colour: vec3f,
  @location(2) @interpolate(flat) radius: f32,
}
@vertex fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) node: u32) -> Disc {
  var out: Disc;
  let look = unpack4x8unorm(looks[node]);
  let centre = clip(placeOf(node));
  let depth = centre.w;
  if (all(look.rgb == vec3f(0.0)) || depth <= 0.0) { out.position = NOWHERE; return out; }
  let world = ${RADIUS.least} + ${RADIUS.added} * pow(look.a, ${RADIUS.power});
  out.radius = clamp(world * view.focal / depth, ${PIXELS.least} * view.ratio, ${PIXELS.most} * view.ratio);
  out.offset = (vec2f(f32(corner & 1u), f32(corner >> 1u)) * 2.0 - 1.0) * (out.radius + 0.5);
  out.position = centre + vec4f(out.offset / view.size * 2.0 * depth, 0.0, 0.0);
  out.colour = look.rgb * look.rgb * clearness(depth);
  return out;
}
@fragment fn fragment(disc: Disc) -> @location(0) vec4f {
  let distance = length(disc.offset);
  let cover = clamp(disc.radius + 0.5 - distance, 0.0, 1.0);
  if (cover <= 0.02) { discard; }
  let lit = 1.35 - 0.6 * (distance / (disc.radius + 0.5));
  return vec4f(disc.colour * lit * view.nodeStrength, 1.0) * cover;
}`;

/** Edges as lines; vertex i is one end of edge i / 2. */
export const EDGE_SHADER = `${VIEW}${NODES}
struct Line {
  @builtin(position) position: vec4f,
  @location(0) colour: vec3f,
}
@vertex fn vertex(@builtin(vertex_index) end: u32) -> Line {
  var out: Line;
  let own = edges[end];
  let hue = unpack4x8unorm(looks[own]).rgb;
  if (all(hue == vec3f(0.0))) { out.position = NOWHERE; return out; }
  let here = placeOf(own);
  let there = placeOf(edges[end ^ 1u]);
  out.position = clip(here);
  let faint = min(1.0, pow(view.edgeUnit / max(distance(here, there), 1e-4), 1.1));
  let clear = clearness(out.position.w);
  out.colour = hue * hue * clear * clear * faint;
  return out;
}
@fragment fn fragment(line: Line) -> @location(0) vec4f { return vec4f(line.colour * view.edgeStrength, 0.0); }`;

/** Lines of the lit path as quads; the profile across them is a bright core in a wide glow. */
export const BEAM_SHADER = `${VIEW}
struct Beam {
  @builtin(position) position: vec4f,
  @location(0) colour: vec4f,
  @location(1) across: f32,
}
@vertex fn vertex(
  @builtin(vertex_index) corner: u32,
  @location(0) start: vec3f, @location(1) end: vec3f, @location(2) tint: vec4f,
) -> Beam {
  var out: Beam;
  let a = clip(start);
  let b = clip(end);
  if (a.w <= 0.0 || b.w <= 0.0) { out.position = NOWHERE; return out; }
  let along = (b.xy / b.w - a.xy / a.w) * view.size;
  let normal = normalize(vec2f(-along.y, along.x) + vec2f(1e-6, 0.0));
  let here = select(b, a, (corner & 1u) == 0u);
  out.across = select(1.0, -1.0, corner < 2u);
  out.position = here + vec4f(normal * out.across * view.beamWidth / view.size * 2.0 * here.w, 0.0, 0.0);
  out.colour = tint;
  return out;
}
@fragment fn fragment(beam: Beam) -> @location(0) vec4f {
  let square = beam.across * beam.across;
  let glow = exp(-square * 7.0) * 0.5 + exp(-square * 90.0) * 2.2;
  return vec4f(beam.colour.rgb * glow * beam.colour.a, 0.0);
}`;

/** Lit nodes: a bright disc in a halo, over everything. */
export const STAR_SHADER = `${VIEW}
struct Star {
  @builtin(position) position: vec4f,
  @location(0) colour: vec4f,
  @location(1) corner: vec2f,
}
const CORE = 1.0 / 3.0; // radius of the disc, in halos
@vertex fn vertex(@builtin(vertex_index) corner: u32, @location(0) place: vec4f, @location(1) tint: vec4f) -> Star {
  var out: Star;
  let centre = clip(place.xyz);
  if (centre.w <= 0.0) { out.position = NOWHERE; return out; }
  out.corner = vec2f(f32(corner & 1u), f32(corner >> 1u)) * 2.0 - 1.0;
  out.position = centre + vec4f(out.corner * place.w / CORE / view.size * 2.0 * centre.w, 0.0, 0.0);
  out.colour = tint;
  return out;
}
@fragment fn fragment(star: Star) -> @location(0) vec4f {
  let d = length(star.corner);
  let edge = fwidth(d);
  let disc = 1.0 - smoothstep(CORE - edge, CORE + edge, d);
  let halo = exp(-d * d * 6.0) * 0.55 * (1.0 - smoothstep(0.8, 1.0, d));
  let light = star.colour.rgb * (disc * (1.5 - d) + halo) * star.colour.a;
  return vec4f(light, disc * star.colour.a);
}`;
