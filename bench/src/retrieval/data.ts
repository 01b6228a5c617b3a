/** Question sets with their passages and the ones that hold the answer, and questions as people mistype them. */
import { readFile } from 'node:fs/promises';
import { PassageIndex } from '@vortexflow/knowledge';
import { seededRandom } from '@vortexflow/primitives';

interface Passage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A question as its set has it, with the ids of the passages that its answer needs. */
interface RawQuestion {
  readonly question: string;
  readonly gold: readonly string[];
  /** Wordings of the answer. */
  readonly answers?: readonly string[];
}

export interface RawSet {
  readonly name: string;
  readonly passages: readonly Passage[];
  readonly questions: readonly RawQuestion[];
}

/** A question with the numbers of the passages that its answer needs. */
export interface GoldQuestion {
  readonly text: string;
  readonly gold: readonly number[];
}

export interface QuestionSet {
  readonly name: string;
  readonly passages: readonly Passage[];
  readonly index: PassageIndex;
  readonly questions: readonly GoldQuestion[];
  /** Time that reading the passages and linking them took, ms. */
  readonly indexMs: number;
}

/** Reads a file `{ name, passages: [{ id, title, text }], questions: [{ question, gold: [id] }] }` and indexes it. */
export async function readSet(file: string): Promise<QuestionSet> {
  const { name, passages, questions } = JSON.parse(await readFile(file, 'utf8')) as RawSet;
  const index = new PassageIndex();
  const start = performance.now();
  passages.forEach(({ title, text }, node) => index.add(node, [title], text));
  void index.graph;
  const indexMs = performance.now() - start;
  const numbers = new Map(passages.map(({ id }, node) => [id, index.passageOf(node)]));
  return {
    name,
    passages,
    index,
    indexMs,
    questions: questions.map(({ question, gold }) => ({
      text: question,
      gold: [...new Set(gold.map((id) => numbers.get(id)!))],
    })),
  };
}

export const WRITINGS = ['as written', 'lower case', 'one letter missing'] as const;
export type Writing = (typeof WRITINGS)[number];

/** The questions of a set in another writing. @param seed of the places where letters go missing */
export function rewrite(questions: readonly GoldQuestion[], writing: Writing, seed = 1): GoldQuestion[] {
  const random = seededRandom(seed);
  return questions.map(({ text, gold }) => ({ gold, text: rewriteOne(text, writing, random) }));
}

function rewriteOne(text: string, writing: Writing, random: () => number): string {
  if (writing === 'as written') return text;
  if (writing === 'lower case') return text.toLowerCase();
  const words = text.split(' ');
  const names = words.flatMap((word, at) => (at > 0 && word.length > 4 && /^[A-Z]/.test(word) ? [at] : []));
  if (names.length === 0) return text;
  const at = names[Math.floor(random() * names.length)]!;
  const word = words[at]!;
  const gap = 1 + Math.floor(random() * (word.length - 2));
  return words.with(at, word.slice(0, gap) + word.slice(gap + 1)).join(' ');
}
