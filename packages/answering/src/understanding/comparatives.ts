/** Comparatives and superlatives that facts can decide. */
import type { Comparison } from './intents.ts';

type Property = Comparison['property'];

const ADJECTIVES: readonly (readonly [Property, Comparison['pick'], string])[] = [
  ['begin', 'least', 'older elder oldest earlier earliest first before'],
  ['begin', 'most', 'younger youngest newer newest later latest last after'],
  ['length', 'most', 'higher highest taller tallest longer longest deeper deepest wider'],
  ['length', 'least', 'lower lowest shorter shortest shallower narrower'],
  ['mass', 'most', 'heavier heaviest'],
  ['mass', 'least', 'lighter lightest'],
  ['size', 'most', 'larger largest bigger biggest greater greatest more'],
  ['size', 'least', 'smaller smallest less fewer'],
];

/** Words that compare, with what they compare by. */
export const COMPARATIVES: ReadonlyMap<string, Comparison> = new Map(
  ADJECTIVES.flatMap(([property, pick, words]) => words.split(' ').map((word) => [word, { property, pick }] as const)),
);
