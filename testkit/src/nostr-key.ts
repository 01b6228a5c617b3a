/** A Nostr key that signs requests (NIP-98), right or wrong as a test wishes. Knows nothing of the code under test. */
import { createHash } from 'node:crypto';

/** An event as NIP-01 defines it. */
export interface SignedEvent {
  readonly id: string;
  readonly pubkey: string;
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
  readonly sig: string;
}

interface RequestToSign {
  readonly url: string;
  readonly method: string;
  /** null: none. */
  readonly body: string | null;
  /** Seconds since the Unix epoch. */
  readonly at: number;
}

export interface NostrKey {
  /** X only, hexadecimal. */
  readonly publicKey: string;
  /** An event that is right for the request, but for what `changes` says; its id and signature fit what it says. */
  sign(request: RequestToSign, changes?: Partial<SignedEvent>): SignedEvent;
}

/** @param seed 1 to 255: the same key for the same number */
export async function nostrKey(seed: number): Promise<NostrKey> {
  // WebAssembly, which few tests need.
  const { signSchnorr, xOnlyPointFromScalar } = await import('tiny-secp256k1');
  const secret = Buffer.alloc(32, seed);
  const publicKey = Buffer.from(xOnlyPointFromScalar(secret)).toString('hex');
  return {
    publicKey,
    sign({ url, method, body, at }, changes = {}) {
      const payload = body === null ? [] : [['payload', sha256(body)]];
      const tags = [['u', url], ['method', method], ...payload];
      const event = { pubkey: publicKey, created_at: at, kind: 27_235, tags, content: '', ...changes };
      const id = sha256(JSON.stringify([0, event.pubkey, event.created_at, event.kind, event.tags, event.content]));
      const sig = Buffer.from(signSchnorr(Buffer.from(id, 'hex'), secret)).toString('hex');
      return { id, sig, ...event };
    },
  };
}

/** The value of `Authorization` for an event, or for a text in its place. */
export function nostrHeader(event: unknown): string {
  return `Nostr ${Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)).toString('base64')}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
