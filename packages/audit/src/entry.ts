/**
 * One entry of the log: a line of JSON that ends with the hash of all that stands before it. The hash is that of a leaf of
 * the Merkle tree, and the next entry begins with it: one hash makes the chain and the tree. What is hashed are the bytes
 * as they stand in the file, so nothing depends on how JSON is read.
 */
import { isUtf8 } from 'node:buffer';
import { auditError } from './errors.ts';
import { leafHash } from './merkle.ts';

/** `begun`: about to be done. `done`, `refused`, `failed`: what became of it. `noted`: it happened. */
export type Outcome = 'begun' | 'done' | 'refused' | 'failed' | 'noted';

/** What nobody minds to be read by anybody: numbers, names from tables. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>;

/** Whom an event is about, when that is somebody else than who caused it. */
interface About {
  /** Pseudonym. */
  readonly subject: string;
  /** What is personal of him, under his key; absent when there is no room for yet another key. */
  readonly sealed?: string;
}

/** What is told. Nothing personal stands in it but pseudonyms and what is sealed; see {@link SubjectVault}. */
export interface AuditEvent {
  /** What was done, as `document.put`. */
  readonly action: string;
  readonly outcome: Outcome;
  /** `request_id` of the response. */
  readonly request?: string;
  readonly role?: string;
  /** Pseudonym of who did it. */
  readonly subject?: string;
  /** Pseudonym of what it was done to. */
  readonly target?: string;
  readonly detail?: Detail;
  /** Personal data under the subject's key. */
  readonly sealed?: string;
  readonly about?: About;
}

/** An event with its place in the log. */
export interface AuditEntry extends AuditEvent {
  /** Position, from 0. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Hash of the entry before, hexadecimal; of the first one zeros. */
  readonly prev: string;
  readonly hash: string;
}

/** An entry as it is written. */
export interface WrittenEntry {
  readonly seq: number;
  readonly time: string;
  /** With its line feed. */
  readonly line: Buffer;
  readonly hash: Buffer;
}

/** Longest line, bytes. */
export const MAX_LINE_BYTES = 16 * 1024;
/** What stands behind the hashed bytes: `,"hash":"` and 64 digits and `"}`. */
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const TAIL_BYTES = 75;
/** In place of a hash before the first entry. */
export const NO_HASH: Buffer = Buffer.alloc(32);

/** @param time ms since the Unix epoch  @throws CodedError `audit_entry_too_large` */
export function writeEntry(event: AuditEvent, seq: number, time: number, prev: Buffer): WrittenEntry {
  const { action, outcome, request, role, subject, target, detail, sealed, about } = event;
  const at = new Date(time).toISOString();
  const fields = {
    seq,
    time: at,
    prev: prev.toString('hex'),
    action,
    outcome,
    request,
    role,
    subject,
    target,
    detail,
    sealed,
    about,
  };
  const body = Buffer.from(JSON.stringify(fields).slice(0, -1));
  const bytes = body.length + TAIL_BYTES + 1;
  if (bytes > MAX_LINE_BYTES) throw auditError('audit_entry_too_large', { bytes, limit: MAX_LINE_BYTES });
  const digest = leafHash(body);
  return {
    seq,
    time: at,
    line: Buffer.concat([body, Buffer.from(`,"hash":"${digest.toString('hex')}"}\n`)]),
    hash: digest,
  };
}

/** The bytes of a line, without its line feed, that its hash is of. */
export const hashedPart = (line: Buffer): Buffer => line.subarray(0, Math.max(0, line.length - TAIL_BYTES));

/** Hash of a line, without its line feed, whether it is well-formed or not. */
export const hashOf = (line: Buffer): Buffer => leafHash(hashedPart(line));

/**
 * Why a line cannot be the entry at a place; null when it can.
 * @param line without its line feed
 * @param digest what {@link hashOf} says of it
 * @param entry what {@link parseEntry} says of it
 */
export function faultOf(
  line: Buffer,
  digest: Buffer,
  seq: number,
  prev: Buffer,
  entry: AuditEntry | null = parseEntry(line),
): string | null {
  const stated = TAIL.exec(line.subarray(Math.max(0, line.length - TAIL_BYTES)).toString('latin1'))?.[1];
  if (stated === undefined) return 'it does not end with its hash';
  if (stated !== digest.toString('hex')) return 'its bytes do not fit its hash';
  if (!isUtf8(line)) return 'it is not UTF-8';
  const head = `{"seq":${seq},"time":"`;
  if (line.subarray(0, head.length).toString('latin1') !== head) return `it is not the entry ${seq}`;
  if (!entry) return 'it is not JSON';
  return entry.prev === prev.toString('hex') ? null : 'it does not continue the entry before it';
}

/** An entry of a line without its line feed; null when it is none. */
export function parseEntry(line: Buffer): AuditEntry | null {
  try {
    const value = JSON.parse(line.toString()) as AuditEntry | null;
    return typeof value === 'object' && value !== null && Number.isSafeInteger(value.seq) ? value : null;
  } catch {
    return null;
  }
}
