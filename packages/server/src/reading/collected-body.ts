/** The bytes of a request's body as they come: in one piece when there are few, else in blocks that a thread can read, too. */
import type { Readable } from 'node:stream';
import { errorCodes } from 'fastify';

/** Bodies up to this size are read on the event loop, in about 2 ms at most. Bytes. */
export const SMALL = 262_144;
/** Size of the blocks of a larger one, bytes. */
const BLOCK = 1_048_576;

/** A body that has come. */
export type CollectedBody = SmallBody | LargeBody;

interface SmallBody {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** All blocks are full, but for the last one. */
export interface LargeBody {
  readonly blocks: readonly SharedArrayBuffer[];
  readonly length: number;
}

/**
 * Waits for a body.
 *
 * @param payload the body, which flows on unheard when it is refused
 * @param limit most bytes
 * @param announced what its head says of its length; null: nothing
 * @throws the errors of the HTTP library for a body that is too large or not of the length that is said; what the stream fails of
 */
export function collectBody(payload: Readable, limit: number, announced: number | null): Promise<CollectedBody> {
  return new Promise((resolve, reject) => {
    if (announced !== null && announced > limit) return reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    const gathered = new GatheredBytes();
    const forget = (): void => void payload.off('data', take).off('end', end).off('error', fail);
    const take = (chunk: Buffer): void => {
      gathered.add(chunk);
      if (gathered.length <= limit) return;
      forget();
      reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    };
    const end = (): void => {
      forget();
      if (announced === null || announced === gathered.length) resolve(gathered.body());
      else reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    };
    const fail = (failure: Error): void => {
      forget();
      reject(Object.assign(failure, { statusCode: 400 }));
    };
    payload.on('data', take).once('end', end).once('error', fail);
    payload.resume();
  });
}

/** Each chunk is copied once, when it comes: joining all of them at the end would hold the event loop up. */
class GatheredBytes {
  length = 0;
  #few: Buffer[] = [];
  readonly #blocks: SharedArrayBuffer[] = [];
  /** Bytes of the last block that hold something. */
  #filled = BLOCK;

  add(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length <= SMALL) return void this.#few.push(chunk);
    for (const early of this.#few) this.#copy(early);
    this.#few = [];
    this.#copy(chunk);
  }

  body(): CollectedBody {
    const { length } = this;
    return length <= SMALL ? { bytes: Buffer.concat(this.#few), length } : { blocks: this.#blocks, length };
  }

  #copy(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      if (this.#filled === BLOCK) {
        this.#blocks.push(new SharedArrayBuffer(BLOCK));
        this.#filled = 0;
      }
      const taken = Math.min(chunk.length - from, BLOCK - this.#filled);
      new Uint8Array(this.#blocks.at(-1) as SharedArrayBuffer, this.#filled, taken).set(
        chunk.subarray(from, from + taken),
      );
      this.#filled += taken;
      from += taken;
    }
  }
}

/** All of a body in one piece. */
export function bytesOf(body: CollectedBody): Buffer {
  // What came through a message is no Buffer any more.
  if ('bytes' in body) return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.length);
  const bytes = Buffer.allocUnsafe(body.length);
  let at = 0;
  for (const block of body.blocks) {
    const filled = Math.min(block.byteLength, body.length - at);
    bytes.set(new Uint8Array(block, 0, filled), at);
    at += filled;
  }
  return bytes;
}
