/**
 * Turns points so that they lie as flat as they can, and drops their depth. A graph that is laid out in space first and
 * pressed flat then has fewer folds than one that never left the plane.
 */

/** Turns found by Jacobi's method: each makes one entry beside the diagonal zero. Three axes need few. */
const TURNS = 12;

/** Projects on the plane of the two widest principal axes, in place; z becomes 0. Positions around the origin. */
export function pressFlat(positions: Float32Array): void {
  const axes = principalAxes(covarianceOf(positions));
  const [u, v] = axes;
  for (let p = 0; p < positions.length; p += 3) {
    const point = [positions[p]!, positions[p + 1]!, positions[p + 2]!];
    positions[p] = dot(u!, point);
    positions[p + 1] = dot(v!, point);
    positions[p + 2] = 0;
  }
}

const dot = (a: readonly number[], b: readonly number[]): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

function covarianceOf(positions: Float32Array): number[][] {
  const sums = [0, 1, 2].map(() => [0, 0, 0]);
  for (let p = 0; p < positions.length; p += 3) {
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sums[i]![j]! += positions[p + i]! * positions[p + j]!;
  }
  return sums;
}

/** Unit vectors of a symmetric matrix, widest first. */
function principalAxes(matrix: number[][]): number[][] {
  const vectors = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
  for (let turn = 0; turn < TURNS; turn++) {
    const [i, j] = (
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const
    )[turn % 3]!;
    const angle = 0.5 * Math.atan2(2 * matrix[i]![j]!, matrix[i]![i]! - matrix[j]![j]!);
    rotateRows(matrix, i, j, angle);
    for (const row of matrix) [row[i], row[j]] = rotated(row[i]!, row[j]!, angle);
    rotateRows(vectors, i, j, angle);
  }
  return [0, 1, 2].sort((a, b) => matrix[b]![b]! - matrix[a]![a]!).map((axis) => vectors[axis]!);
}

const rotated = (a: number, b: number, angle: number): [number, number] => [
  Math.cos(angle) * a + Math.sin(angle) * b,
  Math.cos(angle) * b - Math.sin(angle) * a,
];

function rotateRows(rows: number[][], i: number, j: number, angle: number): void {
  for (let k = 0; k < 3; k++) [rows[i]![k], rows[j]![k]] = rotated(rows[i]![k]!, rows[j]![k]!, angle);
}
