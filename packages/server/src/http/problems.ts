/** Every failure becomes one of the wire errors; what is inside the server stays inside. */
import { randomUUID } from 'node:crypto';
import { CodedError } from '@vortexflow/primitives';
import { type ErrorResponse, wireError } from '@vortexflow/protocol';
import type { FastifyError } from 'fastify';

/** Body of an error response. Holds nothing but what the table and the details say. */
export function errorBody(error: CodedError, requestId: string): ErrorResponse {
  const { definition, details, hint } = error;
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

/** Headers that go with an error: how to show who one is, and when to come again. */
export function errorHeaders({ definition: { status }, details }: CodedError): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status === 429) return { 'retry-after': String(details?.['retry_after_s'] ?? 1) };
  return status === 503 ? { 'retry-after': '1' } : {};
}

const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The caller's own request id when it is harmless, else a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
}

/** Errors of the HTTP library by its code. */
const LIBRARY_ERRORS: Readonly<Record<string, (error: FastifyError) => CodedError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => wireError('media_type_unsupported'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => wireError('body_empty'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => wireError('body_not_json'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    wireError('request_invalid', { problem: 'The Content-Length does not fit the body.' }),
};

/** The wire error that stands for whatever was thrown. */
export function toWireError(error: unknown, bodyLimit: number): CodedError {
  if (error instanceof CodedError) return error;
  const failure = error as FastifyError;
  if (failure.validation) return fromValidation(failure);
  if (failure.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return wireError('body_too_large', { limit_bytes: bodyLimit });
  const known = LIBRARY_ERRORS[failure.code];
  if (known) return known(failure);
  if (failure instanceof SyntaxError) return wireError('body_not_json');
  if (failure.statusCode !== undefined && failure.statusCode >= 400 && failure.statusCode < 500) {
    return wireError('request_invalid', { problem: 'The request is malformed.' });
  }
  return wireError('internal', undefined, error);
}

interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

function fromValidation(failure: FastifyError): CodedError {
  const violation = (failure.validation as unknown as Violation[])[0] as Violation;
  const where = failure.validationContext ?? 'body';
  const field = violation.instancePath.replace(/^\//, '').replaceAll('/', '.');
  if (where === 'body' && field === 'input' && violation.keyword === 'maxLength') {
    return wireError('input_too_long', { limit: Number(violation.params['limit']) });
  }
  return wireError('request_invalid', { problem: sentence(violation, where, field), ...(field ? { field } : {}) });
}

/** A violation as a sentence for a person. */
export function sentence({ keyword, params, message }: Violation, where: string, field: string): string {
  const name = field ? `"${field}"` : `the ${where}`;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'additionalProperties':
      return `Unknown key "${String(params['additionalProperty'])}" in ${name}.`;
    case 'required':
      return `"${String(params['missingProperty'])}" is missing in ${name}.`;
    case 'enum':
      return `${capital(name)} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}.`;
    case 'type':
      return `${capital(name)} must be ${article(field ? String(params['type']) : `JSON ${String(params['type'])}`)}.`;
    case 'minLength':
      return limit === '1'
        ? `${capital(name)} must not be empty.`
        : `${capital(name)} must have at least ${limit} characters.`;
    case 'maxLength':
      return `${capital(name)} must have at most ${limit} characters.`;
    case 'minimum':
      return `${capital(name)} must be at least ${limit}.`;
    case 'maximum':
      return `${capital(name)} must be at most ${limit}.`;
    case 'exclusiveMinimum':
      return `${capital(name)} must be greater than ${limit}.`;
    case 'exclusiveMaximum':
      return `${capital(name)} must be less than ${limit}.`;
    default:
      return `${capital(name)} ${message ?? 'is not valid'}.`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const article = (noun: string): string => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
