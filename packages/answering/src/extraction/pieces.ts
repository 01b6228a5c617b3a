/** Texts that may hold an answer, as the two reasoners find them. */
import { isWord, type KnowledgeBase, leadOf, ownLead, type Terms } from '@vortexflow/knowledge';
import { contentTerms, overlap } from '../reasoners/terms.ts';
import type { Retrieved } from '../reasoners/asi/search.ts';
import type { RankedEvidence } from '../retrieval/ranker.ts';
import { type Asked, askedTerms, type Piece } from './sentence-features.ts';

/** Texts whose sentences are compared. */
const MOST_PIECES = 6;
/** Characters from which on a text is not read again for every question: what the indexes know of it will do. */
const LONG_TEXT = 16_384;
/** From this weight on, the question is taken to name a passage. */
const NAMED = 0.3;

type Words = Pick<Piece, 'node' | 'title' | 'ownName' | 'text'>;

/** What a reasoner asks its texts. */
export interface Inquiry {
  readonly asked: Asked;
  /** Best first. */
  readonly pieces: readonly Piece[];
}

/** Evidence of the ranker. */
export function inquireRanked(
  knowledge: KnowledgeBase,
  { query, passages }: RankedEvidence,
  question: string,
): Inquiry {
  const { postings, vocabulary } = knowledge.passages;
  const named = new Set(query.named.filter(({ weight }) => weight >= NAMED).map(({ passage }) => passage));
  const pieces = passages.slice(0, MOST_PIECES).map(({ node, passage, relevance }) => ({
    ...textOf(knowledge, node, () => knowledge.passages.passage(passage)!.ownName),
    relevance,
    named: named.has(passage),
  }));
  return { asked: askedTerms(question, (term) => postings.idf(vocabulary.findStem(term))), pieces };
}

/** Documents among the hits of a search; what they say of the question's words is their relevance. */
export function inquireFound(knowledge: KnowledgeBase, { query, hits }: Retrieved, question: string): Inquiry {
  const words = contentTerms(question);
  const weights = new Map(query.map(({ term, idf }) => [term, idf]));
  const own = hits.filter(({ node }) => knowledge.isAdded(node)).slice(0, MOST_PIECES);
  const pieces = own.map(({ node }) => {
    const piece = textOf(knowledge, node, (title, text) =>
      text.length > LONG_TEXT ? indexedOwnName(knowledge, node) : ownNameOf(title, text),
    );
    const title = contentTerms(piece.ownName || piece.title);
    const relevance = overlap(termsOf(knowledge, piece), query).recall;
    return { ...piece, relevance, named: title.size > 0 && title.isSubsetOf(words) };
  });
  return { asked: askedTerms(question, (term) => weights.get(term) ?? 0), pieces };
}

/** @param ownName of a text with a title; empty when that is good enough */
function textOf(knowledge: KnowledgeBase, node: number, ownName: (title: string, text: string) => string): Words {
  const title = knowledge.labelOf(node);
  const text = knowledge.textOf(node);
  return { node, title, ownName: ownName(title, text), text: text || title };
}

function termsOf(knowledge: KnowledgeBase, { node, title, ownName, text }: Words): Terms {
  if (text.length > LONG_TEXT) return knowledge.search.termsOf(node);
  return contentTerms(`${title} ${ownName} ${text}`);
}

function indexedOwnName({ passages }: KnowledgeBase, node: number): string {
  return passages.passage(passages.passageOf(node))?.ownName ?? '';
}

/** As the index of passages finds it, for those who do without that. */
function ownNameOf(title: string, text: string): string {
  if (/\p{L}/u.test(title) && text.includes(title)) return '';
  const terms = contentTerms(text);
  return ownLead(leadOf(text), title, [...contentTerms(title)].filter(isWord), (term) => terms.has(term))?.name ?? '';
}
