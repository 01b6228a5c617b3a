/** The sentences of a question's evidence, each with what speaks for it as the answer. */
import { normaliseName, STOP_WORDS, stem, tokenise } from '@vortexflow/knowledge';
import { topicTerms } from '../reasoners/terms.ts';
import { type ParsedSentence, TextParser } from './parsed.ts';
import { offers, type WantedKind, wantedKind } from './wanted.ts';
import { ANSWER_SORTS } from '../understanding/cues.ts';

/** A text that may hold the answer. */
export interface Piece {
  readonly node: number;
  readonly title: string;
  /** How the text calls itself, where the title does not say what it is about; else empty. */
  readonly ownName: string;
  readonly text: string;
  /** How likely it is needed for the answer, 0 to 1. */
  readonly relevance: number;
  /** Whether the question names it. */
  readonly named: boolean;
}

/** A question as the extraction sees it. */
export interface Asked {
  readonly text: string;
  /** Stems of its words with what they tell, > 0. */
  readonly terms: ReadonlyMap<string, number>;
}

/** A sentence of a piece. */
export interface Sentence {
  readonly piece: Piece;
  readonly text: string;
  /** In the order of {@link SENTENCE_FEATURES}. */
  readonly features: readonly number[];
}

/** What is known of a sentence; 0 to 1 each. Shares are of the information (idf) in the question's words. */
export const SENTENCE_FEATURES = [
  'relevance of the piece',
  'one through the rank of the piece',
  'share of the words in the title and the sentence',
  'share of the words that are no name, in the sentence',
  'the same, in the piece',
  'share of the words in the title',
  'the piece is named',
  'the piece is named, and others are needed too',
  'has a new thing of the wanted kind',
  'first sentence',
  'names another piece that is needed',
] as const;

/** What stands for there being no answer at all: its score in the place behind those of the sentences' features. */
export const NO_ANSWER = SENTENCE_FEATURES.length;

/** From this relevance on, a piece counts as needed. */
const NEEDED = 0.5;

/** All sentences of the pieces; linear in their text. @param pieces best first */
export function sentencesOf(asked: Asked, pieces: readonly Piece[]): Sentence[] {
  const kind = wantedKind(asked.text);
  const words = tokenise(asked.text).map(({ word }) => word);
  const titles = pieces.map(({ title, ownName }) => tokenise(`${title} ${ownName}`));
  const named = new Set(pieces.flatMap((piece, i) => (piece.named ? [...topicTerms(titles[i]!)] : [])));
  const plain = pieces.map(({ title, ownName, relevance }) =>
    relevance < NEEDED
      ? []
      : [plainTitle(title), ownName].map(normaliseName).filter((name) => name.length >= SHORTEST_NAME),
  );
  return pieces.flatMap((piece, rank) => {
    const { sentences, terms } = parser.parse(piece.text);
    const others = plain.filter((_, i) => i !== rank).flat();
    const title = topicTerms(titles[rank]!);
    const known = new Set([...words, ...titles[rank]!.map(({ word }) => word)]);
    const context = { asked, kind, named, piece, rank, others, known, title, body: terms };
    return sentences.map((sentence, at) => ({
      piece,
      text: sentence.text,
      features: featuresOf(context, sentence, at),
    }));
  });
}

const parser = new TextParser();
/** A shorter name stands within too many words. */
const SHORTEST_NAME = 3;

/** Share of the question's words in all pieces that are needed, together. 0 to 1. */
export function chainShare(asked: Asked, pieces: readonly Piece[]): number {
  const needed = pieces.filter(({ relevance }) => relevance >= NEEDED);
  const sets = needed.flatMap(({ title, ownName, text }) => [
    topicTerms(tokenise(`${title} ${ownName}`)),
    parser.parse(text).terms,
  ]);
  return shareOf(asked, (term) => sets.some((set) => set.has(term)));
}

interface Context {
  readonly asked: Asked;
  readonly kind: WantedKind;
  /** Stems of the names in the question. */
  readonly named: ReadonlySet<string>;
  readonly piece: Piece;
  readonly rank: number;
  /** Names of the other pieces that are needed. */
  readonly others: readonly string[];
  /** Words of the question and the title. */
  readonly known: ReadonlySet<string>;
  readonly title: ReadonlySet<string>;
  readonly body: ReadonlySet<string>;
}

function featuresOf(context: Context, { text, tokens, terms: own }: ParsedSentence, at: number): number[] {
  const { asked, kind, named, piece, rank, others, known, title, body } = context;
  const isFree = (term: string): boolean => !named.has(term);
  const plain = others.length > 0 ? normaliseName(text) : '';
  return [
    piece.relevance,
    1 / (1 + rank),
    shareOf(asked, (term) => own.has(term) || title.has(term)),
    shareOf(asked, (term) => own.has(term), isFree),
    shareOf(asked, (term) => body.has(term), isFree),
    shareOf(asked, (term) => title.has(term)),
    Number(piece.named),
    Number(piece.named && others.length > 0),
    Number(offers(kind, text, tokens, known)),
    Number(at === 0),
    Number(others.some((name) => plain.includes(name))),
  ];
}

/** Without what tells works of one name apart: "(1951 film)". */
const plainTitle = (title: string): string => title.replace(/\s*\([^()]*\)\s*$/, '') || title;

function shareOf(
  { terms }: Asked,
  has: (term: string) => boolean,
  counts: (term: string) => boolean = () => true,
): number {
  let [found, total] = [0, 0];
  for (const [term, idf] of terms) {
    if (!counts(term)) continue;
    total += idf;
    if (has(term)) found += idf;
  }
  return total === 0 ? 0 : found / total;
}

/** A question with the stems of its words. @param idf of a stem among the reasoner's texts */
export function askedTerms(text: string, idf: (stem: string) => number): Asked {
  const terms = new Map<string, number>();
  for (const { word } of tokenise(text.slice(0, MOST_CHARACTERS))) {
    if (STOP_WORDS.has(word) || ANSWER_SORTS.has(word)) continue;
    const term = stem(word);
    terms.set(term, Math.max(LEAST_IDF, idf(term)));
  }
  return { text, terms };
}

/** Only the beginning of a question counts. */
const MOST_CHARACTERS = 2000;
const LEAST_IDF = 0.1;
