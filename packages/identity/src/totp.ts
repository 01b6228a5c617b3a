/** Codes of an authenticator: TOTP (RFC 6238) over HOTP (RFC 4226), and the address that a phone reads. */
import { createHmac } from 'node:crypto';

/** What all authenticators understand; some ignore any other choice. */
const TOTP = { algorithm: 'sha1', digits: 6, stepSeconds: 30 } as const;

/** Hashes of RFC 6238; other than SHA-1 only for its test vectors. */
type Algorithm = 'sha1' | 'sha256' | 'sha512';

/** The code of a step. @param digits 6 to 9 */
export function codeOf(
  secret: Buffer,
  step: number,
  digits: number = TOTP.digits,
  algorithm: Algorithm = TOTP.algorithm,
): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(algorithm, secret).update(counter).digest();
  const offset = (mac[mac.length - 1] as number) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step at a time. @param now ms since the Unix epoch */
export const stepAt = (now: number): number => Math.floor(now / 1000 / TOTP.stepSeconds);

/**
 * The step whose code this is, one step before and after counting too; null when there is none. A step at or before
 * `lastStep` has been used up: each code counts once.
 */
export function matchingStep(secret: Buffer, code: string, now: number, lastStep: number): number | null {
  const current = stepAt(now);
  for (const step of [current, current - 1, current + 1]) {
    if (step > lastStep && codeOf(secret, step) === code) return step;
  }
  return null;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base 32 (RFC 4648) without padding. */
export function base32(bytes: Buffer): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
}

/** What authenticators read, as a rule from a picture. */
export function otpauthUri(secret: Buffer, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const { digits, stepSeconds } = TOTP;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`;
}
