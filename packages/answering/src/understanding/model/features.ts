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
}

export function featuresOf(
  reading: Reading,
  plain: readonly QuestionWord[],
  candidate: Candidate,
  familiar: Familiarity,
): string[] {
  const pieces = frameOf(reading.text, plain, candidate);
  const features = new Set(['b', reading.yesNo ? 'y1' : 'y0', `q${endOf(reading.text)}`]);
  const add = (feature: string): void => void features.add(feature);
  let unknown = 0;
  for (const { text, coarse, side } of pieces) {
    if (side === 'x' || text.length === 0) continue;
    add(`u${text}`);
    add(`${side}${text}`);
    if (coarse !== text) {
      add(`u${coarse}`);
      add(`${side}${coarse}`);
    }
    if (coarse === 'C' && familiar(text) === 0) unknown++;
  }
  add(`left${Math.min(LIMIT, unknown)}`);
  pieces.forEach(({ text, coarse }, at) => {
    const next = pieces[at + 1];
    const third = pieces[at + 2];
    add(`2${text} ${next?.text ?? '$'}`);
    if (at === 0) add(`2^ ${text}`);
    add(`3${coarse} ${next?.coarse ?? '$'} ${third?.coarse ?? ''}`);
    if (at === 0) add(`3^ ${coarse} ${next?.coarse ?? '$'}`);
  });
  if (pieces.length <= 7) add(`=${pieces.map(({ coarse }) => coarse).join(' ')}`);
  candidate.spans.forEach((span, which) => {
    for (const feature of spanFeatures(plain, span, familiar)) add(`${which === 0 ? 'x' : 'y'}.${feature}`);
  });
  return [...features];
}

const endOf = (text: string): string => /(\?|\.\.\.|…|\.|!|:)\s*$/.exec(text)?.[1] ?? '';

function frameOf(text: string, words: readonly QuestionWord[], { spans }: Candidate): Piece[] {
  const pieces: Piece[] = [];
  const last = spans.at(-1) as { last: number };
  const first = spans[0] as { first: number };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as QuestionWord;
    const mark = word.afterBreak ? markBefore(text, words, at) : '';
    const side = at < first.first ? 'b' : at > last.last ? 'a' : 't';
    if (mark) pieces.push({ text: mark, coarse: mark, side });
    const which = spans.findIndex((span) => span.first === at);
    if (which >= 0) {
      const name = which === 0 ? 'X' : 'Y';
      pieces.push({ text: name, coarse: name, side: 'x' });
      at = (spans[which] as { last: number }).last;
      continue;
    }
    const isArticle = ARTICLES.has(word.word) && spans.some((span) => span.first === at + 1);
    if (!isArticle) pieces.push({ ...coarsely(word), side });
  }
  return pieces;
}

function coarsely({ word, role, cue }: QuestionWord): Omit<Piece, 'side'> {
  const text = stem(word);
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

function spanFeatures(
  words: readonly QuestionWord[],
  span: Candidate['spans'][number],
  familiar: Familiarity,
): string[] {
  const { first, last, name, quoted } = span;
  const before = words[first - 1];
  const after = words[last + 1];
  const inside = words.slice(first, last + 1);
  const length = last - first + 1;
  const frameWords = inside.filter(
    ({ word, role }) => role !== 'content' && role !== 'quoted' && familiar(stem(word)) > 0,
  );
  const usual = Math.max(...inside.map(({ word }) => familiar(stem(word))));
  const only = length === 1 ? bucket(usual) : '-';
  return [
    quoted ? 'quoted' : name === null ? 'unknown' : 'name',
    `len${Math.min(length, 4)}${name === null ? 'u' : 'n'}`,
    `det${before && ARTICLES.has(before.word) ? before.word : ''}`,
    `fam${only}`,
    `role${inside[0]?.role}${only}`,
    `frame${Math.min(LIMIT, frameWords.length)}${length > 1 ? '+' : ''}`,
    `at${first === 0 ? '^' : ''}${last === words.length - 1 ? '$' : ''}`,
    `beside${isName(before) ? 'b' : ''}${isName(after) && !after?.afterBreak ? 'a' : ''}`,
    `more${Math.min(LIMIT, words.filter(({ role }, at) => role === 'content' && (at < first || at > last)).length)}`,
    `later${words.some(({ role }, at) => role === 'content' && at > last) ? 1 : 0}`,
    `poss${words[last]?.possessive ? 1 : 0}`,
  ];
}

const isName = (word: QuestionWord | undefined): boolean => word?.role === 'content';
const bucket = (count: number): string => (count === 0 ? '0' : count < 3 ? '1' : count < 10 ? '2' : '3');
