/** Which part of a large graph the stream should follow closely: what the camera is near to. */
import type { Camera, Sphere } from './camera.ts';

/** Graphs up to this are streamed whole. */
const LARGE = 50_000;
/** The camera is near when it is closer to its target than this part of the cloud's radius. */
const NEAR = 0.5;
/** An interest is worth telling when it has moved, or grown, by this part of its radius. */
const WORTHWHILE = 0.25;

/**
 * @param nodes in the graph
 * @param radius of the whole cloud, layout units
 * @returns the part that is in sight at the depth of the target; null when that is about everything
 */
export function interestOf(camera: Camera, nodes: number, radius: number): Sphere | null {
  if (nodes <= LARGE || camera.distance >= radius * NEAR) return null;
  return { center: camera.target, radius: camera.distance };
}

/** Whether the difference between two interests is worth a message. */
export function hasMoved(from: Sphere | null, to: Sphere | null): boolean {
  if (!from || !to) return from !== to;
  const [x, y, z] = [0, 1, 2].map((axis) => to.center[axis]! - from.center[axis]!);
  const least = from.radius * WORTHWHILE;
  return Math.hypot(x!, y!, z!) > least || Math.abs(to.radius - from.radius) > least;
}
