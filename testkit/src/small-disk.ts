/** A disk that can be filled: a file system of its own in memory. Needs root. */
import { closeSync, openSync, statfsSync, writeSync } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuard } from './guard.ts';

/** Why no disk can be mounted here; undefined when one can. */
export const smallDiskMissing: string | undefined =
  process.platform !== 'linux'
    ? 'file systems in memory are mounted on Linux only'
    : process.getuid?.() === 0
      ? undefined
      : 'only root may mount a file system';

export interface SmallDisk {
  /** Where it is mounted. */
  readonly folder: string;
  /** Bytes that are free. */
  free(): number;
  /** Takes all space but `leave` bytes (default 0). */
  fill(leave?: number): void;
  /** Gives back what {@link fill} took. */
  empty(): Promise<void>;
  /** Unmounts it; what was on it is gone. */
  remove(): Promise<void>;
}

/** @param bytes of the whole disk @throws Error when it cannot be mounted */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-disk-'));
  const guard = await startGuard(
    `mount -t tmpfs -o size=${Math.ceil(bytes)},mode=700 vortexflow-test '${folder}'`,
    // Lazily: a program that still has a file open must not keep it there.
    `umount -l '${folder}'`,
  );
  const ballast = join(folder, '.ballast');
  const free = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    free,
    fill: (leave = 0) => fillUp(ballast, () => free() - leave),
    empty: () => rm(ballast, { force: true }),
    remove: async () => {
      await guard.release();
      await rmdir(folder).catch(() => undefined);
    },
  };
}

const PIECE = Buffer.alloc(64 * 1024, 1);

function fillUp(file: string, room: () => number): void {
  const fd = openSync(file, 'a');
  try {
    for (let left = room(); left > 0; left = room()) {
      if (writeSync(fd, PIECE, 0, Math.min(PIECE.length, left)) === 0) return;
    }
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ENOSPC') throw failure;
  } finally {
    closeSync(fd);
  }
}
