import { CodedError, errorFactory } from '@vortexflow/primitives';

/** Everything this package can refuse or fail with. What a call itself failed with is passed on as it is. */
const ERRORS = {
  policy_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The policy is wrong: {problem}.',
  },
  endpoint_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The endpoint "{id}" is wrong: {problem}.',
  },
  state_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Ignore',
    message: 'The kept state of the circuit breaker is wrong: {problem}.',
    hint: 'Start with a closed circuit instead.',
  },
  deadline_exceeded: {
    type: 'TimeoutError',
    status: 504,
    recovery: 'Retry',
    message: 'There was no answer before the deadline, after {attempts} attempt(s).',
  },
  attempt_timeout: {
    type: 'TimeoutError',
    status: 504,
    recovery: 'Retry',
    message: 'An attempt was not answered within {timeoutMs} ms.',
  },
  attempt_beaten: {
    type: 'AbortError',
    status: 499,
    recovery: 'Ignore',
    message: 'Another attempt was answered first.',
  },
  call_aborted: {
    type: 'AbortError',
    status: 499,
    recovery: 'Propagate',
    message: 'The caller gave the call up.',
  },
  circuit_open: {
    type: 'UnavailableError',
    status: 503,
    recovery: 'Fallback',
    message: 'The circuit is open: the call was not made.',
  },
  bulkhead_full: {
    type: 'OverloadError',
    status: 503,
    recovery: 'Retry',
    message: 'Too many calls are under way and waiting.',
  },
  no_upstream: {
    type: 'UnavailableError',
    status: 503,
    recovery: 'Fallback',
    message: 'There is no upstream to call.',
  },
  upstreams_closed: {
    type: 'UnavailableError',
    status: 503,
    recovery: 'Propagate',
    message: 'The upstreams have been closed.',
  },
  levels_exhausted: {
    type: 'UnavailableError',
    status: 503,
    recovery: 'Propagate',
    message: 'No level gave an answer: {levels}.',
  },
} as const;

/** Code of an error of this package. */
export type ResilienceErrorCode = Extract<keyof typeof ERRORS, string>;

/** Makes an error of the table. */
export const resilienceError: (
  code: ResilienceErrorCode,
  details?: Readonly<Record<string, string | number | readonly string[]>>,
  cause?: unknown,
) => CodedError<ResilienceErrorCode> = errorFactory(ERRORS);

/**
 * The same without a stack, for what happens by the thousand when something is down: collecting a stack costs several
 * microseconds, and it would lead nowhere but into this package.
 */
export function refusal(
  code: ResilienceErrorCode,
  details?: Readonly<Record<string, string | number>>,
): CodedError<ResilienceErrorCode> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return resilienceError(code, details);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The code of an error of this package; null for what came from elsewhere, such as a call's own failure. */
export function resilienceCodeOf(failure: unknown): ResilienceErrorCode | null {
  return failure instanceof CodedError && Object.hasOwn(ERRORS, failure.code)
    ? (failure.code as ResilienceErrorCode)
    : null;
}
