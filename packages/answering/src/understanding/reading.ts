/** A question taken apart: what the rules look at, and how they look. */
import { findArguments, OWNERS, type PlacedArgument, resolveTopics } from './arguments.ts';
import { AUXILIARIES, type CueMeaning, OPINION_VERBS, QUESTION_WORDS } from './cues.ts';
import type { Argument, Intent, Interpretation } from './intents.ts';
import type { KnowsName } from './names.ts';
import { promoteFillers, promoteTopics, PROMOTIONS, type QuestionWord, readWords, silenceCues } from './words.ts';

export interface Reading {
  readonly text: string;
  /** Before names silenced the cues within them. */
  readonly plain: readonly QuestionWord[];
  readonly words: readonly QuestionWord[];
  readonly args: readonly PlacedArgument[];
  readonly yesNo: boolean;
}

/** Takes a question apart. Asks for O(1) names per word, of at most MAX_WORDS words. */
export function read(text: string, knows: KnowsName): Reading {
  const plain = readWords(text, knows);
  const yesNo = isYesNo(plain);
  const needed = yesNo || plain.some(({ cue }) => cue === 'common' || cue === 'relate') ? 2 : 1;
  let words: readonly QuestionWord[] = plain;
  let args = findArguments(text, words, knows);
  for (const promotion of PROMOTIONS) {
    if (args.length >= needed) break;
    words = promoteTopics(words, promotion);
    args = findArguments(text, words, knows);
  }
  if (args.length === 0) {
    words = promoteFillers(words);
    args = findArguments(text, words, knows);
  }
  return { text, plain, words: silenceCues(words, args), args: resolveTopics(words, args), yesNo };
}

/** Index of the first word after "please", "can you tell me", "I would like to know", ... */
function opening(words: readonly QuestionWord[]): number {
  let at = 0;
  while (at < words.length && isOpening(words, at)) at++;
  return at;
}

function isOpening(words: readonly QuestionWord[], at: number): boolean {
  const word = words[at] as QuestionWord;
  const next = words[at + 1]?.word;
  if (BEING.has(word.word)) return false;
  if (AUXILIARIES.has(word.word)) {
    if (ADDRESSEES.has(next ?? '')) return !OPINION_VERBS.has(words[at + 2]?.word ?? '');
    return words[at + 1]?.role === 'asking';
  }
  if (word.role === 'asking') return true;
  return word.word === 'to' && next === 'know';
}

/** "Are you a robot?" is no request. */
const BEING: ReadonlySet<string> = new Set('is are was were am'.split(' '));
const ADDRESSEES: ReadonlySet<string> = new Set('you we i'.split(' '));

function isYesNo(words: readonly QuestionWord[]): boolean {
  const asks = words.some(({ word, role }) => role === 'stop' && QUESTION_WORDS.has(word));
  const isTag = ({ cue, word, afterBreak }: QuestionWord, at: number): boolean =>
    cue === 'right' && (at === 0 || word === 'whether' || (isEnd(words, at) && (afterBreak || !asks)));
  const start = opening(words);
  const first = words[start];
  if (!first) return false;
  if (words.some(isTag) && !DEMANDS.has((words[0] as QuestionWord).word)) return true;
  if (first.word === 'if') return start > 0 && !asks;
  // "Is there a word for ..." wants the word.
  if (AUXILIARIES.has(first.word)) return words[start + 1]?.word !== 'there';
  // "A whale is a mammal": a claim without a question word.
  return !asks && words.every(({ role, cue }) => role !== 'cue' || CLAIMS.has(cue as CueMeaning)) && isClaim(words);
}

const DEMANDS: ReadonlySet<string> = new Set('name give list find mention'.split(' '));
const CLAIMS: ReadonlySet<CueMeaning> = new Set(['kind', 'counts']);

function isClaim(words: readonly QuestionWord[]): boolean {
  const verb = words.findIndex(({ word }) => word === 'is' || word === 'are');
  const has = (from: number, to: number): boolean => words.slice(from, to).some(({ role }) => role === 'content');
  return verb > 0 && has(0, verb) && has(verb, words.length) && !words.some(({ role }) => role === 'asking');
}

const isEnd = (words: readonly QuestionWord[], at: number): boolean =>
  words.slice(at).every(({ cue, role }) => cue === 'right' || role === 'stop' || role === 'asking');

/** Kinds and parts are asked of things, consequences of actions, unless the words around say otherwise. */
const INTENDED_USE: Partial<Readonly<Record<Intent, Argument['used']>>> = {
  common: 'noun',
  hypernym: 'noun',
  hyponym: 'noun',
  consequence: 'verb',
  cause: 'verb',
};

/** What a reading of the question says, with how much of the question it accounts for. */
export function interpretation(
  intent: Intent,
  args: readonly PlacedArgument[],
  reading: Reading,
  verify = false,
): Interpretation {
  const context = contextOf(reading, args);
  const used = INTENDED_USE[intent] ?? null;
  const plain = args.map(({ text, name, quoted, used: seen }) => ({ text, name, quoted, used: seen ?? used }));
  const coverage = coverageOf(reading, args);
  return { intent, verify, arguments: plain, context, coverage, certainty: coverage ** 2 };
}

/** Content words outside the arguments. */
function contextOf({ words }: Reading, args: readonly PlacedArgument[]): string[] {
  const covered = coveredBy(args, words.length);
  return words.flatMap(({ word, role }, at) =>
    (role === 'content' || role === 'quoted') && !covered[at] ? [word] : [],
  );
}

function coveredBy(args: readonly PlacedArgument[], length: number): Uint8Array {
  const covered = new Uint8Array(length);
  for (const { first, last } of args) covered.fill(1, first, last + 1);
  return covered;
}

/** Beside a quotation and a cue, other words only dress the question: 'which action is entailed by "run"'. */
const DRESSING = 0.25;
/** "Why a dog" asks for more than what a dog is. */
const REASONS: ReadonlySet<string> = new Set('why how when where'.split(' '));

/** @param from counts only the words from here on */
export function coverageOf({ words }: Reading, args: readonly PlacedArgument[], from = 0): number {
  const covered = coveredBy(args, words.length);
  const isCued = words.some(({ cue }) => cue !== null);
  const weight = isCued && args.some(({ quoted }) => quoted) ? DRESSING : 1;
  let explained = 0;
  let open = !isCued && words.some(({ word, role }) => role === 'stop' && REASONS.has(word)) ? 1 : 0;
  for (let at = from; at < words.length; at++) {
    const { role } = words[at] as QuestionWord;
    if (role !== 'content' && role !== 'quoted') continue;
    if (covered[at]) explained++;
    else open += role === 'quoted' ? 1 : isCued && isLimit(words, at) ? DRESSING : weight;
  }
  return explained + open === 0 ? 1 : explained / (explained + open);
}

/** "Which body is X a member of": it limits what may answer and asks nothing more. */
const isLimit = (words: readonly QuestionWord[], at: number): boolean =>
  ASKING_FOR.has(words[at - 1]?.word ?? '') && AUXILIARIES.has(words[at + 1]?.word ?? '');

export const has = ({ words }: Reading, ...meanings: CueMeaning[]): boolean =>
  words.some(({ cue }) => cue !== null && meanings.includes(cue));

/** Index of the first word with such a cue, or -1. */
export const startOfCue = ({ words }: Reading, ...meanings: CueMeaning[]): number =>
  words.findIndex(({ cue }) => cue !== null && meanings.includes(cue));

/** Index of the last word of the first cue with such a meaning, or -1. */
export function endOfCue(reading: Reading, ...meanings: CueMeaning[]): number {
  const { words } = reading;
  let last = startOfCue(reading, ...meanings);
  if (last < 0) return -1;
  while (words[last + 1]?.cue === words[last]?.cue) last++;
  return last;
}

export const lastOf = (args: readonly PlacedArgument[]): PlacedArgument => args.at(-1) as PlacedArgument;

/** Where the argument stands to a cue: word order tells "part of X" from "X is part of". */
export function side(reading: Reading, argument: PlacedArgument, ...meanings: CueMeaning[]): 'before' | 'after' {
  const { words } = reading;
  const start = startOfCue(reading, ...meanings);
  if (asksBehind(words, endOfCue(reading, ...meanings))) return 'before';
  const isPlural = (words[start] as QuestionWord).word.endsWith('s');
  // "Which parts does a car have": what is asked for is named by the cue itself.
  if (isPlural && ASKING_FOR.has(words[start - 1]?.word ?? '')) return 'after';
  if (argument.at >= start || OWNERS.has(words[start - 1]?.word ?? '')) return 'after';
  // "car parts", "bird examples": a compound asks for the parts of the car.
  const isCompound = argument.last === start - 1 && isPlural && !argument.quoted && isListed(reading, argument);
  return isCompound ? 'after' : 'before';
}

const ASKING_FOR: ReadonlySet<string> = new Set(['what', 'which']);

/** "A kind of what", "of what is it a kind", "what is it a kind of": the unknown stands behind the cue. */
function asksBehind(words: readonly QuestionWord[], end: number): boolean {
  const isAsked = words.some(({ word, role }, at) => {
    const before = words[at - 1]?.word;
    return role === 'stop' && (word === 'what' || word === 'which') && (before === 'of' || before === 'to');
  });
  const next = words[end + 1];
  return isAsked || (words[end]?.word === 'of' && (next === undefined || next.afterBreak));
}

/** No verb has come before the argument: "list car parts", but not "what does a car contain". */
const isListed = ({ words }: Reading, argument: PlacedArgument): boolean =>
  words
    .slice(0, argument.first)
    .every(({ word, role }) => role === 'asking' || !AUXILIARIES.has(word) || word === 'are');
