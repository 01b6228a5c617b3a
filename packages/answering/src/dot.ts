/** Inner product. @param weights in the order of the row */
export function dot(row: ArrayLike<number>, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! * weights[i]!;
  return sum;
}
