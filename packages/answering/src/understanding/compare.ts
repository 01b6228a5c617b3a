/** Comparisons: "Which is older, X or Y?", "Did X die before Y?", "Are both X and Y a Z?" */
import type { PlacedArgument } from './arguments.ts';
import { COMPARATIVES as BY_WORD } from './comparatives.ts';
import type { Comparison, Interpretation } from './intents.ts';
import { coverageOf, interpretation, type Reading } from './reading.ts';
import type { QuestionWord } from './words.ts';

const DYING: ReadonlySet<string> = new Set('die died dies end ended ends over'.split(' '));
const LIVING: ReadonlySet<string> = new Set('live lived lives last lasted reign reigned rule ruled'.split(' '));
/** Words that belong to a comparison without being what is compared. */
const FRAME: ReadonlySet<string> = new Set(
  (
    'born birth founded established made built begin began begun start started happen happened came come comes exist existed exists ' +
    'date dates number numbers year years age time event person people man woman thing mountain river unit building city war two both ' +
    [...DYING, ...LIVING, ...BY_WORD.keys()].join(' ')
  ).split(' '),
);
/** What stands between the two: "which is older, X or Y", "is X older than Y", "did X die before Y". */
const TIES = { which: new Set('or and versus vs'.split(' ')), whether: new Set('than before after'.split(' ')) };

const WHICH: ReadonlySet<string> = new Set('which who what'.split(' '));

/** A reading as a comparison, when the question has a comparative and two names that it can be about. */
export function readComparison(reading: Reading): Interpretation | null {
  return readBoth(reading) ?? readComparative(reading);
}

function readComparative(reading: Reading): Interpretation | null {
  const { plain, yesNo } = reading;
  const at = plain.findIndex((word, i) => BY_WORD.has(word.word) && word.role !== 'quoted' && !isOrdinal(plain, i));
  if (at < 0) return null;
  const pair = pairOf(reading);
  if (!pair) return null;
  const asksWhich = plain.some(({ word, role }) => role !== 'quoted' && WHICH.has(word));
  const ties = asksWhich ? TIES.which : yesNo ? TIES.whether : null;
  const between = plain.slice(pair[0].last + 1, pair[1].first);
  if (!ties || !between.some(({ word }) => ties.has(word))) return null;
  const comparison = propertyOf(plain, BY_WORD.get((plain[at] as QuestionWord).word) as Comparison);
  const verify = yesNo && !asksWhich;
  return { ...interpretation('compare', pair, reading, verify), ...sureness(reading, pair), comparison };
}

/** "The first world war", "more than": the word belongs to something else. */
function isOrdinal(words: readonly QuestionWord[], at: number): boolean {
  const { word } = words[at] as QuestionWord;
  const before = words[at - 1]?.word ?? '';
  return (
    (word === 'first' || word === 'last') && (before === 'the' || before === 'a') && words[at + 1]?.role === 'content'
  );
}

function propertyOf(words: readonly QuestionWord[], { property, pick }: Comparison): Comparison {
  const has = (set: ReadonlySet<string>): boolean => words.some(({ word }) => set.has(word));
  if (property === 'begin' && has(DYING)) return { property: 'end', pick };
  const isSpan = property === 'length' && words.some(({ word }) => LIVING.has(word) && word !== 'last');
  return isSpan ? { property: 'span', pick } : { property, pick };
}

/** The last two names that stand side by side or around the comparative. */
function pairOf({ args }: Reading): [PlacedArgument, PlacedArgument] | null {
  const names = args.filter(({ text, name, quoted }) => name !== null && (quoted || !FRAME.has(text.toLowerCase())));
  const [left, right] = names.slice(-2);
  return left && right ? [left, right] : null;
}

/** A comparison accounts for its own words. */
function sureness(reading: Reading, args: readonly PlacedArgument[]): Pick<Interpretation, 'coverage' | 'certainty'> {
  const words = reading.words.map((word) => (FRAME.has(word.word) ? { ...word, role: 'stop' as const } : word));
  const coverage = coverageOf({ ...reading, words }, args);
  return { coverage, certainty: coverage ** 2 };
}

/** "Are both X and Y a Z", "Are X and Y both Zs". */
function readBoth(reading: Reading): Interpretation | null {
  const { plain, yesNo, args } = reading;
  if (!yesNo || !plain.some(({ word }) => word === 'both')) return null;
  const names = args.filter(({ name }) => name !== null);
  const [left, right, kind] = names.slice(-3);
  if (!left || !right || !kind || !plain.slice(left.last + 1, right.first).some(({ word }) => word === 'and'))
    return null;
  if (plain.slice(right.last + 1, kind.first).some(({ role, word }) => role === 'content' || word === 'and'))
    return null;
  const plainReading = interpretation('compare', [left, right, kind], reading, true);
  return { ...plainReading, ...sureness(reading, [left, right, kind]), comparison: { property: 'kind', pick: 'most' } };
}

/** Whether a question could be a comparison at all; far cheaper than reading it. */
export const mayCompare = (question: string): boolean =>
  question
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => BY_WORD.has(word) || word === 'both');
