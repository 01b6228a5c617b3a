/**
 * The file of the records: JSON, replaced as a whole. All of it is small (hundreds of records, bounded) and read from
 * memory; a change is acknowledged when the file with it is on disk. Changes that come while one is being written share
 * the next write.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseRecords, type Records } from './records.ts';

export class RecordFile {
  readonly #path: string;
  readonly #current: () => Records;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** @param current gives what there is to write */
  constructor(path: string, current: () => Records) {
    this.#path = path;
    this.#current = current;
  }

  /** Resolves when what there is now is on disk. @throws Error of the system */
  save(): Promise<void> {
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        this.#writing = replaceFile(this.#path, `${JSON.stringify(this.#current())}\n`);
        return this.#writing;
      });
    return this.#next;
  }

  /** Resolves when nothing is being written any more. @throws Error of the system */
  get settled(): Promise<void> {
    return this.#next ?? this.#writing;
  }
}

/**
 * What the file holds; null when there is none.
 * @throws Error when it cannot be read, or holds something else: it must not be replaced by an empty one
 */
export async function readRecords(path: string): Promise<Records | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failure;
  }
  try {
    return parseRecords(text);
  } catch (failure) {
    throw new Error(`${path} does not hold what it should: ${(failure as Error).message}.`, { cause: failure });
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  const file = await open(partial, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncFolder(dirname(path));
}

/** The new name is on disk only when the folder is. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
