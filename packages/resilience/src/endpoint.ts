import { resilienceError } from './errors.ts';

/** One place to call. */
export interface Endpoint {
  /** Unique in its set, and what it is known by when the set is read again: its address as a rule. */
  readonly id: string;
  /** Lower ones are used first; higher ones when none of those is usable. Default 0. */
  readonly priority?: number;
  /** Share of the load against others of the same priority. Default 1. */
  readonly weight?: number;
}

/** @throws CodedError `endpoint_invalid` for the first one that cannot be used */
export function checkEndpoints(endpoints: readonly Endpoint[]): void {
  const ids = new Set<string>();
  for (const { id, priority = 0, weight = 1 } of endpoints) {
    const problem =
      typeof id !== 'string' || id === ''
        ? 'the id must be a text'
        : ids.has(id)
          ? 'there are two of it'
          : !(Number.isInteger(priority) && priority >= 0)
            ? 'the priority must be a whole number of at least 0'
            : !(weight > 0 && weight < Infinity)
              ? 'the weight must be above 0'
              : undefined;
    if (problem !== undefined) throw resilienceError('endpoint_invalid', { id, problem });
    ids.add(id);
  }
}
