/**
 * The key under which a model's wording meets the others' answers. Booleans, dates and numbers meet by what they say;
 * other wordings only when they have the same words in the same order, those that turn a meaning round included.
 */
import { readAnswer, sameAnswer } from '@vortexflow/fusion';
import { type KnowledgeBase, normaliseName, stem, tokenise } from '@vortexflow/knowledge';
import { claimTerms } from '../explain.ts';
import { type Candidate, wordKey } from '../reasoners/contract.ts';
import { contentTerms } from '../reasoners/terms.ts';
import { asksYesOrNo } from '../understanding/cues.ts';

/** An answer with the key that it has already. */
export type KeyedAnswer = Pick<Candidate, 'answer' | 'key'>;

/** From so many words on, a wording is a sentence that may repeat the question. */
const SENTENCE_WORDS = 4;
/** Words that search leaves out, but that turn round what is said. */
const TURNING = new Set(
  (
    'not no never none nothing neither nor without before after until since under over above below from to into out ' +
    'against between during by'
  ).split(' '),
);

/** Key of an answer: that of the first known one that says the same, else that of its normal form. */
export function keyOf(
  answer: string,
  question: string,
  known: readonly KeyedAnswer[],
  knowledge: KnowledgeBase,
): string {
  const verdict = verdictOf(answer, question);
  if (verdict) return verdict;
  const name = nameOf(answer);
  for (const other of known) {
    if (nameOf(other.answer) === name || isNodeNamed(other.key, name, knowledge)) return other.key;
  }
  const typed = readAnswer(answer);
  if (typed.kind === 'date' || typed.kind === 'number') {
    const equal = known.find((other) => sameAnswer(readAnswer(other.answer), typed));
    return equal?.key ?? wordKey(name);
  }
  const said = signatureOf(answer, question);
  const same = said === null ? undefined : known.find((other) => signatureOf(other.answer, question) === said);
  if (same) return same.key;
  return wordKey(name);
}

function verdictOf(answer: string, question: string): 'yes' | 'no' | null {
  const read = readAnswer(answer);
  if (read.kind === 'boolean') return read.value ? 'yes' : 'no';
  if (!asksYesOrNo(question)) return null;
  const first = /^\W*(yes|no)\b/i.exec(answer)?.[1]?.toLowerCase();
  return first === 'yes' || first === 'no' ? first : null;
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

/** Content stems in order, those of the question left out of whole sentences; null without any. */
function signatureOf(answer: string, question: string): string | null {
  const words = tokenise(answer).map(({ word }) => word);
  const all = claimTerms(answer);
  const own = words.length >= SENTENCE_WORDS ? all.difference(contentTerms(question)) : all;
  const terms = own.size > 0 ? own : all;
  if (terms.size === 0) return null;
  return words.flatMap((word) => (TURNING.has(word) ? [word] : terms.has(stem(word)) ? [stem(word)] : [])).join(' ');
}
