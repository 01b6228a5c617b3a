/** The files of a log: segments named after their first entry, and how they are read. */
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Segment {
  readonly file: string;
  readonly name: string;
  /** Position of its first entry, by its name. */
  readonly first: number;
}

const NAME = /^(\d{12})\.jsonl$/;
const LF = 0x0a;

/** Name of the segment that begins with an entry. */
export const segmentName = (first: number): string => `${String(first).padStart(12, '0')}.jsonl`;
/** Signed checkpoints, a line of JSON each. */
export const CHECKPOINTS = 'checkpoints.jsonl';

/** In order. Of a folder that is not there: none. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return [];
    throw failure;
  });
  return names
    .flatMap((name) => {
      const first = NAME.exec(name)?.[1];
      return first === undefined ? [] : [{ file: join(folder, name), name, first: Number(first) }];
    })
    .sort((a, b) => a.first - b.first);
}

/** Lines that were read together. */
export interface Lines {
  /** Without their line feeds. */
  readonly lines: readonly Buffer[];
  /** What stands behind the last line feed at the end of the file; else empty. */
  readonly rest: Buffer;
}

/**
 * The lines of a file, some at a time, so that others have their turns.
 * @param end bytes to read at most
 */
export async function* readLines(file: string, end = Infinity): AsyncGenerator<Lines> {
  let rest: Buffer = Buffer.alloc(0);
  if (end > 0) {
    for await (const chunk of createReadStream(file, {
      highWaterMark: 65_536,
      end: end - 1,
    }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, from)) {
        lines.push(bytes.subarray(from, at));
        from = at + 1;
      }
      rest = bytes.subarray(from);
      // Such a line is no entry; it must not fill the memory.
      if (rest.length > MAX_REST_BYTES) {
        lines.push(rest);
        rest = EMPTY;
      }
      yield { lines, rest: EMPTY };
    }
  }
  yield { lines: [], rest };
}

const EMPTY = Buffer.alloc(0);
const MAX_REST_BYTES = 1 << 20;

/** Makes names in a folder durable. Windows cannot, and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
