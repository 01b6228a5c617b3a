/** What the fusion bench measures on. */
import type { LabelledBatchItem } from '@vortexflow/fusion';

export interface BenchSet {
  readonly name: string;
  /** All possible answers; `null` when the set is open. */
  readonly labels: readonly string[] | null;
  readonly items: readonly LabelledBatchItem[];
}
