/**
 * The image as a file: a line of JSON that names each array with its type and length, then the arrays, each at a
 * multiple of 8 bytes, then a checksum. A file that is cut short, altered or of another version is not used.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { KnowledgeImage } from './image.ts';

/** Grows with every change of the image's content or of how texts are analysed. */
const IMAGE_VERSION = 2;

type FlatArray = Uint8Array | Uint16Array | Uint32Array | Float32Array;

const TYPES = { Uint8Array, Uint16Array, Uint32Array, Float32Array } as const;
type TypeName = keyof typeof TYPES;

interface ArrayEntry {
  readonly path: string;
  readonly type: TypeName;
  readonly length: number;
}

interface Manifest {
  readonly version: number;
  /** What the image was built from; a file with another fingerprint is out of date. */
  readonly fingerprint: string;
  /** The image with each array replaced by its number. */
  readonly shape: unknown;
  readonly arrays: readonly ArrayEntry[];
}

const padded = (bytes: number): number => (bytes + 7) & ~7;

/** Writes the image beside `file` and renames it into place, so that a reader never sees half a file. */
export async function writeImage(file: string, image: KnowledgeImage, fingerprint: string): Promise<void> {
  const arrays: FlatArray[] = [];
  const entries: ArrayEntry[] = [];
  const shape = replaceArrays(image, '', arrays, entries);
  const manifest: Manifest = { version: IMAGE_VERSION, fingerprint, shape, arrays: entries };
  const head = Buffer.from(JSON.stringify(manifest));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(0x4b584656, 0);
  prefix.writeUInt32LE(head.length, 4);
  const parts = [prefix, padTo8(head), ...arrays.map((array) => padTo8(bytesOf(array)))];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  const partial = `${file}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  try {
    await handle.writev([...parts, hash.digest()]);
    await handle.close();
    await rename(partial, file);
  } catch (failure) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw failure;
  }
}

/**
 * Reads an image into shared memory.
 *
 * @returns null when the file is missing, unreadable, damaged, of another version, or was built from something else
 */
export async function readImage(file: string, fingerprint: string): Promise<KnowledgeImage | null> {
  const bytes = await readShared(file);
  if (!bytes || bytes.length < 48 || bytes.readUInt32LE(0) !== 0x4b584656) return null;
  const body = bytes.subarray(0, bytes.length - 32);
  if (
    !createHash('sha256')
      .update(body)
      .digest()
      .equals(bytes.subarray(bytes.length - 32))
  )
    return null;
  const headLength = bytes.readUInt32LE(4);
  const manifest = JSON.parse(bytes.toString('utf8', 8, 8 + headLength)) as Manifest;
  if (manifest.version !== IMAGE_VERSION || manifest.fingerprint !== fingerprint) return null;
  let at = 8 + padded(headLength);
  const arrays = manifest.arrays.map(({ type, length }) => {
    const array = new TYPES[type](bytes.buffer as ArrayBuffer, at, length);
    at += padded(array.byteLength);
    return array;
  });
  return restoreArrays(manifest.shape, arrays) as KnowledgeImage;
}

async function readShared(file: string): Promise<Buffer | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.from(new SharedArrayBuffer(size) as unknown as ArrayBuffer);
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(bytes, { offset: at, length: size - at, position: at });
      if (bytesRead === 0) return null;
      at += bytesRead;
    }
    return bytes;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

function bytesOf(array: FlatArray): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

function padTo8(bytes: Buffer): Buffer {
  const missing = padded(bytes.length) - bytes.length;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}

function typeNameOf(value: unknown): TypeName | undefined {
  return (Object.keys(TYPES) as TypeName[]).find((name) => value instanceof TYPES[name]);
}

function replaceArrays(value: unknown, path: string, arrays: FlatArray[], entries: ArrayEntry[]): unknown {
  const type = typeNameOf(value);
  if (type) {
    const array = value as FlatArray;
    entries.push({ path, type, length: array.length });
    return { array: arrays.push(array) - 1 };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaceArrays(inner, `${path}.${key}`, arrays, entries)]),
  );
}

function restoreArrays(value: unknown, arrays: readonly FlatArray[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('array' in value && typeof value.array === 'number') return arrays[value.array];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restoreArrays(inner, arrays)]));
}
