/**
 * NIP-98: a request signed by a Nostr key. Stricter than the text: the hash of a body is required, each tag is there
 * exactly once, the address is that of the configured origin, and an event counts once. Cheap checks come first; the
 * signature, which costs a fifth of a millisecond, last.
 */
import type { Clock } from '@vortexflow/primitives';
import { OneTime } from '../one-time.ts';
import { digest } from '../tokens.ts';
import { eventId, type NostrEvent, readEvent, refusal } from './event.ts';
import { loadSchnorr } from './schnorr.ts';

const KIND = 27_235;
/** How far the caller's clock may be away, s. */
const WINDOW_S = 60;
/** Twice that: an event from ahead of our time is good for as long. */
const REPLAY_MS = 2 * WINDOW_S * 1_000;
/** Sign-ins within the time above; more are refused. */
const MOST_REPLAYS = 10_000;
const NO_BODY = digest('');

/** The request as we received it. */
export interface SignedRequest {
  /** The header of that name. */
  readonly authorization: string;
  readonly method: string;
  /** Every address by which we are known, each with path and query; never made of what the caller says. */
  readonly urls: readonly string[];
  /** SHA-256 of the body, hexadecimal; null when there is none. */
  readonly bodyHash: string | null;
}

export class NostrHttpAuth {
  readonly #clock: Clock;
  readonly #seen: OneTime<true>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = new OneTime(clock, REPLAY_MS, MOST_REPLAYS);
  }

  /**
   * The public key that signed the request.
   * @param isKnown whether anybody here has the key
   * @throws CodedError `nostr_refused` that says which rule is broken
   */
  async verify(request: SignedRequest, isKnown: (publicKey: string) => boolean): Promise<string> {
    const event = readEvent(request.authorization);
    checkRequest(event, request, this.#clock.now());
    if (this.#seen.has(event.id)) throw refusal('The event has been used.');
    if (eventId(event) !== event.id) throw refusal('The id is not the hash of the event.');
    const verify = await loadSchnorr();
    const [id, key, signature] = [event.id, event.pubkey, event.sig].map((hex) => Buffer.from(hex, 'hex'));
    if (!verify(id as Buffer, key as Buffer, signature as Buffer)) throw refusal('The signature is not right.');
    // Only now: who has not shown that a key is his does not learn whether it is known.
    if (!isKnown(event.pubkey)) throw refusal('Nobody here has this public key.');
    // Looked at again: the same event may have come while the module was loading.
    if (this.#seen.has(event.id)) throw refusal('The event has been used.');
    // None is forgotten early: those who come in a flood with a key that is known must wait.
    if (this.#seen.isFull) throw refusal('Too many sign-ins; try again in two minutes.');
    this.#seen.put(event.id, true);
    return event.pubkey;
  }
}

function checkRequest(event: NostrEvent, request: SignedRequest, now: number): void {
  if (event.kind !== KIND) throw refusal(`The kind is not ${KIND}.`);
  if (event.content !== '') throw refusal('The content is not empty.');
  if (Math.abs(now / 1000 - event.created_at) > WINDOW_S)
    throw refusal(`The event is more than ${WINDOW_S} seconds away from the time here.`);
  if (!request.urls.includes(single(event, 'u'))) throw refusal('The tag "u" is not the address of this request.');
  if (single(event, 'method') !== request.method) throw refusal('The tag "method" is not the method of this request.');
  checkPayload(event, request.bodyHash);
}

function checkPayload(event: NostrEvent, bodyHash: string | null): void {
  const isThere = event.tags.some(([name]) => name === 'payload');
  if (bodyHash === null && !isThere) return;
  if (single(event, 'payload') !== (bodyHash ?? NO_BODY))
    throw refusal('The tag "payload" is not the SHA-256 of the body.');
}

/** The value of a tag that must be there once. */
function single({ tags }: NostrEvent, name: string): string {
  const [tag, second] = tags.filter(([one]) => one === name);
  if (tag === undefined) throw refusal(`The tag "${name}" is missing.`);
  if (second !== undefined) throw refusal(`The tag "${name}" is there more than once.`);
  if (tag.length !== 2) throw refusal(`The tag "${name}" has not exactly one value.`);
  return tag[1] as string;
}
