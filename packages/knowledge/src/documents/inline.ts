/**
 * What notes say within a line beyond Markdown, as Obsidian and Logseq have it: `[[links]]`, `![[embeds]]`, `((block
 * references))`, `#tags`, `^block-ids` and `key:: value`.
 */

/** A link as written, not resolved. */
export interface RawLink {
  /**
   * Of a wikilink the name, perhaps with `#Heading` or `#^block`; of a path the destination, perhaps with `#anchor`; of
   * a block reference the block's id.
   */
  readonly target: string;
  readonly style: 'wikilink' | 'path' | 'block';
  /** The words of the text that are the link; may be empty. */
  readonly shown: string;
  /** How it relates: `embeds`, or the key of `key:: [[target]]`. Left out for a plain link. */
  readonly relation?: string;
}

/** What was found in a text. */
export interface Findings {
  readonly links: RawLink[];
  /** As written, without `#`. */
  readonly tags: string[];
  /** Ids of blocks. */
  readonly anchors: string[];
}

export const noFindings = (): Findings => ({ links: [], tags: [], anchors: [] });

/** `[[Name]]`, `[[Name#Heading]]`, `[[Name|shown]]`, `![[Name]]`, `#[[Name]]`; the lengths bound the search. */
const WIKILINK = /([!#]?)\[\[([^[\]\n|]{1,512})(?:\|([^[\]\n]{0,512}))?\]\]/g;
/** Logseq's block reference; the embedding one has a `!` by then. */
const BLOCK_REFERENCE = /(!?)\(\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)\)/gi;
const EMBED = /\{\{embed\s{1,9}(\[\[[^[\]\n]{1,1100}\]\]|\(\([0-9a-f-]{36}\)\))\s{0,9}\}\}/gi;
/** Obsidian's rule: letters, digits, `_`, `-`, `/`; not digits alone; blank or punctuation before it. */
const TAG = /(?<=^|[\s([{,;:!?>"'“‘])#([\p{L}\p{N}\p{M}\p{Pc}\-/]{1,128})(?![\p{L}\p{N}\p{M}\p{Pc}\-/#])/gmu;
const BLOCK_ID = /(?:^|[ \t])\^([A-Za-z0-9-]{1,64})[ \t]*$/gm;
/** What Logseq writes below a block about the block itself. */
const BLOCK_PROPERTY =
  /^[ \t]*(id|collapsed|heading|background-color|created-at|updated-at|logseq\.[\w.-]+)::[ \t]*(.*)$\n?/gm;
/** A key before the place of a link, on its line: `author:: [[Ada]]`, also `(author:: [[Ada]])` and `[author:: [[Ada]]]`. */
const KEY = /(?:^|[\n([])[ \t]*(?:[-*+][ \t]+)?([\p{L}][\p{L}\p{N}\p{M} _-]{0,62})::[ \t][^\n]*$/u;

/**
 * Takes what notes say out of a text, and returns it as a reader sees it. Linear in its length.
 * @param into what is found is added here
 */
export function takeInline(text: string, into: Findings): string {
  // Most texts have none of it; this is what they cost.
  if (!/[[#^{(]|::/.test(text)) return text;
  let rest = text;
  if (rest.includes('::')) rest = takeProperties(rest, into);
  if (rest.includes('{{')) rest = rest.replace(EMBED, '!$1');
  if (rest.includes('[[')) rest = takeWikilinks(rest, into);
  if (rest.includes('((')) rest = takeBlockReferences(rest, into);
  if (rest.includes('#')) takeTags(rest, into);
  if (rest.includes('^')) rest = takeBlockIds(rest, into);
  return rest;
}

function takeProperties(text: string, { anchors }: Findings): string {
  return text.replace(BLOCK_PROPERTY, (_, key: string, value: string) => {
    if (key === 'id' && value.trim() !== '') anchors.push(value.trim());
    return '';
  });
}

/** Collects the wikilinks of a text and returns it with what each of them shows. */
function takeWikilinks(text: string, { links, tags }: Findings): string {
  return text.replace(
    WIKILINK,
    (written: string, mark: string, name: string, shown: string | undefined, at: number) => {
      const target = name.trim();
      if (target === '') return written;
      const visible = shown?.trim() || target;
      if (mark === '#') tags.push(target);
      const key = mark === '!' ? 'embeds' : keyBefore(text, at);
      links.push({ target, style: 'wikilink', shown: visible, ...(key === undefined ? {} : { relation: key }) });
      return visible;
    },
  );
}

function keyBefore(text: string, at: number): string | undefined {
  const before = text.slice(Math.max(0, at - 200), at);
  return before.includes('::') ? KEY.exec(before.slice(before.lastIndexOf('\n') + 1))?.[1]?.trim() : undefined;
}

function takeBlockReferences(text: string, { links }: Findings): string {
  return text.replace(BLOCK_REFERENCE, (_, mark: string, id: string) => {
    links.push({ target: id, style: 'block', shown: '', ...(mark === '!' ? { relation: 'embeds' } : {}) });
    return '';
  });
}

function takeTags(text: string, { tags }: Findings): void {
  for (const [, tag = ''] of text.matchAll(TAG))
    if (/[^\d/]/.test(tag) && !tag.startsWith('/')) tags.push(tag.replace(/\/+$/, ''));
}

/** A tag wherever it stands: what surrounds it in a text may have been taken out. */
const TAG_IN_TEXT = /#([\p{L}\p{N}\p{M}\p{Pc}\-/]{1,128})(?![\p{L}\p{N}\p{M}\p{Pc}\-/#])/gu;

/** Where each tag stands first in a text, `#` and all, by the tag as {@link takeInline} gives it. O(length). */
export function tagPlaces(text: string): Map<string, number> {
  const places = new Map<string, number>();
  for (const { index, 1: written = '' } of text.matchAll(TAG_IN_TEXT)) {
    const tag = written.replace(/\/+$/, '');
    if (!places.has(tag)) places.set(tag, index);
  }
  return places;
}

function takeBlockIds(text: string, { anchors }: Findings): string {
  return text.replace(BLOCK_ID, (_, id: string) => {
    anchors.push(id);
    return '';
  });
}

/** Most that a sentence has on each side of what stands in it, in UTF-16 units. */
const MAX_SIDE = 200;
/** A line that goes on in lower case was broken to fit a width. */
const SENTENCE_END = /[.!?…。！？](?=["'”’)\]]*\s)|\n(?!\p{Ll})/gu;

/**
 * The sentence of a text in which something stands: between two ends of sentences or of lines, at most 200 UTF-16 units
 * before it and 200 behind it.
 * @param at where it begins
 * @param length of it
 */
export function sentenceAround(text: string, at: number, length: number): string {
  const from = Math.max(0, at - MAX_SIDE);
  const to = Math.min(text.length, at + length + MAX_SIDE);
  let start = from;
  SENTENCE_END.lastIndex = 0;
  // One character more, for what must not follow an end.
  for (const { index, 0: end } of text.slice(from, at + 1).matchAll(SENTENCE_END)) {
    if (from + index < at) start = from + index + end.length;
  }
  const end = at + length + (text.slice(at + length, to).search(SENTENCE_END) + 1 || to - at - length);
  return text
    .slice(start, end)
    .replace(/^["'”’)\]\s]+/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toWellFormed();
}
