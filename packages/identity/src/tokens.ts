/**
 * Secrets that are handed out: `PREFIX_ID_SECRETCHECKSUM` in small letters and digits. Only the SHA-256 of the whole is
 * kept: 256 random bits need no slow hash. The id finds the record, the checksum tells a slip of the pen (and scanners of
 * source code that this is a key of ours) without a look at any record.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes nobody can foresee; `randomBytes` of node:crypto, or seeded in tests. */
export type RandomBytes = (count: number) => Buffer;

/** `vfk`: API key. `vfs`: session. `vfl`: owner link. `vft`: ticket for a WebSocket. `vfp`: half of a sign-in. */
export type TokenKind = 'vfk' | 'vfs' | 'vfl' | 'vft' | 'vfp';

/** A new secret; the text is shown once and not kept. */
export interface Token {
  readonly id: string;
  readonly text: string;
  readonly hash: string;
}

/** Lengths that 8, 32 and 4 bytes have in base 36. */
const ID_LENGTH = 13;
const SECRET_LENGTH = 50;
const CHECKSUM_LENGTH = 7;
const SHAPE = new RegExp(
  `^([a-z]{3})_([a-z0-9]{${ID_LENGTH}})_[a-z0-9]{${SECRET_LENGTH}}([a-z0-9]{${CHECKSUM_LENGTH}})$`,
);

export function createToken(kind: TokenKind, random: RandomBytes): Token {
  const id = base36(random(8), ID_LENGTH);
  const body = `${kind}_${id}_${base36(random(32), SECRET_LENGTH)}`;
  const text = body + checksum(body);
  return { id, text, hash: digest(text) };
}

/** Id of a token of this kind; null for what cannot be one. */
export function tokenId(kind: TokenKind, text: string): string | null {
  const match = SHAPE.exec(text);
  if (match === null || match[1] !== kind) return null;
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === match[3] ? (match[2] as string) : null;
}

/** SHA-256, hexadecimal. */
export const digest = (text: string | Buffer): string => hash('sha256', text, 'hex');

/** Whether a text has this SHA-256. Takes as long whatever it is. */
export function hasDigest(text: string, expected: string): boolean {
  // Digests have equal length, so the comparison tells nothing about the text, not even its length.
  return timingSafeEqual(Buffer.from(digest(text)), Buffer.from(expected));
}

function base36(bytes: Buffer, length: number): string {
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(length, '0');
}

const checksum = (body: string): string => crc32(body).toString(36).padStart(CHECKSUM_LENGTH, '0');
