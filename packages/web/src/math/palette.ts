/**
 * Colours of the node groups, in OKLCH (Ottosson 2020, "A perceptual color space for image processing"), so that equal
 * lightness looks equally light. Kindred groups share a family of hues: what lives is green to orange, what is made or
 * found is blue to teal, what is thought is violet, what is done is rose, what qualifies is silver.
 */

/** Lightness 0 .. 1, chroma, hue in degrees. */
type Lch = readonly [lightness: number, chroma: number, hue: number];

/** Red, green and blue, 0 .. 1, linear light. */
export type LinearRgb = readonly [number, number, number];

const FAMILIES: Readonly<Record<string, Lch>> = {
  'noun.Tops': [0.96, 0.02, 90],
  'noun.plant': [0.78, 0.2, 145],
  'noun.animal': [0.84, 0.17, 88],
  'noun.food': [0.85, 0.18, 118],
  'noun.body': [0.74, 0.16, 32],
  'noun.person': [0.76, 0.17, 55],
  'noun.group': [0.7, 0.13, 70],
  'noun.artifact': [0.68, 0.17, 255],
  'noun.substance': [0.78, 0.13, 195],
  'noun.object': [0.74, 0.13, 172],
  'noun.location': [0.8, 0.14, 165],
  'noun.phenomenon': [0.76, 0.12, 215],
  'noun.shape': [0.72, 0.1, 230],
  'noun.process': [0.68, 0.12, 235],
  'noun.quantity': [0.72, 0.09, 245],
  'noun.time': [0.78, 0.09, 210],
  'noun.relation': [0.66, 0.1, 262],
  'noun.possession': [0.8, 0.13, 100],
  'noun.cognition': [0.68, 0.2, 300],
  'noun.communication': [0.7, 0.21, 322],
  'noun.attribute': [0.72, 0.15, 288],
  'noun.state': [0.68, 0.16, 275],
  'noun.feeling': [0.74, 0.19, 350],
  'noun.motive': [0.74, 0.16, 340],
  'noun.act': [0.72, 0.18, 18],
  'noun.event': [0.76, 0.15, 40],
  document: [0.97, 0.1, 105],
  section: [0.9, 0.08, 108],
};

/** For groups without a place of their own: where their kind begins, and how far it spreads. */
const KINDS: readonly (readonly [prefix: string, base: Lch, spread: number])[] = [
  ['verb.', [0.72, 0.17, 352], 50],
  ['adj.', [0.8, 0.055, 250], 40],
  ['adv.', [0.86, 0.04, 200], 30],
];

/** @returns colour of a group; a group the palette does not know gets one of its own, always the same */
export function groupColour(name: string): LinearRgb {
  const known = FAMILIES[name];
  if (known) return linearRgb(known);
  const noise = hash(name);
  const kind = KINDS.find(([prefix]) => name.startsWith(prefix));
  if (!kind) return linearRgb([0.76, 0.15, noise * 360]);
  const [lightness, chroma, hue] = kind[1];
  return linearRgb([lightness + (noise - 0.5) * 0.12, chroma, hue + (noise - 0.5) * kind[2]]);
}

/** The same as a CSS colour. */
export const cssColour = (name: string): string => `rgb(${groupColour(name).map(gamma).join(' ')})`;

/** 0 .. 1 out of a text; FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return (state >>> 0) / 2 ** 32;
}

/** Colours outside of sRGB lose chroma, not lightness, until they fit. */
function linearRgb([lightness, chroma, hue]: Lch): LinearRgb {
  for (let c = chroma; c > 0; c -= 0.005) {
    const rgb = convert(lightness, c, (hue * Math.PI) / 180);
    if (rgb.every((value) => value >= 0 && value <= 1)) return rgb;
  }
  const grey = lightness ** 3;
  return [grey, grey, grey];
}

function convert(lightness: number, chroma: number, hue: number): LinearRgb {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Linear light to an sRGB byte, IEC 61966-2-1. */
const gamma = (value: number): number =>
  Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
