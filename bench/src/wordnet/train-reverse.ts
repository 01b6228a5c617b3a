/**
 * `node bench/src/wordnet/train-reverse.ts`: learns how sure the word for a description is (logistic regression), from
 * descriptions made of WordNet's definitions in the development phrasings, and from descriptions as people give them
 * (banks/descriptions.txt). Prints the weights for `reverse.ts`, and how often words given at the bar are right,
 * descriptions by people held out in four parts.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dot, findWords, REVERSE_SURENESS } from '@vortexflow/answering/internal';
import { KnowledgeBase, openWordNetImage } from '@vortexflow/knowledge';
import { generate, type WordQuestion } from './generate.ts';
import { isRight } from './judge.ts';
import { Lexicon } from './lexicon.ts';
import { readBank } from './template.ts';

interface Lesson {
  readonly byPeople: boolean;
  readonly row: readonly number[];
  readonly right: boolean;
}

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const SEED = 9;
const QUESTIONS = 3000;
const DEPTH = 32;
const BAR = 0.6;
/** How much a description by people counts: few were written down. */
const WEIGHT = 4;
const PARTS = 4;
const PASSES = 2500;
const RATE = 2.4;
const SHRINK = 0.5;

const { image } = await openWordNetImage(CACHE, () => undefined);
const knowledge = new KnowledgeBase(image);
const lessons = [...byPeople(), ...ofDefinitions()];
const weights = learn(lessons);
REVERSE_SURENESS.forEach((name, k) => process.stdout.write(`${weights[k]!.toFixed(2)}  ${name}\n`));
report(
  'by people, held out',
  Array.from({ length: PARTS }, (_, part) => part).flatMap((part) => {
    const isHeld = ({ byPeople: own }: Lesson, i: number): boolean => own && i % PARTS === part;
    const held = learn(lessons.filter((lesson, i) => !isHeld(lesson, i)));
    return lessons.filter(isHeld).map((lesson) => judged(lesson, held));
  }),
);
report(
  'of definitions',
  lessons.filter((lesson) => !lesson.byPeople).map((lesson) => judged(lesson, weights)),
);

function byPeople(): Lesson[] {
  const text = readFileSync(new URL('./banks/descriptions.txt', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [description = '', words = ''] = line.split('\t');
      const isOne = (answer: string): boolean => words.split(',').some((word) => answer.toLowerCase().includes(word));
      return lessonOf(description, isOne, true);
    });
}

function ofDefinitions(): Lesson[] {
  const questions = generate(new Lexicon(knowledge), readBank('dev'), SEED, QUESTIONS);
  return questions
    .filter(({ kind }) => kind.startsWith('reverse'))
    .flatMap((question) => lessonOf(descriptionIn(question), (answer) => isRight(question, answer), false));
}

/** What stands in the place of the description. */
function descriptionIn({ template, question }: WordQuestion): string {
  const [before = '', after = ''] = template.replace(/^~/, '').split('{d}');
  return question.slice(before.length, question.length - after.length);
}

function lessonOf(description: string, isOne: (answer: string) => boolean, own: boolean): Lesson[] {
  const { fits, sureness } = findWords(knowledge, description, DEPTH);
  const [best] = fits;
  if (!best || sureness.length === 0) return [];
  return [{ byPeople: own, row: sureness, right: isOne(knowledge.labelOf(best.node)) }];
}

function learn(some: readonly Lesson[]): number[] {
  const learned = REVERSE_SURENESS.map(() => 0);
  const total = some.reduce((sum, { byPeople: own }) => sum + (own ? WEIGHT : 1), 0);
  for (let pass = 0; pass < PASSES; pass++) {
    const gradient = learned.map((weight) => (-SHRINK * weight) / total);
    for (const lesson of some) {
      const miss = Number(lesson.right) - judged(lesson, learned).confidence;
      const pull = ((lesson.byPeople ? WEIGHT : 1) * miss) / total;
      for (let k = 0; k < gradient.length; k++) gradient[k]! += pull * lesson.row[k]!;
    }
    for (let k = 0; k < learned.length; k++) learned[k]! += RATE * gradient[k]!;
  }
  return learned;
}

function judged({ row, right }: Lesson, learned: readonly number[]): { confidence: number; right: boolean } {
  return { confidence: 1 / (1 + Math.exp(-dot(row, learned))), right };
}

function report(name: string, rows: readonly { readonly confidence: number; readonly right: boolean }[]): void {
  const given = rows.filter(({ confidence }) => confidence >= BAR);
  const count = (some: readonly { readonly right: boolean }[]): number => some.filter(({ right }) => right).length;
  process.stdout.write(
    `${name}: ${count(rows)} of ${rows.length} right; given at ${BAR}: ${given.length}, of them ${count(given)} right\n`,
  );
}
