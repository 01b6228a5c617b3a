/** Descriptions instead of names: "What is the word for ...", "What do you call ...", "What is ... called?" */
import { AUXILIARIES, QUESTION_WORDS } from './cues.ts';
import type { Interpretation } from './intents.ts';
import { knownName, type KnowsName } from './names.ts';
import { has, interpretation, type Reading } from './reading.ts';
import type { QuestionWord } from './words.ts';

/** The words of a description, `first` to `last` included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

const BRIDGES: ReadonlySet<string> = new Set(
  'that which whose is are used to for as with having would can could you do we i it by one'.split(' '),
);
const NAMING = ['word', 'call'] as const;
const SAYING = ['word', 'call', 'means', 'define'] as const;

/** A reading as the search for a word, when the question describes one. */
export function readReverse(reading: Reading, knows: KnowsName): Interpretation | null {
  const { args, words, yesNo } = reading;
  if (yesNo || isAboutKinds(reading)) return null;
  const quoted = args.find((argument) => argument.quoted && argument.last > argument.first && argument.name === null);
  if (quoted && (has(reading, ...SAYING) || isAlone(reading, quoted))) return described(reading, quoted, true);
  if (!has(reading, ...NAMING)) return headed(reading);
  const span = behindNaming(words) ?? beforeCalled(words);
  if (!span) return null;
  const from = skip(words, span.first, span.last, isArticle);
  const content = words.slice(from, span.last + 1).filter(({ role }) => role === 'content' || role === 'filler');
  const text = textOf(reading, { first: from, last: span.last });
  const name = knownName(text, knows);
  if (name !== null || span.last - from < 1 || content.length < 2) return named(reading, name, from, span.last);
  return described(reading, span, false);
}

/** Nothing but a quotation carries a topic. */
const isAlone = ({ words }: Reading, { first, last }: Span): boolean =>
  last - first >= 2 && words.every(({ role, cue }) => role === 'quoted' || (role !== 'content' && cue === null));

/** "Name the concept: someone who ...": a heading without a topic, then a description. */
function headed(reading: Reading): Interpretation | null {
  const { words, args } = reading;
  const first = behindColon(words, 0);
  const rest = words.slice(first);
  const isPlain = rest.every(({ word, role }, at) => role !== 'stop' || at === 0 || !WHAT.has(word));
  if (first === 0 || rest.length < 3 || args.length < 2 || !isPlain) return null;
  return described(reading, { first, last: words.length - 1 }, false);
}

const WHAT: ReadonlySet<string> = new Set('what which how why'.split(' '));

/** "Which broader term applies to both X and Y" has its words already. */
const isAboutKinds = (reading: Reading): boolean =>
  has(reading, 'broader', 'common') && reading.args.length === 2 && reading.args.every(({ name }) => name !== null);

function described(reading: Reading, span: Span, quoted: boolean): Interpretation {
  const argument = { text: textOf(reading, span), name: null, quoted, used: null };
  return { intent: 'reverse', verify: false, arguments: [argument], context: [], coverage: 1, certainty: 1 };
}

/** "A word that means glad": the description is a word itself. */
function named(reading: Reading, name: string | null, first: number, last: number): Interpretation | null {
  const argument = reading.args.find((one) => one.first >= first && one.last <= last);
  return argument && name !== null && isSearch(reading) ? interpretation('synonym', [argument], reading) : null;
}

/** "Which word means X" looks for a word, "what does the word X mean" has one. */
function isSearch({ words, args }: Reading): boolean {
  const naming = words.findIndex(({ cue }) => cue === 'word');
  const saying = words.findLastIndex(({ cue }) => cue === 'means' || cue === 'define');
  return naming >= 0 && naming < saying && args.every(({ first }) => first > saying);
}

/** What follows the naming words and those that tie it to them: "the word that is used for", "a noun defined as". */
function behindNaming(words: readonly QuestionWord[]): Span | null {
  let end = words.findIndex(({ cue }) => cue !== null && (NAMING as readonly string[]).includes(cue));
  for (let at = end + 1; at < words.length && ties(words[at] as QuestionWord); at++) end = at;
  const last = words.length - 1;
  const first = behindColon(words, end + 1);
  return first <= last ? { first, last: trimEnd(words, first, last) } : null;
}

/** "Which word fits this definition: ...": up to a colon nothing is described yet. */
function behindColon(words: readonly QuestionWord[], from: number): number {
  const colon = words.findIndex(({ afterBreak }, at) => at >= from && afterBreak);
  const between = words.slice(from, colon);
  const isFrame = between.every(({ role }) => role !== 'content') || (from > 0 && between.length <= LONGEST_FRAME);
  const describes = words.slice(colon).some(({ role }) => role === 'content' || role === 'quoted');
  return colon > 0 && isFrame && describes ? colon : from;
}

const LONGEST_FRAME = 4;

const ties = ({ word, cue, role }: QuestionWord): boolean =>
  role !== 'content' &&
  role !== 'quoted' &&
  (BRIDGES.has(word) || (cue !== null && (SAYING as readonly string[]).includes(cue)));

/** "There is a word for X. What is it?", "the term for X, please". */
function trimEnd(words: readonly QuestionWord[], first: number, last: number): number {
  let end = last;
  for (let at = first + 1; at <= last; at++) {
    const { afterBreak, word, role } = words[at] as QuestionWord;
    const closes = afterBreak && (QUESTION_WORDS.has(word) || role === 'asking');
    if (closes && words.slice(at).every((one) => one.role !== 'content')) end = Math.min(end, at - 1);
  }
  return end;
}

/** "What is X called", "How is X named": the description stands in front. */
function beforeCalled(words: readonly QuestionWord[]): Span | null {
  const called = words.findLastIndex(({ cue }) => cue === 'call');
  const start = words.findIndex(({ word }) => QUESTION_WORDS.has(word));
  if (called < 0 || start < 0) return null;
  const last = skipBack(words, called - 1);
  const first = skip(words, start + 1, last, ({ word }) => AUXILIARIES.has(word));
  return first < last ? { first, last } : null;
}

const isArticle = ({ word }: QuestionWord): boolean => word === 'a' || word === 'an' || word === 'the';

function skip(
  words: readonly QuestionWord[],
  from: number,
  to: number,
  drops: (word: QuestionWord) => boolean,
): number {
  let at = from;
  while (at < to && drops(words[at] as QuestionWord)) at++;
  return at;
}

function skipBack(words: readonly QuestionWord[], from: number): number {
  let at = from;
  while (at > 0 && (words[at]?.cue === 'call' || AUXILIARIES.has((words[at] as QuestionWord).word))) at--;
  return at;
}

const textOf = ({ text, words }: Reading, { first, last }: Span): string =>
  text.slice(words[first]?.start, words[last]?.end);
