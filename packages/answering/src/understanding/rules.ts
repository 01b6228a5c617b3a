/** Rules from cues and word order to an intent. */
import { AUXILIARIES } from './cues.ts';
import type { Intent, Interpretation } from './intents.ts';
import type { KnowsName } from './names.ts';
import { coverageOf, endOfCue, has, interpretation, lastOf, type Reading, side, startOfCue } from './reading.ts';
import { readReverse } from './reverse.ts';
import { readYesNo } from './yes-no.ts';

type Rule = (reading: Reading, knows: KnowsName) => Interpretation | null;

/** In order of how sure their cues are; the first that applies decides. */
const RULES: readonly Rule[] = [
  readOpposite,
  readSame,
  readReverse,
  readLevel,
  readShared,
  readYesNo,
  readConsequence,
  readKind,
  readPart,
  readMember,
  readExample,
  readCategory,
  readRelated,
  readRequest,
  readDefinition,
];

/** The reading that the cues give, null when they give none. */
export function readCues(reading: Reading, knows: KnowsName): Interpretation | null {
  if (reading.args.length === 0) return null;
  for (const rule of RULES) {
    const result = rule(reading, knows);
    if (result) return result;
  }
  return null;
}

const about = (intent: Intent, reading: Reading, argument = lastOf(reading.args)): Interpretation =>
  interpretation(intent, [argument], reading);

/** A word relation about one argument, or about two when it is a yes-or-no question. */
function wordRelation(intent: Intent, reading: Reading): Interpretation {
  const { args, yesNo } = reading;
  return yesNo && args.length >= 2 ? interpretation(intent, args.slice(0, 2), reading, true) : about(intent, reading);
}

function readOpposite(reading: Reading): Interpretation | null {
  return has(reading, 'antonym') && !describes(reading, 'antonym') ? wordRelation('antonym', reading) : null;
}

function readSame(reading: Reading): Interpretation | null {
  if (!has(reading, 'synonym') || describes(reading, 'synonym')) return null;
  return isPair(reading) && !reading.yesNo ? null : wordRelation('synonym', reading);
}

/** "What do you call a person with the same name": the cue is a part of the description. */
function describes(reading: Reading, meaning: 'antonym' | 'synonym'): boolean {
  const naming = endOfCue(reading, 'call', 'word');
  const cue = startOfCue(reading, meaning);
  return naming >= 0 && reading.args.some(({ first }) => first > naming && first < cue);
}

/** Two arguments that stand side by side: "X and Y", "X or Y", "both X as well as Y". */
function isPair({ args, words }: Reading): boolean {
  const [left, right] = args.slice(-2);
  if (!left || !right) return false;
  return words.slice(left.last + 1, right.first).some(({ word }) => word === 'and' || word === 'or' || word === 'with');
}

function readShared(reading: Reading): Interpretation | null {
  const { args, yesNo } = reading;
  if (args.length < 2) return null;
  const isAsked = has(reading, 'common') || (!yesNo && has(reading, 'includes') && !has(reading, 'part'));
  const isJoined =
    !yesNo && isPair(reading) && has(reading, 'kind', 'synonym', 'category', 'belong', 'broader', 'example');
  return isAsked || isJoined ? interpretation('common', args.slice(-2), reading) : null;
}

function readConsequence(reading: Reading): Interpretation | null {
  if (!has(reading, 'consequence')) return null;
  return about(asksForCause(reading) ? 'cause' : 'consequence', reading);
}

/** "What causes X", "what leads to X": the unknown is the subject of the verb. */
function asksForCause(reading: Reading): boolean {
  const { words, args } = reading;
  const start = startOfCue(reading, 'consequence');
  const target = lastOf(args);
  if (target.at < start || target.used === 'verb' || !CAUSING.has(words[start]?.word ?? '')) return false;
  const subject = words.slice(0, start);
  const asksSubject = subject.some(({ word }) => word === 'what' || word === 'which');
  return asksSubject && subject.every(({ word }) => !AUXILIARIES.has(word));
}

const CAUSING: ReadonlySet<string> = new Set(
  'causes entails implies leads results brings involves necessitates triggers gives requires'.split(' '),
);

/** "A broader term for X", "a more specific kind of X": the cue itself says up or down. */
function readLevel(reading: Reading): Interpretation | null {
  if (reading.yesNo || isPair(reading)) return null;
  if (has(reading, 'narrower')) {
    return about(side(reading, lastOf(reading.args), 'narrower') === 'after' ? 'hyponym' : 'hypernym', reading);
  }
  return has(reading, 'broader') ? about('hypernym', reading) : null;
}

/** "What kind of thing is X" asks upwards, "a kind of X" and "kinds of X" ask downwards. */
function readKind(reading: Reading): Interpretation | null {
  const { args, words } = reading;
  if (!has(reading, 'kind') || has(reading, 'member')) return null;
  const end = endOfCue(reading, 'kind');
  const asksFor = words.slice(0, end).some(({ word }) => word === 'what' || word === 'which');
  const verb = words.findIndex(({ word }, at) => at > end && AUXILIARIES.has(word));
  // In "say what sort of thing a dog is" the verb comes last.
  const isLast = verb === words.length - 1;
  const subject = args.filter(({ first }) => verb >= 0 && (isLast ? first > end : first > verb));
  // "What type of animal is a dog": the animal limits the answer, the dog is what is asked about.
  if (asksFor && subject.length > 0) {
    const target = lastOf(subject);
    const coverage = coverageOf(reading, [target], isLast ? end : verb);
    return { ...about('hypernym', reading, target), coverage, certainty: coverage ** 2 };
  }
  return about(side(reading, lastOf(args), 'kind') === 'after' ? 'hyponym' : 'hypernym', reading);
}

function readPart(reading: Reading): Interpretation | null {
  const target = lastOf(reading.args);
  if (has(reading, 'whole')) return about('whole', reading);
  const pivot = has(reading, 'part') ? holder(reading) : -1;
  if (pivot >= 0) return about(target.at < pivot ? 'parts' : 'whole', reading);
  if (has(reading, 'part') && has(reading, 'belong')) {
    return about(side(reading, target, 'belong') === 'after' ? 'parts' : 'whole', reading);
  }
  if (has(reading, 'makes')) return about(side(reading, target, 'makes') === 'after' ? 'parts' : 'whole', reading);
  if (has(reading, 'within')) return about(side(reading, target, 'within') === 'after' ? 'parts' : 'whole', reading);
  if (has(reading, 'part')) {
    if (side(reading, target, 'part') === 'after') return about('parts', reading);
    return about(has(reading, 'group') ? 'group' : 'whole', reading);
  }
  if (!has(reading, 'made_of', 'includes')) return null;
  return about(side(reading, target, 'made_of', 'includes') === 'before' ? 'parts' : 'whole', reading);
}

/** Index of the verb that says who has the part ("contains", "has"), -1 without one. */
function holder(reading: Reading): number {
  const start = startOfCue(reading, 'made_of', 'includes');
  if (start >= 0) return start;
  const { words } = reading;
  return words.findIndex(({ word, role }, at) => role === 'stop' && /^(has|have|having)$/.test(word) && at > 0);
}

function readMember(reading: Reading): Interpretation | null {
  const target = lastOf(reading.args);
  if (has(reading, 'member')) {
    const asksGroup = side(reading, target, 'member') === 'before' || among(reading);
    return about(asksGroup ? 'group' : 'members', reading);
  }
  if (has(reading, 'group')) return about('group', reading);
  if (!has(reading, 'belong')) return null;
  return about(
    side(reading, target, 'belong') === 'before' || has(reading, 'category') ? 'hypernym' : 'members',
    reading,
  );
}

/** "Which group counts X among its members", "of which group is X a member". */
const among = ({ words }: Reading): boolean => words.some(({ word }) => word === 'among');

function readExample(reading: Reading): Interpretation | null {
  if (!has(reading, 'example', 'counts')) return null;
  // "Which birds are there? Give an example": without "of" an example is of what was named.
  const cue = reading.words[endOfCue(reading, 'example', 'counts')]?.word;
  const isAfter = cue?.startsWith('ex') || side(reading, lastOf(reading.args), 'example', 'counts') === 'after';
  return about(isAfter ? 'hyponym' : 'hypernym', reading);
}

function readCategory(reading: Reading): Interpretation | null {
  return has(reading, 'category') && !reading.yesNo ? about('hypernym', reading) : null;
}

function readRelated(reading: Reading): Interpretation | null {
  const { args } = reading;
  return has(reading, 'relate') && args.length >= 2 ? interpretation('relate', args.slice(-2), reading) : null;
}

/** "Name a bird", "something that is a bird": asks for one of them. */
function readRequest(reading: Reading): Interpretation | null {
  const { args, words, yesNo } = reading;
  const [target] = args;
  if (yesNo || args.length !== 1 || !target || target.quoted || words.some(({ cue }) => cue !== null)) return null;
  const before = words.slice(0, target.first).map(({ word }) => word);
  const asksOne = before.includes('name') || before.includes('list') || before.includes('mention');
  const asksSome = before.some((word) => THINGS.has(word)) && before.some((word) => word === 'is' || word === 'are');
  return (asksOne || asksSome) && target.name !== null ? about('hyponym', reading) : null;
}

const THINGS: ReadonlySet<string> = new Set('something things thing someone anything'.split(' '));

/** One argument and nothing else to explain: what it is. */
function readDefinition(reading: Reading): Interpretation | null {
  const [argument] = reading.args;
  return !reading.yesNo && reading.args.length === 1 ? about('define', reading, argument) : null;
}
