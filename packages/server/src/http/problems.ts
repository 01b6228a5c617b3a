/** Every failure becomes one of the wire errors; what is inside the server stays inside. */
import { randomUUID } from 'node:crypto';
import { CodedError, type ErrorDetails } from '@vortexflow/primitives';
import { type ErrorResponse, wireError } from '@vortexflow/protocol';
import type { FastifyError } from 'fastify';
import { placed } from './fault-places.ts';
import { detailsOf, type Violation } from './violations.ts';

/** Body of an error response. Holds nothing but what the table and the details say. */
export function errorBody(error: CodedError, requestId: string): ErrorResponse {
  const { definition } = error;
  const details = placed(error.code, error.details);
  // What this very request should change says more than what the table says of all of them.
  const hint = typeof details?.['suggestion'] === 'string' ? details['suggestion'] : error.hint;
  return {
    error_type: definition.type,
    message: error.message,
    code: error.code,
    status: definition.status,
    title: definition.type,
    flux_position: 0,
    sacred_position: null,
    recovery_strategy: definition.recovery,
    request_id: requestId,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details: { ...details } }),
  };
}

/** Says to our own front which error an answer is, so that it knows whether another process would do better. */
export const CODE_HEADER = 'x-vortexflow-code';

/** Headers that go with an error: how to show who one is, and when to come again. */
export function errorHeaders({ definition: { status }, details }: CodedError): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  return status === 429 || status === 503 ? { 'retry-after': String(details?.['retry_after_s'] ?? 1) } : {};
}

/** The same error with more about its place. */
export const detailed = ({ code, definition, details, cause }: CodedError, more: ErrorDetails): CodedError =>
  new CodedError(code, definition, { ...details, ...more }, cause);

const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The caller's own request id when it is harmless, else a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
}

/** Errors of the HTTP library by its code. */
const LIBRARY_ERRORS: Readonly<Record<string, (error: FastifyError) => CodedError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => wireError('media_type_unsupported'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    wireError('request_invalid', {
      problem: 'The Content-Length does not fit the body.',
      pointer: '/headers/content-length',
      expected: 'the number of bytes of the body',
    }),
};

/** The wire error that stands for whatever was thrown. */
export function toWireError(error: unknown, bodyLimit: number): CodedError {
  if (error instanceof CodedError) return error;
  const failure = error as FastifyError;
  if (failure.validation) return fromValidation(failure);
  if (failure.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(bodyLimit);
  const known = LIBRARY_ERRORS[failure.code];
  if (known) return known(failure);
  if (failure.statusCode !== undefined && failure.statusCode >= 400 && failure.statusCode < 500) {
    return wireError('request_invalid', {
      problem: 'The request is malformed.',
      pointer: '',
      expected: 'a request as /docs describes it',
    });
  }
  return wireError('internal', undefined, error);
}

function fromValidation(failure: FastifyError): CodedError {
  const violation = (failure.validation as unknown as Violation[])[0] as Violation;
  const details = detailsOf(violation, failure.validationContext ?? 'body');
  if (details.pointer === '/input' && violation.keyword === 'maxLength')
    return wireError('input_too_long', { ...details, limit: Number(violation.params['limit']) });
  return wireError('request_invalid', { ...details });
}

/** @param limit bytes that this route takes */
export const bodyTooLarge = (limit: number): CodedError =>
  wireError('body_too_large', { limit_bytes: limit, pointer: '', expected: `at most ${limit} bytes` });
