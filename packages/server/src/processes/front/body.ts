/** Bodies of requests: kept whole where a second try may be needed, else passed on as they come. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { wireError } from '@vortexflow/protocol';
import { bodyTooLarge } from '../../http/problems.ts';
import type { BodyLoan } from './body-loan.ts';
import type { Route } from './routes.ts';

/** A large one that is kept is so in the pieces in which it came. null: there is none. */
export type Body = Buffer | readonly Buffer[] | PassThrough | null;

/** Up to this size a body is kept in one piece: joining a larger one would hold everybody up. Bytes. */
const SMALL = 262_144;
/** Least size of the pieces of a larger one, but for the last. Bytes. */
const PIECE = 65_536;

/**
 * @param loan of the memory for a body that is kept; the caller ends it
 * @throws CodedError `body_too_large`, `resources_busy`
 */
export function bodyOf(
  request: IncomingMessage,
  { isRepeatable, bodyLimit }: Pick<Route, 'isRepeatable' | 'bodyLimit'>,
  loan: Pick<BodyLoan, 'cover'>,
): Body | Promise<Buffer | readonly Buffer[]> {
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return null;
  const isLarge = Number(length ?? 0) > bodyLimit;
  if (!isRepeatable && (isLarge || length === undefined)) return passedOn(request);
  if (isLarge) throw bodyTooLarge(bodyLimit);
  if (length !== undefined) loan.cover(Number(length), Number(length));
  return wholeOf(request, bodyLimit, loan);
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
function wholeOf(
  request: IncomingMessage,
  bodyLimit: number,
  loan: Pick<BodyLoan, 'cover'>,
): Promise<Buffer | readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    /** What has come since the last of them: thousands of tiny pieces would cost more than what is in them. */
    let few: Buffer[] = [];
    let size = 0;
    let fewSize = 0;
    const gather = (): void => {
      if (few.length > 0) parts.push(joined(few));
      few = [];
      fewSize = 0;
    };
    const take = (part: Buffer): void => {
      size += part.length;
      if (size > bodyLimit) throw bodyTooLarge(bodyLimit);
      loan.cover(size, bodyLimit);
      few.push(part);
      fewSize += part.length;
      if (fewSize >= PIECE) gather();
    };
    const onData = (part: Buffer): void => {
      try {
        take(part);
      } catch (failure) {
        // Whatever still comes is read and dropped.
        request.off('data', onData).resume();
        parts.length = 0;
        few = [];
        reject(failure);
      }
    };
    request.on('data', onData);
    request.once('end', () => {
      gather();
      resolve(size > SMALL ? parts : joined(parts));
    });
    request.once('close', () => reject(endedEarly()));
    request.once('error', reject);
  });
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));

const endedEarly = (): Error =>
  wireError('request_invalid', {
    problem: 'The body ended early.',
    pointer: '',
    expected: 'as many bytes as its length says',
  });

/** What is sent of it in one try, and its length where only we know it. */
export function sentOf(body: Body): { readonly body: Buffer | Readable | null; readonly length: number | null } {
  if (body === null || Buffer.isBuffer(body) || body instanceof PassThrough) return { body, length: null };
  return { body: Readable.from(body), length: body.reduce((sum, part) => sum + part.length, 0) };
}
