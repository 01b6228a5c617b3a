/** The few functions on probabilities that everything here shares. */

/** Source confidences never leave this range: no source is certain, and a logit must stay finite. */
export const LEAST_CONFIDENCE = 0.02;
export const MOST_CONFIDENCE = 0.98;

export function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

/** Clips to .02-.98. */
export function clipConfidence(value: number): number {
  return clamp(value, LEAST_CONFIDENCE, MOST_CONFIDENCE);
}

/** log(p / (1 - p)); p must lie strictly between 0 and 1. */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** 1 / (1 + exp(-x)), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** Three-way comparison by UTF-16 code unit, the same on every machine and locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
