/**
 * The alphabet in which the content scanner reads: what tells an attack from a text, and nothing else. Letters are small,
 * digits are one symbol, letters and signs beyond ASCII are one each.
 */

/** Every symbol once; its place is its number. Begin and end of a text are symbols too. */
export const SYMBOLS = ' abcdefghijklmnopqrstuvwxyz0!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~¶¤öß⊢⊣';

export const SYMBOL_COUNT = SYMBOLS.length;
const numberOf = (symbol: string): number => SYMBOLS.indexOf(symbol);

const [BLANK, DIGIT, LINE, LETTER, SIGN, BEGIN, END] = [' ', '0', '¶', 'ö', 'ß', '⊢', '⊣'].map(numberOf) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
/** Of characters that nobody sees. */
export const CONTROL = numberOf('¤');

/** Symbol of each ASCII character. */
const OF_ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 0x0a || code === 0x0d) return LINE;
  if (code === 0x09) return BLANK;
  if (code < 0x20 || code === 0x7f) return CONTROL;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  return numberOf(String.fromCharCode(code).toLowerCase());
});

const IS_LETTER = /^[\p{L}\p{M}\p{N}]/u;
/** Characters that nobody sees, or that turn the writing direction. */
const IS_HIDDEN = /^[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\p{Cs}\p{Co}]/u;

/** One more than the symbols of characters of one code unit, as far as they have been met; 0 where not. */
const met = new Uint8Array(0x10000);

/** Symbol of a character beyond ASCII: a hidden one, a letter or a sign. */
function symbolBeyond(character: string): number {
  if (character.length > 1) return judged(character);
  const code = character.charCodeAt(0);
  if (met[code] === 0) met[code] = 1 + judged(character);
  return (met[code] as number) - 1;
}

function judged(character: string): number {
  if (IS_HIDDEN.test(character)) return CONTROL;
  return IS_LETTER.test(character) ? LETTER : SIGN;
}

/** Symbols of a text with its begin and its end; runs of blanks are one. At most two more than it has characters. */
export function symbolsOf(text: string): Uint8Array {
  const symbols = new Uint8Array(text.length + 2);
  let count = 0;
  symbols[count++] = BEGIN;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) {
      const symbol = OF_ASCII[code] as number;
      if (symbol !== BLANK || symbols[count - 1] !== BLANK) symbols[count++] = symbol;
      continue;
    }
    const isPair = code >= 0xd800 && code <= 0xdbff;
    symbols[count++] = symbolBeyond(isPair ? text.slice(i, i + 2) : text.charAt(i));
    if (isPair) i++;
  }
  symbols[count++] = END;
  return symbols.subarray(0, count);
}
