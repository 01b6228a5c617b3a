/**
 * A camera that orbits a target. Lengths are layout units, angles radians, screen lengths CSS pixels. Plain data and
 * pure functions: a camera can be kept, compared, flown to and tested without a screen.
 */
import { add, clamp, dot, type Matrix, mix, multiply, scale, type Vector } from './matrix.ts';

export interface Camera {
  readonly target: Vector;
  /** From the eye to the target, > 0. */
  readonly distance: number;
  /** Turn about the vertical axis; 0 looks along -z. */
  readonly yaw: number;
  /** Height of the eye, -PITCH_LIMIT .. PITCH_LIMIT; positive looks down. */
  readonly pitch: number;
}

/** The canvas, and the margins of it that panels cover: what is framed goes to the middle of the rest. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Sphere {
  readonly center: Vector;
  readonly radius: number;
}

/** Where a point is on the screen. */
export interface Projected {
  readonly x: number;
  readonly y: number;
  /** Distance from the eye along the line of sight. */
  readonly depth: number;
}

/** Short of straight up, where "up" would flip. */
const PITCH_LIMIT = Math.PI / 2 - 0.02;
const TURN_PER_PIXEL = 0.005;
/** Focal length as a share of the canvas height: a vertical field of view of 46 degrees. */
const FOCAL = 1.18;

/** Focal length in CSS pixels: a length of 1 at a distance of 1 covers so many pixels. */
export const focalLength = (viewport: Viewport): number => viewport.height * FOCAL;

/** The camera's own axes in world space. `back` points from the target to the eye. */
function axes({ yaw, pitch }: Camera): { right: Vector; up: Vector; back: Vector } {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return { right: [cy, 0, -sy], up: [-sy * sp, cp, -cy * sp], back: [sy * cp, sp, cy * cp] };
}

/** Turns the camera as a drag over `dx`, `dy` pixels does. */
export const orbit = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  yaw: camera.yaw - dx * TURN_PER_PIXEL,
  pitch: clamp(camera.pitch + dy * TURN_PER_PIXEL, -PITCH_LIMIT, PITCH_LIMIT),
});

/** Moves the target so that what is at its depth follows the pointer. */
export function pan(camera: Camera, viewport: Viewport, dx: number, dy: number): Camera {
  const { right, up } = axes(camera);
  const perPixel = camera.distance / focalLength(viewport);
  const move = add(scale(right, -dx * perPixel), scale(up, dy * perPixel));
  return { ...camera, target: add(camera.target, move) };
}

/** @param factor below 1 comes nearer; the distance stays within 1/500 to 8 times the scene's radius */
export const zoom = (camera: Camera, factor: number, sceneRadius: number): Camera => ({
  ...camera,
  distance: clamp(camera.distance * factor, sceneRadius / 500, sceneRadius * 8),
});

/** As {@link zoom}, but what is under the pointer stays under it. `x`, `y` in CSS pixels from the upper left. */
export function zoomAt(
  camera: Camera,
  viewport: Viewport,
  at: readonly [number, number],
  factor: number,
  sceneRadius: number,
): Camera {
  const zoomed = zoom(camera, factor, sceneRadius);
  const kept = 1 - zoomed.distance / camera.distance;
  const middle = [
    (viewport.left + viewport.width - viewport.right) / 2,
    (viewport.top + viewport.height - viewport.bottom) / 2,
  ];
  const moved = pan(camera, viewport, (middle[0]! - at[0]) * kept, (middle[1]! - at[1]) * kept);
  return { ...zoomed, target: moved.target };
}

/** Same direction of sight, with the whole sphere inside the uncovered part of the screen. */
export function frame(camera: Camera, sphere: Sphere, viewport: Viewport): Camera {
  const width = viewport.width - viewport.left - viewport.right;
  const height = viewport.height - viewport.top - viewport.bottom;
  const half = Math.max(20, Math.min(width, height) / 2);
  const radius = Math.max(sphere.radius, 1e-3);
  // The silhouette of a sphere is its tangent cone: sin(angle) = radius / distance, tan(angle) = half / focal.
  return { ...camera, target: sphere.center, distance: (radius * Math.hypot(half, focalLength(viewport))) / half };
}

/** World to clip space, with the target in the middle of the uncovered part of the screen. */
export function viewProjection(camera: Camera, viewport: Viewport, scene: Sphere): Matrix {
  const { right, up, back } = axes(camera);
  const eye = add(camera.target, scale(back, camera.distance));
  const columns = [
    [right[0], up[0], back[0], 0],
    [right[1], up[1], back[1], 0],
    [right[2], up[2], back[2], 0],
    [-dot(right, eye), -dot(up, eye), -dot(back, eye), 1],
  ];
  const view = new Float32Array(columns.flat());
  return multiply(projection(camera, viewport, scene, eye), view);
}

function projection(camera: Camera, viewport: Viewport, scene: Sphere, eye: Vector): Matrix {
  const { width, height, left, right, top, bottom } = viewport;
  const toCenter = Math.hypot(...add(eye, scale(scene.center, -1)));
  // Outliers lie beyond the robust radius of the scene, hence the generous far plane.
  const far = toCenter + scene.radius * 4 + camera.distance;
  const near = Math.max(camera.distance * 0.02, far * 1e-5);
  const out = new Float32Array(16);
  out[0] = (2 * focalLength(viewport)) / width;
  out[5] = (2 * focalLength(viewport)) / height;
  out[8] = (right - left) / width;
  out[9] = (top - bottom) / height;
  out[10] = (far + near) / (near - far);
  out[11] = -1;
  out[14] = (2 * far * near) / (near - far);
  return out;
}

/** @returns where a world point is on the screen; null behind the eye */
export function project(matrix: Matrix, viewport: Viewport, x: number, y: number, z: number): Projected | null {
  const w = matrix[3]! * x + matrix[7]! * y + matrix[11]! * z + matrix[15]!;
  if (!(w > 0)) return null;
  const clipX = matrix[0]! * x + matrix[4]! * y + matrix[8]! * z + matrix[12]!;
  const clipY = matrix[1]! * x + matrix[5]! * y + matrix[9]! * z + matrix[13]!;
  return { x: (clipX / w + 1) * 0.5 * viewport.width, y: (1 - clipY / w) * 0.5 * viewport.height, depth: w };
}

/** A camera on the way from one to another: turns the short way round, zooms evenly. @param t 0 .. 1, eased here */
export function flight(from: Camera, to: Camera, t: number): Camera {
  const eased = easeInOut(clamp(t, 0, 1));
  const turn = Math.atan2(Math.sin(to.yaw - from.yaw), Math.cos(to.yaw - from.yaw));
  return {
    target: [0, 1, 2].map((axis) => mix(from.target[axis]!, to.target[axis]!, eased)) as unknown as Vector,
    distance: Math.exp(mix(Math.log(from.distance), Math.log(to.distance), eased)),
    yaw: from.yaw + turn * eased,
    pitch: mix(from.pitch, to.pitch, eased),
  };
}

/** Cubic, with no speed at either end. */
const easeInOut = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
