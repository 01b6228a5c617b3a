/**
 * Questions with the sentence that answers them: those of the sets, and made ones about one passage. Each comes a second
 * time without the texts that hold the answer, when nothing right is left to say.
 */
import {
  type Asked,
  EFFORTS,
  EvidenceRanker,
  inquireFound,
  inquireRanked,
  type Inquiry,
  offers,
  type Piece,
  retrieve,
  splitSentences,
  type WantedKind,
} from '@vortexflow/answering/internal';
import { KnowledgeBase, type KnowledgeChange, type KnowledgeImage, normalise, tokenise } from '@vortexflow/knowledge';
import { seededRandom } from '@vortexflow/primitives';
import type { RawSet } from './data.ts';

/** The reasoners that find texts in their own ways. */
export const FINDERS = ['flux', 'asi'] as const;
export type Finder = (typeof FINDERS)[number];

export const SORTS = ['real', 'real, unanswerable', 'made', 'made, unanswerable'] as const;

/** A question with what a reasoner found for it. */
export interface SentenceExercise {
  readonly set: string;
  readonly sort: (typeof SORTS)[number];
  readonly number: number;
  readonly asked: Asked;
  readonly pieces: readonly Piece[];
  /** Whether a sentence of a piece holds the answer. */
  readonly isRight: (text: string, piece: Piece) => boolean;
}

interface PlainQuestion {
  readonly text: string;
  readonly isRight: SentenceExercise['isRight'];
  readonly isMade: boolean;
}

/** Made questions of each set. */
const MADE = 120;
const DEPTH = 16;
const LIMIT = 8;

/** Exercises of a set for one reasoner. Deterministic. */
export function exercisesOf(set: RawSet, image: KnowledgeImage, finder: Finder): SentenceExercise[] {
  const base = new KnowledgeBase(image);
  base.apply(additionOf(set, base));
  const find = finderOf(base, finder);
  return [...realQuestions(set, base), ...madeQuestions(set)].flatMap(({ text, isRight, isMade }, number) => {
    const { asked, pieces } = find(text);
    const left = pieces.filter((piece) => !splitSentences(piece.text).some((sentence) => isRight(sentence, piece)));
    const common = { set: set.name, number, asked, isRight };
    const [answerable, unanswerable] = isMade ? ([SORTS[2], SORTS[3]] as const) : ([SORTS[0], SORTS[1]] as const);
    return [
      { ...common, sort: answerable, pieces },
      { ...common, sort: unanswerable, pieces: left },
    ];
  });
}

function additionOf({ passages }: RawSet, base: KnowledgeBase): KnowledgeChange {
  const first = base.nodeCount;
  const group = base.image.groupNames.length;
  const nodes = passages.map(({ id, title, text }, at) => ({
    index: first + at,
    id: `doc:${id}`,
    names: [title],
    text,
    group,
  }));
  return { revision: 1, removedEdges: [], removedNodes: [], nodes, edges: [] };
}

function finderOf(base: KnowledgeBase, finder: Finder): (text: string) => Inquiry {
  const ranker = new EvidenceRanker(base.passages);
  return (text) =>
    finder === 'flux'
      ? inquireRanked(base, ranker.rank(text, LIMIT, EFFORTS.Balanced), text)
      : inquireFound(base, retrieve(base, text, DEPTH), text);
}

function realQuestions({ questions }: RawSet, base: KnowledgeBase): PlainQuestion[] {
  return questions.flatMap(({ question, answers = [], gold }) => {
    const wanted = answers.map(plain).filter(Boolean);
    // Yes and no stand in no sentence.
    if (wanted.length === 0 || wanted.some((answer) => answer === 'yes' || answer === 'no')) return [];
    const needed = new Set(gold.map((id) => base.indexOf(`doc:${id}`)));
    const isRight: PlainQuestion['isRight'] = (text, { node }) =>
      needed.has(node) && wanted.some((answer) => ` ${plain(text)} `.includes(` ${answer} `));
    return [{ text: question, isRight, isMade: false }];
  });
}

/** Lower case, letters and digits only, no articles. */
const plain = (text: string): string =>
  normalise(text)
    .replace(/[^\p{L}\p{N} ]+/gu, ' ')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Questions as people type them: a word that asks, perhaps the title, and some rare words of one sentence. */
function madeQuestions({ passages }: RawSet): PlainQuestion[] {
  const random = seededRandom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const counts = new Map<string, number>();
  for (const { text } of passages)
    for (const word of new Set(wordsOf(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const made: PlainQuestion[] = [];
  for (let turn = 0; turn < 20 * MADE && made.length < MADE; turn++) {
    const { title, text } = pick(passages);
    const sentence = pick(splitSentences(text));
    const titled = new Set(wordsOf(title));
    const words = [...new Set(wordsOf(sentence))].filter(
      (word) => word.length > 3 && !/\d/.test(word) && !titled.has(word),
    );
    const withTitle = random() < 0.6;
    const some = words
      .sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || (a < b ? -1 : 1))
      .slice(0, 6)
      .sort(() => random() - 0.5)
      .slice(0, withTitle ? 2 : 4);
    if (some.length < 2) continue;
    const known = new Set([...titled, ...some]);
    const asks = ASKING.filter(([kind]) => kind === 'other' || offers(kind, sentence, tokenise(sentence), known));
    const name = withTitle ? ` ${title.replace(/\s*\([^()]*\)$/, '')}` : '';
    const isRight: PlainQuestion['isRight'] = (one, piece) => one === sentence && piece.title === title;
    made.push({ text: `${pick(pick(asks)[1])}${name} ${some.join(' ')}?`.trim(), isRight, isMade: true });
  }
  return made;
}

/** Words that ask for something that the sentence has to offer, or for nothing in particular. */
const ASKING: readonly (readonly [WantedKind, readonly string[]])[] = [
  ['date', ['When', 'In which year']],
  ['number', ['How many']],
  ['name', ['Who', 'Where', 'Which', 'What']],
  ['other', ['']],
];

const wordsOf = (text: string): string[] => tokenise(text).map(({ word }) => word);
