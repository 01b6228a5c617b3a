/** A question as words with their roles. */
import { stem, STOP_WORDS, type Token, tokenise } from '@vortexflow/knowledge';
import type { KnowsName } from './names.ts';
import { repairFrameWord } from './misspelt.ts';
import { ASKING, AUXILIARIES, type Cue, type CueMeaning, CUES_BY_STEM, LIGHT, QUESTION_WORDS } from './cues.ts';

/** `filler`: carries no topic, but may be one when nothing else is. `asking`: never is. */
export type Role = 'cue' | 'filler' | 'asking' | 'stop' | 'content' | 'quoted';

/** One word of the question. */
export interface QuestionWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly role: Role;
  /** What the cue says that this word belongs to. */
  readonly cue: CueMeaning | null;
  /** True when a colon, comma, dash or the like stands in front. */
  readonly afterBreak: boolean;
  /** True for "dog's". */
  readonly possessive: boolean;
}

/** Longer texts are no questions: what follows is left to the text search. Bounds the time of understanding. */
export const MAX_WORDS = 160;

const QUOTES = /["“”«»„]([^"“”«»„]{1,2000})["“”«»„]|(?<![\p{L}\p{N}])['‘’]([^'‘’]{1,2000})['‘’](?![\p{L}\p{N}])/gu;
const BREAK = /[:;,.!?]|[–—]|\s-\s/;

/** Places that stand in quotation marks, without the marks, in order. */
export function quotedRanges(text: string): { start: number; end: number }[] {
  return [...text.matchAll(QUOTES)].map((match) => {
    const inner = (match[1] ?? match[2]) as string;
    const start = match.index + 1;
    return { start, end: start + inner.length };
  });
}

/** Splits a question into its first {@link MAX_WORDS} words and gives each its role. Linear in the text. */
export function readWords(text: string, knows: KnowsName = () => true): QuestionWord[] {
  const isQuoted = quoteFinder(quotedRanges(text));
  const tokens = spelt(tokenise(text).slice(0, MAX_WORDS), text, knows);
  const words: QuestionWord[] = [];
  while (words.length < tokens.length) {
    const at = words.length;
    if (isQuoted((tokens[at] as Token).start)) {
      words.push(wordOf(text, tokens, at, 'quoted', null));
      continue;
    }
    const cue = matchCue(tokens, at);
    if (!cue) words.push(wordOf(text, tokens, at, plainRole((tokens[at] as Token).word), null));
    else for (let k = 0; k < cue.words.length; k++) words.push(wordOf(text, tokens, at + k, 'cue', cue.meaning));
  }
  return words;
}

/** Tokens with misspelt words of asking put right; their places stay. */
function spelt(tokens: readonly Token[], text: string, knows: KnowsName): Token[] {
  const isQuoted = quoteFinder(quotedRanges(text));
  return tokens.map((token, at) =>
    isQuoted(token.start) ? token : { ...token, word: repairFrameWord(token.word, tokens[at - 1]?.word, knows) },
  );
}

/** Answers for ascending places only. */
function quoteFinder(ranges: readonly { start: number; end: number }[]): (place: number) => boolean {
  let next = 0;
  return (place) => {
    while (next < ranges.length && (ranges[next] as { end: number }).end <= place) next++;
    const range = ranges[next];
    return range !== undefined && place >= range.start;
  };
}

function wordOf(text: string, tokens: readonly Token[], at: number, role: Role, cue: CueMeaning | null): QuestionWord {
  const { word, start, end } = tokens[at] as Token;
  const gap = text.slice(tokens[at - 1]?.end ?? start, start);
  return {
    word,
    start,
    end,
    role,
    cue,
    afterBreak: BREAK.test(gap),
    possessive: /['’]s$/i.test(text.slice(start, end)),
  };
}

function plainRole(word: string): Role {
  if (ASKING.has(word)) return 'asking';
  if (STOP_WORDS.has(word) || QUESTION_WORDS.has(word) || AUXILIARIES.has(word)) return 'stop';
  return LIGHT.has(word) ? 'filler' : 'content';
}

function matchCue(tokens: readonly Token[], at: number): Cue | null {
  const rows = CUES_BY_STEM.get(stem((tokens[at] as Token).word));
  if (!rows) return null;
  const fits = rows.filter((row) => row.words.every((word, k) => isInflection(tokens[at + k]?.word, word)));
  const longest = fits.filter(({ words }) => words.length === fits[0]?.words.length);
  return longest.find(({ words }) => words.every((word, k) => tokens[at + k]?.word === word)) ?? longest[0] ?? null;
}

/** Stems alone would take "opposition" for "opposite": only endings of grammar may differ. */
function isInflection(word: string | undefined, base: string): boolean {
  if (word === undefined || word === base) return word === base;
  const cut = base.endsWith('e') || base.endsWith('y') ? base.slice(0, -1) : base;
  const forms = [`${base}s`, `${base}es`, `${cut}ies`, `${base}d`, `${base}ed`, `${cut}ing`, `${base}ing`, `${cut}ied`];
  return forms.includes(word) || (base.endsWith('s') && word === base.slice(0, -1));
}

const DETERMINERS: ReadonlySet<string> = new Set('a an the every each any some'.split(' '));
const LEADERS: ReadonlySet<string> = new Set(
  'of and as to or is are for by with than category class word term noun verb adjective'.split(' '),
);
/** Behind an article, a cue with one of these is a cue: "an example of", "an antonym for". */
const CUE_TAILS: ReadonlySet<string> = new Set('of for to in from that than which with between word term'.split(' '));

/** How far {@link promoteTopics} goes: plain words only, then cues that end a clause, then cues anywhere. */
export const PROMOTIONS = ['plain', 'closing', 'any'] as const;
export type Promotion = (typeof PROMOTIONS)[number];

/**
 * Words of grammar or cues that must be meant as topics after all, because they stand where a topic stands: behind an
 * article, or last behind a preposition ("the parts of a being", "definition of sort").
 */
export function promoteTopics(words: readonly QuestionWord[], promotion: Promotion): QuestionWord[] {
  return words.map((word, at) => {
    if (word.role === 'content' || word.role === 'quoted' || DETERMINERS.has(word.word)) return word;
    if (word.role === 'cue' && promotion === 'plain') return word;
    const before = words[at - 1]?.word ?? '';
    const next = words[at + 1];
    const ends = next === undefined || next.afterBreak;
    if (ends && (LEADERS.has(before) || (DETERMINERS.has(before) && !isRole(words, at)))) return asTopic(word);
    if (isCalled(words, at)) return asTopic(word);
    if (next === undefined || (word.role === 'cue' && promotion !== 'any')) return word;
    const partOfCue = CUE_TAILS.has(next.word) || (word.cue !== null && next.cue === word.cue);
    const isArticled = DETERMINERS.has(before) && !partOfCue && next.role !== 'content';
    const isSubject = AUXILIARIES.has(before) && (isSaying(next) || (at === 1 && DETERMINERS.has(next.word)));
    const isTitle = at === 0 && next.cue !== null && !partOfCue && word.role !== 'asking' && word.role !== 'stop';
    return isArticled || isSubject || isTitle || (LEADERS.has(before) && word.word === 'right') ? asTopic(word) : word;
  });
}

/** "As a part", "as a member": what something is there for, not a topic. */
const isRole = (words: readonly QuestionWord[], at: number): boolean =>
  words[at]?.role === 'cue' && words[at - 2]?.word === 'as' && words[at - 2]?.cue === null;

const NAMERS: ReadonlySet<string> = new Set('category class word term noun verb adjective'.split(' '));

/** "The category part", "the word sort". */
function isCalled(words: readonly QuestionWord[], at: number): boolean {
  const { role, cue } = words[at] as QuestionWord;
  const before = words[at - 1];
  const topical = role === 'filler' || (role === 'cue' && cue !== 'means' && cue !== 'define');
  return topical && before !== undefined && before.cue !== cue && NAMERS.has(before.word) && !isTail(words[at + 1]);
}

/** "What does sort mean". */
const isSaying = ({ cue }: QuestionWord): boolean => cue === 'means' || cue === 'define';

const isTail = (word: QuestionWord | undefined): boolean => word !== undefined && CUE_TAILS.has(word.word);

/** The last resort: words that otherwise only fill a question are its topic ("Define action"). */
export const promoteFillers = (words: readonly QuestionWord[]): QuestionWord[] =>
  words.map((word, at) => (word.role === 'filler' && at === words.findLastIndex(isFiller) ? asTopic(word) : word));

const isFiller = ({ role }: QuestionWord): boolean => role === 'filler';
const asTopic = (word: QuestionWord): QuestionWord => ({ ...word, role: 'content', cue: null });

/** Words inside a name give nothing away: the "part" of "body part" is no cue. */
export function silenceCues(
  words: readonly QuestionWord[],
  names: readonly { first: number; last: number }[],
): QuestionWord[] {
  const silenced = [...words];
  for (const { first, last } of names) {
    for (let at = first; at <= last; at++) {
      const word = silenced[at] as QuestionWord;
      silenced[at] = { ...word, cue: null, role: word.role === 'quoted' ? 'quoted' : 'content' };
    }
  }
  return silenced;
}
