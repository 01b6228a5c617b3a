/**
 * What stands at the top of a note about the note: a YAML block, or Logseq's properties (`title:: ...`). The names, tags
 * and links in it are read, everything else of a YAML block is left out of the text.
 */
import { noFindings, type RawLink, takeInline } from './inline.ts';

/** What is said about the document, and the text after it. */
export interface FrontMatter {
  readonly title: string | null;
  readonly aliases: readonly string[];
  /** Without `#`. */
  readonly tags: readonly string[];
  /** Wikilinks in its fields, under the field's name: `author: "[[Ada Lovelace]]"`. */
  readonly links: readonly RawLink[];
  /** The text without the block. */
  readonly body: string;
}

/** Longer blocks are taken for text: a rule (`---`) at the top of a long plain text must not swallow it. */
const MAX_BLOCK_LENGTH = 20_000;

/**
 * Reads `title`, `alias`, `aliases`, `tag` and `tags`: plain or quoted, as a list in brackets or one to a line.
 *
 * @param text with `\n` line ends and no byte order mark
 */
export function readFrontMatter(text: string): FrontMatter {
  const block = blockOf(text) ?? propertiesOf(text);
  if (block === null) return { title: null, aliases: [], tags: [], links: [], body: text };
  const { fields } = block;
  return {
    title: fields.get('title')?.[0] ?? null,
    aliases: [...(fields.get('aliases') ?? []), ...(fields.get('alias') ?? [])],
    tags: [...(fields.get('tags') ?? []), ...(fields.get('tag') ?? [])].flatMap(tagsOf),
    links: block.links,
    body: block.body,
  };
}

interface Block {
  readonly fields: ReadonlyMap<string, string[]>;
  readonly links: readonly RawLink[];
  readonly body: string;
}

function blockOf(text: string): Block | null {
  const head = text.slice(0, MAX_BLOCK_LENGTH);
  const open = /^---[ \t]*\n/.exec(head);
  if (!open) return null;
  const close = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/m.exec(head.slice(open[0].length));
  if (!close) return null;
  const content = head.slice(open[0].length, open[0].length + close.index);
  if (!looksLikeYaml(content)) return null;
  return { ...fieldsOf(content), body: text.slice(open[0].length + close.index + close[0].length) };
}

/** Tells a block from a rule followed by prose: its first line is `key: ...`, a comment, or nothing. */
function looksLikeYaml(content: string): boolean {
  const first = content.split('\n').find((line) => line.trim() !== '') ?? '#';
  return /^(?:#|["']?[\w][\w .-]*["']?:(?:\s|$))/.test(first);
}

function fieldsOf(content: string): Pick<Block, 'fields' | 'links'> {
  const fields = new Map<string, string[]>();
  const links: RawLink[] = [];
  let key = '';
  let current: string[] = [];
  for (const line of content.split('\n')) {
    const field = /^([\p{L}\w][\p{L}\w -]*):(?:\s(.*))?$/u.exec(line);
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (field) {
      key = (field[1] ?? '').toLowerCase();
      current = valuesOf((field[2] ?? '').trim());
      fields.set(key, current);
    } else if (item) current.push(...scalarOf(item[1] ?? ''));
    if (key !== '') addLinks(line, key, links);
  }
  return { fields, links };
}

function addLinks(line: string, key: string, links: RawLink[]): void {
  if (!line.includes('[[')) return;
  const found = noFindings();
  takeInline(line, found);
  for (const { target } of found.links) links.push({ target, style: 'wikilink', shown: '', relation: key });
}

function valuesOf(value: string): string[] {
  if (!value.startsWith('[') || value.startsWith('[[')) return scalarOf(value);
  const items = value.slice(1).match(/"[^"]*"|'[^']*'|[^,\]\s][^,\]]*/g) ?? [];
  return items.flatMap(scalarOf);
}

/** No value for an empty one, and none for a block scalar (`|`, `>`): a name has one line. */
function scalarOf(value: string): string[] {
  const trimmed = value.trim();
  const quoted = /^(?:"([^"]*)"|'([^']*)')/.exec(trimmed);
  const plain = quoted ? (quoted[1] ?? quoted[2] ?? '') : trimmed.replace(/(?:^|\s)#.*$/, '').trim();
  return plain === '' || (!quoted && /^[|>][-+\d]*$/.test(plain)) ? [] : [plain];
}

/** `a, b`, `a b`, `#a` and `[[a]]`. */
function tagsOf(value: string): string[] {
  const separated = value.includes('[[') ? value.replace(/\[\[|\]\]/g, '').split(',') : value.split(/[,\s]+/);
  return separated.map((tag) => tag.trim().replace(/^#/, '')).filter((tag) => tag !== '');
}

const PROPERTY = /^(?:[-*][ \t]+)?([\p{L}][\p{L}\w.-]*)::[ \t]*(.*)$/u;
/** Properties that say nothing to a reader of the text. */
const TAKEN = new Set([
  'title',
  'alias',
  'aliases',
  'tag',
  'tags',
  'id',
  'icon',
  'public',
  'template',
  'exclude-from-graph-view',
]);

/** Logseq's: lines `key:: value` at the very top. Those of other keys stay in the text. */
function propertiesOf(text: string): Block | null {
  if (!PROPERTY.test(text.slice(0, 500).split('\n', 1)[0] ?? '')) return null;
  const fields = new Map<string, string[]>();
  const kept: string[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, end);
    const [, key = '', value = ''] = PROPERTY.exec(line) ?? [];
    if (key === '') break;
    if (TAKEN.has(key.toLowerCase())) fields.set(key.toLowerCase(), splitValues(key.toLowerCase(), value));
    else kept.push(line);
    at = end + 1;
  }
  // Nothing about the document itself: then it is text, and stays as it is.
  if (fields.size === 0) return null;
  return { fields, links: [], body: [...kept, text.slice(at)].join('\n') };
}

function splitValues(key: string, value: string): string[] {
  if (key === 'title') return value.trim() === '' ? [] : [value.trim()];
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
