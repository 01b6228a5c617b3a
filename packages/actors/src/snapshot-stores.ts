import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStore } from './snapshots.ts';

/** Keeps snapshots in memory: they outlive actors, not the process. */
export function memorySnapshots(): SnapshotStore {
  const kept = new Map<string, Uint8Array>();
  return {
    get: async (path) => kept.get(path),
    // A copy: what an actor goes on writing into must not change what was kept.
    put: async (path, bytes) => void kept.set(path, bytes.slice()),
  };
}

const MAGIC = 'vfsnap1\n';
const DIGEST_BYTES = 32;
const HEAD_BYTES = MAGIC.length + DIGEST_BYTES;

/**
 * Keeps each snapshot in a file of `folder`, which is made when missing: a head, the SHA-256 of the bytes, the bytes. A file
 * is written aside, forced to the disk and renamed, so that after a crash or a power cut it is the old one or the new one.
 * `get` rejects when a file is not what was put.
 */
export function fileSnapshots(folder: string): SnapshotStore {
  const fileOf = (path: string): string => join(folder, `${digest(path).toString('hex')}.snapshot`);
  return {
    async get(path) {
      const all = await readFile(fileOf(path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return all && unpacked(all);
    },
    async put(path, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(path);
      const aside = `${file}.${process.pid}.new`;
      try {
        await writeThrough(aside, [Buffer.from(MAGIC), digest(bytes), bytes]);
        await rename(aside, file);
      } catch (error) {
        await rm(aside, { force: true }).catch(() => undefined);
        throw error;
      }
      await syncFolder(folder);
    },
  };
}

function digest(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function unpacked(all: Buffer): Uint8Array {
  if (all.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) throw new Error('the file is no snapshot');
  const bytes = all.subarray(HEAD_BYTES);
  if (!digest(bytes).equals(all.subarray(MAGIC.length, HEAD_BYTES))) throw new Error('the file is damaged');
  return new Uint8Array(bytes);
}

async function writeThrough(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename last. Some systems have no such thing as an open folder; there it lasts when it lasts. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // As above.
  } finally {
    await handle?.close();
  }
}
