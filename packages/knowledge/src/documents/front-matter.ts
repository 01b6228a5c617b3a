/** The YAML block at the top of a note: only the names in it are read, everything else is left out of the text. */

/** What the block says about the document's names, and the text after it. */
export interface FrontMatter {
  readonly title: string | null;
  readonly aliases: readonly string[];
  /** The text without the block. */
  readonly body: string;
}

/** Longer blocks are taken for text: a rule (`---`) at the top of a long plain text must not swallow it. */
const MAX_BLOCK_LENGTH = 20_000;

/**
 * Reads `title`, `alias` and `aliases`: plain or quoted, as a list in brackets or one to a line.
 *
 * @param text with `\n` line ends and no byte order mark
 */
export function readFrontMatter(text: string): FrontMatter {
  const block = blockOf(text);
  if (block === null) return { title: null, aliases: [], body: text };
  const fields = fieldsOf(block.content);
  return {
    title: fields.get('title')?.[0] ?? null,
    aliases: [...(fields.get('aliases') ?? []), ...(fields.get('alias') ?? [])],
    body: text.slice(block.end),
  };
}

function blockOf(text: string): { readonly content: string; readonly end: number } | null {
  const head = text.slice(0, MAX_BLOCK_LENGTH);
  const open = /^---[ \t]*\n/.exec(head);
  if (!open) return null;
  const close = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/m.exec(head.slice(open[0].length));
  if (!close) return null;
  const content = head.slice(open[0].length, open[0].length + close.index);
  return looksLikeYaml(content) ? { content, end: open[0].length + close.index + close[0].length } : null;
}

/** Tells a block from a rule followed by prose: its first line is `key: ...`, a comment, or nothing. */
function looksLikeYaml(content: string): boolean {
  const first = content.split('\n').find((line) => line.trim() !== '') ?? '#';
  return /^(?:#|["']?[\w][\w .-]*["']?:(?:\s|$))/.test(first);
}

function fieldsOf(content: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of content.split('\n')) {
    const field = /^([\w][\w-]*):(.*)$/.exec(line);
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (field) {
      current = valuesOf((field[2] ?? '').trim());
      fields.set((field[1] ?? '').toLowerCase(), current);
    } else if (item) current.push(...scalarOf(item[1] ?? ''));
  }
  return fields;
}

function valuesOf(value: string): string[] {
  if (!value.startsWith('[')) return scalarOf(value);
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
