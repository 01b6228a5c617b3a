/**
 * Whether an answer is right. Long answers must not win by naming everything: what counts is the first 4 words of a
 * word, 12 of a phrase, 80 of a definition.
 */
import type { WordQuestion } from './generate.ts';

const LIMITS = { word: 4, phrase: 12, definition: 80 } as const;
/** A definition is met by most of its words, or by a good balance of found and superfluous ones. */
const LEAST_RECALL = 0.8;
const LEAST_F1 = 0.6;

export function isRight({ match, gold, about }: WordQuestion, answer: string): boolean {
  const said = normal(answer);
  if (gold === null || said === '') return false;
  if (match === 'yesno') return said.split(' ')[0] === gold[0];
  if (match === 'definition') return gold.some((right) => defines(said, right));
  if (match === 'definition_or_phrase' && gold.some((right) => right.split(' ').length > 3 && defines(said, right)))
    return true;
  const limit = match === 'word' ? LIMITS.word : LIMITS.phrase;
  const cuts = [cut(said, limit)];
  // "A dog is a canine": the word of the question may be repeated.
  if (about && match !== 'word') cuts.push(cut(normal(` ${said} `.replace(` ${normal(about)} `, ' ')), limit));
  return gold.some((right) => cuts.some((text) => holds(text, right)));
}

function normal(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9 ]+/g, ' ')
    .replace(/\b(?:an?|the)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const cut = (text: string, words: number): string => text.split(' ').slice(0, words).join(' ');

function holds(text: string, right: string): boolean {
  const word = normal(right);
  const forms = [word, `${word}s`, `${word}es`, word.replace(/y$/, 'ies'), word.replace(/e?s$/, '')];
  return forms.some((form) => form !== '' && ` ${text} `.includes(` ${form} `));
}

function defines(said: string, right: string): boolean {
  const words = cut(said, LIMITS.definition).split(' ');
  const wanted = normal(right).split(' ');
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared++;
    left.set(word, count - 1);
  }
  return shared / wanted.length >= LEAST_RECALL || (2 * shared) / (words.length + wanted.length) >= LEAST_F1;
}
