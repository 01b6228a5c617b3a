/** Sizes of the pictures that a picture goes through; the same for every backend, so that all look the same. */

/** How much smaller than the picture its glow is. */
const GLOW_SHRINK = 4;
/** How much of the glow is added. */
export const GLOW_STRENGTH = 0.55;

/** Width and height in pixels. */
export type Size = readonly [width: number, height: number];

export interface TargetSizes {
  readonly scene: Size;
  readonly glow: Size;
}

/** @param width, height of the canvas, device pixels @param coarse half of that */
export function targetSizes(width: number, height: number, coarse: boolean): TargetSizes {
  const halvings = coarse ? 1 : 0;
  const scene: Size = [Math.max(1, width >> halvings), Math.max(1, height >> halvings)];
  const shrink = GLOW_SHRINK >> halvings;
  return { scene, glow: [Math.max(1, Math.floor(scene[0] / shrink)), Math.max(1, Math.floor(scene[1] / shrink))] };
}
