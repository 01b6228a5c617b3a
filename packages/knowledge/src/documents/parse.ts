/** From a document to the nodes and edges of the graph. Pure: no file, no clock, no other document. */
import { readBlocks, type Block, type RawLink } from './blocks.ts';
import { readFrontMatter } from './front-matter.ts';
import { foldName, slugOf, uniqueName } from './names.ts';

/** A document or one section of it. */
interface DocumentNode {
  /** The document's id, or `id#slug` with a slug that no other section of the document has. */
  readonly id: string;
  readonly title: string;
  /** Plain text of this part alone: of a document what stands before its first section, of a section what stands before its first subsection. */
  readonly text: string;
  readonly kind: 'document' | 'section';
}

/** A link from a part of a document to something that may not be known yet. */
export interface DocumentLink extends RawLink {
  /** Id of the node in whose own text the link stands. */
  readonly from: string;
}

/** What a document adds to the graph. */
export interface ParsedDocument {
  readonly id: string;
  /** The document first, then its sections in reading order. */
  readonly nodes: readonly DocumentNode[];
  /** Ids; every section has exactly one parent. */
  readonly contains: readonly { readonly parent: string; readonly child: string }[];
  /** Each once for each node, in reading order. */
  readonly links: readonly DocumentLink[];
  /** Other names from the front matter (`title`, `aliases`). */
  readonly aliases: readonly string[];
}

/**
 * Reads a document as Markdown (CommonMark with `[[wikilinks]]` and YAML front matter); plain text is Markdown too.
 *
 * Headings become sections, nested by their level. A top heading at the very beginning that repeats the title is the
 * document itself. Takes any text; time grows with its length (about a second for 200,000 characters).
 */
export function parseDocument(document: {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}): ParsedDocument {
  const { title, aliases, body } = readFrontMatter(normaliseText(document.text));
  const builder = new DocumentBuilder(document.id, document.title);
  for (const block of readBlocks(body)) builder.add(block);
  return builder.finish(otherNames(document.title, title, aliases));
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

interface Part {
  readonly id: string;
  readonly title: string;
  readonly level: number;
  readonly texts: string[];
}

class DocumentBuilder {
  readonly #document: Part;
  readonly #parts: Part[];
  /** The part being read and those around it, outermost first. */
  readonly #open: Part[];
  readonly #contains: { parent: string; child: string }[] = [];
  readonly #links = new Map<string, DocumentLink>();
  readonly #slugs = new Map<string, number>();
  #empty = true;

  constructor(id: string, title: string) {
    this.#document = { id, title, level: 0, texts: [] };
    this.#parts = [this.#document];
    this.#open = [this.#document];
  }

  add(block: Block): void {
    if (block.level > 0 && block.text !== '' && !this.#isTitle(block)) this.#startSection(block);
    else if (block.level === 0 && block.text !== '') this.#current.texts.push(block.text);
    for (const { target, style } of block.links) {
      const link = { from: this.#current.id, target, style };
      this.#links.set(JSON.stringify(link), link);
    }
    this.#empty = false;
  }

  finish(aliases: readonly string[]): ParsedDocument {
    const nodes = this.#parts.map((part): DocumentNode => ({
      id: part.id,
      title: part.title,
      text: part.texts.join('\n\n'),
      kind: part === this.#document ? 'document' : 'section',
    }));
    return { id: this.#document.id, nodes, contains: this.#contains, links: [...this.#links.values()], aliases };
  }

  get #current(): Part {
    return this.#open.at(-1) ?? this.#document;
  }

  #isTitle({ level, text }: Block): boolean {
    return this.#empty && level === 1 && foldName(text) === foldName(this.#document.title);
  }

  #startSection({ level, text }: Block): void {
    while (this.#current.level >= level) this.#open.pop();
    const slug = uniqueName(slugOf(text) || 'section', this.#slugs);
    const section: Part = { id: `${this.#document.id}#${slug}`, title: text, level, texts: [] };
    this.#contains.push({ parent: this.#current.id, child: section.id });
    this.#open.push(section);
    this.#parts.push(section);
  }
}
