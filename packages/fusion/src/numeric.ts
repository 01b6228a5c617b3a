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

/** Exponentials of the scores, scaled to sum to 1; in place. At least one score must be finite. */
export function softmax(score: Float64Array): Float64Array {
  let most = -Infinity;
  for (const s of score) if (s > most) most = s;
  let sum = 0;
  for (let i = 0; i < score.length; i++) sum += score[i] = Math.exp(score[i]! - most);
  for (let i = 0; i < score.length; i++) score[i]! /= sum;
  return score;
}

const LANCZOS = [
  76.180091729471, -86.505320329417, 24.01409824083, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
];

/** log of the gamma function for x > 0, to 2e-10. Lanczos: "A precision approximation of the gamma function", 1964. */
export function logGamma(x: number): number {
  const t = x + 5.5;
  let series = 1.00000000019;
  LANCZOS.forEach((coefficient, i) => (series += coefficient / (x + 1 + i)));
  return (x + 0.5) * Math.log(t) - t + Math.log((2.506628274631 * series) / x);
}

const TAU_STEPS = 20;

/** The tau of least total loss among 0, .05, ... 1; the greatest on ties. */
export function bestTau<Item>(items: readonly Item[], lossOf: (item: Item, tau: number) => number): number {
  let best = 1;
  let least = Infinity;
  for (let step = TAU_STEPS; step >= 0; step--) {
    const tau = step / TAU_STEPS;
    let loss = 0;
    for (const item of items) loss += lossOf(item, tau);
    if (loss < least) [best, least] = [tau, loss];
  }
  return best;
}
