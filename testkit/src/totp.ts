/** What an authenticator shows (RFC 6238 with SHA-1 and six digits). Knows nothing of the code under test. */
import { createHmac } from 'node:crypto';

/** @param base32 the secret, as it is typed in  @param step number of the 30 seconds since the Unix epoch */
export function totpCode(base32: string, step: number): string {
  const bits = Array.from(base32, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(step, 4);
  const mac = createHmac('sha1', secret).update(counter).digest();
  return String((mac.readUInt32BE((mac[19] as number) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
