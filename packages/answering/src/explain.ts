/** What stands around an answer: where it settled, its evidence in order, its path. Pure. */
import { stem } from '@vortexflow/knowledge';
import type { Evidence, ProcessResponse } from '@vortexflow/protocol';
import type { Opinion } from './reasoners/contract.ts';
import { contentTerms, termsHeld } from './reasoners/terms.ts';
import { usedSentences } from './trace/used-sentences.ts';

/** A reasoner that was heard, with its opinion. */
export interface Heard {
  readonly source: string;
  readonly opinion: Opinion;
}

/** Reasoners whose best answer is the given one. */
export function supporters(heard: readonly Heard[], key: string | null): Heard[] {
  return key === null ? [] : heard.filter(({ opinion }) => opinion.best?.key === key);
}

/** Those of them who came to it by themselves: only they make a consensus. */
export const independent = (agreeing: readonly Heard[]): Heard[] =>
  agreeing.filter(({ opinion }) => opinion.adopted !== true);

/**
 * Where the answer settled: 9 consensus and every claim found again in the evidence, 6 consensus, 3 one reasoner
 * answered with evidence and nobody spoke against it, else the circuit position of the walk, 0 nothing found.
 */
export function fluxPosition(
  heard: readonly Heard[],
  key: string | null,
  answer: string | null,
  evidence: readonly Evidence[],
): number {
  const agreeing = supporters(heard, key);
  if (key === null || answer === null || agreeing.length === 0) return 0;
  if (independent(agreeing).length >= 2) return claimsFound(answer, evidence) ? 9 : 6;
  const opposed = heard.some(({ opinion }) => opinion.best !== null && opinion.best.key !== key);
  if (!opposed && evidence.length > 0) return 3;
  return Math.max(0, ...heard.map(({ opinion }) => opinion.position));
}

/** True when every content word of the answer stands in the evidence. */
export function claimsFound(answer: string, evidence: readonly Evidence[]): boolean {
  const claimed = claimTerms(answer);
  const shown = evidence.map(({ title, snippet }) => `${title} ${snippet}`).join(' ');
  return termsHeld(shown, claimed).size === claimed.size;
}

/** Content words of an answer that claim something. */
export const claimTerms = (answer: string): Set<string> => contentTerms(answer).difference(FRAME);

/** Words of our own sentences, which claim nothing. */
const FRAME = new Set(['yes', 'both', 'kind', 'nothing', 'lead', 'among', 'known'].map(stem));

/**
 * Ranked evidence first, whoever found it. Then that of those who gave the answer, then of those who spoke against it,
 * taking turns; each node once. What an abstaining reasoner found nearby counts only when nobody gave an answer.
 */
export function mergeEvidence(heard: readonly Heard[], key: string | null, topK: number): Evidence[] {
  const agreeing = supporters(heard, key);
  const others = heard.filter((one) => !agreeing.includes(one) && (agreeing.length === 0 || one.opinion.best !== null));
  const ranked = heard.filter(({ opinion }) => opinion.ranked === true);
  const merged = new Map<string, Evidence>();
  for (const group of [ranked, agreeing, others]) {
    const longest = Math.max(0, ...group.map(({ opinion }) => opinion.evidence.length));
    for (let rank = 0; rank < longest; rank++) {
      for (const { opinion } of group) {
        const piece = opinion.evidence[rank];
        if (piece && !merged.has(piece.id)) merged.set(piece.id, piece);
      }
    }
  }
  return [...merged.values()].slice(0, topK);
}

/** The way to the answer: of a reasoner that gave it by walking, else of one that nobody contradicts. */
export function pathOf(heard: readonly Heard[], key: string | null): Pick<Opinion, 'path' | 'mentions'> {
  const walked = supporters(heard, key).find(({ opinion }) => opinion.path.length > 0);
  return walked?.opinion ?? { path: [] };
}

/** Evidence with the sentences that speak for the answer; with none when there is no answer. */
export function withSentences(evidence: readonly Evidence[], answer: string | null): Evidence[] {
  const terms = answer === null ? new Set<string>() : contentTerms(answer);
  return evidence.map((piece) => ({ ...piece, sentences: usedSentences(piece.snippet, answer ?? '', terms) }));
}

/** Who gave another answer than the fused one, surest first. */
export function dissent(heard: readonly Heard[], key: string | null): NonNullable<ProcessResponse['disagreement']> {
  return heard
    .flatMap(({ source, opinion: { best } }) =>
      best && best.key !== key ? [{ source, answer: best.answer, confidence: best.confidence }] : [],
    )
    .sort((a, b) => b.confidence - a.confidence);
}
