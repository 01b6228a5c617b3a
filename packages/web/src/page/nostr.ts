/** Signing a request with the key of a browser extension: NIP-98 by NIP-07. */

/** What `window.nostr` offers. */
export interface NostrSigner {
  signEvent(event: UnsignedEvent): Promise<SignedEvent>;
}

interface UnsignedEvent {
  readonly kind: number;
  /** Seconds since the Unix epoch. */
  readonly created_at: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
}

interface SignedEvent extends UnsignedEvent {
  readonly id: string;
  readonly pubkey: string;
  readonly sig: string;
}

declare global {
  interface Window {
    readonly nostr?: NostrSigner;
  }
}

interface RequestToSign {
  readonly url: string;
  readonly body: string;
  /** ms since the Unix epoch. */
  readonly at: number;
}

/** @returns the value of `Authorization` for a POST  @throws whatever the extension throws, e.g. when its user refuses */
export async function signRequest(signer: NostrSigner, { url, body, at }: RequestToSign): Promise<string> {
  const tags = [
    ['u', url],
    ['method', 'POST'],
    ['payload', await sha256(body)],
  ];
  const signed = await signer.signEvent({ kind: 27_235, created_at: Math.floor(at / 1000), tags, content: '' });
  const { id, pubkey, created_at, kind, content, sig } = signed;
  // Extensions add fields of their own, which are no part of an event.
  const text = JSON.stringify({ id, pubkey, created_at, kind, tags: signed.tags, content, sig });
  return `Nostr ${base64(new TextEncoder().encode(text))}`;
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
