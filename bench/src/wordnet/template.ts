/**
 * Phrasings with slots. `{x}` a name as it is, `{ax}` with its article, `{Ax}` the same at the start of a sentence,
 * `{xs}` in the plural (of a verb: third person), `{xing}` a verb's gerund; `{y}`, `{ay}`, `{ys}` the second name;
 * `{d}` a description. A line that begins with `~` is asked in lower case throughout.
 */
import { readFileSync } from 'node:fs';

/** Phrasings by what they ask for. */
export type Bank = ReadonlyMap<string, readonly string[]>;

/** Names of the banks that exist. */
export const BANK_NAMES = ['dev', 'test'] as const;
export type BankName = (typeof BANK_NAMES)[number];

const FILES: Readonly<Record<BankName, string>> = { dev: 'banks/development.txt', test: 'banks/test.txt' };

/**
 * Reads a bank: sections `[kind]`, one phrasing a line, `#` for remarks.
 * @throws Error when a phrasing stands before the first section
 */
export function readBank(name: BankName): Bank {
  const bank = new Map<string, string[]>();
  let section: string[] | undefined;
  for (const line of readFileSync(new URL(FILES[name], import.meta.url), 'utf8').split('\n')) {
    const heading = /^\[(\w+)\]$/.exec(line);
    if (heading) bank.set(heading[1] as string, (section = []));
    else if (line !== '' && !line.startsWith('#')) {
      if (!section) throw new Error(`phrasing outside a section: ${line}`);
      section.push(line);
    }
  }
  return bank;
}

/** What goes into the slots. */
export interface Fillers {
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
}

const SLOT = /\{(a|A)?([xyd])(s|ing)?\}/g;

/** A phrasing with its slots filled. */
export function fill(template: string, fillers: Fillers): string {
  const text = template.replace(/^~/, '').replace(SLOT, (_slot, article, key, ending) => {
    const name = fillers[key as keyof Fillers] ?? '';
    const inflected = inflect(name, ending);
    return article ? `${article === 'A' ? upper(articleOf(name)) : articleOf(name)} ${inflected}` : inflected;
  });
  return template.startsWith('~') ? text.toLowerCase() : text;
}

/** What stands in the slots, in order, without articles. */
export function fillers(template: string, values: Fillers): string[] {
  return [...template.matchAll(SLOT)].map(([, , key, ending]) => inflect(values[key as keyof Fillers] ?? '', ending));
}

const inflect = (name: string, ending: string | undefined): string =>
  ending === 's' ? plural(name) : ending === 'ing' ? gerund(name) : name;

const upper = (text: string): string => text[0]?.toUpperCase() + text.slice(1);
const articleOf = (name: string): string => (/^(?:[aeio]|u(?!ni|se|ti|r[ei]))/i.test(name) ? 'an' : 'a');

/** Ending of the last word, as English spells it; exceptions such as "wolves" are left out. */
function plural(name: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  if (/[^f]man$/.test(name)) return `${name.slice(0, -2)}en`;
  return `${name}s`;
}

/** Of the first word: "breaking down". */
function gerund(name: string): string {
  const [verb = '', ...rest] = name.split(' ');
  const doubled = /^[^aeiou]*[aeiou][bdgmnprt]$/.test(verb) ? verb + verb.at(-1) : verb;
  const stem = verb.endsWith('ie') ? `${verb.slice(0, -2)}y` : /[^eoy]e$/.test(verb) ? verb.slice(0, -1) : doubled;
  return [`${stem}ing`, ...rest].join(' ');
}
