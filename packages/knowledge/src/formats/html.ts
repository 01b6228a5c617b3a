/**
 * HTML to headings, texts and links. By the tokeniser of htmlparser2, not by its parser: nothing here needs the tree, and
 * matching closing tags to open ones takes quadratic time on a page that closes what it never opened.
 */
import type * as HtmlParser from 'htmlparser2';
import { type Block, isWithin } from '../documents/blocks.ts';
import type { RawLink } from '../documents/inline.ts';
import { requireLibrary } from './lazy.ts';

/** A page as it is read. */
export interface HtmlPage {
  /** Of the element `title`; null when there is none. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
}

/** What they hold is not for readers; up to their end tag, nothing is read. */
const SILENT = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'math',
  'head',
  'iframe',
  'object',
  'canvas',
  'select',
  'nav',
]);
/** Elements that lie within a line; any other ends the text before it. */
const INLINE = new Set(
  (
    'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby rb rt rp s samp small span strike strong ' +
    'sub sup time tt u var wbr img'
  ).split(' '),
);

/** Reads a page. Takes any text, in time linear in its length. */
export function readHtml(html: string): HtmlPage {
  const { Tokenizer } = requireLibrary('htmlparser2') as typeof HtmlParser;
  const reader = new HtmlReader(html);
  const tokenizer = new Tokenizer({ decodeEntities: true }, reader);
  tokenizer.write(html);
  tokenizer.end();
  return reader.finish();
}

/** Hears of tokens by their place in the text. */
class HtmlReader {
  readonly #html: string;
  readonly #blocks: Block[] = [];
  #text: string[] = [];
  #links: RawLink[] = [];
  #level = 0;
  #preformatted = 0;
  /** Silent element that is open, and how many of its name lie in it. */
  #silent = '';
  #silentDepth = 0;
  #title: string[] | null = null;
  #inTitle = false;
  #tag = '';
  #attribute = '';
  #value: string[] = [];
  #attributes = new Map<string, string>();
  /** Of the link that is open: its place in the text. */
  #link: { readonly target: string; readonly from: number } | null = null;

  constructor(html: string) {
    this.#html = html;
  }

  finish(): HtmlPage {
    this.#endBlock();
    const title = clean((this.#title ?? []).join(''));
    return { title: title === '' ? null : title, blocks: this.#blocks };
  }

  ontext(start: number, end: number): void {
    this.#add(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#add(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, Math.min(end, start + 64)).toLowerCase();
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, Math.min(end, start + 64)).toLowerCase();
    this.#value = [];
  }

  onattribdata(start: number, end: number): void {
    this.#value.push(this.#html.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#value.push(String.fromCodePoint(codepoint));
  }

  onattribend(): void {
    if (this.#attributes.size < 100) this.#attributes.set(this.#attribute, this.#value.join(''));
  }

  onopentagend(): void {
    this.#open(this.#tag);
  }

  onselfclosingtag(): void {
    this.#open(this.#tag);
    if (SILENT.has(this.#tag)) this.#close(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    this.#close(this.#html.slice(start, Math.min(end, start + 64)).toLowerCase());
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #add(text: string): void {
    if (this.#inTitle) this.#title?.push(text);
    else if (this.#silent === '') this.#text.push(this.#preformatted > 0 ? text : text.replace(/\s+/g, ' '));
  }

  #open(tag: string): void {
    if (tag === 'title' && this.#title === null) {
      this.#title = [];
      this.#inTitle = true;
    }
    if (this.#silent !== '') {
      if (tag === this.#silent) this.#silentDepth++;
      // Many a page never closes its head.
      if (tag === 'body') this.#silent = '';
      return;
    }
    if (SILENT.has(tag)) {
      this.#endBlock();
      [this.#silent, this.#silentDepth] = [tag, 1];
    } else if (tag === 'br') this.#text.push('\n');
    else if (tag === 'img') this.#text.push(this.#attributes.get('alt') ?? '');
    else if (tag === 'a') this.#openLink();
    else if (tag === 'td' || tag === 'th') this.#text.push('\t');
    else if (!INLINE.has(tag)) this.#endBlock();
    if (tag === 'pre') this.#preformatted++;
    const level = /^h([1-6])$/.exec(tag)?.[1];
    if (level !== undefined) this.#level = Number(level);
  }

  #close(tag: string): void {
    if (tag === 'title') this.#inTitle = false;
    if (this.#silent !== '') {
      if (tag === this.#silent && --this.#silentDepth === 0) this.#silent = '';
      return;
    }
    if (tag === 'a') this.#closeLink();
    if (!INLINE.has(tag) && tag !== 'td' && tag !== 'th') this.#endBlock();
    if (tag === 'pre') this.#preformatted = Math.max(0, this.#preformatted - 1);
  }

  #openLink(): void {
    this.#closeLink();
    const target = this.#attributes.get('href')?.trim() ?? '';
    if (isWithin(target)) this.#link = { target, from: this.#text.length };
  }

  #closeLink(): void {
    if (!this.#link) return;
    const shown = clean(this.#text.slice(this.#link.from).join(''));
    this.#links.push({ target: this.#link.target, style: 'path', shown });
    this.#link = null;
  }

  #endBlock(): void {
    this.#closeLink();
    const text = this.#preformatted > 0 ? this.#text.join('').trim() : clean(this.#text.join(''));
    if (text !== '' || this.#links.length > 0)
      this.#blocks.push({ level: this.#level, text, links: this.#links, tags: [], anchors: [] });
    this.#text = [];
    this.#links = [];
    this.#level = 0;
  }
}

function clean(text: string): string {
  return text
    .replace(/[^\S\n\t]+/g, ' ')
    .replace(/ ?([\n\t]) ?/g, '$1')
    .trim();
}
