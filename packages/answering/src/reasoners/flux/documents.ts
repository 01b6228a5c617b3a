/** Questions about the installation's own documents: the evidence that walk and ranker find, and its best sentence. */
import { type KnowledgeBase, normaliseName, relation } from '@vortexflow/knowledge';
import { type AnswerSentence, answerSentences } from '../../extraction/answer-sentence.ts';
import { inquireRanked } from '../../extraction/pieces.ts';
import { wantedKind } from '../../extraction/wanted.ts';
import { SENTENCE_MODELS } from '../../extraction/weights.ts';
import { EFFORTS } from '../../retrieval/effort.ts';
import { EvidenceRanker, type RankedEvidence } from '../../retrieval/ranker.ts';
import type { Arcs } from '../../retrieval/walk.ts';
import { findWay, mentionSteps } from '../../retrieval/way.ts';
import { type Opinion, type Question, wordKey } from '../contract.ts';
import { evidenceOf } from '../evidence.ts';
import { contentTerms } from '../terms.ts';
import { digitalRoot } from './walk.ts';

/** Links that an author has set; names in the text are links of their own. */
const ARCS = new Set((['links', 'linked_from', 'contains', 'contained_in'] as const).map(relation));
/** From this relevance of its best piece on, a question is about the documents, whatever else is known. */
const SURE = 0.5;
/** The answer and what else it might be. */
const MOST_CANDIDATES = 3;

/** From so many passages a way to the answer is looked for. */
const MOST_STARTS = 4;

/** What the documents say to a question. */
export interface DocumentOpinion {
  readonly opinion: Opinion;
  /** True when the question is about the documents rather than about words. */
  readonly sure: boolean;
}

/** Over the documents of one thread. */
export class DocumentReader {
  readonly #knowledge: KnowledgeBase;
  readonly #arcs: Arcs;
  #ranker: EvidenceRanker | null = null;

  constructor(knowledge: KnowledgeBase) {
    this.#knowledge = knowledge;
    this.#arcs = (passage, visit) => {
      const { passages } = knowledge;
      knowledge.forEachArc(passages.passage(passage)!.node, (target, kind) => {
        const other = ARCS.has(kind) ? passages.passageOf(target) : -1;
        if (other >= 0) visit(other);
      });
    };
  }

  /** @returns null when there are no documents, or none that the question speaks of */
  read({ text, mode, topK, near = [] }: Question): DocumentOpinion | null {
    const knowledge = this.#knowledge;
    const index = knowledge.passages;
    if (index.size === 0) return null;
    this.#ranker ??= new EvidenceRanker(index, this.#arcs);
    const found = this.#ranker.rank(text, topK, EFFORTS[mode], near);
    const [best] = found.passages;
    return best ? { opinion: this.#opinionOf(found, text), sure: best.relevance >= SURE } : null;
  }

  #opinionOf(found: RankedEvidence, text: string): Opinion {
    const { passages, settledAt } = found;
    const knowledge = this.#knowledge;
    const wanted = contentTerms(text);
    // No sentence says yes or no by itself, and what is only near in meaning is evidence, but no answer.
    const sentences = found.byMeaning || wantedKind(text) === 'yes_no' ? [] : this.#answersTo(text, found);
    const candidates = sentences.slice(0, MOST_CANDIDATES).map(({ piece: { node }, text: answer, confidence }) => {
      return { node, candidate: { answer, key: wordKey(normaliseName(answer)), confidence } };
    });
    const [best, ...others] = candidates;
    return {
      best: best?.candidate ?? null,
      alternatives: others.map(({ candidate }) => candidate),
      evidence: passages.map(({ node, relevance }) => evidenceOf(knowledge, node, relevance, 'flux', wanted)),
      ranked: true,
      ...(best ? this.#wayTo(best.node, found) : { path: [] }),
      position: settledAt === 0 ? 0 : digitalRoot(settledAt),
    };
  }

  /** From what the question names, else from other evidence that is needed. */
  #wayTo(node: number, { query, passages }: RankedEvidence): Pick<Opinion, 'path' | 'mentions'> {
    const knowledge = this.#knowledge;
    const index = knowledge.passages;
    const needed = passages.filter(({ relevance }) => relevance >= SURE).map(({ passage }) => passage);
    const named = query.named.filter(({ weight }) => weight >= SURE).map(({ passage }) => passage);
    const starts = [...new Set([...named, ...needed])].slice(0, MOST_STARTS);
    const way = findWay(index, this.#arcs, starts, index.passageOf(node));
    return {
      path: way.map((passage) => knowledge.idOf(index.passage(passage)!.node)),
      mentions: mentionSteps(knowledge, way),
    };
  }

  #answersTo(question: string, found: RankedEvidence): AnswerSentence[] {
    const { asked, pieces } = inquireRanked(this.#knowledge, found, question);
    return answerSentences(asked, pieces, SENTENCE_MODELS.flux);
  }
}
