/** Texts that may hold an answer, as the two reasoners find them. */
import { isWord, type KnowledgeBase, leadOf, ownLead } from '@vortexflow/knowledge';
import { contentTerms, overlap } from '../reasoners/terms.ts';
import type { Retrieved } from '../reasoners/asi/search.ts';
import type { RankedEvidence } from '../retrieval/ranker.ts';
import { type Asked, askedTerms, type Piece } from './sentence-features.ts';

/** Texts whose sentences are compared. */
const MOST_PIECES = 6;
/** From this weight on, the question is taken to name a passage. */
const NAMED = 0.3;

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
    const piece = textOf(knowledge, node, ownNameOf);
    const title = contentTerms(piece.ownName || piece.title);
    const relevance = overlap(contentTerms(`${piece.title} ${piece.ownName} ${piece.text}`), query).recall;
    return { ...piece, relevance, named: title.size > 0 && title.isSubsetOf(words) };
  });
  return { asked: askedTerms(question, (term) => weights.get(term) ?? 0), pieces };
}

/** @param ownName of a text with a title; empty when that is good enough */
function textOf(
  knowledge: KnowledgeBase,
  node: number,
  ownName: (title: string, text: string) => string,
): Pick<Piece, 'node' | 'title' | 'ownName' | 'text'> {
  const title = knowledge.labelOf(node);
  const text = knowledge.textOf(node);
  return { node, title, ownName: ownName(title, text), text: text || title };
}

/** As the index of passages finds it, for those who do without that. */
function ownNameOf(title: string, text: string): string {
  if (/\p{L}/u.test(title) && text.includes(title)) return '';
  const terms = contentTerms(text);
  return ownLead(leadOf(text), title, [...contentTerms(title)].filter(isWord), (term) => terms.has(term))?.name ?? '';
}
