/** The five tiers of validation as a request passes them: each timed and counted, each refusal an error of the wire. */
import { CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { type Refusal, RefusalError } from '@vortexflow/validation';

export type Tier = 'transport' | 'schema' | 'content' | 'semantic' | 'resources';
type TierOutcome = 'passed' | 'flagged' | 'refused';

/** Told of every passage of a request through a tier. */
export type TierObserver = (tier: Tier, outcome: TierOutcome, seconds: number) => void;

/** Tells of refusals alone, where a request that passes is counted later. */
export const onlyRefused =
  (observe: TierObserver): TierObserver =>
  (tier, outcome, seconds) => {
    if (outcome === 'refused') observe(tier, outcome, seconds);
  };

/**
 * Runs the check of a tier.
 * @throws CodedError for what it refuses; anything else as it is
 */
export function runTier<T>(tier: Tier, observe: TierObserver, check: () => T): T {
  const start = performance.now();
  try {
    const value = check();
    observe(tier, 'passed', (performance.now() - start) / 1000);
    return value;
  } catch (failure) {
    throw refused(tier, observe, start, failure);
  }
}

/** {@link runTier} for a check that waits for others; the time is that until it is done. */
export async function runTierAsync<T>(tier: Tier, observe: TierObserver, check: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    const value = await check();
    observe(tier, 'passed', (performance.now() - start) / 1000);
    return value;
  } catch (failure) {
    throw refused(tier, observe, start, failure);
  }
}

function refused(tier: Tier, observe: TierObserver, start: number, failure: unknown): unknown {
  const error = failure instanceof RefusalError ? refusedAs(failure.refusal) : failure;
  if (error instanceof CodedError) observe(tier, 'refused', (performance.now() - start) / 1000);
  return error;
}

/** A field of the body or the query as `details.field` has always named it; nothing for other parts of the head. */
const fieldOf = (pointer: string): string =>
  /^\/(headers|target|method)(\/|$)/.test(pointer)
    ? ''
    : pointer
        .replace(/^\/(querystring|params)(?=\/)/, '')
        .slice(1)
        .replaceAll('/', '.');

/** The error of the wire that a refusal becomes. */
function refusedAs(refusal: Refusal): CodedError {
  const { pointer, problem, expected, suggestion, name = '', retryAfterMs } = refusal;
  const field = fieldOf(pointer);
  const details = { problem, pointer, expected, suggestion, ...(field !== '' && { field }) };
  switch (refusal.kind) {
    case 'syntax':
      return wireError('body_not_json', details);
    case 'host':
      return wireError('host_invalid', details);
    case 'method':
      return wireError('method_not_allowed', { ...details, method: name, allowed: expected });
    case 'encoding':
      return wireError('encoding_unsupported', details);
    case 'missing':
      return wireError(refusal.thing === 'answer' ? 'answer_not_found' : 'node_not_found', { ...details, id: name });
    case 'late':
      return wireError('deadline_passed', details);
    case 'busy':
      return wireError('resources_busy', { ...details, retry_after_s: Math.ceil((retryAfterMs ?? 0) / 1000) });
    default:
      return wireError('request_invalid', details);
  }
}
