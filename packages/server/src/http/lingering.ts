import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '@vortexflow/primitives';
import { DEFAULT_BODY_LIMITS } from './limits.ts';

/** Longest time in which the rest of a body is thrown away, ms. */
export const LINGER_MS = 1_000;

/** Whether more of a body may be on its way than is worth reading to keep the connection. */
export function hasMuchLeft({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  const length = headers['content-length'];
  if (length === undefined) return headers['transfer-encoding'] !== undefined;
  return Number(length) > DEFAULT_BODY_LIMITS.question;
}

/**
 * An answer that is there at once and ends when the caller has said everything, or after a second. A connection that is
 * closed while bytes arrive is reset, and the caller may lose the answer with it (RFC 9112, section 9.6).
 */
export function lingering(text: string, request: IncomingMessage, clock: Clock): Readable {
  const end = (): void => {
    timer.cancel();
    request.off('end', end);
    request.off('close', end);
    if (!answer.destroyed) answer.push(null);
  };
  const answer = new Readable({ read: () => undefined });
  const timer = clock.after(LINGER_MS, end);
  answer.push(text);
  request.once('end', end).once('close', end).resume();
  return answer;
}
