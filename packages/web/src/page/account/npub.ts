/**
 * Nostr public keys as people copy them: `npub1...` (NIP-19), which is Bech32 (BIP 173) over the 32 bytes that the server
 * takes as hexadecimal digits. The checksum finds what was mistyped; hexadecimal digits have none.
 */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const PREFIX = 'npub';
const CHECKSUM = 6;

/** @param hex 64 hexadecimal digits */
export function npubOf(hex: string): string {
  const bytes = Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const words = regroup(bytes, 8, 5);
  const sum = checksum([...EXPANDED, ...words, ...Array<number>(CHECKSUM).fill(0)]) ^ 1;
  const check = Array.from({ length: CHECKSUM }, (_, i) => (sum >>> (5 * (CHECKSUM - 1 - i))) & 31);
  return `${PREFIX}1${[...words, ...check].map((word) => ALPHABET[word]).join('')}`;
}

/** The hexadecimal digits of a key in either form; null when it is none. */
export function publicKeyOf(text: string): string | null {
  const lower = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(lower)) return lower;
  // 52 letters are 32 bytes and four bits that are empty.
  const letters = /^npub1([02-9ac-hj-np-z]{58})$/.exec(lower)?.[1];
  if (letters === undefined) return null;
  const words = Array.from(letters, (letter) => ALPHABET.indexOf(letter));
  if (checksum([...EXPANDED, ...words]) !== 1) return null;
  const bytes = regroup(words.slice(0, -CHECKSUM), 5, 8).slice(0, 32);
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The prefix as the checksum takes it. */
const EXPANDED = [
  ...Array.from(PREFIX, (letter) => letter.charCodeAt(0) >> 5),
  0,
  ...Array.from(PREFIX, (letter) => letter.charCodeAt(0) & 31),
];

function checksum(words: readonly number[]): number {
  let sum = 1;
  for (const word of words) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ word;
    GENERATORS.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator;
    });
  }
  return sum;
}

/** The same bits in groups of another size; the last one is filled up with zeros. */
function regroup(words: readonly number[], from: number, to: number): number[] {
  const bits = words.map((word) => word.toString(2).padStart(from, '0')).join('');
  const groups = bits.match(new RegExp(`.{1,${to}}`, 'g')) ?? [];
  return groups.map((group) => Number.parseInt(group.padEnd(to, '0'), 2));
}
