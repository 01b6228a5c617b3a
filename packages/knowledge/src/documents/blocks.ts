/** Markdown to a flat list of headings and texts, with the links that stand in each. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import { type Findings, noFindings, type RawLink, takeInline } from './inline.ts';
import { isCostly, normaliseLabel, segmentMarkdown } from './segments.ts';

/** A heading or another block at the top level of the document. */
export interface Block extends Readonly<Findings> {
  /** 1 to 6 for a heading, 0 for anything else. */
  readonly level: number;
  /** Plain text: markup, HTML and comments taken out, code kept. */
  readonly text: string;
}

type Root = ReturnType<typeof fromMarkdown>;
type MarkdownNode = Root | Root['children'][number];

/**
 * The blocks of a Markdown text in its order, empty ones left out. Lazy: whoever wants the first heading parses no more.
 * Time grows with the length, whatever the text is; see `segments.ts`.
 *
 * @param body Markdown with `\n` line ends, without front matter
 */
export function* readBlocks(body: string): Generator<Block, void, undefined> {
  if (isPlain(body)) yield* plainParagraphs(body);
  else yield* parsedBlocks(body);
}

function* parsedBlocks(body: string): Generator<Block, void, undefined> {
  const { segments, definitions } = segmentMarkdown(body);
  for (const segment of segments) {
    // Only the costly block itself becomes plain text, not what happens to share a piece with it.
    const pieces = isCostly(segment) ? segmentMarkdown(segment, 0).segments : [segment];
    for (const piece of pieces) yield* readPiece(piece, definitions);
  }
}

function readPiece(piece: string, definitions: ReadonlyMap<string, string>): Block[] {
  const blocks = isCostly(piece) ? [plainBlock(piece)] : parseSegment(piece, definitions);
  return blocks.filter(({ text, links, anchors }) => text !== '' || links.length > 0 || anchors.length > 0);
}

/** A text as one block, none of its Markdown read. */
function plainBlock(segment: string): Block {
  const found = noFindings();
  return { level: 0, text: takeInline(segment, found).trim(), ...found };
}

/**
 * Whether a text has nothing in it that Markdown could read: no character of a construct within a line, and no line that
 * begins as a heading, quote, list, rule, code or underline would. Such a text is nothing but its paragraphs, and parsing
 * it as Markdown takes ten times as long as reading them.
 */
function isPlain(body: string): boolean {
  return !/[*_`[\]\\<~\0]|&(?:#|[A-Za-z])|^[ \t]*(?:[#>+=-]|\d{1,9}[.)])|^(?: {4}|[ \t]*\t)| {2}$/m.test(body);
}

const LINE_START_BLANKS = /^[ \t]+/gm;
/** Tried where a run of blanks begins and nowhere within it: else a run that ends no line takes quadratic time. */
const LINE_END_BLANKS = /(?<![ \t])[ \t]+$/gm;

/** The paragraphs of a plain text, as Markdown has them: blank lines between them, no blanks around a line. */
function* plainParagraphs(body: string): Generator<Block, void, undefined> {
  for (const paragraph of body.split(/\n(?:[ \t]*\n)+/)) {
    const text = paragraph.replace(LINE_START_BLANKS, '').replace(LINE_END_BLANKS, '').trim();
    if (text !== '') yield plainBlock(text);
  }
}

/** The paragraphs of a text that is no Markdown. Links and tags in double brackets and behind `#` are read all the same. */
export function* readPlainText(text: string): Generator<Block, void, undefined> {
  for (const paragraph of text.split(/\n(?:[ \t]*\n)+/)) {
    const block = plainBlock(paragraph.replace(LINE_END_BLANKS, '').replace(/^\n+/, ''));
    if (block.text !== '' || block.links.length > 0) yield block;
  }
}

function parseSegment(segment: string, definitions: ReadonlyMap<string, string>): Block[] {
  // The parser knows a reference only when it sees the definition; those of other pieces are put in front.
  const prefix = definitionsUsedBy(segment, definitions);
  const tree = fromMarkdown(prefix + segment);
  const destinations = destinationsIn(tree);
  return tree.children
    .filter(({ position }) => (position?.start.offset ?? 0) >= prefix.length)
    .map((node) => toBlock(node, destinations));
}

function definitionsUsedBy(segment: string, definitions: ReadonlyMap<string, string>): string {
  if (definitions.size === 0) return '';
  const used = new Set<string>();
  for (const [, label = ''] of segment.matchAll(/\[((?:[^[\]\\]|\\.){1,999})\]/g)) {
    const definition = definitions.get(normaliseLabel(label));
    if (definition !== undefined) used.add(definition);
  }
  return used.size === 0 ? '' : `${[...used].join('\n')}\n\n`;
}

function destinationsIn(tree: Root): Map<string, string> {
  const destinations = new Map<string, string>();
  const pending: MarkdownNode[] = [tree];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'definition' && !destinations.has(node.identifier)) destinations.set(node.identifier, node.url);
    // Backwards onto the stack: the first definition of a label is met first.
    if ('children' in node) for (const child of node.children.toReversed()) pending.push(child);
  }
  return destinations;
}

function toBlock(node: MarkdownNode, destinations: ReadonlyMap<string, string>): Block {
  const found = noFindings();
  takeFindings(node, destinations, found);
  return { level: node.type === 'heading' ? node.depth : 0, text: plainText(node), ...found };
}

/** Collects what is below a node and leaves in the tree the words that a reader sees. Depth is bounded by {@link isCostly}. */
function takeFindings(node: MarkdownNode, destinations: ReadonlyMap<string, string>, found: Findings): void {
  if (node.type === 'text') node.value = takeInline(node.value, found);
  else if (node.type === 'link') addPath(node, node.url, found.links);
  else if (node.type === 'linkReference') addPath(node, destinations.get(node.identifier) ?? '', found.links);
  if (!('children' in node)) return;
  for (const child of node.children) takeFindings(child, destinations, found);
}

/** Addresses with a scheme (RFC 3986, section 3.1) or a host lead out of the documents. */
export const isWithin = (target: string): boolean => target !== '' && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target);

function addPath(node: MarkdownNode, target: string, links: RawLink[]): void {
  if (isWithin(target)) links.push({ target, style: 'path', shown: toString(node, { includeHtml: false }) });
}

function plainText(node: MarkdownNode): string {
  switch (node.type) {
    case 'heading':
    case 'paragraph':
      return inlineText(node);
    case 'code':
      return node.value;
    case 'html':
      return htmlText(node.value);
    case 'list':
    case 'listItem':
    case 'blockquote':
      return (node.children as MarkdownNode[])
        .map(plainText)
        .filter((text) => text !== '')
        .join('\n');
    default:
      return '';
  }
}

function inlineText(node: Extract<MarkdownNode, { type: 'heading' | 'paragraph' }>): string {
  // A hard line break has no text of its own, and its neighbours would run together.
  const pieces = node.children.map((child) =>
    child.type === 'break' ? '\n' : toString(child, { includeHtml: false }),
  );
  return pieces.join('').trim();
}

/** Words between tags. A comment, a script or a style sheet has none. */
function htmlText(html: string): string {
  if (/^\s*<(?:script|style)\b/i.test(html)) return '';
  return withoutComments(html)
    .replace(/<[^<>]*>/g, '')
    .trim();
}

/** By index, since a regular expression takes quadratic time over comments that never close. */
function withoutComments(html: string): string {
  let kept = '';
  for (let from = 0; ;) {
    const open = html.indexOf('<!--', from);
    if (open === -1) return kept + html.slice(from);
    kept += html.slice(from, open);
    const close = html.indexOf('-->', open + 4);
    if (close === -1) return kept;
    from = close + 3;
  }
}
