/**
 * Where checkpoints go besides the log's own folder. A log and its key in one hand prove nothing of the past: only who has
 * seen an earlier checkpoint elsewhere can tell that a later one denies it.
 */
import { open, readFile } from 'node:fs/promises';

/** Takes each checkpoint: a file on another volume, a line on standard output, an event of a relay. */
export interface Anchor {
  readonly name: string;
  /** Least time between two, ms; only the latest waits. Default 0. What is left at the end of the log does not wait. */
  readonly everyMs?: number;
  /** @param note a signed checkpoint; resolves when it is out of the log's hands  @throws anything; it is told, tried again, and the log goes on */
  publish(note: string): Promise<void>;
}

/** How a line begins that {@link lineAnchor} writes. */
const PREFIX = 'audit-checkpoint ';

/** Appends to a file, durably. Best where the server may append but not change, such as a remote or append-only volume. */
export function fileAnchor(file: string): Anchor {
  return {
    name: 'file',
    async publish(note) {
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.write(lineOf(note));
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
  };
}

/** A line for whoever collects them, such as the journal of the service manager. */
export function lineAnchor(write: (line: string) => void): Anchor {
  return {
    name: 'line',
    publish: (note) => {
      write(`${PREFIX}${lineOf(note)}`);
      return Promise.resolve();
    },
  };
}

const lineOf = (note: string): string => `${JSON.stringify(note)}\n`;

/** The notes in what anchors have written, other lines left out: a log of a service holds more than checkpoints. */
function notesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(PREFIX);
    const json = at < 0 ? line : line.slice(at + PREFIX.length);
    try {
      const value: unknown = JSON.parse(json);
      return typeof value === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** All notes of files of anchors. @throws Error of the file system */
export async function readAnchors(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap(notesIn);
}
