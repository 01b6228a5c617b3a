/** Points, one after the other, all of the same number of dimensions: positions of a layout, embeddings of texts. */
export interface Rows {
  /** Length n x dimensions, finite. */
  readonly values: Float32Array;
  /** >= 1. */
  readonly dimensions: number;
}
