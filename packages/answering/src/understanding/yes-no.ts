/** Questions for yes or no about two things: which relation, and which way round. */
import type { PlacedArgument } from './arguments.ts';
import type { CueMeaning } from './cues.ts';
import type { Intent, Interpretation } from './intents.ts';
import { endOfCue, has, interpretation, lastOf, type Reading, startOfCue } from './reading.ts';

type Pair = readonly [PlacedArgument, PlacedArgument];

/** One row: the cues, the relation of the first argument to the second, and whether they change places. */
interface Row {
  readonly cues: readonly CueMeaning[];
  readonly intent: Intent;
  readonly swap: (reading: Reading, pair: Pair) => boolean;
}

const never = (): boolean => false;
/** "Is animal a broader term for dog": the cue stands between and leads on to the second. */
const leadsOn = (reading: Reading, [left, right]: Pair): boolean => {
  const end = endOfCue(reading, 'broader');
  const tie = reading.words.slice(end + 1, right.first).some(({ word }) => ['of', 'for', 'than', 'to'].includes(word));
  return left.last < end && right.first > end && (tie || /(of|than|for)$/.test(reading.words[end]?.word ?? ''));
};
const isBetween =
  (...cues: CueMeaning[]) =>
  (reading: Reading, [left, right]: Pair): boolean => {
    const start = startOfCue(reading, ...cues);
    return left.last < start && right.first > start;
  };

const ROWS: readonly Row[] = [
  { cues: ['relate'], intent: 'relate', swap: never },
  { cues: ['consequence'], intent: 'consequence', swap: never },
  {
    cues: ['part'],
    intent: 'whole',
    swap: (reading, pair) => !isBetween('part')(reading, pair) || hasVerb(reading, pair),
  },
  { cues: ['within'], intent: 'whole', swap: never },
  { cues: ['made_of'], intent: 'parts', swap: never },
  { cues: ['makes'], intent: 'whole', swap: never },
  { cues: ['member'], intent: 'group', swap: never },
  { cues: ['includes'], intent: 'is_a', swap: isBetween('includes') },
  { cues: ['broader'], intent: 'is_a', swap: leadsOn },
];

/** "Does a car have a wheel (as a part)?" */
const hasVerb = (reading: Reading, [left, right]: Pair): boolean =>
  reading.words.slice(left.last + 1, right.first).some(({ word }) => word === 'have' || word === 'has');

export function readYesNo(reading: Reading): Interpretation | null {
  const { args, yesNo } = reading;
  if (!yesNo || args.length < 2) return null;
  const pair: Pair = [args[0] as PlacedArgument, lastOf(args)];
  const row = ROWS.find(({ cues }) => has(reading, ...cues));
  if (row) {
    const ordered = row.swap(reading, pair) ? [pair[1], pair[0]] : pair;
    return interpretation(row.intent, ordered, reading, row.intent !== 'relate');
  }
  if (hasVerb(reading, pair)) return interpretation('parts', pair, reading, true);
  if (isWithin(reading, pair)) return interpretation('whole', pair, reading, true);
  if (has(reading, ...OF_THINGS)) {
    return interpretation(
      'is_a',
      pair.map((argument) => ({ ...argument, used: 'noun' as const })),
      reading,
      true,
    );
  }
  return asksKind(reading, pair) ? interpretation('is_a', pair, reading, true) : null;
}

/** Cues after which both arguments are things: "is accessory a type of good". */
const OF_THINGS = ['kind', 'counts', 'category', 'example', 'narrower'] as const;

/** "Is Paris in France?" */
const isWithin = ({ words }: Reading, [left, right]: Pair): boolean =>
  words.slice(left.last + 1, right.first).some(({ word, cue }) => word === 'in' && cue === null);

/** "Is X a Y", "could one call X a Y"; not "does X bark", "can X fly". */
function asksKind(reading: Reading, [left, right]: Pair): boolean {
  if (has(reading, 'belong', 'call')) return true;
  const { words } = reading;
  const isCopula = ({ word }: { readonly word: string }): boolean => COPULAS.has(word);
  return (
    words.slice(0, right.first).some(isCopula) &&
    !words.slice(left.last + 1, right.first).some(({ word }) => word === 'than')
  );
}

const COPULAS: ReadonlySet<string> = new Set('is are was were be being been isnt arent wasnt werent am'.split(' '));
