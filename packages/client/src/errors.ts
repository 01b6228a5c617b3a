/** One error class for everything that can go wrong with a call. */
import type { ErrorResponse } from '@vortexflow/protocol';

/**
 * Thrown by every call. Its fields are those of the server's `ErrorResponse`; where no server was reached, `code` is
 * `unreachable` and `status` 0, and where something else than this server answered, `code` is `response_invalid`.
 * A call that was aborted through its signal throws the signal's reason instead.
 */
export class VortexflowError extends Error implements ErrorResponse {
  override readonly name = 'VortexflowError';
  readonly error_type: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly flux_position: number;
  readonly sacred_position: number | null;
  readonly recovery_strategy: ErrorResponse['recovery_strategy'];
  readonly request_id: string;
  readonly hint?: string;
  readonly details?: Record<string, unknown>;

  constructor(body: ErrorResponse, options?: ErrorOptions) {
    super(body.message, options);
    this.error_type = body.error_type;
    this.code = body.code;
    this.status = body.status;
    this.title = body.title;
    this.flux_position = body.flux_position;
    this.sacred_position = body.sacred_position;
    this.recovery_strategy = body.recovery_strategy;
    this.request_id = body.request_id;
    if (body.hint !== undefined) this.hint = body.hint;
    if (body.details !== undefined) this.details = body.details;
  }
}

const local = (fields: Pick<ErrorResponse, 'error_type' | 'code' | 'status' | 'message' | 'hint'>): ErrorResponse => ({
  title: fields.error_type,
  flux_position: 0,
  sacred_position: null,
  recovery_strategy: 'Retry',
  request_id: '',
  ...fields,
});

/** The server could not be reached, or hung up. */
export function unreachable(cause: unknown): VortexflowError {
  const body = local({
    error_type: 'NetworkError',
    code: 'unreachable',
    status: 0,
    message: 'The server cannot be reached.',
    hint: 'Check that it is running, and its address.',
  });
  return new VortexflowError(body, { cause });
}

/** Something answered, but not in this protocol: a proxy's page, or a stream cut short. */
export function responseInvalid(status: number, problem: string): VortexflowError {
  return new VortexflowError(
    local({
      error_type: 'ProtocolError',
      code: 'response_invalid',
      status,
      message: `The response is not one of a Vortexflow server: ${problem}.`,
      hint: 'Check the address; a proxy in between may have answered.',
    }),
  );
}

/** True for a body that has the fields without which an error cannot be told. */
export function isErrorResponse(body: unknown): body is ErrorResponse {
  if (typeof body !== 'object' || body === null) return false;
  const { code, message, status } = body as Partial<Record<keyof ErrorResponse, unknown>>;
  return typeof code === 'string' && typeof message === 'string' && typeof status === 'number';
}
