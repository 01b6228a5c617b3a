/** From a document to the nodes and edges of the graph. Pure: no file, no clock, no other document. */
import { createHash, hash } from 'node:crypto';
import { runSteps, type Steps } from '@vortexflow/graph';
import { type Format, isGraphFormat, parseFormat } from '../formats/format.ts';
import { readGraphDocument } from '../formats/graph-document.ts';
import { readHtml } from '../formats/html.ts';
import { DEFAULT_FORMAT } from '../store/store.ts';
import { readBlocks, readPlainText } from './blocks.ts';
import { DocumentBuilder } from './document-builder.ts';
import { readFrontMatter } from './front-matter.ts';
import { foldName } from './names.ts';
import type { ParsedDocument } from './parsed.ts';

/** A document as it is stored. */
export interface UnparsedDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** See `parseFormat`; Markdown when it is left out. */
  readonly format?: string;
}

/** Blocks between two steps. */
const BLOCKS_PER_STEP = 20;
/** Characters that are hashed between two steps. */
const HASHED_PER_STEP = 1_048_576;

/**
 * Reads a document. In Markdown (CommonMark with `[[wikilinks]]`, tags and YAML front matter), headings become sections,
 * nested by their level; a top heading at the very beginning that repeats the title is the document itself. In plain text
 * a form feed begins a page. Files of graphs become nodes and edges. Takes any text; time grows with its length.
 *
 * @throws CodedError `format_unknown`; of a graph that cannot be read at all, `file_malformed` or `file_too_large`
 */
export function* parseSteps(document: UnparsedDocument): Steps<ParsedDocument> {
  const format = parseFormat(document.format ?? DEFAULT_FORMAT);
  if (isGraphFormat(format.name)) return yield* readGraphDocument(document, format);
  return yield* parseText(document, format);
}

/** SHA-256 of a document, base64url: the same document has the same, another one another. */
export function* fingerprintSteps(document: Omit<UnparsedDocument, 'id'>): Steps<string> {
  const { title, text, format = DEFAULT_FORMAT } = document;
  const head = `${format}\n${title}\n`;
  if (text.length <= HASHED_PER_STEP) return hash('sha256', head + text, 'base64url');
  const longer = createHash('sha256').update(head);
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = from + HASHED_PER_STEP;
    // Half a character would be hashed as another one.
    if (isFirstHalf(text.charCodeAt(to - 1))) to++;
    longer.update(text.slice(from, to));
    if (to < text.length) yield;
  }
  return longer.digest('base64url');
}

/** {@link fingerprintSteps} without giving way. */
export const fingerprintOf = (document: Omit<UnparsedDocument, 'id'>): string => runSteps(fingerprintSteps(document));

const isFirstHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** {@link parseSteps} without giving way. */
export const parseDocument = (document: UnparsedDocument): ParsedDocument => runSteps(parseSteps(document));

function* parseText({ id, title, text }: UnparsedDocument, { name, parameters }: Format): Steps<ParsedDocument> {
  const builder = new DocumentBuilder(id, title);
  if (name === 'html') {
    const page = readHtml(text);
    for (const block of page.blocks) builder.add(block);
    return builder.finish(otherNames(title, page.title, []));
  }
  if (name === 'text') {
    addPages(builder, normaliseText(text), Number(parameters.get('page')) || 1);
    return builder.finish([]);
  }
  const front = readFrontMatter(normaliseText(text));
  builder.addLinks(front.links, '');
  for (const tag of front.tags) builder.addTag(tag, `tags: ${tag}`);
  let count = 0;
  for (const block of readBlocks(front.body)) {
    builder.add(block);
    if (++count % BLOCKS_PER_STEP === 0) yield;
  }
  return builder.finish(otherNames(title, front.title, front.aliases));
}

/**
 * A text with form feeds has pages, and each is a section: what is found in a book is quoted with its page.
 * @param first number of the first page
 */
function addPages(builder: DocumentBuilder, text: string, first: number): void {
  const pages = text.split('\f');
  for (const [place, page] of pages.entries()) {
    const blocks = [...readPlainText(page)];
    if (pages.length > 1 && blocks.length > 0) builder.startSection(`Page ${first + place}`, 1);
    for (const block of blocks) builder.add(block);
  }
}

/** Without byte order mark, and with `\n` at the end of every line. */
export function normaliseText(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function otherNames(title: string, ownTitle: string | null, aliases: readonly string[]): string[] {
  const names = new Map([[foldName(title), title]]);
  for (const name of ownTitle === null ? aliases : [ownTitle, ...aliases]) {
    if (!names.has(foldName(name))) names.set(foldName(name), name);
  }
  return [...names.values()].slice(1);
}
