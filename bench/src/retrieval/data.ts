/** Question sets with their passages and the ones that hold the answer, and questions as people mistype them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { englishVectors, KnowledgeBase, openWordNetImage, PassageIndex, STOP_WORDS } from '@vortexflow/knowledge';
import { type Random, seededRandom } from '@vortexflow/primitives';

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

interface ReadOptions {
  readonly vectors?: boolean;
  /** Take the titles away: a passage is called by its id, a number. */
  readonly untitled?: boolean;
}

/** Reads a file `{ name, passages: [{ id, title, text }], questions: [{ question, gold: [id] }] }` and indexes it. */
export async function readSet(
  file: string,
  { vectors = true, untitled = false }: ReadOptions = {},
): Promise<QuestionSet> {
  const { name, passages, questions } = JSON.parse(await readFile(file, 'utf8')) as RawSet;
  const index = new PassageIndex(vectors ? englishVectors() : null);
  const start = performance.now();
  passages.forEach(({ id, title, text }, node) => index.add(node, [untitled ? id : title], text));
  void index.graph;
  const indexMs = performance.now() - start;
  const numbers = new Map(passages.map(({ id }, node) => [id, index.passageOf(node)]));
  return {
    name: untitled ? `${name}, untitled` : name,
    passages,
    index,
    indexMs,
    questions: questions.map(({ question, gold }) => ({
      text: question,
      gold: [...new Set(gold.map((id) => numbers.get(id)!))],
    })),
  };
}

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const dictionary = new KnowledgeBase((await openWordNetImage(CACHE, () => undefined)).image);

export const WRITINGS = ['as written', 'lower case', 'one letter missing', 'in other words'] as const;
export type Writing = (typeof WRITINGS)[number];

/** The questions of a set in another writing. @param seed of the places where letters go missing, and of the other words */
export function rewrite(questions: readonly GoldQuestion[], writing: Writing, seed = 1): GoldQuestion[] {
  const random = seededRandom(seed);
  return questions.map(({ text, gold }) => ({ gold, text: rewriteOne(text, writing, random) }));
}

function rewriteOne(text: string, writing: Writing, random: Random): string {
  if (writing === 'as written') return text;
  if (writing === 'lower case') return text.toLowerCase();
  if (writing === 'in other words') return inOtherWords(text, random);
  const words = text.split(' ');
  const names = words.flatMap((word, at) => (at > 0 && word.length > 4 && /^[A-Z]/.test(word) ? [at] : []));
  if (names.length === 0) return text;
  const at = names[Math.floor(random() * names.length)]!;
  const word = words[at]!;
  const gap = 1 + Math.floor(random() * (word.length - 2));
  return words.with(at, word.slice(0, gap) + word.slice(gap + 1)).join(' ');
}

/** Every word in small letters becomes one that shares one of its two usual meanings in WordNet, where there is one. */
function inOtherWords(text: string, random: Random): string {
  return text.replace(/(?<![\p{L}-])[a-z]{4,}(?![\p{L}-])/gu, (word) => {
    if (STOP_WORDS.has(word)) return word;
    const senses = dictionary.senses(word).slice(0, 2);
    const others = senses.flatMap(({ node }) => dictionary.namesOf(node)).filter((name) => /^[a-z ]+$/.test(name));
    const different = others.filter((name) => name !== word);
    return different[Math.floor(random() * different.length)] ?? word;
  });
}
