/**
 * Cuts Markdown into pieces that can be parsed one by one.
 *
 * The parser's time grows with the square of a piece for some inputs (nested quotes, many delimiters, lazy lines), so a
 * document of 200,000 characters could hold a thread for minutes. Pieces bound that, and a piece that is still costly
 * is told by {@link isCostly}. Cuts fall where CommonMark (0.31.2) starts a new block anyway, outside of fenced code
 * and HTML; only a piece over the hard limit is cut at any line.
 */

/** A piece is cut at the next start of a block once it is this long. */
const SOFT_LENGTH = 2_000;
const SOFT_LINES = 64;
/** ... and at the next line, whatever it is, once it is this long. */
const HARD_LENGTH = 8_000;
const HARD_LINES = 250;
/** Emphasis and brackets in one run of lines; 1,000 take the parser about 20 ms, and the time grows with the square. */
const MAX_DELIMITERS = 1_000;
/** Steps to look for the ends of tags and comments that never end: one search to the end of the run for each `<`. */
const MAX_TAG_STEPS = 8_000_000;
/** Quotes and lists within each other, opened by one line. */
const MAX_DEPTH = 32;
/** A longer line cannot be a definition; bounds the regular expression. */
const MAX_DEFINITION_LENGTH = 2_000;

/** The pieces of a document, and what all of them share. */
export interface SegmentedMarkdown {
  readonly segments: readonly string[];
  /** Link reference definitions by normalised label; the first of a label counts. */
  readonly definitions: ReadonlyMap<string, string>;
}

/**
 * @param body Markdown with `\n` line ends
 * @param length at which the next start of a block is a cut; 0 gives the smallest pieces
 */
export function segmentMarkdown(body: string, length = SOFT_LENGTH): SegmentedMarkdown {
  const segmenter = new Segmenter(length);
  for (const line of body.split('\n')) segmenter.add(line);
  return segmenter.finish();
}

/** Labels are compared without regard to case and blanks. */
export function normaliseLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

/** Whether the parser would take long over this piece. Such a piece is read as plain text. O(length). */
export function isCostly(segment: string): boolean {
  let run = { delimiters: 0, tags: 0, length: 0 };
  for (const line of segment.split('\n')) {
    if (depthOf(line) > MAX_DEPTH) return true;
    if (line.trim() === '' || BULLET.test(line)) run = { delimiters: 0, tags: 0, length: 0 };
    for (let index = 0; index < line.length; index++) {
      const character = line.charCodeAt(index);
      if (DELIMITERS.has(character)) run.delimiters++;
      else if (character === LESS_THAN) run.tags++;
    }
    run.length += line.length;
    if (run.delimiters + run.tags > MAX_DELIMITERS || run.tags * run.length > MAX_TAG_STEPS) return true;
  }
  return false;
}

const DELIMITERS = new Set(['*', '_', '[', ']'].map((character) => character.charCodeAt(0)));
const LESS_THAN = '<'.charCodeAt(0);
/** Ends the paragraph above wherever it stands, and so its delimiters. `2.` and deep indents may as well continue it. */
const BULLET = /^ {0,3}(?:[-+*]|1[.)])[ \t]+\S/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
/** Lines that start a block wherever they stand: an ATX heading, an item of a bullet list. */
const BLOCK_START = /^(?:#{1,6}[ \t]|[-+*][ \t]+\S)/;
const DEFINITION =
  /^ {0,3}\[((?:[^[\]\\]|\\.){1,999})\]:[ \t]*(?:<([^<>]*)>|([^\s<]\S*))[ \t]*(?:"[^"]*"|'[^']*'|\([^()]*\))?[ \t]*$/;

function depthOf(line: string): number {
  const container = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y;
  let depth = 0;
  while (depth <= MAX_DEPTH && container.test(line)) depth++;
  return depth;
}

class Segmenter {
  readonly #segments: string[] = [];
  readonly #definitions = new Map<string, string>();
  #lines: string[] = [];
  #length = 0;
  /** Taken off every line of the piece, which began in the middle of a list. */
  #indent = '';
  /** Says whether a line ends the fenced code or HTML in which we are. */
  #closes: ((line: string) => boolean) | null = null;
  readonly #softLength: number;

  constructor(softLength: number) {
    this.#softLength = softLength;
  }

  add(line: string): void {
    if (this.#closes) {
      if (this.#closes(line)) this.#closes = null;
    } else {
      this.#cutBefore(line);
      this.#closes = opaqueBlock(line);
      if (!this.#closes) this.#noteDefinition(line);
    }
    this.#lines.push(line.startsWith(this.#indent) ? line.slice(this.#indent.length) : line.trimStart());
    this.#length += line.length + 1;
  }

  finish(): SegmentedMarkdown {
    this.#cut();
    return { segments: this.#segments, definitions: this.#definitions };
  }

  #cutBefore(line: string): void {
    if (this.#length < this.#softLength && this.#lines.length < SOFT_LINES) return;
    const previous = this.#lines.at(-1) ?? '';
    if (BLOCK_START.test(line) || (/^\S/.test(line) && (previous.trim() === '' || UNDERLINE.test(previous)))) {
      this.#cut();
    } else if (this.#length >= HARD_LENGTH || this.#lines.length >= HARD_LINES) {
      // An underline makes a heading of the line above: keep the two together.
      if (UNDERLINE.test(line)) return;
      this.#cut();
      this.#indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    }
  }

  #cut(): void {
    if (this.#lines.length > 0) this.#segments.push(this.#lines.join('\n'));
    this.#lines = [];
    this.#length = 0;
    this.#indent = '';
  }

  #noteDefinition(line: string): void {
    if (line.length > MAX_DEFINITION_LENGTH) return;
    const [, label = '', bracketed, bare] = DEFINITION.exec(line) ?? [];
    const destination = bracketed ?? bare;
    // A footnote ([^1]: ...) has the form of a definition, and is none.
    if (destination === undefined || label.startsWith('^') || label.trim() === '') return;
    const key = normaliseLabel(label);
    if (!this.#definitions.has(key)) this.#definitions.set(key, `[${label}]: <${destination}>`);
  }
}

/** For a line that opens fenced code or HTML in which blank lines count for nothing: how to recognise the end. */
function opaqueBlock(line: string): ((line: string) => boolean) | null {
  const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
  if (fence !== undefined) return (line) => closesFence(line, fence);
  const html = /^ {0,3}<(?:!--|(script|pre|style|textarea)(?=[\s>]|$))/i.exec(line);
  if (!html) return null;
  const ends = html[1] === undefined ? /-->/ : /<\/(?:script|pre|style|textarea)>/i;
  return ends.test(line) ? null : (line) => ends.test(line);
}

function closesFence(line: string, fence: string): boolean {
  const marker = line.trim();
  return /^ {0,3}\S/.test(line) && marker.length >= fence.length && marker === fence.charAt(0).repeat(marker.length);
}
