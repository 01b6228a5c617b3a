/** What the generator is told and what it tells. */

/** An open loop: a request is due at each 1 / rate seconds, whether or not the earlier ones have been answered. */
export interface LoadOrder {
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** So long before the start the same load begins; those requests are not reported. */
  readonly warmUpSeconds: number;
  /** When the first that is reported is due, ms since the Unix epoch. */
  readonly startAt: number;
  /** After so long, ms from when it was due, a request has failed. */
  readonly patienceMs: number;
  /** Every so many requests one in the mode `Reasoning`; 0: none. */
  readonly reasoningEvery: number;
  readonly seed: number;
}

/** One request that is over. */
export interface RequestRecord {
  /** When it was due, ms from the start. */
  readonly atMs: number;
  /** From when it was due to its last byte, or to its failure. */
  readonly tookMs: number;
  /** How late it was sent, ms: the generator's own fault. */
  readonly lateMs: number;
  /** `ok`; `degraded`, which is answered, too; else why it failed. */
  readonly outcome: string;
}

export type LoadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'records'; readonly records: readonly RequestRecord[] }
  | { readonly kind: 'done' };

/** Whether the caller got an answer. */
export const isAnswered = ({ outcome }: RequestRecord): boolean => outcome === 'ok' || outcome === 'degraded';
