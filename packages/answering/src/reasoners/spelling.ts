/**
 * Misspelt topics: a word that nobody knows, one edit away from one that is known. All edits of the word are looked up
 * (Norvig, "How to write a spelling corrector", 2007: about 54 n + 25 of them), which costs a fraction of a
 * millisecond and no memory, and only words that are unknown pay for it.
 */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Argument, Interpretation } from '../understanding/intents.ts';

/** Shorter words are one edit away from too many others. */
const SHORTEST = 5;
const LONGEST = 24;
/** So long a word is near another by chance only seldom. */
const LONG = 9;
/** Slips of the fingers: two letters swapped, one doubled or not doubled, in a word that people use. */
const SLIP = 0.8;
/** Any other edit may as well be a word that nobody knows. */
const GUESS = 0.2;

/** A reading with one misspelt argument put right. */
export interface Respelt {
  readonly interpretation: Interpretation;
  /** What the answer must say, e.g. `taking “elehpant” for “elephant”`; empty when nothing was changed. */
  readonly remark: string;
}

/** The reading itself, or with its one unknown argument respelt and less certain. */
export function respell(knowledge: KnowledgeBase, interpretation: Interpretation): Respelt {
  const { arguments: args, intent } = interpretation;
  const wrong = args.filter(({ name }) => name === null);
  const [unknown] = wrong;
  if (intent === 'reverse' || intent === 'open' || wrong.length !== 1 || !unknown)
    return { interpretation, remark: '' };
  const found = nearest(knowledge, unknown.text.toLowerCase());
  if (!found) return { interpretation, remark: '' };
  const right = (argument: Argument): Argument => (argument === unknown ? { ...argument, name: found.word } : argument);
  return {
    interpretation: {
      ...interpretation,
      arguments: args.map(right),
      certainty: interpretation.certainty * found.trust,
    },
    remark: `taking “${unknown.text}” for “${found.word}”`,
  };
}

interface Nearest {
  readonly word: string;
  readonly trust: number;
}

function nearest(knowledge: KnowledgeBase, word: string): Nearest | null {
  if (word.length < SHORTEST || word.length > LONGEST || !/^[a-z]+$/.test(word)) return null;
  let best: (Nearest & { weight: number }) | null = null;
  for (const [edited, isSlip] of editsOf(word)) {
    if (!knowledge.isName(edited)) continue;
    const used = Math.max(...knowledge.senses(edited).map(({ frequency }) => frequency));
    const weight = (used + 0.5) * (isSlip ? SLIP_ODDS : 1);
    if (best && best.weight >= weight) continue;
    best = { word: edited, trust: isSlip && (used > 0 || word.length >= LONG) ? SLIP : GUESS, weight };
  }
  return best;
}

/** How much likelier a slip is than another edit. */
const SLIP_ODDS = 10;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** All words one edit away, with whether the edit is a usual slip. The first letter is hardly ever wrong. */
function* editsOf(word: string): Generator<readonly [string, boolean]> {
  for (let at = 1; at < word.length; at++) {
    const head = word.slice(0, at);
    const tail = word.slice(at + 1);
    const letter = word[at] as string;
    const next = word[at + 1];
    yield [head + tail, letter === word[at - 1]];
    if (next !== undefined && next !== letter) yield [head + next + letter + word.slice(at + 2), true];
    for (const other of LETTERS) {
      if (other !== letter) yield [head + other + tail, false];
      yield [head + other + word.slice(at), other === letter || other === word[at - 1]];
    }
  }
  for (const other of LETTERS) yield [word + other, other === word.at(-1)];
}
