/** What the model looks at: the frame around the names, and the names themselves, as short strings. */
import { stem } from '@vortexflow/knowledge';
import type { Reading } from '../reading.ts';
import type { QuestionWord } from '../words.ts';
import type { Candidate } from './candidates.ts';

/** Says in how many learnt phrasings a stem stands in the frame. */
export type Familiarity = (stem: string) => number;

const ARTICLES: ReadonlySet<string> = new Set('a an the'.split(' '));
const LIMIT = 3;

/** A word of the frame, a name's place (`X`, `Y`), or a mark. */
interface Piece {
  readonly text: string;
  readonly coarse: string;
  /** `b`efore, be`t`ween or `a`fter the names; `x` for the names themselves. */
  readonly side: 'b' | 't' | 'a' | 'x';
  /** Whether it stands in a learnt phrasing. */
  readonly isKnown: boolean;
}

/** What the features of all candidates of a question are made of, worked out once. */
export interface Outline {
  readonly reading: Reading;
  readonly words: readonly QuestionWord[];
  readonly familiar: readonly number[];
  readonly pieces: readonly Pick<Piece, 'text' | 'coarse'>[];
  /** Mark in front of each word; empty without any. */
  readonly marks: readonly string[];
  /** Features of spans, which many candidates share. */
  readonly spans: Map<Candidate['spans'][number], readonly string[]>;
}

export function outlineOf(reading: Reading, words: readonly QuestionWord[], familiar: Familiarity): Outline {
  const stems = words.map(({ word }) => stem(word));
  return {
    reading,
    words,
    familiar: stems.map(familiar),
    pieces: words.map((word, at) => coarsely(word, stems[at] as string)),
    marks: words.map((word, at) => (word.afterBreak ? markBefore(reading.text, words, at) : '')),
    spans: new Map(),
  };
}

/** Calls back with every feature of a candidate; some come more than once, and count once. */
export function eachFeature(outline: Outline, candidate: Candidate, add: (feature: string) => void): void {
  const { reading } = outline;
  const pieces = frameOf(outline, candidate);
  add('b');
  add(reading.yesNo ? 'y1' : 'y0');
  add(`q${endOf(reading.text)}`);
  let unknown = 0;
  for (const { text, coarse, side, isKnown } of pieces) {
    if (side === 'x' || text.length === 0) continue;
    add(`u${text}`);
    add(`${side}${text}`);
    if (coarse !== text) {
      add(`u${coarse}`);
      add(`${side}${coarse}`);
    }
    if (coarse === 'C' && !isKnown) unknown++;
  }
  add(`left${Math.min(LIMIT, unknown)}`);
  addNeighbours(pieces, add);
  candidate.spans.forEach((span, which) => {
    const features = outline.spans.get(span) ?? spanFeatures(outline, span);
    outline.spans.set(span, features);
    const name = which === 0 ? 'x.' : 'y.';
    for (const feature of features) add(name + feature);
  });
}

/** Pairs and triples of pieces, and short frames as a whole. */
function addNeighbours(pieces: readonly Piece[], add: (feature: string) => void): void {
  for (let at = 0; at < pieces.length; at++) {
    const { text, coarse } = pieces[at] as Piece;
    const next = pieces[at + 1];
    add(`2${text} ${next?.text ?? '$'}`);
    if (at === 0) add(`2^ ${text}`);
    add(`3${coarse} ${next?.coarse ?? '$'} ${pieces[at + 2]?.coarse ?? ''}`);
    if (at === 0) add(`3^ ${coarse} ${next?.coarse ?? '$'}`);
  }
  if (pieces.length <= 7) add(`=${pieces.map(({ coarse }) => coarse).join(' ')}`);
}

const endOf = (text: string): string => /(\?|\.\.\.|…|\.|!|:)\s*$/.exec(text)?.[1] ?? '';

function frameOf({ words, familiar, pieces: plain, marks }: Outline, { spans }: Candidate): Piece[] {
  const pieces: Piece[] = [];
  const last = spans.at(-1) as { last: number };
  const first = spans[0] as { first: number };
  for (let at = 0; at < words.length; at++) {
    const side = at < first.first ? 'b' : at > last.last ? 'a' : 't';
    const mark = marks[at] as string;
    if (mark) pieces.push({ text: mark, coarse: mark, side, isKnown: true });
    const which = spans.findIndex((span) => span.first === at);
    if (which >= 0) {
      const name = which === 0 ? 'X' : 'Y';
      pieces.push({ text: name, coarse: name, side: 'x', isKnown: true });
      at = (spans[which] as { last: number }).last;
      continue;
    }
    const isArticle = ARTICLES.has((words[at] as QuestionWord).word) && spans.some((span) => span.first === at + 1);
    const { text, coarse } = plain[at] as Pick<Piece, 'text' | 'coarse'>;
    if (!isArticle) pieces.push({ text, coarse, side, isKnown: (familiar[at] as number) > 0 });
  }
  return pieces;
}

function coarsely({ word, role, cue }: QuestionWord, text: string): Pick<Piece, 'text' | 'coarse'> {
  // "Parts" and "part" ask different things.
  if (cue !== null) return { text, coarse: `!${cue}${word.endsWith('s') ? 's' : ''}` };
  if (role === 'content') return { text, coarse: 'C' };
  if (role === 'asking') return { text, coarse: 'A' };
  if (role === 'filler') return { text, coarse: 'F' };
  return { text, coarse: text };
}

function markBefore(text: string, words: readonly QuestionWord[], at: number): string {
  const gap = text.slice(words[at - 1]?.end ?? 0, words[at]?.start);
  return /:/.test(gap) ? ':' : /[.!?]/.test(gap) ? '.' : /[,;]/.test(gap) ? ',' : /[–—]|\s-\s/.test(gap) ? '-' : '';
}

function spanFeatures({ words, familiar }: Outline, span: Candidate['spans'][number]): string[] {
  const { first, last, name, quoted } = span;
  const before = words[first - 1];
  const after = words[last + 1];
  const length = last - first + 1;
  let frameWords = 0;
  let usual = -Infinity;
  for (let at = first; at <= last; at++) {
    const { role } = words[at] as QuestionWord;
    const count = familiar[at] as number;
    usual = Math.max(usual, count);
    if (role !== 'content' && role !== 'quoted' && count > 0) frameWords++;
  }
  const only = length === 1 ? bucket(usual) : '-';
  return [
    quoted ? 'quoted' : name === null ? 'unknown' : 'name',
    `len${Math.min(length, 4)}${name === null ? 'u' : 'n'}`,
    `det${before && ARTICLES.has(before.word) ? before.word : ''}`,
    `fam${only}`,
    `role${words[first]?.role}${only}`,
    `frame${Math.min(LIMIT, frameWords)}${length > 1 ? '+' : ''}`,
    `at${first === 0 ? '^' : ''}${last === words.length - 1 ? '$' : ''}`,
    `beside${isName(before) ? 'b' : ''}${isName(after) && !after?.afterBreak ? 'a' : ''}`,
    `more${Math.min(LIMIT, words.filter(({ role }, at) => role === 'content' && (at < first || at > last)).length)}`,
    `later${words.some(({ role }, at) => role === 'content' && at > last) ? 1 : 0}`,
    `poss${words[last]?.possessive ? 1 : 0}`,
  ];
}

const isName = (word: QuestionWord | undefined): boolean => word?.role === 'content';
const bucket = (count: number): string => (count === 0 ? '0' : count < 3 ? '1' : count < 10 ? '2' : '3');
