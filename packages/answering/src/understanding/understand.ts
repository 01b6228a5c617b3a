/**
 * Reading a question: cues say what is asked, word order says which way round, the names say about what. Several
 * readings may be possible; they come likeliest first, and a reasoner takes the first one that leads anywhere.
 */
import { place, type PlacedArgument } from './arguments.ts';
import { QUESTION_WORDS } from './cues.ts';
import type { Interpretation } from './intents.ts';
import type { KnowsName } from './names.ts';
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
  const reading = read(text, knows);
  const found: Interpretation[] = [];
  const whole = wholeName(reading, knows);
  const defined = whole ? interpretation('define', [whole], reading) : null;
  const cued = readCues(reading, knows);
  if (defined && whole && swallowsCue(whole, reading)) found.push(defined);
  if (cued && !isWeak(cued, reading)) found.push(cued);
  if (defined && !found.includes(defined)) found.push(defined);
  if (cued && !found.includes(cued)) found.push(cued);
  found.push({ ...interpretation('open', reading.args, reading, reading.yesNo), coverage: 1 });
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
