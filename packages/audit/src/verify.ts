/**
 * Whether a log is what it was: every entry in its place, every signed root the root of what is there, every anchor kept
 * to. Needs the folder and the public key, no server. What it cannot see is a change behind the last checkpoint that anybody has
 * seen: see the README on exposure.
 */
import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Checkpoint } from './checkpoint.ts';
import { claimedOrigin, openCheckpoint } from './checkpoint.ts';
import { readCheckpointLines } from './checkpoint-file.ts';
import { faultOf, hashOf, NO_HASH, parseEntry } from './entry.ts';
import { MerkleTree } from './merkle.ts';
import { statedOrigin } from './resume.ts';
import { CHECKPOINTS, listSegments, readLines, type Segment } from './segments.ts';

/**
 * `entry`: changed, added, gone or out of place. `segment`: a file is missing or misnamed. `checkpoint`: not signed by the
 * key, out of order, or denied by the entries. `anchor`: the log denies what an anchor has seen. `unsigned`: more entries than
 * a log leaves without a checkpoint.
 */
type FindingKind = 'entry' | 'segment' | 'checkpoint' | 'anchor' | 'unsigned';

export interface Finding {
  readonly kind: FindingKind;
  /** First entry that cannot be relied on, as far as one can tell; null when none in particular. */
  readonly seq: number | null;
  readonly text: string;
}

export interface Verification {
  readonly origin: string | null;
  readonly entries: number;
  /** Entries that the latest good checkpoint covers. */
  readonly signed: number;
  readonly checkpoints: number;
  /** Entries that the latest good anchor covers. */
  readonly anchored: number;
  /** None: the log is what it was. At most 100, in the order in which they were found. */
  readonly findings: readonly Finding[];
  /** What a crash may leave behind, and other things to know. */
  readonly notices: readonly string[];
}

export interface VerifyOptions {
  readonly publicKey: KeyObject;
  /** Signed checkpoints that were seen elsewhere; see {@link readAnchors}. */
  readonly anchors?: readonly string[];
  /** Name of the log, where it is known; else what its first entry says. */
  readonly origin?: string;
  /** Only so many entries, for a log that is being written meanwhile. */
  readonly entries?: number;
  /** Awaited after each piece of some 64 KB, to leave the processor to others. */
  readonly between?: () => Promise<void>;
}

const MAX_FINDINGS = 100;
/** Most entries behind a checkpoint: 1,000, and what comes while it is signed. */
const MAX_UNSIGNED = 2_500;
/** Longest time between entries that no checkpoint covers, ms: one is signed every ten seconds. */
const MAX_UNSIGNED_MS = 60_000;

/** Entries of a log that has just been made: it signs as soon as these are there. */
const NEW = 2;

/** A root that somebody has signed for a size. */
interface Claim extends Checkpoint {
  readonly source: 'checkpoint' | 'anchor';
}

/** @throws Error of the file system */
export async function verifyLog(folder: string, options: VerifyOptions): Promise<Verification> {
  const findings: Finding[] = [];
  const notices: string[] = [];
  const find = (kind: FindingKind, seq: number | null, text: string): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ kind, seq, text });
  };
  const { entries: most = Infinity, anchors = [] } = options;
  const segments = await listSegments(folder);
  const lines = await readCheckpointLines(folder);
  const stated = await statedOrigin(segments);
  const origin = options.origin ?? stated ?? firstClaim([...lines.map(({ note }) => note), ...anchors]);
  const verifier = { name: origin ?? '', publicKey: options.publicKey };
  const claims: Claim[] = [];
  if (stated !== null && stated !== origin) find('entry', 0, `the log says that it is ${stated}`);
  lines.forEach(({ note }, i) => {
    const opened = opening(note, verifier);
    const before = claims.at(-1)?.size ?? 0;
    if (typeof opened === 'string') find('checkpoint', before, `line ${i + 1} of ${CHECKPOINTS}: ${opened}`);
    else if (opened.size <= before)
      find('checkpoint', null, `line ${i + 1} of ${CHECKPOINTS}: ${opened.size} entries come after ${before}`);
    else claims.push({ ...opened, source: 'checkpoint' });
  });
  const seen = anchors.flatMap((note, i): Claim[] => {
    const opened = opening(note, verifier);
    if (typeof opened === 'string') find('anchor', null, `anchor ${i + 1}: ${opened}`);
    return typeof opened === 'string' ? [] : [{ ...opened, source: 'anchor' }];
  });
  const kept = claims.filter(({ size }) => size <= most);
  const anchored = Math.max(0, ...seen.map(({ size }) => size));
  const newest = claims.at(-1)?.size ?? 0;
  if (newest < anchored)
    find('anchor', newest, `an anchor has seen ${anchored} entries signed, and here ${newest} are`);
  const walk = new Walk([...kept, ...seen.filter(({ size }) => size <= most)], most, find, notices);
  for (const segment of segments) await walk.segment(segment, segment === segments.at(-1), options.between);
  walk.end(kept.at(-1)?.size ?? 0, most === Infinity);
  notices.push(...(await strangers(folder)));
  const good = walk.good;
  return {
    origin,
    entries: walk.size,
    signed: good.checkpoint,
    checkpoints: claims.length,
    anchored: good.anchor,
    findings,
    notices,
  };
}

/** What a note says, or why it cannot be relied on. */
function opening(note: string | null, verifier: { name: string; publicKey: KeyObject }): Checkpoint | string {
  if (note === null) return 'it is not a note as the log writes them';
  try {
    return openCheckpoint(note, verifier);
  } catch (failure) {
    return (failure as Error).message;
  }
}

function firstClaim(notes: readonly (string | null)[]): string | null {
  for (const note of notes) {
    const origin = note === null ? null : claimedOrigin(note);
    if (origin !== null) return origin;
  }
  return null;
}

type Find = (kind: FindingKind, seq: number | null, text: string) => void;

/** One pass over all entries, with the claims in the order of their sizes. */
class Walk {
  readonly #claims: readonly Claim[];
  readonly #most: number;
  readonly #find: Find;
  readonly #notices: string[];
  readonly #tree = new MerkleTree();
  #prev: Buffer = NO_HASH;
  #next = 0;
  /** Largest sizes whose roots were right. */
  readonly good = { checkpoint: 0, anchor: 0 };
  /** Times of the first entry behind the last good checkpoint, and of the last entry. */
  #firstUnsigned: number | null = null;
  #lastTime = 0;

  constructor(claims: readonly Claim[], most: number, find: Find, notices: string[]) {
    this.#claims = claims.toSorted((a, b) => a.size - b.size);
    this.#most = most;
    this.#find = find;
    this.#notices = notices;
  }

  get size(): number {
    return this.#tree.size;
  }

  async segment({ file, first, name }: Segment, isLast: boolean, between?: () => Promise<void>): Promise<void> {
    if (this.size >= this.#most) return;
    if (first !== this.size) this.#find('segment', this.size, `${name} stands where entry ${this.size} is to come`);
    for await (const { lines, rest } of readLines(file)) {
      for (const line of lines) {
        if (this.size >= this.#most) return;
        this.#entry(line);
      }
      if (rest.length > 0 && isLast) this.#notices.push(`the last ${rest.length} bytes are no whole entry`);
      else if (rest.length > 0) this.#find('segment', this.size, `${name} ends within an entry`);
      await between?.();
    }
  }

  #entry(line: Buffer): void {
    const seq = this.size;
    const digest = hashOf(line);
    const entry = parseEntry(line);
    const fault = faultOf(line, digest, seq, this.#prev, entry);
    if (fault !== null) this.#find('entry', seq, `entry ${seq}: ${fault}`);
    this.#tree.append(digest);
    // A damaged entry still says what it was, so that what comes behind it is not blamed.
    this.#prev =
      fault !== null && /^[0-9a-f]{64}$/.test(entry?.hash ?? '') ? Buffer.from(entry?.hash ?? '', 'hex') : digest;
    this.#lastTime = Date.parse(entry?.time ?? '') || this.#lastTime;
    this.#firstUnsigned ??= this.#lastTime;
    this.#check();
  }

  #check(): void {
    for (let claim = this.#claims[this.#next]; claim?.size === this.size; claim = this.#claims[++this.#next]) {
      const { source, size, root } = claim;
      if (this.#tree.root().equals(root)) {
        this.good[source] = size;
        if (source === 'checkpoint') this.#firstUnsigned = null;
      } else {
        const from = Math.max(this.good.checkpoint, this.good.anchor);
        const who = source === 'anchor' ? 'an anchor has seen' : 'the log has signed';
        this.#find(source, from, `${who} other entries than those from ${from} to ${size - 1}`);
      }
    }
  }

  /** @param signed entries of the latest checkpoint  @param isWhole the log is not being written meanwhile */
  end(signed: number, isWhole: boolean): void {
    if (this.size === 0) this.#find('segment', 0, 'there is no log');
    for (const { source, size } of this.#claims.slice(this.#next))
      this.#find(source, this.size, `${size} entries were signed, and there are ${this.size}`);
    if (!isWhole || this.size === 0) return;
    const unsigned = this.size - signed;
    const spanMs = this.#firstUnsigned === null ? 0 : this.#lastTime - this.#firstUnsigned;
    const isOdd = unsigned > MAX_UNSIGNED || spanMs > MAX_UNSIGNED_MS || (signed === 0 && unsigned > NEW);
    if (unsigned > 0 && isOdd) this.#find('unsigned', signed, `no checkpoint covers the last ${unsigned} entries`);
    else if (unsigned > 0) this.#notices.push(`no checkpoint covers the last ${unsigned} entries yet`);
  }
}

const KNOWN =
  /^(?:\d{12}\.jsonl|checkpoints\.jsonl|subjects\.jsonl|tree\.json|lock(?:-journal)?|torn-\d+\.bin)(?:\.partial)?$/;

async function strangers(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !KNOWN.test(name)).map((name) => `${name} is no file of the log`);
}
