/** Why a call of a model came to nothing. Never holds a key, an address or what the endpoint said. */

/** `http_429` and the like name the status of the last attempt. */
export type FailureReason =
  | 'timeout'
  | 'aborted'
  | 'connection'
  | 'circuit_open'
  | 'too_large'
  | 'not_json'
  | 'empty'
  | 'garbage'
  | 'cut_off'
  | 'key_missing'
  | 'wrong_dimension'
  | `http_${number}`;

/** What the callers of an endpoint do about a failure. */
export interface FailureTraits {
  /** Another attempt may help. */
  readonly retryable?: boolean;
  /** Says something about the health of the endpoint: the circuit breaker counts it. */
  readonly counts?: boolean;
  /** How long the endpoint asks to be left alone, ms. */
  readonly retryAfterMs?: number | null;
  /** Optional fields of the request that the endpoint complained about. */
  readonly refused?: readonly string[];
}

/** Thrown by everything in this folder that talks to an endpoint. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly counts: boolean;
  readonly retryAfterMs: number | null;
  readonly refused: readonly string[];

  constructor(reason: FailureReason, traits: FailureTraits = {}) {
    super(`the model failed: ${reason}`);
    this.reason = reason;
    this.retryable = traits.retryable ?? false;
    this.counts = traits.counts ?? false;
    this.retryAfterMs = traits.retryAfterMs ?? null;
    this.refused = traits.refused ?? [];
  }
}
