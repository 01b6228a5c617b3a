/**
 * The wording of an answer out of a JSON reply that is still being written: `{"answer": "Par`. Models that write plain
 * text instead are passed through.
 */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const KEY = /"answer"\s*:\s*"/;
/** Longest beginning that can still become {@link KEY}; what lies further back cannot. */
const KEY_ROOM = 64;

/** Fed with a reply piece by piece; gives back what each piece adds to the wording. Linear in the reply's length. */
export class AnswerText {
  #state: 'undecided' | 'plain' | 'before' | 'inside' | 'after' = 'undecided';
  /** What cannot be decided yet: the beginning, or half an escape. */
  #held = '';

  push(piece: string): string {
    if (this.#state === 'after') return '';
    this.#held += piece;
    if (this.#state === 'undecided') {
      const first = this.#held.trimStart()[0];
      if (first === undefined) return '';
      // Besides JSON: JSON in a code fence, JSON after a train of thought.
      this.#state = '{`<'.includes(first) ? 'before' : 'plain';
    }
    if (this.#state === 'plain') return this.#take(this.#held.length);
    if (this.#state === 'before') {
      const match = KEY.exec(this.#held);
      this.#held = match ? this.#held.slice(match.index + match[0].length) : this.#held.slice(-KEY_ROOM);
      if (!match) return '';
      this.#state = 'inside';
    }
    return this.#read();
  }

  /** The held characters up to the closing quote; a half escape stays. */
  #read(): string {
    let text = '';
    let place = 0;
    while (place < this.#held.length) {
      const character = this.#held[place] as string;
      if (character === '"') {
        this.#state = 'after';
        break;
      }
      if (character !== '\\') {
        text += character;
        place++;
        continue;
      }
      const length = this.#held[place + 1] === 'u' ? 6 : 2;
      if (place + length > this.#held.length) break;
      text += unescape(this.#held.slice(place + 1, place + length));
      place += length;
    }
    this.#take(place);
    return text;
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }
}

function unescape(code: string): string {
  if (code.startsWith('u')) {
    const unit = Number.parseInt(code.slice(1), 16);
    return String.fromCharCode(Number.isNaN(unit) ? 0xfffd : unit);
  }
  return ESCAPES[code] ?? code;
}
