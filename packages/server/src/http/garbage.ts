import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { securityHeaders } from './headers.ts';
import { errorBody } from './problems.ts';

/**
 * What is no HTTP at all, or did not come in time, gets an answer in the same form, as far as there is still somebody to
 * read it.
 * @param failure of Node's parser, with its `code`
 */
export function refuseGarbage(failure: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const refusal = refusalOf(failure.code);
  const { status } = refusal.definition;
  const body = JSON.stringify(errorBody(refusal, randomUUID()));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(securityHeaders(false)).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusalOf(code: string | undefined): CodedError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return wireError('request_late');
  if (code === 'HPE_HEADER_OVERFLOW')
    return wireError('head_too_large', { pointer: '/headers', expected: 'a smaller head' });
  return wireError('request_invalid', {
    problem: 'This is no HTTP request.',
    pointer: '',
    expected: 'a well-formed HTTP/1.1 request within the limits',
  });
}
