/** Making evidence from nodes. */
import { fullestSentence, type KnowledgeBase, normaliseName } from '@vortexflow/knowledge';
import type { Evidence } from '@vortexflow/protocol';
import type { Argument } from '../understanding/intents.ts';
import { termsHeld } from './terms.ts';

const SNIPPET_LENGTH = 320;
/** Characters in which sentences are looked for in a text itself. */
const LONG_TEXT = 4_096;

/** Evidence for a node; of a long text the sentence window that holds most of the wanted terms. */
export function evidenceOf(
  knowledge: KnowledgeBase,
  node: number,
  score: number,
  source: string,
  wanted: ReadonlySet<string> = new Set(),
): Evidence {
  return {
    id: knowledge.idOf(node),
    title: knowledge.namesOf(node).slice(0, 3).join(', '),
    snippet: snippetOf(excerptOf(knowledge, node, wanted), wanted),
    score: Math.max(0, Math.min(1, score)),
    source,
  };
}

/**
 * A text, or of a very long one the part that begins with the sentence with most of the wanted terms: its words have been
 * read when it came, and are not read again for every question.
 */
function excerptOf(knowledge: KnowledgeBase, node: number, wanted: ReadonlySet<string>): string {
  const text = knowledge.textOf(node);
  if (text.length <= LONG_TEXT) return text;
  const { passages } = knowledge;
  const passage = passages.passage(passages.passageOf(node));
  if (!passage) return text;
  const stems = [...wanted].map((term) => passages.vocabulary.findStem(term)).filter((stem) => stem >= 0);
  const start = fullestSentence(passage.text, passages.vocabulary, new Set(stems));
  return text.slice(start, start + LONG_TEXT);
}

/** The sentence of a text that holds most of the wanted terms, with its neighbours as far as there is room. */
export function snippetOf(text: string, wanted: ReadonlySet<string>): string {
  if (text.length <= SNIPPET_LENGTH) return text;
  const sentences = splitSentences(text);
  let best = 0;
  let bestCount = -1;
  // Of those that hold as many, the first is taken: behind one that holds all of them there is none to look for.
  for (let i = 0; i < sentences.length && bestCount < wanted.size; i++) {
    const count = countWanted(sentences[i] as string, wanted);
    if (count > bestCount) [best, bestCount] = [i, count];
  }
  let snippet = sentences[best] as string;
  for (let next = best + 1; next < sentences.length; next++) {
    const longer = `${snippet} ${sentences[next]}`;
    if (longer.length > SNIPPET_LENGTH) break;
    snippet = longer;
  }
  return snippet.length <= SNIPPET_LENGTH ? snippet : `${snippet.slice(0, SNIPPET_LENGTH - 1).trimEnd()}…`;
}

/** Distinct wanted terms in a text. */
const countWanted = (text: string, wanted: ReadonlySet<string>): number => termsHeld(text, wanted).size;

/** Behind a mark and before a capital, but not behind an initial or a title: "James K. Polk", "Dr. Who". */
const SENTENCE_END =
  /(?<=[.!?])(?<!\b(?:\p{Lu}|Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Lt|Capt|Rev|vs|ca?|lit|cf)\.)\s+(?=[\p{Lu}\p{N}"“(])|\n+/u;

/** Sentences of a text; a line break ends one too. Linear. */
export function splitSentences(text: string): string[] {
  const sentences = text.split(SENTENCE_END).map((sentence) => sentence.trim());
  const filled = sentences.filter(Boolean);
  return filled.length > 0 ? filled : [text];
}

/** A gloss without its examples and remarks: what it says the thing is. */
export function definitionOf(gloss: string): string {
  const example = gloss.search(/;\s*["“]/);
  const cut = example < 0 ? gloss : gloss.slice(0, example);
  return cut.trim();
}

/**
 * What a node is, in words that answer "what is X". A proper name is put in front when the question used another one:
 * "What is the capital of France?" wants to hear of Paris.
 */
export function describe(knowledge: KnowledgeBase, node: number, argument: Argument): string {
  const label = knowledge.labelOf(node);
  const definition = definitionOf(knowledge.textOf(node));
  if (!definition) return knowledge.namesOf(node).join(', ');
  const isProperName = label !== label.toLowerCase();
  return isProperName && normaliseName(label) !== argument.name ? `${label}: ${definition}` : definition;
}
