/** Principal components of many vectors: the eigenvectors of their covariance by Jacobi's rotations (1846). */

/** A mean and directions of length 1, that of the greatest spread first. */
export interface Components {
  readonly mean: Float64Array;
  readonly directions: readonly Float64Array[];
}

/** Passes over all pairs after which nothing is left to rotate, for matrices of a few hundred rows. */
const SWEEPS = 12;

/** @param weightOf how much a vector counts. O(vectors * dimensions^2) */
export function principalComponents(
  vectors: readonly Float64Array[],
  dimensions: number,
  weightOf: (index: number) => number,
): Components {
  const mean = new Float64Array(dimensions);
  let total = 0;
  vectors.forEach((vector, i) => {
    const weight = weightOf(i);
    total += weight;
    for (let k = 0; k < dimensions; k++) mean[k]! += weight * vector[k]!;
  });
  for (let k = 0; k < dimensions; k++) mean[k]! /= total;
  const matrix = Array.from({ length: dimensions }, () => new Float64Array(dimensions));
  const centred = new Float64Array(dimensions);
  vectors.forEach((vector, i) => {
    const weight = weightOf(i) / total;
    for (let k = 0; k < dimensions; k++) centred[k] = vector[k]! - mean[k]!;
    for (let j = 0; j < dimensions; j++) {
      const row = matrix[j]!;
      const factor = weight * centred[j]!;
      for (let k = 0; k < dimensions; k++) row[k]! += factor * centred[k]!;
    }
  });
  return { mean, directions: eigenvectors(matrix) };
}

/** Of a symmetric matrix, which is changed; that of the greatest eigenvalue first. */
function eigenvectors(matrix: Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const vectors = matrix.map((_, i) => Float64Array.from({ length: size }, (__, k) => (i === k ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(matrix, vectors, p, q);
  const order = matrix.map((_, i) => i).sort((a, b) => matrix[b]![b]! - matrix[a]![a]!);
  return order.map((i) => vectors[i]!);
}

/** Makes the element (p, q) zero. @param vectors rows that turn with the matrix */
function rotate(matrix: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const off = matrix[p]![q]!;
  if (Math.abs(off) < 1e-15) return;
  const theta = (matrix[q]![q]! - matrix[p]![p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of matrix) {
    const [a, b] = [row[p]!, row[q]!];
    row[p] = c * a - s * b;
    row[q] = s * a + c * b;
  }
  turn(matrix, p, q, c, s);
  turn(vectors, p, q, c, s);
}

function turn(rows: readonly Float64Array[], p: number, q: number, c: number, s: number): void {
  const [first, second] = [rows[p]!, rows[q]!];
  for (let k = 0; k < first.length; k++) {
    const [a, b] = [first[k]!, second[k]!];
    first[k] = c * a - s * b;
    second[k] = s * a + c * b;
  }
}
