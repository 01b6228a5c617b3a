/** What a question can be after. An intent is found from cues and word order, not from whole-sentence patterns. */

export const INTENTS = [
  'define',
  'is_a',
  'common',
  'antonym',
  'synonym',
  'hypernym',
  'hyponym',
  'parts',
  'whole',
  'members',
  'group',
  'consequence',
  'cause',
  'reverse',
  'relate',
  'compare',
  'open',
] as const;

/**
 * `define`: what X is or means. `is_a`: whether X is a Y. `common`: what X and Y share. `antonym`, `synonym`: words.
 * `hypernym`: what kind X is. `hyponym`: examples of X. `parts`/`whole`, `members`/`group`: what X is made of or belongs
 * to. `consequence`: what X causes or entails; `cause`: what causes or entails X. `reverse`: the word for a description.
 * `relate`: how X and Y are connected. `compare`: which of X and Y is older, larger, ..., or whether both are a Z. `open`: anything else; answered from texts or not at all.
 */
export type Intent = (typeof INTENTS)[number];

/** A stretch of the question that names something. */
export interface Argument {
  /** As the question has it, e.g. `wolves`. */
  readonly text: string;
  /** The name under which the knowledge has it, e.g. `wolf`; null when it has no such name. */
  readonly name: string | null;
  /** True when the question sets it in quotation marks. */
  readonly quoted: boolean;
  /** What the words around it make of it: "a hate" is a noun, "to hate" a verb; null when they do not tell. */
  readonly used: 'noun' | 'verb' | null;
}

/** What two things are compared by. */
export interface Comparison {
  /**
   * `begin`, `end`: when they were born or made, and when they died or ended. `span`: how long that was. `size`: any
   * number with a unit, or a number itself. `length`, `mass`: only such. `kind`: whether both are what the third is.
   */
  readonly property: 'begin' | 'end' | 'span' | 'size' | 'length' | 'mass' | 'kind';
  /** Which of them is asked for: the earlier or smaller one (`least`), or the later or larger one. */
  readonly pick: 'least' | 'most';
}

/** One way to read a question. */
export interface Interpretation {
  readonly intent: Intent;
  /** True for a yes-or-no question; about the relation of two arguments unless the intent is `open`. */
  readonly verify: boolean;
  readonly arguments: readonly Argument[];
  /** Content words outside the arguments; they may tell which meaning of an argument is meant. */
  readonly context: readonly string[];
  /** Share of the question's content words that the reading accounts for, 0 to 1. */
  readonly coverage: number;
  /** How likely this is what the question means, 0 to 1; what the other readings would need is taken off. */
  readonly certainty: number;
  /** Only of the intent `compare`. */
  readonly comparison?: Comparison;
}
