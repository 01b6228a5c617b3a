/** Longest number, characters: a double has 17 digits, and whoever sends more sends them for another purpose. */
export const MAX_NUMBER = 64;

/** Where the run of bytes that may belong to a number ends; reads no further than it must to call it too long. */
export function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at - start <= MAX_NUMBER && isOfNumber(bytes[at] ?? 0)) at++;
  return at;
}

/** Digits and `+ - . E e`. */
const isOfNumber = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45 || byte === 0x65;
