/** A question as words with their roles. */
import { stem, STOP_WORDS, tokenise } from '@vortexflow/knowledge';
import { AUXILIARIES, type Cue, type CueMeaning, CUES_BY_STEM, FILLERS, QUESTION_WORDS } from './cues.ts';

export type Role = 'cue' | 'filler' | 'stop' | 'content' | 'quoted';

/** One word of the question. */
export interface QuestionWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly role: Role;
  /** What the cue says that this word belongs to. */
  readonly cue: CueMeaning | null;
}

const QUOTES = /["“”«»„]([^"“”«»„]{1,2000})["“”«»„]|(?<![\p{L}\p{N}])['‘’]([^'‘’]{1,2000})['‘’](?![\p{L}\p{N}])/gu;

/** Places that stand in quotation marks, without the marks. */
export function quotedRanges(text: string): { start: number; end: number }[] {
  return [...text.matchAll(QUOTES)].map((match) => {
    const inner = (match[1] ?? match[2]) as string;
    const start = match.index + 1;
    return { start, end: start + inner.length };
  });
}

/** Splits a question into words and gives each its role. Linear in the number of words. */
export function readWords(text: string): QuestionWord[] {
  const tokens = tokenise(text);
  const quotes = quotedRanges(text);
  const isQuoted = (start: number): boolean => quotes.some((range) => start >= range.start && start < range.end);
  const stems = tokens.map(({ word }) => stem(word));
  const words: QuestionWord[] = [];
  for (let i = 0; i < tokens.length;) {
    const token = tokens[i] as (typeof tokens)[number];
    if (isQuoted(token.start)) {
      words.push({ ...token, role: 'quoted', cue: null });
      i++;
      continue;
    }
    const cue = matchCue(
      tokens.map(({ word }) => word),
      stems,
      i,
    );
    const length = cue?.stems.length ?? 1;
    for (let k = i; k < i + length; k++) {
      const member = tokens[k] as (typeof tokens)[number];
      words.push({ ...member, role: cue ? 'cue' : plainRole(member.word), cue: cue?.meaning ?? null });
    }
    i += length;
  }
  return words;
}

function plainRole(word: string): Role {
  if (STOP_WORDS.has(word) || QUESTION_WORDS.has(word) || AUXILIARIES.has(word)) return 'stop';
  return FILLERS.has(word) ? 'filler' : 'content';
}

function matchCue(words: readonly string[], stems: readonly string[], at: number): Cue | null {
  const rows = CUES_BY_STEM.get(stems[at] as string);
  if (!rows) return null;
  const fits = rows.filter((row) => row.exact.every((word, k) => isInflection(words[at + k], word)));
  const longest = fits[0]?.stems.length ?? 0;
  const candidates = fits.filter((row) => row.stems.length === longest);
  return candidates.find((row) => row.exact.every((word, k) => words[at + k] === word)) ?? candidates[0] ?? null;
}

/** Stems alone would take "opposition" for "opposite": only endings of grammar may differ. */
function isInflection(word: string | undefined, base: string): boolean {
  if (word === undefined || word === base) return word === base;
  const cut = base.endsWith('e') || base.endsWith('y') ? base.slice(0, -1) : base;
  const forms = [`${base}s`, `${base}es`, `${cut}ies`, `${base}d`, `${base}ed`, `${cut}ing`, `${base}ing`, `${cut}ied`];
  return forms.includes(word) || (base.endsWith('s') && word === base.slice(0, -1));
}

const DETERMINERS: ReadonlySet<string> = new Set('a an the every each any some'.split(' '));
const LEADERS: ReadonlySet<string> = new Set('of and as to or is are'.split(' '));

/**
 * Words of grammar or cues that must be meant as topics after all, because they stand where a topic stands: behind an
 * article, or last behind a preposition ("the parts of a being", "definition of sort").
 */
export function promoteTopics(words: readonly QuestionWord[]): QuestionWord[] {
  return words.map((word, at) => {
    if (word.role === 'content' || word.role === 'quoted' || DETERMINERS.has(word.word)) return word;
    const before = words[at - 1]?.word ?? '';
    const after = words[at + 1]?.word;
    const ends = after === undefined;
    const closes = ends || DETERMINERS.has(after) || AUXILIARIES.has(after) || after === 'and' || after === 'count';
    const isTopic = (DETERMINERS.has(before) && closes) || (LEADERS.has(before) && (ends || word.word === 'right'));
    return isTopic ? { ...word, role: 'content', cue: null } : word;
  });
}

/** Words inside a name give nothing away: the "part" of "body part" is no cue. */
export function silenceCues(
  words: readonly QuestionWord[],
  names: readonly { first: number; last: number }[],
): QuestionWord[] {
  return words.map((word, at) =>
    names.some(({ first, last }) => at >= first && at <= last)
      ? { ...word, cue: null, role: topical(word.role) }
      : word,
  );
}

const topical = (role: Role): Role => (role === 'quoted' ? role : 'content');
