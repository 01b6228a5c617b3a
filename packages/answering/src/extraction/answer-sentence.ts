/**
 * The sentence of the evidence that answers a question. Which one: a softmax over all sentences. How sure: a logistic
 * model of what speaks for the chosen one, its share in a second softmax with no answer among the choices included. All
 * numbers were learned; see `bench/src/retrieval/train-sentences.ts`.
 */
import { dot } from '../dot.ts';
import {
  type Asked,
  chainShare,
  NO_ANSWER,
  type Piece,
  type Sentence,
  SENTENCE_FEATURES,
  sentencesOf,
} from './sentence-features.ts';

/** Learned numbers of one reasoner. */
export interface SentenceModel {
  /** Which sentence, given that one of them answers. In the order of {@link SENTENCE_FEATURES}. */
  readonly choice: readonly number[];
  /** Whether any does. In the same order, then the score of no answer. */
  readonly presence: readonly number[];
  /** In the order of {@link SURENESS_FEATURES}. */
  readonly sureness: readonly number[];
}

/** What the confidence is made of, 0 to 1 each but the second. */
export const SURENESS_FEATURES = [
  'one',
  'log-odds of the sentence among all and no answer, over 5',
  'log-odds of the sentence among all, over 5',
  'square of the share of words in the title and the sentence',
  'square of the share of words in the sentence and all needed pieces',
  'relevance of the piece',
] as const;

/** A sentence that may be the answer. */
export interface AnswerSentence {
  readonly piece: Piece;
  readonly text: string;
  /** How likely it holds the answer, 0 to 1. */
  readonly confidence: number;
}

const MOST_LOG_ODDS = 5;

/** The best sentence of each piece, the likeliest first. @param pieces best first */
export function answerSentences(asked: Asked, pieces: readonly Piece[], model: SentenceModel): AnswerSentence[] {
  return bestOfPieces(asked, pieces, model).map(({ sentence, sureness }) => ({
    piece: sentence.piece,
    text: sentence.text,
    confidence: 1 / (1 + Math.exp(-dot(sureness, model.sureness))),
  }));
}

/** The best sentence of each piece with what its confidence is made of. For answering and for training. */
export function bestOfPieces(
  asked: Asked,
  pieces: readonly Piece[],
  { choice, presence }: Pick<SentenceModel, 'choice' | 'presence'>,
): { sentence: Sentence; sureness: number[] }[] {
  const sentences = sentencesOf(asked, pieces);
  const scores = sentences.map(({ features }) => dot(features, choice));
  const strengths = sentences.map(({ features }) => dot(features, presence));
  const among = sharesOf(scores);
  const present = sharesOf([...strengths, presence[NO_ANSWER]!]);
  const chain = chainShare(asked, pieces);
  const best = new Map<Piece, number>();
  sentences.forEach(({ piece }, i) => {
    const known = best.get(piece);
    if (known === undefined || scores[i]! > scores[known]!) best.set(piece, i);
  });
  return [...best.values()]
    .sort((a, b) => scores[b]! - scores[a]!)
    .map((i) => ({
      sentence: sentences[i]!,
      sureness: surenessOf(sentences[i]!, [present[i]!, among[i]!], chain),
    }));
}

/** Softmax. */
function sharesOf(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const feature = (sentence: Sentence, name: (typeof SENTENCE_FEATURES)[number]): number =>
  sentence.features[SENTENCE_FEATURES.indexOf(name)]!;

function surenessOf(sentence: Sentence, shares: readonly number[], chain: number): number[] {
  const logOdds = shares.map((share) => Math.log(share / Math.max(1 - share, 1e-9)) / MOST_LOG_ODDS);
  const own = feature(sentence, 'share of the words in the title and the sentence');
  return [
    1,
    ...logOdds.map((value) => Math.max(-1, Math.min(1, value))),
    own ** 2,
    Math.max(own, chain) ** 2,
    feature(sentence, 'relevance of the piece'),
  ];
}
