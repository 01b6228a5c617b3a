/**
 * Logistic regression with a Gaussian prior (L2), by Newton's method with step halving (iteratively reweighted least
 * squares). Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 4.4.1. With a positive penalty on
 * every column the loss is strictly convex, so there is exactly one answer and no learning rate to choose.
 */
import { sigmoid, softplus } from './numeric.ts';

const MOST_STEPS = 40;
const TOLERANCE = 1e-9;
/** A penalty that pins a column to its prior mean for every practical purpose. */
const PINNED = 1e12;

/** One column of the design matrix. */
export interface Column {
  /** Penalty on (coefficient - mean)^2 / 2; must be > 0. */
  readonly l2: number;
  /** What the coefficient is shrunk towards. */
  readonly mean: number;
  /** Set a coefficient that would be negative to 0 and fit the others again. */
  readonly nonNegative?: boolean;
}

/**
 * Fits the coefficients. O(rows * columns^2) a step, at most 40 steps, usually under 8.
 *
 * @param design rows * columns.length numbers, row by row; include a column of ones for the intercept
 * @param targets 0 or 1, one per row
 * @param start coefficients to begin from, which saves steps when they are near; default: the means
 */
export function fitLogistic(
  design: Float64Array,
  targets: Uint8Array,
  columns: readonly Column[],
  start?: ArrayLike<number>,
): Float64Array {
  if (design.length !== targets.length * columns.length) throw new RangeError('design and targets differ in rows');
  let current = columns;
  let beta = newton(design, targets, current, start);
  // Each round pins at least one more column, so this ends.
  while (current.some((c, j) => c.nonNegative && c.l2 !== PINNED && beta[j]! < 0)) {
    current = current.map((c, j) =>
      c.nonNegative && (c.l2 === PINNED || beta[j]! < 0) ? { ...c, l2: PINNED, mean: 0 } : c,
    );
    beta = newton(design, targets, current);
  }
  return beta.map((b, j) => (current[j]!.l2 === PINNED ? 0 : b));
}

function newton(
  design: Float64Array,
  targets: Uint8Array,
  columns: readonly Column[],
  start?: ArrayLike<number>,
): Float64Array {
  const p = columns.length;
  let beta: Float64Array = start ? Float64Array.from(start) : Float64Array.from(columns, (c) => c.mean);
  let loss = penalisedLoss(design, targets, columns, beta);
  const gradient = new Float64Array(p);
  const hessian = new Float64Array(p * p);
  for (let step = 0; step < MOST_STEPS; step++) {
    derivatives(design, targets, columns, beta, gradient, hessian);
    solvePositiveDefinite(hessian, gradient);
    let scale = 1;
    let next = moved(beta, gradient, scale);
    let nextLoss = penalisedLoss(design, targets, columns, next);
    while (nextLoss > loss && scale > 1e-6) {
      scale /= 2;
      next = moved(beta, gradient, scale);
      nextLoss = penalisedLoss(design, targets, columns, next);
    }
    if (!(nextLoss < loss - TOLERANCE * (1 + loss))) return nextLoss < loss ? next : beta;
    beta = next;
    loss = nextLoss;
  }
  return beta;
}

function moved(beta: Float64Array, direction: Float64Array, scale: number): Float64Array {
  return beta.map((b, j) => b - scale * direction[j]!);
}

/** Product of a row, which begins at offset `at`, and the coefficients. */
export function dotRow(design: Float64Array, at: number, beta: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < beta.length; j++) sum += design[at + j]! * beta[j]!;
  return sum;
}

function penalisedLoss(
  design: Float64Array,
  targets: Uint8Array,
  columns: readonly Column[],
  beta: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < targets.length; i++) {
    const z = dotRow(design, i * beta.length, beta);
    loss += softplus(targets[i] ? -z : z);
  }
  for (let j = 0; j < columns.length; j++) loss += (columns[j]!.l2 / 2) * (beta[j]! - columns[j]!.mean) ** 2;
  return loss;
}

/** Fills `gradient` and the lower triangle of `hessian` at `beta`. */
function derivatives(
  design: Float64Array,
  targets: Uint8Array,
  columns: readonly Column[],
  beta: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const p = beta.length;
  gradient.fill(0);
  hessian.fill(0);
  for (let i = 0; i < targets.length; i++) {
    const at = i * p;
    const probability = sigmoid(dotRow(design, at, beta));
    const error = probability - targets[i]!;
    const curvature = probability * (1 - probability);
    for (let j = 0; j < p; j++) {
      const x = design[at + j]!;
      if (x === 0) continue;
      gradient[j]! += error * x;
      const cx = curvature * x;
      for (let k = 0; k <= j; k++) hessian[j * p + k]! += cx * design[at + k]!;
    }
  }
  for (let j = 0; j < p; j++) {
    gradient[j]! += columns[j]!.l2 * (beta[j]! - columns[j]!.mean);
    hessian[j * p + j]! += columns[j]!.l2;
  }
}

/** Solves A x = b in place by Cholesky: `a` holds the lower triangle and is overwritten, `b` becomes x. O(p^3). */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): void {
  const p = b.length;
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < j; k++) {
      const factor = a[j * p + k]!;
      for (let i = j; i < p; i++) a[i * p + j]! -= a[i * p + k]! * factor;
    }
    const pivot = Math.sqrt(a[j * p + j]!);
    for (let i = j; i < p; i++) a[i * p + j]! /= pivot;
  }
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < i; k++) b[i]! -= a[i * p + k]! * b[k]!;
    b[i]! /= a[i * p + i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    for (let k = i + 1; k < p; k++) b[i]! -= a[k * p + i]! * b[k]!;
    b[i]! /= a[i * p + i]!;
  }
}
