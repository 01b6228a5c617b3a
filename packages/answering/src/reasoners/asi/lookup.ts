/** The dictionary side of the text index: entries by name, read as text. */
import { type KnowledgeBase, normaliseName } from '@vortexflow/knowledge';
import { knownName } from '../../understanding/names.ts';
import type { Argument } from '../../understanding/intents.ts';
import { definitionOf } from '../evidence.ts';
import { partOfSpeech, type WeighedSense, weighSenses } from '../senses.ts';
import { contentTerms } from '../terms.ts';

/**
 * Entries of a name, likeliest first: how common the meaning is, and how much of the rest of the question its text
 * speaks of ("bank of a river").
 */
export function entriesOf(knowledge: KnowledgeBase, argument: Argument, context: ReadonlySet<string>): WeighedSense[] {
  const senses = weighSenses(knowledge, argument);
  if (context.size === 0) return senses;
  const weighed = senses.map(({ node, share }) => {
    const terms = contentTerms(knowledge.textOf(node));
    let shared = 0;
    for (const term of context) if (terms.has(term)) shared++;
    return { node, share: share * (1 + 2 * shared) };
  });
  const total = weighed.reduce((sum, { share }) => sum + share, 0) || 1;
  return weighed.map(({ node, share }) => ({ node, share: share / total })).sort((a, b) => b.share - a.share);
}

const LEAD =
  /^(?:\([^)]*\)\s*)?(?:(?:an?|the|any|any of (?:various|several|numerous|a number of)|one of|some|a (?:kind|type|sort|form|variety|piece|member|group|set|class|genus) of|an? (?:instance|example|act|state|quality|property|condition) of|the (?:act|state|quality|property|condition|process|act or process) of)\s+)*/i;
const STOP_AT =
  /[;,:(]|\b(?:of|that|which|who|whose|where|when|with|without|for|from|in|on|at|by|to|used|made|having|and|or|as|consisting|containing|especially|usually|characterized|found|between|into|is|are|was)\b/i;
const LONGEST_GENUS = 4;

/**
 * The genus of a dictionary definition: the noun that says what kind of thing is defined, "canine mammals" in "any of
 * various predatory carnivorous canine mammals of North America". Read from the text alone, so that it is evidence
 * independent of the graph.
 *
 * @returns a name the knowledge knows, or null
 */
function genusOf(knowledge: KnowledgeBase, gloss: string): string | null {
  const definition = definitionOf(gloss).replace(LEAD, '');
  const end = definition.search(STOP_AT);
  const words = (end < 0 ? definition : definition.slice(0, end)).trim().split(/\s+/).filter(Boolean);
  for (let length = Math.min(LONGEST_GENUS, words.length); length > 0; length--) {
    const name = knownName(words.slice(-length).join(' '), (candidate) => hasNounSense(knowledge, candidate));
    if (name !== null) return name;
  }
  return null;
}

function hasNounSense(knowledge: KnowledgeBase, name: string): boolean {
  return knowledge.isName(name) && knowledge.senses(name).some(({ node }) => partOfSpeech(knowledge, node) === 'n');
}

/** One step of {@link genusChain}. */
export interface Genus {
  readonly name: string;
  readonly node: number;
}

/** Kinds above an entry, read from definition to definition; ends at the first repetition. */
export function genusChain(knowledge: KnowledgeBase, start: number, longest = 8): Genus[] {
  const chain: Genus[] = [];
  const seen = new Set([start]);
  for (let node = start; chain.length < longest;) {
    const name = genusOf(knowledge, knowledge.textOf(node));
    if (name === null) break;
    const argument = { text: name, name: normaliseName(name), quoted: false, used: null };
    const next = weighSenses(knowledge, argument, (candidate) => partOfSpeech(knowledge, candidate) === 'n')[0];
    if (!next || seen.has(next.node)) break;
    seen.add(next.node);
    chain.push({ name, node: next.node });
    node = next.node;
  }
  return chain;
}
