/**
 * Under which names a document can be found, and under which a link looks. Both sides speak in keys, strings like
 * `title:alan turing`: a link resolves to a document that has one of its keys, and only a document with such a key can
 * change where it leads. That makes resolving incremental.
 */
import type { ParsedDocument } from './parsed.ts';
import type { RawLink } from './inline.ts';
import { baseName, foldName, folderOf, joinPath, slugOf, withoutExtension } from './names.ts';

/** Where a link looks, best first. */
export interface LinkTarget {
  /** A link that names no document (`#heading`) stays in its own. */
  readonly sameDocument: boolean;
  readonly keys: readonly string[];
  /** For keys by base name: how the folded id must end, since `b/Note` is not `a/Note`. */
  readonly ending: string;
  /** Slug of the section, or `^` and the id of a block, or an empty string. */
  readonly section: string;
}

const idKey = (id: string) => `id:${id.normalize('NFC')}`;
const stemKey = (id: string) => `stem:${withoutExtension(id).normalize('NFC')}`;
const titleKey = (title: string) => `title:${foldName(title)}`;
const aliasKey = (alias: string) => `alias:${foldName(alias)}`;
const BASE = 'base:';
const blockKey = (id: string) => `block:${id.toLowerCase()}`;
const baseKey = (id: string) => `${BASE}${foldName(baseName(withoutExtension(id)))}`;

/** Every key of a document. */
export function documentKeys({ id, nodes, aliases, anchors }: ParsedDocument): string[] {
  const blocks = [...anchors.keys()].filter(isUuid).map(blockKey);
  return [idKey(id), stemKey(id), titleKey(nodes[0]?.title ?? ''), ...aliases.map(aliasKey), baseKey(id), ...blocks];
}

/** Ids of Logseq's blocks hold everywhere; those that people write (`^intro`) within their document only. */
const isUuid = (anchor: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(anchor);

/**
 * Its parts by what a link may use: the slug of a heading, the slug that makes a section's id unique, and `^` with the
 * id of a block.
 */
export function sectionsBySlug({ id, nodes, anchors }: ParsedDocument): Map<string, string> {
  const sections = nodes.filter(({ kind }) => kind === 'section');
  const bySlug = new Map(sections.map((section) => [section.id.slice(id.length + 1), section.id]));
  for (const section of sections) {
    const slug = slugOf(section.title);
    if (!bySlug.has(slug)) bySlug.set(slug, section.id);
  }
  for (const [anchor, node] of anchors) bySlug.set(`^${anchor}`, node);
  return bySlug;
}

/**
 * Where a link of the document `from` looks. A path is first taken relative to the folder of its document, as Markdown
 * has it; a wikilink first as a whole id, as Obsidian has it.
 */
export function linkTarget({ target, style }: Pick<RawLink, 'target' | 'style'>, from: string): LinkTarget {
  if (style === 'block') {
    return { sameDocument: false, keys: [blockKey(target)], ending: '', section: `^${target.toLowerCase()}` };
  }
  const written = style === 'path' ? decodePath(target) : target;
  const hash = written.indexOf('#');
  const name = (hash === -1 ? written : written.slice(0, hash)).trim();
  return {
    sameDocument: name === '',
    keys: name === '' ? [] : [...new Set(keysOf(name, style, from))],
    ending: foldName(withoutExtension(name.replace(/^(?:\.{0,2}\/)+/, ''))),
    section: hash === -1 ? '' : sectionSlug(written.slice(hash + 1)),
  };
}

/** Whether every document that is found under this key is what the link names. */
export const allFit = (key: string, { ending }: LinkTarget): boolean => !key.startsWith(BASE) || !ending.includes('/');

/** Whether a document found under a key by base name really is what the link names. */
export function fits(id: string, { ending }: LinkTarget): boolean {
  const folded = foldName(withoutExtension(id));
  return folded === ending || folded.endsWith(`/${ending}`);
}

function keysOf(name: string, style: RawLink['style'], from: string): string[] {
  const whole = [idKey(name), stemKey(name)];
  const joined = joinPath(folderOf(from), name);
  const relative = joined === null ? [] : [idKey(joined), stemKey(joined)];
  const paths = style === 'path' ? [...relative, ...whole] : [...whole, ...relative];
  return [...paths, titleKey(name), aliasKey(name), baseKey(name)];
}

/** `Heading#Subheading` names the last; `^block` names the part in which the block lies. */
function sectionSlug(anchor: string): string {
  const last = anchor.slice(anchor.lastIndexOf('#') + 1);
  return last.startsWith('^') ? last.toLowerCase() : slugOf(last);
}

/** Percent-encoding undone (RFC 3986, section 2.1) and the query left out; a malformed path is taken as it is. */
function decodePath(path: string): string {
  const plain = path.replace(/\?[^#]*/, '');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
