/** What the intent model tells apart: an intent, which way round its arguments stand, and whether yes or no is asked. */
import type { Intent, Interpretation } from '../intents.ts';

export interface LabelMeaning {
  readonly intent: Intent;
  readonly verify: boolean;
  /** How many arguments it takes; `text`: one description. */
  readonly takes: 'one' | 'two' | 'text';
  /** True when the second name of the question is the first argument. */
  readonly swapped: boolean;
}

const meaning = (intent: Intent, takes: LabelMeaning['takes'], verify = false, swapped = false): LabelMeaning => {
  return { intent, takes, verify, swapped };
};

export const LABEL_MEANINGS = {
  define: meaning('define', 'one'),
  hypernym: meaning('hypernym', 'one'),
  hyponym: meaning('hyponym', 'one'),
  parts: meaning('parts', 'one'),
  whole: meaning('whole', 'one'),
  group: meaning('group', 'one'),
  members: meaning('members', 'one'),
  synonym: meaning('synonym', 'one'),
  antonym: meaning('antonym', 'one'),
  consequence: meaning('consequence', 'one'),
  cause: meaning('cause', 'one'),
  open: meaning('open', 'one'),
  common: meaning('common', 'two'),
  relate: meaning('relate', 'two'),
  is_a: meaning('is_a', 'two', true),
  is_a_back: meaning('is_a', 'two', true, true),
  is_whole: meaning('whole', 'two', true),
  has_part: meaning('parts', 'two', true),
  is_member: meaning('group', 'two', true),
  is_synonym: meaning('synonym', 'two', true),
  is_antonym: meaning('antonym', 'two', true),
  is_consequence: meaning('consequence', 'two', true),
  reverse: meaning('reverse', 'text'),
} as const satisfies Readonly<Record<string, LabelMeaning>>;

export type Label = keyof typeof LABEL_MEANINGS;

export const LABELS = Object.keys(LABEL_MEANINGS) as Label[];

const NUMBERS = new Map(LABELS.map((label, number) => [label, number]));
export const labelNumber = (label: Label): number => NUMBERS.get(label) as number;

/** Labels by how many arguments they take. */
export const LABELS_TAKING = Object.fromEntries(
  (['one', 'two', 'text'] as const).map((takes) => [
    takes,
    LABELS.filter((label) => LABEL_MEANINGS[label].takes === takes),
  ]),
) as Record<LabelMeaning['takes'], Label[]>;

/** The label under which the model would file a reading, with the reading's arguments in the order of the question. */
export function labelOf({ intent, verify }: Interpretation): Label | null {
  return (
    LABELS.find((label) => LABEL_MEANINGS[label].intent === intent && LABEL_MEANINGS[label].verify === verify) ?? null
  );
}
