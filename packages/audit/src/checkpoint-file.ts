/** The checkpoints that a log has signed, a line of JSON each; and where the tree stood at the last one. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import { type Checkpoint, claimedOrigin, openCheckpoint } from './checkpoint.ts';
import { MerkleTree } from './merkle.ts';
import { CHECKPOINTS } from './segments.ts';

/** A checkpoint with the note that says so. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
}

/** One line of the file. */
export interface CheckpointLine {
  /** null when the line is not a JSON text. */
  readonly note: string | null;
}

/** All lines; a last one without a line feed was never finished, and is left out. */
export async function readCheckpointLines(folder: string): Promise<CheckpointLine[]> {
  const text = await textOf(join(folder, CHECKPOINTS));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => ({ note: noteOf(line) }));
}

/** The last one that the key has signed; null when there is none. */
export async function lastCheckpoint(folder: string, publicKey: KeyObject): Promise<SignedCheckpoint | null> {
  for (const { note } of (await readCheckpointLines(folder)).toReversed()) {
    const name = note === null ? null : claimedOrigin(note);
    if (note === null || name === null) continue;
    try {
      return { ...openCheckpoint(note, { name, publicKey }), note };
    } catch {
      // Damaged, or of somebody else: verification tells.
    }
  }
  return null;
}

/** Appends a note durably. @throws Error of the file system; then nothing is added */
export async function appendCheckpoint(folder: string, note: string): Promise<void> {
  const handle = await open(join(folder, CHECKPOINTS), 'a', 0o600);
  const { size } = await handle.stat();
  try {
    await handle.writeFile(`${JSON.stringify(note)}\n`);
    await handle.datasync();
  } catch (failure) {
    await handle.truncate(size).catch(() => undefined);
    throw failure;
  } finally {
    await handle.close();
  }
}

/** Takes away a line that a crash has cut off, so that the next one is not written behind it. */
export async function mendCheckpoints(folder: string): Promise<void> {
  const file = join(folder, CHECKPOINTS);
  const text = await textOf(file);
  const whole = text.lastIndexOf('\n') + 1;
  if (whole === text.length) return;
  const handle = await open(file, 'r+');
  await handle.truncate(Buffer.byteLength(text.slice(0, whole)));
  await handle.close();
}

/**
 * Keeps the peaks of the tree, so that the next start need not read all entries. A cache: it counts only where it leads to
 * a root that is signed.
 */
export async function keepTree(folder: string, tree: MerkleTree): Promise<void> {
  const file = join(folder, 'tree.json');
  const peaks = tree.peaks.map((peak) => peak.toString('hex'));
  const handle = await open(`${file}.partial`, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ size: tree.size, peaks }));
  } finally {
    await handle.close();
  }
  await rename(`${file}.partial`, file);
}

/** The tree of a checkpoint, if it was kept; else null. */
export async function keptTree(folder: string, { size, root }: Checkpoint): Promise<MerkleTree | null> {
  try {
    const kept = JSON.parse(await readFile(join(folder, 'tree.json'), 'utf8')) as { size: number; peaks: string[] };
    const tree = new MerkleTree(
      kept.size,
      kept.peaks.map((peak) => Buffer.from(peak, 'hex')),
    );
    return tree.size === size && tree.root().equals(root) ? tree : null;
  } catch {
    return null;
  }
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return '';
    throw failure;
  });
}

function noteOf(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    // Another spelling of the same note is not what was written.
    return typeof value === 'string' && JSON.stringify(value) === line ? value : null;
  } catch {
    return null;
  }
}
