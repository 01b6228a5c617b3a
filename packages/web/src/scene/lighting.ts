/** What is lit, pulsing, selected or hovered, as shapes of the overlay. Pure: arrays in, arrays out. */
import { screenRadius } from '../math/appearance.ts';
import { BEAM_FLOATS, type OverlayShapes, STAR_FLOATS } from '../render/contract.ts';

/** Indices of the nodes that stand out. */
export interface Lighting {
  /** The own answer: all stars, and beams between neighbours in the list when `joined`. */
  readonly lit: readonly number[];
  readonly joined: boolean;
  /** Somebody else's answer, faint. `strength` 0 .. 1. */
  readonly pulse: readonly number[];
  readonly pulseStrength: number;
  /** -1 for none. */
  readonly selected: number;
  /** Neighbours of the selected node, joined to it by faint lines. */
  readonly around: readonly number[];
  readonly hovered: number;
}

/** Nodes drawn as stars over all others, the selected one last. */
export const markedNodes = ({ lit, selected }: Lighting): readonly number[] =>
  selected < 0 || lit.includes(selected) ? lit : [...lit, selected];

/** Where a node is on the screen and in the world. */
export interface Placed {
  readonly position: readonly [number, number, number];
  /** CSS pixels that a spacing covers there. */
  readonly pixels: number;
  readonly size: number;
}

type Tint = readonly [number, number, number];

/** Linear light; above 1, so that the glow pass picks it up. */
const GOLD: Tint = [2.6, 1.65, 0.6];
const WHITE: Tint = [2.6, 2.6, 2.8];
const ICE: Tint = [0.4, 1.3, 2];
const LEAST_LIT_PIXELS = 7;
const MOST_LIT_PIXELS = 15;

/** Radius of the disc of a lit node, CSS pixels. @param least at least so much */
export const starRadius = ({ size, pixels }: Placed, least = LEAST_LIT_PIXELS): number =>
  Math.min(MOST_LIT_PIXELS, Math.max(least, screenRadius(size, pixels) * 1.25));

/**
 * @param place where a node is shown now; null when there is no such node
 * @param ratio device pixels per CSS pixel
 */
export function overlayShapes(
  lighting: Lighting,
  place: (index: number) => Placed | null,
  ratio: number,
): OverlayShapes {
  const beams: number[] = [];
  const stars: number[] = [];
  const star = (index: number, tint: Tint, opacity: number, least: number) => {
    const node = place(index);
    if (!node) return;
    const radius = starRadius(node, least) * ratio;
    stars.push(...node.position, radius, ...tint, opacity);
  };
  const chain = (indices: readonly number[], tint: Tint, opacity: number) => {
    for (let i = 1; i < indices.length; i++) {
      const [a, b] = [place(indices[i - 1]!), place(indices[i]!)];
      if (a && b) beams.push(...a.position, ...b.position, ...tint, opacity);
    }
  };
  if (lighting.pulseStrength > 0) {
    chain(lighting.pulse, ICE, lighting.pulseStrength * 0.35);
    for (const index of lighting.pulse) star(index, ICE, lighting.pulseStrength * 0.4, 4);
  }
  for (const index of lighting.around) chain([lighting.selected, index], WHITE, 0.16);
  if (lighting.joined) chain(lighting.lit, GOLD, 1);
  for (const index of lighting.lit) star(index, GOLD, 1, LEAST_LIT_PIXELS);
  if (lighting.selected >= 0) star(lighting.selected, WHITE, 0.9, LEAST_LIT_PIXELS);
  if (lighting.hovered >= 0 && lighting.hovered !== lighting.selected) star(lighting.hovered, WHITE, 0.6, 4);
  return { beams: Float32Array.from(beams), stars: Float32Array.from(stars) };
}

/** Beams and stars in a set of shapes. */
export const countShapes = ({ beams, stars }: OverlayShapes): { beams: number; stars: number } => ({
  beams: beams.length / BEAM_FLOATS,
  stars: stars.length / STAR_FLOATS,
});
