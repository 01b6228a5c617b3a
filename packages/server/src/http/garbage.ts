import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { wireError } from '@vortexflow/protocol';
import { errorBody } from './problems.ts';

/** What is no HTTP at all gets an answer in the same form, as far as there is still somebody to read it. */
export function refuseGarbage(_error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(
    errorBody(
      wireError('request_invalid', {
        problem: 'This is no HTTP request.',
        pointer: '',
        expected: 'a well-formed HTTP/1.1 request within the limits, in time',
      }),
      randomUUID(),
    ),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
