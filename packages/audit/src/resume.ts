/** What a log finds in its folder when it is opened, after a clean end, a crash, or worse. */
import type { KeyObject } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptTree, lastCheckpoint, mendCheckpoints, type SignedCheckpoint } from './checkpoint-file.ts';
import { faultOf, hashOf, NO_HASH, parseEntry } from './entry.ts';
import { MerkleTree } from './merkle.ts';
import { listSegments, readLines, type Segment, syncFolder } from './segments.ts';

/** Where a log goes on. */
export interface Resumed {
  readonly tree: MerkleTree;
  /** Hash of the last entry. */
  readonly last: Buffer;
  /** Name of the log; null when it is new. */
  readonly origin: string | null;
  /** The file to append to; null when there is none. */
  readonly segment: { readonly file: string; readonly bytes: number } | null;
  readonly signed: SignedCheckpoint | null;
  /** What cannot have come about by a crash. */
  readonly faults: readonly string[];
  /** Bytes of an entry that a crash has cut off; set aside in a file of their own. */
  readonly torn: number;
}

/** Reads the entries behind the last checkpoint; all of them, where its tree was not kept. */
export async function resume(folder: string, publicKey: KeyObject): Promise<Resumed> {
  await mendCheckpoints(folder);
  const segments = await listSegments(folder);
  const signed = await lastCheckpoint(folder, publicKey);
  const faults: string[] = [];
  const from = signed && (await behind(folder, segments, signed));
  const read = from ?? (await readAll(segments, faults));
  if (signed && read.tree.size < signed.size)
    faults.push(`${signed.size} entries were signed, and there are ${read.tree.size}`);
  const last = segments.at(-1);
  if (last && read.rest.length > 0) await setAside(folder, last, read);
  return {
    tree: read.tree,
    last: read.last,
    origin: signed?.origin ?? (await statedOrigin(segments)),
    segment: last ? { file: last.file, bytes: read.bytes } : null,
    signed,
    faults,
    torn: read.rest.length,
  };
}

interface ReadState {
  readonly tree: MerkleTree;
  readonly last: Buffer;
  /** Whole lines of the last segment, bytes. */
  readonly bytes: number;
  readonly rest: Buffer;
}

/** From the segment that holds the last signed entry on; null when the kept tree cannot be relied on. */
async function behind(
  folder: string,
  segments: readonly Segment[],
  signed: SignedCheckpoint,
): Promise<ReadState | null> {
  const at = segments.findLastIndex(({ first }) => first < signed.size);
  const tree = at < 0 ? null : await keptTree(folder, signed);
  if (!tree) return null;
  let last: Buffer = NO_HASH;
  let seq = (segments[at] as Segment).first;
  let isOdd = false;
  let state: Pick<ReadState, 'bytes' | 'rest'> = { bytes: 0, rest: Buffer.alloc(0) };
  for (const segment of segments.slice(at)) {
    if (segment.first !== seq) return null;
    state = await eachLine(segment, (line) => {
      const digest = seq < signed.size - 1 ? last : hashOf(line);
      if (seq >= signed.size) {
        isOdd ||= faultOf(line, digest, seq, last) !== null;
        tree.append(digest);
      }
      last = digest;
      seq++;
    });
  }
  // Anything odd is looked at from the beginning.
  return seq === tree.size && !isOdd ? { tree, last, ...state } : null;
}

async function readAll(segments: readonly Segment[], faults: string[]): Promise<ReadState> {
  const tree = new MerkleTree();
  let last: Buffer = NO_HASH;
  let state: Pick<ReadState, 'bytes' | 'rest'> = { bytes: 0, rest: Buffer.alloc(0) };
  const note = (text: string): void => void (faults.length < MAX_FAULTS && faults.push(text));
  for (const segment of segments) {
    if (state.rest.length > 0) note(`the segment before ${segment.name} ends within an entry`);
    if (segment.first !== tree.size) note(`${segment.name} begins with entry ${tree.size}`);
    state = await eachLine(segment, (line) => {
      const digest = hashOf(line);
      const fault = faultOf(line, digest, tree.size, last);
      if (fault !== null) note(`entry ${tree.size}: ${fault}`);
      tree.append(digest);
      last = digest;
    });
  }
  return { tree, last, ...state };
}

const MAX_FAULTS = 20;

async function eachLine(segment: Segment, take: (line: Buffer) => void): Promise<Pick<ReadState, 'bytes' | 'rest'>> {
  let bytes = 0;
  let left = Buffer.alloc(0);
  for await (const { lines, rest } of readLines(segment.file)) {
    for (const line of lines) {
      take(line);
      bytes += line.length + 1;
    }
    left = Buffer.from(rest);
  }
  return { bytes, rest: left };
}

/** Whoever looks for the reason of a crash may want to see it. */
async function setAside(folder: string, { file }: Segment, { tree, bytes, rest }: ReadState): Promise<void> {
  await writeFile(join(folder, `torn-${tree.size}.bin`), rest, { mode: 0o600 });
  const handle = await open(file, 'r+');
  try {
    await handle.truncate(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(folder);
}

/** What the first entry says. */
export async function statedOrigin(segments: readonly Segment[]): Promise<string | null> {
  const [first] = segments;
  if (!first) return null;
  for await (const { lines } of readLines(first.file)) {
    const [line] = lines;
    if (!line) continue;
    const origin = parseEntry(line)?.detail?.['origin'];
    return typeof origin === 'string' ? origin : null;
  }
  return null;
}
