/** A Nostr event as it comes in a header: NIP-01 for its form and id, NIP-98 for the header. */
import { wireError } from '@vortexflow/protocol';
import { digest } from '../tokens.ts';

export interface NostrEvent {
  /** SHA-256 of the serialised event, hexadecimal. */
  readonly id: string;
  /** X-only public key (BIP 340), hexadecimal. */
  readonly pubkey: string;
  /** Seconds since the Unix epoch. */
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
  /** Schnorr signature (BIP 340) of the id, hexadecimal. */
  readonly sig: string;
}

/** Longest header, bytes, and most tags. */
const EVENT_LIMITS = { header: 8_192, tags: 32, tagParts: 8 } as const;

const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;
const FIELDS = ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'];

/** @throws CodedError `nostr_refused` when the header holds no event; whether it is a true one is not looked at */
export function readEvent(authorization: string): NostrEvent {
  if (authorization.length > EVENT_LIMITS.header)
    throw refusal(`The header is longer than ${EVENT_LIMITS.header} bytes.`);
  const match = /^Nostr +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  if (match === null) throw refusal('The header is not "Nostr" and an event in base 64.');
  const text = Buffer.from(match[1] as string, 'base64').toString('utf8');
  return checkShape(parse(text));
}

export const refusal = (problem: string) => wireError('nostr_refused', { problem });

/** The id that an event must have (NIP-01). */
export function eventId({ pubkey, created_at, kind, tags, content }: Omit<NostrEvent, 'id' | 'sig'>): string {
  return digest(JSON.stringify([0, pubkey, created_at, kind, tags, content]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('The event is no JSON.');
  }
}

function checkShape(value: unknown): NostrEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal('The event is no JSON object.');
  const event = value as Record<string, unknown>;
  const unknown = Object.keys(event).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw refusal('The event has a field that NIP-01 does not know.');
  const isWhole =
    isText(event['id'], HEX_32) &&
    isText(event['pubkey'], HEX_32) &&
    isText(event['sig'], HEX_64) &&
    Number.isSafeInteger(event['created_at']) &&
    Number.isSafeInteger(event['kind']) &&
    typeof event['content'] === 'string' &&
    Array.isArray(event['tags']);
  if (!isWhole) throw refusal('A field of the event is missing or of another type.');
  checkTags(event['tags'] as unknown[]);
  return value as NostrEvent;
}

function checkTags(tags: readonly unknown[]): void {
  if (tags.length > EVENT_LIMITS.tags) throw refusal(`The event has more than ${EVENT_LIMITS.tags} tags.`);
  const isTag = (tag: unknown): boolean =>
    Array.isArray(tag) && tag.length > 0 && tag.length <= EVENT_LIMITS.tagParts && tag.every(isPlain);
  if (!tags.every(isTag)) throw refusal('A tag of the event is no list of plain texts.');
}

const isText = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);
/** Without control characters and halves of pairs: those are written differently by different programs. */
const isPlain = (value: unknown): boolean => typeof value === 'string' && /^[^\p{Cc}\p{Cs}]*$/u.test(value);
