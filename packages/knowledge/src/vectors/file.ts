/**
 * The file of the word vectors. All numbers are little-endian.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0-3 | `VXWV` |
 * | 4-7 | version, 1 |
 * | 8-11 | d, numbers in a vector |
 * | 12-15 | n, stems |
 * | 16-19 | w, bytes of all stems together |
 * | 20-31 | 0 |
 * | 32-63 | SHA-256 of the bytes 0-31 and of all from 64 on |
 * | w | the stems in order of their bytes, UTF-8, a line feed behind each |
 * | n | how telling each stem is, 1 to 255 |
 * | n * d | the vectors, signed bytes, each of length {@link VECTOR_LENGTH} but for rounding |
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorFactory } from '@vortexflow/primitives';
import type { FlatStrings } from '../image/strings.ts';

const MAGIC = 'VXWV';
const VERSION = 1;
const HEAD = 64;
const HASHED_HEAD = 32;
const LINE_FEED = 10;

/** Length of the vectors of stems as bytes. Numbers beyond 127 are cut off: those of the few vectors that lie along an axis. */
export const VECTOR_LENGTH = 160;

const vectorsError = errorFactory(
  Object.freeze({
    vectors_unreadable: {
      type: 'StorageError',
      status: 500,
      recovery: 'Propagate',
      message: 'The file of the word vectors cannot be used: {reason}.',
      hint: 'It comes with the program: install it again.',
    },
  }),
);

/** Vectors of stems in shared memory. Plain data: it travels between threads without being copied. */
export interface WordVectorData {
  readonly dimensions: number;
  /** In order of their bytes, a line feed behind each. */
  readonly stems: FlatStrings;
  /** How telling each stem is, 1 to 255: a / (a + p) with its probability p in running text. */
  readonly weights: Uint8Array;
  /** `dimensions` numbers a stem. */
  readonly rows: Int8Array;
}

/** What {@link encodeVectors} writes. */
export interface NewVectors {
  readonly dimensions: number;
  /** Distinct, in order of their bytes, without line feeds. */
  readonly stems: readonly string[];
  readonly weights: Uint8Array;
  readonly rows: Int8Array;
}

/** The bytes of a file. */
export function encodeVectors({ dimensions, stems, weights, rows }: NewVectors): Buffer {
  const words = Buffer.from(stems.map((stem) => `${stem}\n`).join(''), 'utf8');
  const head = Buffer.alloc(HEAD);
  head.write(MAGIC, 'latin1');
  [VERSION, dimensions, stems.length, words.length].forEach((value, i) => head.writeUInt32LE(value, 4 + 4 * i));
  const body = Buffer.concat([words, weights, Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)]);
  checksumOf(head, body).copy(head, HASHED_HEAD);
  return Buffer.concat([head, body]);
}

/**
 * Reads vectors into shared memory.
 *
 * @throws CodedError `vectors_unreadable` when the file is missing, damaged, cut short or of another version
 */
export function readVectors(file: string | URL): WordVectorData {
  return decode(readShared(file));
}

function decode(bytes: Buffer): WordVectorData {
  if (bytes.length < HEAD || bytes.toString('latin1', 0, 4) !== MAGIC) throw refuse('it is no such file');
  const number = (at: number): number => bytes.readUInt32LE(at);
  const [version, dimensions, count, words] = [number(4), number(8), number(12), number(16)];
  if (version !== VERSION) throw refuse(`it has version ${version}, this program reads ${VERSION}`);
  const body = bytes.subarray(HEAD);
  if (body.length !== words + count + count * dimensions) throw refuse('it is not as long as it says');
  if (!checksumOf(bytes, body).equals(bytes.subarray(HASHED_HEAD, HEAD))) throw refuse('its checksum does not fit');
  return {
    dimensions,
    stems: lines(body.subarray(0, words), count),
    weights: new Uint8Array(body.buffer, body.byteOffset + words, count),
    rows: new Int8Array(body.buffer, body.byteOffset + words + count, count * dimensions),
  };
}

/** @throws CodedError `vectors_unreadable` when there are not so many */
function lines(text: Buffer, count: number): FlatStrings {
  const offsets = new Uint32Array(new SharedArrayBuffer((count + 1) * Uint32Array.BYTES_PER_ELEMENT));
  let found = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) offsets[++found] = at + 1;
  if (found !== count || offsets[count] !== text.length) throw refuse('it has not the stems that it says');
  return { bytes: new Uint8Array(text.buffer, text.byteOffset, text.length), offsets };
}

function readShared(file: string | URL): Buffer {
  try {
    const handle = openSync(file, 'r');
    try {
      const bytes = Buffer.from(new SharedArrayBuffer(fstatSync(handle).size) as unknown as ArrayBuffer);
      for (let at = 0; at < bytes.length;) {
        const read = readSync(handle, bytes, at, bytes.length - at, at);
        if (read === 0) break;
        at += read;
      }
      return bytes;
    } finally {
      closeSync(handle);
    }
  } catch (failure) {
    throw refuse((failure as NodeJS.ErrnoException).code ?? 'it cannot be read');
  }
}

const checksumOf = (head: Buffer, body: Buffer): Buffer =>
  createHash('sha256').update(head.subarray(0, HASHED_HEAD)).update(body).digest();

const refuse = (reason: string) => vectorsError('vectors_unreadable', { reason });
