/** Signs events (NIP-01) with a key of one's own. */
import { randomBytes } from 'node:crypto';
import { eventId, type NostrEvent } from './event.ts';

export interface NostrSigner {
  /** X only (BIP 340), hexadecimal. */
  readonly publicKey: string;
  sign(event: Pick<NostrEvent, 'created_at' | 'kind' | 'tags' | 'content'>): NostrEvent;
}

/**
 * @param secret 32 bytes, hexadecimal
 * @throws Error that says what would be right, and nothing of what was given
 */
export async function nostrSigner(secret: string): Promise<NostrSigner> {
  const { isPrivate, signSchnorr, xOnlyPointFromScalar } = await import('tiny-secp256k1');
  const key = Buffer.from(/^[0-9a-f]{64}$/i.test(secret) ? secret : '', 'hex');
  if (key.length !== 32 || !isPrivate(key)) throw new Error('a secret key of Nostr: 64 hexadecimal digits');
  const publicKey = Buffer.from(xOnlyPointFromScalar(key)).toString('hex');
  return {
    publicKey,
    sign(event) {
      const whole = { pubkey: publicKey, ...event };
      const id = eventId(whole);
      // With fresh randomness, as BIP 340 advises against attacks on faulty hardware.
      const sig = Buffer.from(signSchnorr(Buffer.from(id, 'hex'), key, randomBytes(32))).toString('hex');
      return { id, ...whole, sig };
    },
  };
}
