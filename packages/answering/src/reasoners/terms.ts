/** Texts as terms: what a text speaks of, and how far a text and a query cover each other. */
import { stem, STOP_WORDS, type Terms, type Token, tokenise, type WeightedTerm } from '@vortexflow/knowledge';

/** Stems of all words in order, those of grammar included. */
export const stemsOf = (text: string): string[] => tokenise(text).map(({ word }) => stem(word));

/** Stems of the words that carry a topic. */
export const contentTerms = (text: string): Set<string> => topicTerms(tokenise(text));

/** The same of words that were found already. */
export function topicTerms(tokens: readonly Token[]): Set<string> {
  const found = new Set<string>();
  for (const { word } of tokens) if (!STOP_WORDS.has(word)) found.add(stem(word));
  return found;
}

/**
 * Those of the terms that a text holds. Only words that begin like one of them are looked at closely: a stem begins as
 * its word does.
 */
export function termsHeld(text: string, terms: ReadonlySet<string>): Set<string> {
  const held = new Set<string>();
  if (terms.size === 0) return held;
  const beginnings = new Set<string>();
  for (const term of terms) beginnings.add(term.charAt(0));
  for (const { word } of tokenise(text)) {
    if (!beginnings.has(word.charAt(0)) || STOP_WORDS.has(word)) continue;
    const term = stem(word);
    if (terms.has(term)) held.add(term);
  }
  return held;
}

/** See {@link overlap}. */
export interface Overlap {
  readonly recall: number;
  readonly precision: number;
}

/**
 * How far a text and a query cover each other: `recall` is the share of the query's information (sum of idf) that the
 * text holds, `precision` the share of the text's terms that the query holds. 0 to 1 each.
 */
export function overlap(content: Terms, query: readonly WeightedTerm[]): Overlap {
  let found = 0;
  let shared = 0;
  let total = 0;
  for (const { term, idf } of query) {
    total += idf;
    if (!content.has(term)) continue;
    found += idf;
    shared++;
  }
  return { recall: total === 0 ? 0 : found / total, precision: content.size === 0 ? 0 : shared / content.size };
}
