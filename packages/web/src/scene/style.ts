/** How bright, how large and how foggy a picture is. Pure: numbers in, numbers out. */
import { type Camera, focalLength, type Sphere, type Viewport } from '../math/camera.ts';
import { clamp, type Matrix } from '../math/matrix.ts';
import type { PictureStyle } from '../render/contract.ts';

/** What a picture shows, and with how much effort. */
export interface Shot {
  readonly matrix: Matrix;
  readonly camera: Camera;
  readonly viewport: Viewport;
  readonly scene: Sphere;
  /** Room of one node, layout units. */
  readonly spacing: number;
  /** Device pixels per CSS pixel at full resolution. */
  readonly ratio: number;
  /** How far between the two sets of positions, 0 .. 1. */
  readonly blend: number;
  /** The graph steps back behind what is lit. */
  readonly dimmed: boolean;
  readonly edgeUnit: number;
  readonly edgeShare: number;
  readonly coarse: boolean;
}

export function pictureStyle(shot: Shot): PictureStyle {
  const { matrix, blend, edgeUnit, edgeShare, coarse, dimmed } = shot;
  const ratio = coarse ? shot.ratio / 2 : shot.ratio;
  const { distance } = shot.camera;
  const { radius } = shot.scene;
  // Lines keep their width when one comes nearer, so there are fewer per pixel: each may be brighter.
  const nearness = clamp((2.6 * radius) / distance, 1, 12) ** 0.35;
  return {
    matrix,
    blend,
    focal: focalLength(shot.viewport) * shot.spacing * ratio,
    ratio,
    fog: [distance - Math.min(radius, distance * 0.6), distance + Math.min(radius * 0.9, distance * 1.6)],
    nodeStrength: dimmed ? 0.1 : 0.8,
    edgeStrength: 0.26 * nearness * ratio * (dimmed ? 0.1 : 1),
    edgeShare,
    edgeUnit,
    coarse,
  };
}
