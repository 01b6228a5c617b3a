/** From a file to the documents that it holds. For the command line; nothing here knows the graph. */
import { readFile, realpath } from 'node:fs/promises';
import { isGraphFormat, MAX_DOCUMENT_CHARACTERS, MAX_GRAPH_CHARACTERS } from '../formats/format.ts';
import { readHtml } from '../formats/html.ts';
import { PdfError, readPdf } from '../formats/pdf.ts';
import { readBlocks } from './blocks.ts';
import { type FolderFile, type SkippedFile, unreadable } from './folder.ts';
import { readFrontMatter } from './front-matter.ts';
import { baseName } from './names.ts';
import { normaliseText } from './parse.ts';

const MAX_TITLE_CHARACTERS = 512;
/** A UTF-16 unit takes at most 3 bytes of UTF-8: a larger file is too long without reading it. */
const BYTES_PER_CHARACTER = 3;
/** Pages of HTML are mostly not text. */
const MAX_HTML_CHARACTERS = 10_000_000;
const MAX_PDF_BYTES = 100_000_000;

/** A document of a folder. */
export interface FolderDocument {
  /** Path relative to the folder, with `/` on every system; of a long PDF's later parts with ` (2)` and so on behind it. */
  readonly id: string;
  /**
   * Of Markdown the first top heading, else `title` of the front matter; of HTML and PDF their own title; else the file
   * name without its extension.
   */
  readonly title: string;
  readonly text: string;
  readonly format: string;
}

/** The documents of a file: one as a rule, several of a long PDF; or why there is none. */
export async function readFolderFile(file: FolderFile): Promise<readonly FolderDocument[] | SkippedFile> {
  const limit = limitOf(file.format);
  if (file.bytes > limit.bytes) return tooLong(file.id, limit.words);
  try {
    // Between the listing and now, a link may have taken the place of the file or of a folder around it.
    if ((await realpath(file.path)) !== file.path) return { skipped: file.id, reason: 'has become a link' };
    const bytes = await readFile(file.path);
    return file.format === 'pdf' ? await readPdfFile(file.id, bytes) : toDocuments(file.id, file.format, bytes);
  } catch (failure) {
    return { skipped: file.id, reason: failure instanceof PdfError ? failure.message : unreadable(failure) };
  }
}

interface Limit {
  readonly bytes: number;
  readonly characters: number;
  readonly words: string;
}

function limitOf(format: FolderFile['format']): Limit {
  if (format === 'pdf') return { bytes: MAX_PDF_BYTES, characters: Infinity, words: '100,000,000 bytes' };
  const characters =
    format === 'html' ? MAX_HTML_CHARACTERS : isGraphFormat(format) ? MAX_GRAPH_CHARACTERS : MAX_DOCUMENT_CHARACTERS;
  return {
    bytes: characters * BYTES_PER_CHARACTER,
    characters,
    words: `${characters.toLocaleString('en')} characters`,
  };
}

const tooLong = (id: string, words: string): SkippedFile => ({ skipped: id, reason: `has more than ${words}` });

function toDocuments(
  id: string,
  format: Exclude<FolderFile['format'], 'pdf'>,
  bytes: Uint8Array,
): readonly FolderDocument[] | SkippedFile {
  const { characters, words } = limitOf(format);
  const text = decode(bytes);
  if (text === null) return { skipped: id, reason: `is not UTF-8 text (line ${badLine(bytes)})` };
  if (text.length > characters) return tooLong(id, words);
  if (format === 'html') return fromHtml(id, text);
  const title = format === 'markdown' ? titleOfMarkdown(text) : null;
  return [{ id, title: toTitle(title ?? nameOf(id)), text, format }];
}

/** A page whose markup makes it too long is taken by its text alone. */
function fromHtml(id: string, html: string): readonly FolderDocument[] | SkippedFile {
  const { title, blocks } = readHtml(html);
  const named = toTitle(title ?? blocks.find(({ level }) => level === 1)?.text ?? nameOf(id));
  if (html.length <= MAX_DOCUMENT_CHARACTERS) return [{ id, title: named, text: html, format: 'html' }];
  const text = blocks.map((block) => block.text).join('\n\n');
  if (text.length > MAX_DOCUMENT_CHARACTERS)
    return tooLong(id, `${MAX_DOCUMENT_CHARACTERS.toLocaleString('en')} characters`);
  return [{ id, title: named, text, format: 'text' }];
}

async function readPdfFile(id: string, bytes: Uint8Array): Promise<readonly FolderDocument[]> {
  const { title, pages } = await readPdf(bytes);
  const named = toTitle(title ?? nameOf(id));
  return partsOf(pages).map(({ first, text }, part): FolderDocument => ({
    id: part === 0 ? id : `${id} (${part + 1})`,
    title: part === 0 ? named : toTitle(`${named} (${part + 1})`),
    text,
    format: first === 1 ? 'text' : `text;page=${first}`,
  }));
}

/** As many pages as one document may hold, form feeds between them. */
function partsOf(pages: readonly string[]): { first: number; text: string }[] {
  const parts: { first: number; pages: string[]; length: number }[] = [];
  for (const [place, page] of pages.entries()) {
    const text = page.slice(0, MAX_DOCUMENT_CHARACTERS - 1);
    const last = parts.at(-1);
    if (last && last.length + text.length < MAX_DOCUMENT_CHARACTERS) {
      last.pages.push(text);
      last.length += text.length + 1;
    } else parts.push({ first: place + 1, pages: [text], length: text.length + 1 });
  }
  // A form feed at the end: one page alone is a page too.
  return parts.map((part) => ({ first: part.first, text: `${part.pages.join('\f')}\f` }));
}

/**
 * UTF-8, or UTF-16 that says so by its byte order mark. A file with zero bytes is UTF-8 by the letter, but no text.
 * @returns null when it is neither
 */
function decode(bytes: Uint8Array): string | null {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && bytes.includes(0)) return null;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Number of the first line that is not UTF-8 text, from 1. */
function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(10, from);
    const piece = bytes.subarray(from, end === -1 ? bytes.length : end);
    try {
      if (piece.includes(0)) return line;
      decoder.decode(piece);
    } catch {
      return line;
    }
    from += piece.length + 1;
  }
  return line;
}

const toTitle = (title: string): string =>
  title.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARACTERS).toWellFormed() || 'Untitled';

/** The name of a file without its extension. Logseq writes `a/b` as `a___b`, and other characters as in addresses. */
function nameOf(id: string): string {
  const name = baseName(id)
    .replace(/(?<=.)\.[^.]+$/, '')
    .replaceAll('___', '/');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function titleOfMarkdown(text: string): string | null {
  const { title, body } = readFrontMatter(normaliseText(text));
  return topHeading(body) ?? title;
}

function topHeading(body: string): string | null {
  // Most notes without a top heading have no line that could be one: they need not be parsed for it.
  if (!/^ {0,3}(?:#[ \t]|=+[ \t]*$)/m.test(body)) return null;
  for (const { level, text } of readBlocks(body)) if (level === 1 && text !== '') return text;
  return null;
}
