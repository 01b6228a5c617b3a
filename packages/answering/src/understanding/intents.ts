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
  'reverse',
  'relate',
  'open',
] as const;

/**
 * `define`: what X is or means. `is_a`: whether X is a Y. `common`: what X and Y share. `antonym`, `synonym`: words.
 * `hypernym`: what kind X is. `hyponym`: examples of X. `parts`/`whole`, `members`/`group`: what X is made of or belongs
 * to. `consequence`: what X causes or entails. `reverse`: the word for a description. `relate`: how X and Y are
 * connected. `open`: anything else; answered from texts or not at all.
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
}

/** One way to read a question. */
export interface Interpretation {
  readonly intent: Intent;
  /** True for a yes-or-no question about the relation of two arguments. */
  readonly verify: boolean;
  readonly arguments: readonly Argument[];
  /** Share of the question's content words that the reading accounts for, 0 to 1. */
  readonly coverage: number;
}
