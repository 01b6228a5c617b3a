/**
 * Comma-separated values (RFC 4180) with any delimiter, read so that one bad quote costs one line and not the rest of
 * the file. Written afresh, so that a quote that is never closed costs one line and not the rest of the file.
 */
import type { FileProblem } from './file-graph.ts';

/** One record: a row of the table. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** As it stands in the file, without the line end. */
  readonly raw: string;
}

/**
 * Yields the records and problems of a table in order; blank lines are left out.
 *
 * A quoted field ends at a quote that a delimiter or a line end follows. Where there is no such quote, or something else
 * follows a quote that ends a field of several lines, the quote was a slip: that line is a problem, and reading goes on
 * with the next. Linear: what is read in vain is bounded by four times the length of the text, then quotes hold for their
 * line only.
 *
 * @param text any text; a byte order mark is left out
 * @param delimiter one character
 */
export function* readCsv(text: string, delimiter: string): Generator<CsvRecord | FileProblem> {
  const scanner = new Scanner(text, delimiter);
  for (let item = scanner.next(); item !== null; item = scanner.next()) {
    if ('reason' in item || item.raw.trim() !== '') yield item;
  }
}

const QUOTE = '"';
const LINE_END = /[\r\n]/g;

class Scanner {
  readonly #text: string;
  readonly #delimiter: string;
  readonly #fieldEnd: RegExp;
  #at: number;
  #line = 1;
  /** Characters that may still be read in vain. */
  #patience: number;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#fieldEnd = new RegExp(`[\\r\\n${delimiter.replace(/[\\\]^-]/g, '\\$&')}]`, 'g');
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
    this.#patience = text.length * 4;
  }

  next(): CsvRecord | FileProblem | null {
    const start = this.#at;
    const line = this.#line;
    if (start >= this.#text.length) return null;
    const fields: string[] = [];
    for (;;) {
      const field = this.#text[this.#at] === QUOTE ? this.#quoted() : this.#plain();
      if (field === null) return this.#skipLine(start, line);
      fields.push(field);
      if (this.#text[this.#at] === this.#delimiter) this.#at++;
      else break;
    }
    const raw = this.#text.slice(start, this.#at);
    this.#takeLineEnd();
    return { fields, line, raw };
  }

  #plain(): string {
    const start = this.#at;
    this.#fieldEnd.lastIndex = start;
    this.#at = this.#fieldEnd.exec(this.#text)?.index ?? this.#text.length;
    return this.#text.slice(start, this.#at);
  }

  /** @returns null when the quote at the present place opens nothing that ends well */
  #quoted(): string | null {
    const text = this.#text;
    const limit = this.#patience > 0 ? text.length : this.#lineEnd(this.#at);
    const firstLine = this.#line;
    let from = this.#at + 1;
    const pieces: string[] = [];
    for (;;) {
      const close = text.indexOf(QUOTE, from);
      if (close === -1 || close >= limit) return null;
      pieces.push(text.slice(from, close));
      if (text[close + 1] === QUOTE) {
        pieces.push(QUOTE);
        from = close + 2;
        continue;
      }
      this.#at = close + 1;
      const value = pieces.join('');
      this.#line += countLines(value);
      if (this.#at >= text.length || this.#endsField(this.#at)) return value;
      // `"a" b` on one line is taken as it stands; over several lines, the first quote was a slip.
      return this.#line === firstLine ? value + this.#plain() : null;
    }
  }

  #skipLine(start: number, line: number): FileProblem {
    this.#patience -= Math.max(this.#at - start, 1);
    const end = this.#lineEnd(start);
    // Nothing was found up to the end of the text: looking so far again for each line would take quadratic time.
    if (this.#at <= end) this.#patience -= this.#text.length - end;
    this.#at = end;
    this.#line = line;
    this.#takeLineEnd();
    return { line, reason: 'a quote is opened and never closed; the line is left out' };
  }

  #endsField(at: number): boolean {
    const character = this.#text[at];
    return character === this.#delimiter || character === '\n' || character === '\r';
  }

  #lineEnd(from: number): number {
    LINE_END.lastIndex = from;
    return LINE_END.exec(this.#text)?.index ?? this.#text.length;
  }

  #takeLineEnd(): void {
    if (this.#at >= this.#text.length) return;
    this.#at += this.#text.startsWith('\r\n', this.#at) ? 2 : 1;
    this.#line++;
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 10 || (character === 13 && text.charCodeAt(at + 1) !== 10)) lines++;
  }
  return lines;
}

/** Delimiters in the order in which they win a draw. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Characters of a text that decide its delimiter. */
const SAMPLE = 65_536;

/**
 * The likeliest delimiter: the one that cuts most of the first hundred records into equally many fields, more than one.
 * A text that none of them cuts is a table of one column.
 */
export function guessDelimiter(text: string): string {
  const sample = text.slice(0, SAMPLE);
  let best: string = DELIMITERS[0];
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = evenness(sample, delimiter);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

function evenness(sample: string, delimiter: string): number {
  const widths = new Map<number, number>();
  let records = 0;
  for (const item of readCsv(sample, delimiter)) {
    if ('reason' in item) continue;
    widths.set(item.fields.length, (widths.get(item.fields.length) ?? 0) + 1);
    if (++records === 100) break;
  }
  const [width, count] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  // A little for the width: `1,5;2,5` is two fields by its semicolon, and not three by its commas.
  return width === 1 ? 0 : count / records + Math.min(width, 50) / 10_000;
}

/** Writes one record with `\r\n` (RFC 4180); a field is quoted where it must be. */
export function writeCsvRecord(fields: readonly string[], delimiter = ','): string {
  return `${fields.map((field) => quote(field, delimiter)).join(delimiter)}\r\n`;
}

function quote(field: string, delimiter: string): string {
  if (field !== '' && !/["\r\n]|^\s|\s$/.test(field) && !field.includes(delimiter)) return field;
  return `"${field.replaceAll('"', '""')}"`;
}
