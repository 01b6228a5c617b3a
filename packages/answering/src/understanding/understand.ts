/**
 * Reading a question: cues say what is asked, word order says which way round, the names say about what. Several
 * readings may be possible; they come likeliest first, and a reasoner takes the first one that leads anywhere.
 */
import { place, type PlacedArgument } from './arguments.ts';
import { QUESTION_WORDS } from './cues.ts';
import { readComparison } from './compare.ts';
import type { Intent, Interpretation } from './intents.ts';
import { LABEL_MEANINGS } from './model/labels.ts';
import type { Choice } from './model/model.ts';
import { intentModel } from './model/trained.ts';
import { type KnowsName, once } from './names.ts';
import { interpretation, read, type Reading } from './reading.ts';
import { readCues } from './rules.ts';
import type { QuestionWord, Role } from './words.ts';

/**
 * Possible readings of a question, likeliest first; never empty. The last one is always `open`.
 *
 * @param text any text; only its first words count as a question, see MAX_WORDS
 * @param knows says whether a normal-form name is known
 */
export function understand(text: string, knows: KnowsName): Interpretation[] {
  return readingsOf(text, once(knows));
}

function readingsOf(text: string, knows: KnowsName): Interpretation[] {
  const reading = read(text, knows);
  const ruled = readByRules(reading, knows);
  const compared = readComparison(reading);
  const model = intentModel();
  const choices = model.choose(reading, reading.plain, knows, ruled[0] ?? null);
  const open = { ...interpretation('open', reading.args, reading, reading.yesNo), coverage: 1 };
  const certainty = choices.reduce((sum, { label, probability }) => sum + (label === 'open' ? probability : 0), 0);
  const readings = choices.length === 0 ? ruled : weigh(reading, ruled, pooled(choices));
  if (!compared) return [...readings, { ...open, certainty }];
  // A comparative between two names is a surer sign than any that the model knows.
  const left = readings
    .map((one) => ({ ...one, certainty: one.certainty * (1 - compared.certainty) }))
    .filter((one) => one.certainty >= LEAST_CERTAINTY);
  return [compared, ...left, { ...open, certainty }];
}

/** Descriptions that differ at their edges are one reading: the likeliest stands for all. */
function pooled(choices: readonly Choice[]): Choice[] {
  const descriptions = choices.filter(({ label }) => label === 'reverse');
  const probability = descriptions.reduce((sum, choice) => sum + choice.probability, 0);
  const [best] = descriptions;
  const rest = choices.filter(({ label }) => label !== 'reverse');
  return best ? [...rest, { ...best, probability }].sort((a, b) => b.probability - a.probability) : rest;
}

/**
 * What a reading lends to the answers found by it, 0 to 1. Both reasoners read alike, so that their agreement says
 * nothing for the reading: where both may answer, what fusion makes of their agreement is taken off beforehand.
 */
export const trustIn = ({ certainty, intent }: Interpretation): number =>
  SHARED.has(intent) ? certainty ** SHARED_READING : certainty;

const SHARED_READING = 1.5;
/** Questions that both reasoners know how to answer. */
const SHARED: ReadonlySet<Intent> = new Set<Intent>(['define', 'hypernym', 'synonym', 'antonym', 'common', 'is_a']);

/** A reading less likely than this only leads astray. */
const LEAST_CERTAINTY = 0.08;
/** Readings by the model that are followed up. */
const MOST_READINGS = 4;

/** The model's readings, and those of the rules that it could not see. */
function weigh(reading: Reading, ruled: readonly Interpretation[], choices: readonly Choice[]): Interpretation[] {
  const likely = choices.filter(({ label, probability }) => label !== 'open' && probability >= LEAST_CERTAINTY);
  const found = likely.slice(0, MOST_READINGS).map(({ candidate, label, probability }) => {
    const { intent, verify, swapped, takes } = LABEL_MEANINGS[label];
    const spans = swapped ? candidate.spans.toReversed() : candidate.spans;
    const plain = interpretation(intent, spans, reading, verify);
    // A description accounts for all its words.
    return takes === 'text'
      ? { ...plain, context: [], coverage: 1, certainty: probability }
      : { ...plain, certainty: probability };
  });
  const left =
    1 - choices.reduce((sum, { probability }) => sum + (probability >= LEAST_CERTAINTY ? probability : 0), 0);
  const isSeen = ({ intent, arguments: args }: Interpretation): boolean =>
    choices.some(
      ({ candidate, label }) =>
        LABEL_MEANINGS[label].intent === intent && candidate.spans.length === args.length && candidate.ruled !== null,
    );
  const unseen = ruled.slice(0, 1).filter((one) => !isSeen(one));
  return [...found, ...unseen.map((one) => ({ ...one, certainty: one.certainty * left }))];
}

/** What the rules make of a question, likeliest first; empty when they find nothing. */
export function readByRules(reading: Reading, knows: KnowsName): Interpretation[] {
  const found: Interpretation[] = [];
  const whole = wholeName(reading, knows);
  const defined = whole ? interpretation('define', [whole], reading) : null;
  const cued = readCues(reading, knows);
  if (defined && whole && swallowsCue(whole, reading)) found.push(defined);
  if (cued && !isWeak(cued, reading)) found.push(cued);
  if (defined && !found.includes(defined)) found.push(defined);
  if (cued && !found.includes(cued)) found.push(cued);
  return found;
}

/** "What is a part of speech" asks what the name means, although it holds a cue. */
const swallowsCue = ({ first, last }: PlacedArgument, { words }: Reading): boolean =>
  last > first && words.slice(first, last + 1).some(({ cue }) => cue !== null);

/** A define reading by default, not by a cue, gives way to a name that spans everything, such as "help desk". */
function isWeak(cued: Interpretation, reading: Reading): boolean {
  return cued.intent === 'define' && !reading.words.some((word) => word.role === 'cue');
}

const LONGEST_NAME = 8;

/** The whole question after its opening words, when that is one name. */
function wholeName({ text, words, yesNo }: Reading, knows: KnowsName): PlacedArgument | null {
  if (yesNo) return null;
  const last = words.findLastIndex(({ role }) => role !== 'asking');
  const opens = ({ role, word }: QuestionWord): boolean => OPENING.has(role) || QUESTION_WORDS.has(word);
  for (let first = 0; first <= last; first++) {
    if (first > 0 && !opens(words[first - 1] as QuestionWord)) return null;
    if (last - first >= LONGEST_NAME || (first === last && opens(words[first] as QuestionWord))) continue;
    const argument = place(text, words, first, last, knows, false);
    if (argument.name !== null) return argument;
  }
  return null;
}

const OPENING: ReadonlySet<Role> = new Set<Role>(['stop', 'asking', 'filler']);
