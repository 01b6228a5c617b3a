/** Arguments of a question: the names in its content words. */
import type { Argument } from './intents.ts';
import { knownName, type KnowsName } from './names.ts';
import type { QuestionWord } from './words.ts';

/** An argument and the words it covers, `first` to `last` included. */
export interface PlacedArgument extends Argument {
  readonly first: number;
  readonly last: number;
  /**
   * Where it counts as standing for word order: its own place, or that of the pronoun that takes it up ("dog: what is
   * it a kind of"); beyond the end when it owns what is asked for ("a dog's parts", "dog: what are its parts").
   */
  readonly at: number;
}

const LONGEST_NAME = 7;

/** Finds the arguments among the words that are neither cue nor filler. */
export function findArguments(text: string, words: readonly QuestionWord[], knows: KnowsName): PlacedArgument[] {
  const found: PlacedArgument[] = [];
  for (let i = 0; i < words.length;) {
    const argument = argumentAt(text, words, i, knows);
    if (argument) found.push(argument);
    i = argument ? argument.last + 1 : i + 1;
  }
  return found;
}

function argumentAt(text: string, words: readonly QuestionWord[], at: number, knows: KnowsName): PlacedArgument | null {
  const { role } = words[at] as QuestionWord;
  if (role === 'quoted') return place(text, words, at, endOfQuote(words, at), knows, true);
  if (role === 'content') return longestName(text, words, at, knows) ?? place(text, words, at, at, knows, false);
  // "short circuit": a name may begin with a word that fills other questions.
  const isOpening = role === 'filler' && words[at - 1] !== undefined && words[at + 1]?.role === 'content';
  const name = isOpening ? longestName(text, words, at, knows) : null;
  return name && name.last > name.first && (words[name.last] as QuestionWord).role === 'content' ? name : null;
}

function endOfQuote(words: readonly QuestionWord[], first: number): number {
  let last = first;
  while (words[last + 1]?.role === 'quoted') last++;
  return last;
}

/** The longest name that begins at a content word; stop words may stand inside ("piece of cake"). */
function longestName(
  text: string,
  words: readonly QuestionWord[],
  first: number,
  knows: KnowsName,
): PlacedArgument | null {
  let limit = first;
  while (limit + 1 < words.length && limit + 1 < first + LONGEST_NAME && joins(words[limit + 1] as QuestionWord))
    limit++;
  for (let last = limit; last >= first; last--) {
    const { role } = words[last] as QuestionWord;
    if ((role === 'stop' || role === 'asking') && last > first) continue;
    const argument = place(text, words, first, last, knows, false);
    if (argument.name !== null) return argument;
  }
  return null;
}

/** A name does not run into a quotation. */
const joins = ({ role }: QuestionWord): boolean => role !== 'quoted';

/** An argument that covers the given words, named if the knowledge knows a name for it. */
export function place(
  text: string,
  words: readonly QuestionWord[],
  first: number,
  last: number,
  knows: KnowsName,
  quoted: boolean,
): PlacedArgument {
  const slice = text.slice((words[first] as QuestionWord).start, (words[last] as QuestionWord).end);
  const { possessive } = words[last] as QuestionWord;
  const plain = possessive && !quoted ? slice.replace(/['’]s$/i, '') : slice;
  const name = knownName(plain, knows) ?? (plain === slice ? null : knownName(slice, knows));
  const at = possessive && !quoted && last + 1 < words.length ? words.length : last;
  return { text: plain, name, quoted, used: useOf(words, first), first, last, at };
}

const ARTICLES: ReadonlySet<string> = new Set('a an the every each another'.split(' '));
const SUBJECTS: ReadonlySet<string> = new Set('you we i they one someone somebody people'.split(' '));

function useOf(words: readonly QuestionWord[], first: number): Argument['used'] {
  const before = words[first - 1];
  if (before === undefined || before.role === 'quoted') return null;
  if (ARTICLES.has(before.word)) return 'noun';
  if (SUBJECTS.has(before.word) && first >= 2) return 'verb';
  if (before.word !== 'to' || before.cue !== null) return null;
  // "it means to run", "To run involves": an infinitive; "similar to run", "opposed to run" leave it open.
  const governor = words[first - 2];
  const takesInfinitive = ['mean', 'entail', 'imply', 'involve', 'necessary', 'required'].some((verb) =>
    governor?.word.startsWith(verb),
  );
  return governor === undefined || takesInfinitive || governor.word === 'it' ? 'verb' : null;
}

const PRONOUNS: ReadonlySet<string> = new Set('it they that this'.split(' '));
/** Pronouns that own what stands behind them. */
export const OWNERS: ReadonlySet<string> = new Set('its their'.split(' '));

/** Moves an argument that stands in front of the question proper ("dog: what are its parts?") to where it belongs. */
export function resolveTopics(words: readonly QuestionWord[], args: readonly PlacedArgument[]): PlacedArgument[] {
  return args.map((argument) => {
    const next = words[argument.last + 1];
    if (argument.at !== argument.last || !next?.afterBreak) return argument;
    const taken = words.findIndex(({ word }, at) => at > argument.last && (PRONOUNS.has(word) || OWNERS.has(word)));
    if (taken < 0) return argument.first <= 1 ? { ...argument, at: words.length } : argument;
    return { ...argument, at: OWNERS.has((words[taken] as QuestionWord).word) ? words.length : taken };
  });
}
