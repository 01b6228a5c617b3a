/** Bodies of requests: kept whole where a second try may be needed, else passed on as they come. */
import type { IncomingMessage } from 'node:http';
import { wireError } from '@vortexflow/protocol';
import type { Route } from './routes.ts';

/** null: there is none. */
export type Body = Buffer | IncomingMessage | null;

/** @throws CodedError `body_too_large` */
export async function bodyOf(request: IncomingMessage, { isRepeatable, bodyLimit }: Route): Promise<Body> {
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return null;
  if (!isRepeatable) return request;
  if (Number(length ?? 0) > bodyLimit) throw wireError('body_too_large', { limit_bytes: bodyLimit });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) throw wireError('body_too_large', { limit_bytes: bodyLimit });
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, size);
}
