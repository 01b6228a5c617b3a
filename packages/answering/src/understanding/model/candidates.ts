/**
 * Ways in which a question could be taken apart: which of its words name what it is about, the rest being its frame.
 * Many more than are sensible; the model chooses.
 */
import { place, type PlacedArgument } from '../arguments.ts';
import { AUXILIARIES } from '../cues.ts';
import type { Interpretation } from '../intents.ts';
import type { KnowsName } from '../names.ts';
import type { Reading } from '../reading.ts';
import type { QuestionWord } from '../words.ts';
import { type Label, LABEL_MEANINGS, type LabelMeaning, labelOf, LABELS_TAKING } from './labels.ts';

/** One way to take a question apart. */
export interface Candidate {
  /** In the order of the question; one or two, or one description. */
  readonly spans: readonly PlacedArgument[];
  readonly takes: LabelMeaning['takes'];
  /** What such a question could ask. */
  readonly labels: readonly Label[];
  /** The rules read the question in this way. */
  readonly ruled: { readonly label: Label; readonly coverage: number } | null;
}

/** Longer questions are left to the rules: frames of so many words are not learnt. */
const MAX_FRAMED_WORDS = 48;
const MOST_SPANS = 10;
const MOST_IN_PAIRS = 7;
const LONGEST_NAME = 6;

export function candidatesOf(reading: Reading, knows: KnowsName, ruled: Interpretation | null): Candidate[] {
  const { words } = reading;
  if (words.length === 0 || words.length > MAX_FRAMED_WORDS) return [];
  const spans = namesIn(reading, knows);
  const ruleLabel = ruled && labelOf(ruled);
  const rule = ruled && ruleLabel ? { label: ruleLabel, key: keyOf(ruled.arguments), coverage: ruled.coverage } : null;
  const candidateOf = (taken: readonly PlacedArgument[], takes: Candidate['takes']): Candidate => {
    const isRuled = rule !== null && LABEL_MEANINGS[rule.label].takes === takes && keyOf(taken) === rule.key;
    const isSwapped = rule !== null && rule.label === 'is_a' && keyOf([...taken].reverse()) === rule.key;
    const label = isSwapped && !isRuled ? 'is_a_back' : rule?.label;
    const agrees = takes === 'two' ? isRuled || isSwapped : isRuled;
    return {
      spans: taken,
      takes,
      labels: LABELS_TAKING[takes],
      ruled: agrees && rule && label ? { label, coverage: rule.coverage } : null,
    };
  };
  return [
    ...spans.map((span) => candidateOf([span], 'one')),
    ...pairsOf(spans).map((pair) => candidateOf(pair, 'two')),
    ...descriptionsIn(reading, spans).map((span) => candidateOf([span], 'text')),
  ];
}

const keyOf = (args: readonly { readonly text: string }[]): string =>
  args.map(({ text }) => text.toLowerCase().replace(/^(?:an?|the) /, '')).join('|');

/** Places that could name something: quotations, known names, words that nobody knows. */
function namesIn({ text, words, args }: Reading, knows: KnowsName): PlacedArgument[] {
  const found = new Map<string, PlacedArgument>();
  const add = (span: PlacedArgument): void => void found.set(`${span.first} ${span.last}`, span);
  const addInside = (from: number, to: number): void => {
    for (let first = from; first <= to; first++) {
      const name = ARTICLES.has(words[first]?.word ?? '') ? null : longestName(text, words, first, knows);
      if (name && name.last <= to) add(name);
    }
  };
  for (let first = 0; first < words.length; first++) {
    const { role } = words[first] as QuestionWord;
    if (role === 'quoted') {
      let last = first;
      while (words[last + 1]?.role === 'quoted') last++;
      const whole = place(text, words, first, last, knows, true);
      add(whole);
      // A quoted sentence holds names, a quoted name is one.
      if (whole.name === null && last - first >= 2) addInside(first, last);
      first = last;
      continue;
    }
    if (!canStart(text, words, first)) continue;
    const longest = longestName(text, words, first, knows);
    if (longest) add(longest);
    if (longest?.last !== first) add(place(text, words, first, first, knows, false));
  }
  for (const argument of args) if (!found.has(`${argument.first} ${argument.last}`)) add(argument);
  return [...found.values()].sort((a, b) => rank(words, b) - rank(words, a)).slice(0, MOST_SPANS);
}

/** Names that nothing else explains come first when there are too many. */
const rank = (words: readonly QuestionWord[], { first, last, quoted }: PlacedArgument): number =>
  (quoted ? 4 : 0) + (words[last]?.role === 'content' ? 2 : 0) + (words[first]?.role === 'content' ? 1 : 0);

const ARTICLES: ReadonlySet<string> = new Set('a an the is are'.split(' '));
const DETERMINERS: ReadonlySet<string> = new Set('a an the every each any some of word'.split(' '));

function canStart(text: string, words: readonly QuestionWord[], at: number): boolean {
  const { role, end } = words[at] as QuestionWord;
  const isGrammar = role === 'stop' || AUXILIARIES.has((words[at] as QuestionWord).word);
  if (!isGrammar || text[end] === '-') return true;
  return DETERMINERS.has(words[at - 1]?.word ?? '') || at === words.length - 1 || words.length === 1;
}

function longestName(
  text: string,
  words: readonly QuestionWord[],
  first: number,
  knows: KnowsName,
): PlacedArgument | null {
  let limit = first;
  while (
    limit + 1 < words.length &&
    limit + 1 < first + LONGEST_NAME &&
    joins(words[limit + 1] as QuestionWord, words[first]?.role === 'quoted')
  )
    limit++;
  for (let last = limit; last >= first; last--) {
    const span = place(text, words, first, last, knows, false);
    if (span.name !== null) return span;
  }
  return null;
}

const joins = ({ role, afterBreak }: QuestionWord, inQuotes: boolean): boolean =>
  (role === 'quoted') === inQuotes && !afterBreak;

function pairsOf(spans: readonly PlacedArgument[]): [PlacedArgument, PlacedArgument][] {
  const ordered = spans.slice(0, MOST_IN_PAIRS).sort((a, b) => a.first - b.first || b.last - a.last);
  return ordered.flatMap((left) =>
    ordered.filter((right) => right.first > left.last).map((right): [PlacedArgument, PlacedArgument] => [left, right]),
  );
}

const SHORTEST_TEXT = 3;
const LONGEST_FRAME = 12;
const LONGEST_TAIL = 7;

/** Stretches that could describe something instead of naming it. */
function descriptionsIn({ text, words }: Reading, names: readonly PlacedArgument[]): PlacedArgument[] {
  const quoted = names.filter(({ quoted: isQuoted, first, last }) => isQuoted && last - first + 1 >= 2);
  if (quoted.length > 0) return quoted.map((span) => ({ ...span, name: null }));
  const found: PlacedArgument[] = [];
  const end = words.length - 1;
  for (let first = 0; first <= Math.min(LONGEST_FRAME, end - SHORTEST_TEXT + 1); first++) {
    if (first > 0 && first < end && !opensText(words, first)) continue;
    for (let last = end; last >= Math.max(first + SHORTEST_TEXT - 1, end - LONGEST_TAIL); last--) {
      if (last < end && !closesText(words, last)) continue;
      const start = (words[first] as QuestionWord).start;
      const slice = text.slice(start, (words[last] as QuestionWord).end);
      found.push({ text: slice, name: null, quoted: false, used: null, first, last, at: last });
    }
  }
  return found;
}

/** A description begins behind words that tie it to the frame, or where a new clause begins. */
function opensText(words: readonly QuestionWord[], at: number): boolean {
  const before = words[at - 1] as QuestionWord;
  return (words[at] as QuestionWord).afterBreak || before.role !== 'content';
}

/** And ends where a clause ends, or before words of the frame. */
function closesText(words: readonly QuestionWord[], last: number): boolean {
  const next = words[last + 1] as QuestionWord;
  return next.afterBreak || next.cue === 'call' || (next.role === 'stop' && words[last + 2]?.cue === 'call');
}
