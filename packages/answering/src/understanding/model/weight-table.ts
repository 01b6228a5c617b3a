/**
 * The weights of the model in one flat array, because a question adds up thousands of them: a row for each feature, its
 * weights by what the labels take.
 */
import { type Label, LABEL_MEANINGS, type LabelMeaning, labelNumber, LABELS } from './labels.ts';

/** A weight in hundredths and its label as one number. */
const LABEL_BITS = 5;
const LABEL_MASK = 2 ** LABEL_BITS - 1;
const KINDS = ['one', 'two', 'text'] as const satisfies readonly LabelMeaning['takes'][];

/** One thread's: it counts. */
export class WeightTable {
  readonly #rows: ReadonlyMap<string, number>;
  /** Where the weights of row r and kind k begin: 3 r + k; they end where the next ones begin. */
  readonly #starts: Int32Array;
  readonly #weights: Int32Array;
  /** Number of the latest sum that each row went into. */
  readonly #counted: Int32Array;
  readonly #sums = new Int32Array(LABELS.length);
  #sum = 0;
  #kind = 0;

  /** @param weights by feature: label numbers and weights in hundredths, taking turns */
  constructor(weights: Readonly<Record<string, readonly number[]>>) {
    if (LABELS.length > LABEL_MASK + 1) throw new RangeError(`more than ${LABEL_MASK + 1} labels`);
    const features = Object.entries(weights);
    // Row 0 stands for all features without weights.
    this.#rows = new Map(features.map(([feature], i) => [feature, i + 1]));
    this.#counted = new Int32Array(features.length + 1);
    this.#starts = new Int32Array(KINDS.length * (features.length + 1) + 1);
    const packed: number[] = [];
    [[], ...features.map(([, row]) => row)].forEach((row, r) => {
      KINDS.forEach((kind, k) => {
        this.#starts[KINDS.length * r + k] = packed.length;
        packed.push(...packedOf(row, kind));
      });
    });
    this.#starts[this.#starts.length - 1] = packed.length;
    this.#weights = Int32Array.from(packed);
  }

  /** Number of a feature's row. */
  rowOf(feature: string): number {
    return this.#rows.get(feature) ?? 0;
  }

  /** Begins a sum over the features of one candidate. */
  begin(takes: LabelMeaning['takes']): void {
    // Within the bits of the array that it is compared with.
    this.#sum = (this.#sum + 1) | 0;
    this.#kind = KINDS.indexOf(takes);
    this.#sums.fill(0);
  }

  /** Adds a row; one that comes again does not count again. */
  add(row: number): void {
    if (this.#counted[row] === this.#sum) return;
    this.#counted[row] = this.#sum;
    const at = KINDS.length * row + this.#kind;
    const end = this.#starts[at + 1]!;
    for (let i = this.#starts[at]!; i < end; i++) {
      const one = this.#weights[i]!;
      this.#sums[one & LABEL_MASK]! += one >> LABEL_BITS;
    }
  }

  /** In hundredths. */
  sumOf(label: Label): number {
    return this.#sums[labelNumber(label)]!;
  }

  /** What a row gives to one label, in hundredths. */
  weightOf(row: number, label: Label): number {
    const at = KINDS.length * row + KINDS.indexOf(LABEL_MEANINGS[label].takes);
    for (let i = this.#starts[at]!; i < this.#starts[at + 1]!; i++) {
      const one = this.#weights[i]!;
      if ((one & LABEL_MASK) === labelNumber(label)) return one >> LABEL_BITS;
    }
    return 0;
  }
}

function packedOf(row: readonly number[], kind: LabelMeaning['takes']): number[] {
  const packed: number[] = [];
  for (let i = 0; i < row.length; i += 2) {
    const [label, weight] = [row[i]!, row[i + 1]!];
    if (LABEL_MEANINGS[LABELS[label]!].takes === kind) packed.push((weight << LABEL_BITS) | label);
  }
  return packed;
}
