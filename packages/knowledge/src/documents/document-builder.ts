/** Puts blocks together to a document with its sections, links, tags and the places that others may link to. */
import type { Block } from './blocks.ts';
import { type RawLink, sentenceAround, tagPlaces } from './inline.ts';
import { foldName, slugOf, uniqueName } from './names.ts';
import type { DocumentLink, DocumentNode, ParsedDocument, ParsedEdge, SharedNode } from './parsed.ts';

interface Part {
  readonly id: string;
  readonly title: string;
  readonly level: number;
  readonly texts: string[];
}

/** A path of all levels is made for each of them: their number must be bounded. */
const MAX_TAG_LEVELS = 64;

/** One document being read. */
export class DocumentBuilder {
  readonly #document: Part;
  readonly #parts: Part[];
  /** The part being read and those around it, outermost first. */
  readonly #open: Part[];
  readonly #contains: { parent: string; child: string }[] = [];
  readonly #links = new Map<string, DocumentLink>();
  readonly #tags = new Map<string, SharedNode>();
  readonly #edges = new Map<string, ParsedEdge>();
  readonly #anchors = new Map<string, string>();
  readonly #slugs = new Map<string, number>();
  #empty = true;

  constructor(id: string, title: string) {
    this.#document = { id, title, level: 0, texts: [] };
    this.#parts = [this.#document];
    this.#open = [this.#document];
  }

  add(block: Block): void {
    if (block.level > 0 && block.text !== '' && !this.#isTitle(block)) this.#startSection(block.text, block.level);
    else if (block.level === 0 && block.text !== '') this.#current.texts.push(block.text);
    this.addLinks(block.links, block.text);
    if (block.tags.length > 0) this.#addTags(block.tags, block.text);
    for (const anchor of block.anchors) this.#anchors.set(anchor.toLowerCase(), this.#current.id);
    this.#empty = false;
  }

  /** @param text in which they stand, in this order */
  addLinks(links: readonly RawLink[], text: string): void {
    const finder = new Finder(text);
    for (const link of links) {
      const at = finder.next(link.shown);
      const key = JSON.stringify([this.#current.id, link.target, link.style, link.relation]);
      if (this.#links.has(key)) continue;
      const sentence = sentenceAround(text, Math.max(0, at), at < 0 ? 0 : link.shown.length);
      this.#links.set(key, { from: this.#current.id, ...link, sentence });
    }
  }

  #addTags(tags: readonly string[], text: string): void {
    const places = tagPlaces(text);
    for (const tag of tags) {
      const at = places.get(tag);
      this.addTag(tag, at === undefined ? '' : sentenceAround(text, at, tag.length + 1));
    }
  }

  /** Ties the part being read to a tag; `a/b` lies in `a`. Of more levels than anybody means, the first ones count. */
  addTag(written: string, sentence: string): void {
    const all = written.split('/').filter((level) => level.trim() !== '');
    const levels = all.slice(0, MAX_TAG_LEVELS);
    const paths = levels.map((_, depth) => levels.slice(0, depth + 1).join('/'));
    for (const [depth, path] of paths.entries()) {
      const id = tagId(path);
      if (!this.#tags.has(id)) this.#tags.set(id, { id, names: [`#${path}`, path], text: '', kind: 'tag' });
      if (depth > 0) this.#addEdge(tagId(paths[depth - 1] as string), id, 'contains', `#${path}`);
    }
    if (levels.length > 0) this.#addEdge(this.#current.id, tagId(levels.join('/')), 'tagged', sentence);
  }

  /** A part of its own with this title, below the one before it that has a lower level. */
  startSection(title: string, level: number): void {
    this.#startSection(title, level);
  }

  finish(aliases: readonly string[]): ParsedDocument {
    const nodes = this.#parts.map((part): DocumentNode => ({
      id: part.id,
      title: part.title,
      text: part.texts.join('\n\n'),
      kind: part === this.#document ? 'document' : 'section',
    }));
    return {
      id: this.#document.id,
      nodes,
      contains: this.#contains,
      links: [...this.#links.values()],
      aliases,
      shared: [...this.#tags.values()],
      edges: [...this.#edges.values()],
      anchors: this.#anchors,
      problems: [],
      problemCount: 0,
    };
  }

  get #current(): Part {
    return this.#open.at(-1) ?? this.#document;
  }

  #isTitle({ level, text }: Block): boolean {
    return this.#empty && level === 1 && foldName(text) === foldName(this.#document.title);
  }

  #startSection(title: string, level: number): void {
    while (this.#current.level >= level) this.#open.pop();
    const slug = uniqueName(slugOf(title) || 'section', this.#slugs);
    const section: Part = { id: `${this.#document.id}#${slug}`, title, level, texts: [] };
    this.#contains.push({ parent: this.#current.id, child: section.id });
    this.#open.push(section);
    this.#parts.push(section);
  }

  #addEdge(source: string, target: string, relation: 'contains' | 'tagged', text: string): void {
    const key = `${source.length}:${source}${target}`;
    if (!this.#edges.has(key))
      this.#edges.set(key, { source, target, relation, bothWays: false, weight: 1, line: null, text });
  }
}

/** Tags are compared without regard to case. */
const tagId = (path: string): string => `tag:${foldName(path).replaceAll(' ', '-')}`;

/**
 * Finds pieces of a text one behind the other. What is looked for in vain is bounded by four times the length of the text,
 * then nothing is found any more: linear, whatever the pieces are.
 */
class Finder {
  readonly #text: string;
  #from = 0;
  #patience: number;

  constructor(text: string) {
    this.#text = text;
    this.#patience = text.length * 4;
  }

  /** Where the next such piece begins; -1 when it is not found. */
  next(piece: string): number {
    if (this.#patience < 0) return -1;
    const at = this.#text.indexOf(piece, this.#from);
    if (at >= 0) this.#from = at + piece.length;
    else this.#patience -= this.#text.length - this.#from;
    return at;
  }
}
