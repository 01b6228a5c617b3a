/** Bodies of requests: kept whole where a second try may be needed, else passed on as they come. */
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { wireError } from '@vortexflow/protocol';
import { bodyTooLarge } from '../../http/problems.ts';
import type { Route } from './routes.ts';

/** null: there is none. */
export type Body = Buffer | PassThrough | null;

/** @throws CodedError `body_too_large` */
export function bodyOf(request: IncomingMessage, { isRepeatable, bodyLimit }: Route): Body | Promise<Buffer> {
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return null;
  const isLarge = Number(length ?? 0) > bodyLimit;
  if (!isRepeatable && (isLarge || length === undefined)) return passedOn(request);
  if (isLarge) throw bodyTooLarge(bodyLimit);
  return wholeOf(request, bodyLimit);
}

/** Through a stream of its own: whoever gives it up must not take the caller's connection along. */
function passedOn(request: IncomingMessage): PassThrough {
  const body = new PassThrough();
  body.once('close', () => {
    request.unpipe(body);
    request.resume();
  });
  body.on('error', () => undefined);
  return request.pipe(body);
}

/** By events rather than an iterator, which makes several promises a request where this makes one. */
function wholeOf(request: IncomingMessage, bodyLimit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size > bodyLimit) reject(bodyTooLarge(bodyLimit));
      else parts.push(part);
    });
    request.once('end', () => resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, size)));
    request.once('close', () => reject(wireError('request_invalid', { problem: 'The body ended early.' })));
    request.once('error', reject);
  });
}
