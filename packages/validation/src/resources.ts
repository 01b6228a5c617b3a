/**
 * Tier 5: what a request will cost, and whether there is room for it now. Bounded in everything it keeps: two sums.
 */
import { RefusalError } from './refusal.ts';

/** Work of the modes of a question, in the cost of a short one in `Balanced`; DESIGN: each does about twice the last. */
const MODE_COSTS: Readonly<Record<string, number>> = { Fast: 0.5, Balanced: 1, Thorough: 2, Reasoning: 4 };
/** So many characters, or pieces of evidence, cost as much again. */
const [CHARACTERS_A_UNIT, PIECES_A_UNIT] = [1024, 64];
const BYTES_A_UNIT = 65_536;
const [DEFAULT_MODE, DEFAULT_TOP_K] = ['Balanced', 8];

export interface CostFields {
  readonly input: string;
  readonly mode?: string;
  readonly top_k?: number;
}

/** Estimated cost of a question, in units of a short one in `Balanced`; from 0.5 to about 100. */
export function questionCost({ input, mode = DEFAULT_MODE, top_k: pieces = DEFAULT_TOP_K }: CostFields): number {
  const base = Object.hasOwn(MODE_COSTS, mode) ? (MODE_COSTS[mode] as number) : 1;
  return base * (1 + input.length / CHARACTERS_A_UNIT) * (1 + (pieces - DEFAULT_TOP_K) / PIECES_A_UNIT);
}

/** Estimated cost of anything else, by its size: one unit, and one for each 64 KiB. */
export const bodyCost = (bytes: number): number => 1 + bytes / BYTES_A_UNIT;

export interface ResourceLimits {
  /** Units of one request. */
  readonly maxCost: number;
  /** Units of all requests under way. */
  readonly maxHeldCost: number;
  /** Bytes of all bodies that are being read or worked on. */
  readonly maxHeldBytes: number;
}

/** Resources of one process, lent to requests. */
export class ResourceBudget {
  readonly #limits: ResourceLimits;
  #cost = 0;
  #bytes = 0;

  constructor(limits: ResourceLimits) {
    this.#limits = limits;
  }

  /** What is lent now. */
  get held(): { readonly cost: number; readonly bytes: number } {
    return { cost: this.#cost, bytes: this.#bytes };
  }

  /**
   * Lends memory for a body before it is read.
   * @returns gives it back; calls after the first do nothing
   * @throws RefusalError `busy`
   */
  lendBytes(bytes: number): () => void {
    // One that is alone is always taken: the route's own limit is for its size.
    if (this.#bytes > 0 && this.#bytes + bytes > this.#limits.maxHeldBytes)
      throw busy('the memory for bodies is taken');
    this.#bytes += bytes;
    return once(() => (this.#bytes -= bytes));
  }

  /**
   * Lends work.
   * @param leftMs of the request's deadline
   * @returns gives it back; calls after the first do nothing
   * @throws RefusalError `size` when it costs too much at any time, `late`, `busy` when there is no room
   */
  lendWork(cost: number, leftMs: number): () => void {
    const { maxCost, maxHeldCost } = this.#limits;
    if (cost > maxCost)
      throw new RefusalError({
        kind: 'size',
        pointer: '',
        problem: `The request costs ${Math.ceil(cost)} units.`,
        expected: `at most ${maxCost} units`,
        suggestion: 'Ask in a cheaper mode, for fewer pieces, or send less at once.',
      });
    if (leftMs <= 0) throw late();
    if (this.#cost > 0 && this.#cost + cost > maxHeldCost) throw busy('too much other work is under way');
    this.#cost += cost;
    return once(() => (this.#cost -= cost));
  }
}

/** When to come again: most work is over by then. */
const RETRY_AFTER_MS = 1_000;

const busy = (why: string): RefusalError =>
  new RefusalError({
    kind: 'busy',
    pointer: '',
    problem: `There is no room for this request: ${why}.`,
    expected: 'less work at a time',
    suggestion: 'Send it again after a second.',
    retryAfterMs: RETRY_AFTER_MS,
  });

const late = (): RefusalError =>
  new RefusalError({
    kind: 'late',
    pointer: '/timeout_ms',
    problem: 'The deadline of the request passed before it could begin.',
    expected: 'a longer deadline',
    suggestion: 'Ask again with a larger timeout_ms.',
  });

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
