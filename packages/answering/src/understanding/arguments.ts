/** Arguments of a question: the names in its content words. */
import type { Argument } from './intents.ts';
import { knownName, type KnowsName } from './names.ts';
import type { QuestionWord } from './words.ts';

/** An argument and the words it covers, `first` to `last` included. */
export interface PlacedArgument extends Argument {
  readonly first: number;
  readonly last: number;
}

const LONGEST_NAME = 7;

/** Finds the arguments among the words that are neither cue nor filler. */
export function findArguments(text: string, words: readonly QuestionWord[], knows: KnowsName): PlacedArgument[] {
  const found: PlacedArgument[] = [];
  for (let i = 0; i < words.length;) {
    const role = (words[i] as QuestionWord).role;
    if (role === 'quoted') {
      const last = endOfRun(words, i, (word) => word.role === 'quoted');
      found.push(place(text, words, i, last, knows, true));
      i = last + 1;
    } else if (role === 'content') {
      const argument = longestName(text, words, i, knows) ?? place(text, words, i, i, knows, false);
      found.push(argument);
      i = argument.last + 1;
    } else i++;
  }
  return found;
}

function endOfRun(words: readonly QuestionWord[], from: number, belongs: (word: QuestionWord) => boolean): number {
  let last = from;
  while (last + 1 < words.length && belongs(words[last + 1] as QuestionWord)) last++;
  return last;
}

/** The longest name that begins at a content word; stop words may stand inside ("piece of cake"). */
function longestName(
  text: string,
  words: readonly QuestionWord[],
  first: number,
  knows: KnowsName,
): PlacedArgument | null {
  const limit = Math.min(words.length, first + LONGEST_NAME) - 1;
  for (let last = limit; last >= first; last--) {
    if ((words[last] as QuestionWord).role === 'stop' && last > first) continue;
    if (words.slice(first, last + 1).some((word) => word.role === 'quoted')) continue;
    const argument = place(text, words, first, last, knows, false);
    if (argument.name !== null) return argument;
  }
  return null;
}

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
  return { text: slice, name: knownName(slice, knows), quoted, first, last };
}
