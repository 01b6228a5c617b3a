/** Reading entries, the newest first. */
import { type AuditEntry, parseEntry } from './entry.ts';
import { listSegments, readLines } from './segments.ts';

export interface PageOptions {
  /** Only entries before this one. Default: all. */
  readonly before?: number;
  /** Most entries of a page. */
  readonly limit: number;
  readonly matches?: (entry: AuditEntry) => boolean;
  /** Most entries to look at. Default 20,000. */
  readonly most?: number;
}

export interface Page {
  readonly entries: readonly AuditEntry[];
  /** `before` of the next page; null at the beginning of the log. */
  readonly next: number | null;
}

/** A page of the first `size` entries. Damaged ones are left out: verification names them. */
export async function readPage(folder: string, size: number, options: PageOptions): Promise<Page> {
  const { limit, matches = () => true, most = 20_000 } = options;
  const end = Math.min(size, options.before ?? size);
  const found: AuditEntry[] = [];
  let looked = 0;
  for (const { file, first } of (await listSegments(folder)).toReversed()) {
    if (first >= end) continue;
    const lines = (await linesOf(file)).slice(0, end - first);
    for (let i = lines.length - 1; i >= 0; i--) {
      const entry = parseEntry(lines[i] as Buffer);
      if (entry && matches(entry)) found.push(entry);
      if (found.length >= limit || ++looked >= most) return { entries: found, next: first + i > 0 ? first + i : null };
    }
  }
  return { entries: found, next: null };
}

/** All entries from the first on, for those who have no page to fill. */
export async function* readEntries(folder: string): AsyncGenerator<AuditEntry> {
  for (const { file } of await listSegments(folder)) {
    for await (const { lines } of readLines(file)) {
      for (const line of lines) {
        const entry = parseEntry(line);
        if (entry) yield entry;
      }
    }
  }
}

async function linesOf(file: string): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const { lines } of readLines(file)) all.push(...lines);
  return all;
}
