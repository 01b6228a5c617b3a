/**
 * Reading a question: cues say what is asked, word order says which way round, the names say about what. Several
 * readings may be possible; they come likeliest first, and a reasoner takes the first one that leads anywhere.
 */
import { findArguments, place, type PlacedArgument } from './arguments.ts';
import type { CueMeaning } from './cues.ts';
import { AUXILIARIES, QUESTION_WORDS } from './cues.ts';
import type { Intent, Interpretation } from './intents.ts';
import type { KnowsName } from './names.ts';
import { promoteTopics, type QuestionWord, readWords, silenceCues } from './words.ts';

/** What the decision rules look at. */
interface Reading {
  readonly text: string;
  readonly words: readonly QuestionWord[];
  readonly args: readonly PlacedArgument[];
  readonly yesNo: boolean;
}

/**
 * Possible readings of a question, likeliest first; never empty. The last one is always `open`.
 *
 * @param text the question, at most some thousand characters
 * @param knows says whether a normal-form name is known
 */
export function understand(text: string, knows: KnowsName): Interpretation[] {
  const reading = read(text, knows);
  const found: Interpretation[] = [];
  const whole = wholeName(reading, knows);
  const cued = readCues(reading);
  if (cued && !isWeak(cued, reading)) found.push(cued);
  if (whole) found.push(interpretation('define', [whole], reading));
  if (cued && !found.includes(cued)) found.push(cued);
  found.push({ intent: 'open', verify: false, arguments: reading.args, coverage: 1 });
  return found;
}

function read(text: string, knows: KnowsName): Reading {
  const plain = readWords(text);
  const yesNo = isYesNo(plain);
  const needed = yesNo || plain.some(({ cue }) => cue === 'common' || cue === 'relate') ? 2 : 1;
  let words: readonly QuestionWord[] = plain;
  let args = findArguments(text, words, knows);
  if (args.length < needed) {
    words = promoteTopics(words);
    args = findArguments(text, words, knows);
  }
  return { text, words: silenceCues(words, args), args, yesNo };
}

/** A define reading by default, not by a cue, gives way to a name that spans everything, such as "help desk". */
function isWeak(cued: Interpretation, reading: Reading): boolean {
  return cued.intent === 'define' && !reading.words.some((word) => word.role === 'cue');
}

function isYesNo(words: readonly QuestionWord[]): boolean {
  if (words.some((word, i) => word.cue === 'right' && (i === 0 || i === words.length - 1 || word.word === 'whether'))) {
    return true;
  }
  const [first, second] = words;
  if (!first || !AUXILIARIES.has(first.word)) return false;
  return second?.word !== 'you' && second?.word !== 'we' && second?.word !== 'i';
}

/** The whole question after its opening words, when that is one name. */
function wholeName({ text, words, yesNo }: Reading, knows: KnowsName): PlacedArgument | null {
  if (yesNo) return null;
  const opening = (word: QuestionWord): boolean => word.role === 'stop' || QUESTION_WORDS.has(word.word);
  for (let first = 0; first < words.length && words.length - first <= 8; first++) {
    if (first > 0 && !opening(words[first - 1] as QuestionWord)) return null;
    const argument = place(text, words, first, words.length - 1, knows, false);
    if (argument.name !== null && !(first === words.length - 1 && opening(words[first] as QuestionWord)))
      return argument;
  }
  return null;
}

function interpretation(
  intent: Intent,
  args: readonly PlacedArgument[],
  reading: Reading,
  verify = false,
): Interpretation {
  const isContent = (word: QuestionWord): boolean => word.role === 'content' || word.role === 'quoted';
  const covered = (at: number): boolean => args.some(({ first, last }) => at >= first && at <= last);
  const content = reading.words.filter(isContent).length;
  const explained = reading.words.filter((word, at) => isContent(word) && covered(at)).length;
  return { intent, verify, arguments: args, coverage: content === 0 ? 1 : explained / content };
}

/** Rules in order of how sure their cues are; the first that applies decides. */
const RULES: readonly ((reading: Reading) => Interpretation | null)[] = [
  readSynonym,
  readAntonym,
  readLevel,
  readReverse,
  readShared,
  readYesNo,
  readConsequence,
  readKind,
  readPart,
  readMember,
  readExample,
  readRelated,
  readDefinition,
];

function readCues(reading: Reading): Interpretation | null {
  if (reading.args.length === 0) return null;
  for (const rule of RULES) {
    const result = rule(reading);
    if (result) return result;
  }
  return null;
}

const has = ({ words }: Reading, ...meanings: CueMeaning[]): boolean =>
  words.some(({ cue }) => cue !== null && meanings.includes(cue));

/** Place of the last word of the first cue with such a meaning, or -1. */
function endOfCue({ words }: Reading, ...meanings: CueMeaning[]): number {
  const first = words.findIndex(({ cue }) => cue !== null && meanings.includes(cue));
  if (first < 0) return -1;
  let last = first;
  while (words[last + 1]?.cue === words[first]?.cue) last++;
  return last;
}

const lastOf = (args: readonly PlacedArgument[]): PlacedArgument => args.at(-1) as PlacedArgument;

/** Arguments before and after a cue: word order tells "part of X" from "X is part of". */
function around(reading: Reading, ...meanings: CueMeaning[]): { before: PlacedArgument[]; after: PlacedArgument[] } {
  const end = endOfCue(reading, ...meanings);
  return {
    before: reading.args.filter(({ last }) => last < end),
    after: reading.args.filter(({ first }) => first > end),
  };
}

/** A word relation about one argument, or about two when it is a yes-or-no question. */
function wordRelation(intent: Intent, reading: Reading): Interpretation {
  const { args, yesNo } = reading;
  const verify = yesNo && args.length >= 2;
  return interpretation(intent, verify ? args.slice(0, 2) : [lastOf(args)], reading, verify);
}

function readSynonym(reading: Reading): Interpretation | null {
  return has(reading, 'synonym') ? wordRelation('synonym', reading) : null;
}

function readAntonym(reading: Reading): Interpretation | null {
  return has(reading, 'antonym') ? wordRelation('antonym', reading) : null;
}

/** "What is the word for ...", "what do you call ...": a description instead of a name. */
function readReverse(reading: Reading): Interpretation | null {
  if (!has(reading, 'word', 'call')) return null;
  const end = endOfCue(reading, 'means', 'call', 'word');
  const description = reading.args.filter(({ first }) => first > end);
  const only = description.length === 1 ? description[0] : undefined;
  if (description.length === 0 || (only && (only.name !== null || !/\s/.test(only.text)))) return null;
  const quoted = description[0]?.quoted === true;
  // Everything behind the cue describes, "someone who" included: it tells a golfer from golf.
  const from = quoted ? (description[0] as PlacedArgument).first : end + 1;
  const text = reading.text.slice(reading.words[from]?.start, reading.words[lastOf(description).last]?.end);
  return { intent: 'reverse', verify: false, arguments: [{ text, name: null, quoted }], coverage: 1 };
}

function readShared(reading: Reading): Interpretation | null {
  const { args } = reading;
  return has(reading, 'common') && args.length >= 2 ? interpretation('common', args.slice(-2), reading) : null;
}

function readYesNo(reading: Reading): Interpretation | null {
  const { args, yesNo } = reading;
  if (!yesNo || args.length < 2) return null;
  const pair = args.slice(0, 2);
  if (has(reading, 'part', 'made_of')) {
    const { before } = around(reading, 'part', 'made_of');
    const intent = has(reading, 'part') && before.length > 0 ? 'whole' : 'parts';
    return interpretation(intent, pair, reading, true);
  }
  if (has(reading, 'member')) return interpretation('group', pair, reading, true);
  return interpretation('is_a', pair, reading, true);
}

function readConsequence(reading: Reading): Interpretation | null {
  return has(reading, 'consequence') ? interpretation('consequence', [lastOf(reading.args)], reading) : null;
}

/** "A broader term for X", "a category that X falls in": the cue itself says up or down. */
function readLevel(reading: Reading): Interpretation | null {
  const { args, yesNo } = reading;
  if (yesNo || (has(reading, 'common') && args.length >= 2)) return null;
  if (has(reading, 'narrower')) return interpretation('hyponym', [lastOf(args)], reading);
  return has(reading, 'broader') && !has(reading, 'group') ? interpretation('hypernym', [lastOf(args)], reading) : null;
}

/** "What kind of thing is X" asks upwards, "a kind of X" and "kinds of X" ask downwards. */
function readKind(reading: Reading): Interpretation | null {
  const { args } = reading;
  if (!has(reading, 'kind')) return null;
  const end = endOfCue(reading, 'kind');
  const asksFor = reading.words.slice(0, end).some(({ word }) => word === 'what' || word === 'which');
  const verbAfter = reading.words.findIndex(({ word }, at) => at > end && AUXILIARIES.has(word));
  const subject = args.filter(({ first }) => first > verbAfter);
  // "What type of animal is a dog": the animal limits the answer, the dog is what is asked about.
  if (asksFor && verbAfter >= 0 && subject.length > 0) {
    return { ...interpretation('hypernym', [lastOf(subject)], reading), coverage: 1 };
  }
  const { after } = around(reading, 'kind');
  return interpretation(after.length > 0 ? 'hyponym' : 'hypernym', [lastOf(args)], reading);
}

function readPart(reading: Reading): Interpretation | null {
  const { args } = reading;
  if (has(reading, 'whole')) return interpretation('whole', [lastOf(args)], reading);
  if (has(reading, 'part')) {
    const { after } = around(reading, 'part');
    return interpretation(after.length > 0 ? 'parts' : 'whole', [lastOf(args)], reading);
  }
  if (!has(reading, 'made_of')) return null;
  const { before } = around(reading, 'made_of');
  return interpretation(before.length > 0 ? 'parts' : 'whole', [lastOf(args)], reading);
}

function readMember(reading: Reading): Interpretation | null {
  const { args } = reading;
  if (has(reading, 'member')) {
    const { after } = around(reading, 'member');
    return interpretation(after.length > 0 ? 'members' : 'group', [lastOf(args)], reading);
  }
  if (!has(reading, 'belong', 'group')) return null;
  return interpretation(has(reading, 'group') ? 'group' : 'hypernym', [lastOf(args)], reading);
}

function readExample(reading: Reading): Interpretation | null {
  if (!has(reading, 'example')) return null;
  const { after } = around(reading, 'example');
  return interpretation(after.length > 0 ? 'hyponym' : 'hypernym', [lastOf(reading.args)], reading);
}

function readRelated(reading: Reading): Interpretation | null {
  const { args } = reading;
  return has(reading, 'relate') && args.length >= 2 ? interpretation('relate', args.slice(-2), reading) : null;
}

/** One argument and nothing else to explain: what it is. */
function readDefinition(reading: Reading): Interpretation | null {
  const { args, yesNo } = reading;
  if (yesNo || args.length !== 1) return null;
  return interpretation('define', args, reading);
}
