/**
 * The key under which a model's wording meets the others' answers. Never by likeness alone: numbers are words like any
 * other, and a negation on one side only keeps two answers apart.
 */
import { type KnowledgeBase, normaliseName, tokenise } from '@vortexflow/knowledge';
import { claimTerms } from '../explain.ts';
import { type Candidate, wordKey } from '../reasoners/contract.ts';
import { contentTerms } from '../reasoners/terms.ts';

/** An answer with the key that it has already. */
export type KeyedAnswer = Pick<Candidate, 'answer' | 'key'>;

/** From so many words on, a wording is a sentence that may repeat the question. */
const SENTENCE_WORDS = 4;
const NEGATIONS = new Set(['not', 'no', 'never', 'none', 'nothing', 'neither', 'nor', 'without']);

/** Key of an answer: that of the first known one that says the same, else that of its normal form. */
export function keyOf(
  answer: string,
  question: string,
  known: readonly KeyedAnswer[],
  knowledge: KnowledgeBase,
): string {
  const verdict = /^\W*(yes|no)\b/i.exec(answer)?.[1]?.toLowerCase();
  if (verdict) return verdict;
  const name = nameOf(answer);
  for (const other of known) {
    if (nameOf(other.answer) === name || isNodeNamed(other.key, name, knowledge)) return other.key;
  }
  const said = signatureOf(answer, question);
  const same = said === null ? undefined : known.find((other) => signatureOf(other.answer, question) === said);
  if (same) return same.key;
  return wordKey(name);
}

/** Lower case, no article in front, no full stop behind. */
const nameOf = (answer: string): string =>
  normaliseName(answer)
    .replace(/^(?:the|an?) (?=.)/, '')
    .replace(/[\s.!"'“”]+$|^["'“”]+/g, '');

function isNodeNamed(key: string, name: string, knowledge: KnowledgeBase): boolean {
  if (!key.startsWith('node:')) return false;
  const node = knowledge.indexOf(key.slice('node:'.length));
  return node >= 0 && knowledge.namesOf(node).some((one) => nameOf(one) === name);
}

/** Content stems in alphabetical order, those of the question left out of whole sentences; null without any. */
function signatureOf(answer: string, question: string): string | null {
  const words = tokenise(answer).map(({ word }) => word);
  const all = claimTerms(answer);
  const own = words.length >= SENTENCE_WORDS ? all.difference(contentTerms(question)) : all;
  const terms = own.size > 0 ? own : all;
  if (terms.size === 0) return null;
  const negated = words.some((word) => NEGATIONS.has(word)) ? 'not ' : '';
  return negated + [...terms].sort().join(' ');
}
