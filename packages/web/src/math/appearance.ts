/** How large a node is drawn. Read by the shaders and by picking, so that what is seen is what is hit. */

/** Radius of size class 0 and what class 255 adds to it, in spacings: see {@link spacing}. */
export const RADIUS = { least: 0.05, added: 0.34, power: 2.2 } as const;
/** Bounds of the radius on the screen, CSS pixels. */
export const PIXELS = { least: 0.8, most: 26 } as const;

/** Room of one node in a ball of this radius with so many nodes: layouts differ in scale, pictures should not. */
export const spacing = (radius: number, nodes: number): number => radius / Math.cbrt(Math.max(1, nodes));

/** @param size size class, 0 .. 255 @returns radius in spacings */
export const nodeRadius = (size: number): number => RADIUS.least + RADIUS.added * (size / 255) ** RADIUS.power;

/** @param pixels CSS pixels that a spacing covers at the node's depth @returns radius in CSS pixels */
export const screenRadius = (size: number, pixels: number): number =>
  Math.min(PIXELS.most, Math.max(PIXELS.least, nodeRadius(size) * pixels));
