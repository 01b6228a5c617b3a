/**
 * `node bench/src/retrieval/train-sentences.ts FILE... [--folds K]`: learns which sentence of the evidence answers, and how
 * sure that is, for each reasoner; writes the numbers, or with `--folds` judges them on questions they were not learned
 * from and writes nothing. Data as of train.ts, with the answers' wordings.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  bestOfPieces,
  dot,
  NO_ANSWER,
  type SentenceModel,
  SENTENCE_FEATURES,
  sentencesOf,
  SURENESS_FEATURES,
} from '@vortexflow/answering/internal';
import { openWordNetImage } from '@vortexflow/knowledge';
import { circumstances } from '../figure.ts';
import type { RawSet } from './data.ts';
import { exercisesOf, FINDERS, type SentenceExercise, SORTS } from './sentences.ts';

const TARGET = fileURLToPath(new URL('../../../packages/answering/src/extraction/weights.ts', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const PASSES = 400;
const RATE = 0.1;
const SHRINK = 0.01;
/** Pull of the confidence's numbers to zero, in observations. */
const PRIOR = 1;
const BAR = 0.6;
/** Made questions are many and easy: how much more a real one counts. */
const REAL = { choice: 8, sureness: 2 } as const;

const foldsAt = process.argv.indexOf('--folds');
const folds = foldsAt < 0 ? 0 : Number(process.argv[foldsAt + 1]);
const files = process.argv.slice(2).filter((word, at, all) => !word.startsWith('--') && all[at - 1] !== '--folds');
if (files.length === 0) throw new Error('name at least one file with questions and answers');
const { image } = await openWordNetImage(CACHE, () => undefined);
const sets = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as RawSet));

const models: [string, SentenceModel][] = [];
if (folds > 0) process.stdout.write(`${circumstances().join('\n')}\n\n`);
for (const finder of FINDERS) {
  const exercises = sets.flatMap((set) => exercisesOf(set, image, finder));
  if (folds > 0) judge(finder, exercises);
  else models.push([finder, learn(exercises)]);
}
if (folds === 0) await write();

function learn(exercises: readonly SentenceExercise[]): SentenceModel {
  const chosen = { choice: learnChoice(exercises), presence: learnPresence(exercises) };
  return { ...chosen, sureness: learnSureness(exercises, chosen) };
}

/** What is chosen from, and what of it is right. */
interface Item {
  readonly rows: readonly (readonly number[])[];
  readonly right: readonly boolean[];
  readonly weight: number;
}

function itemOf({ asked, pieces, isRight, sort }: SentenceExercise): Item {
  const sentences = sentencesOf(asked, pieces);
  const right = sentences.map(({ text, piece }) => isRight(text, piece));
  return { rows: sentences.map(({ features }) => features), right, weight: weightOf(sort, REAL.choice) };
}

function learnChoice(exercises: readonly SentenceExercise[]): number[] {
  return softmax(exercises.map(itemOf).filter(({ right }) => right.includes(true)));
}

/** The same with no answer among the choices. */
function learnPresence(exercises: readonly SentenceExercise[]): number[] {
  const noAnswer = Array.from({ length: NO_ANSWER + 1 }, (_, k) => Number(k === NO_ANSWER));
  return softmax(
    exercises.map(itemOf).map(({ rows, right, weight }) => ({
      rows: [...rows.map((row) => [...row, 0]), noAnswer],
      right: [...right, !right.includes(true)],
      weight,
    })),
  );
}

/** Likeliest weights of a softmax over the rows of each item; all that are right share the mass. */
function softmax(items: readonly Item[]): number[] {
  const width = items[0]!.rows[0]!.length;
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  return ascend(width, (weights) => {
    const gradient = weights.map((weight) => -SHRINK * weight);
    for (const { rows, right, weight } of items) {
      const scores = rows.map((row) => dot(row, weights));
      const most = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - most));
      const all = shares.reduce((sum, share) => sum + share, 0);
      const good = shares.reduce((sum, share, i) => sum + (right[i] ? share : 0), 0);
      rows.forEach((row, i) => {
        const pull = (weight / total) * ((right[i] ? shares[i]! / good : 0) - shares[i]! / all);
        for (let k = 0; k < width; k++) gradient[k]! += pull * row[k]!;
      });
    }
    return gradient;
  });
}

function weightOf(sort: SentenceExercise['sort'], real: number): number {
  return sort.startsWith('real') ? real : 1;
}

type Choosing = Pick<SentenceModel, 'choice' | 'presence'>;

interface Chosen {
  readonly exercise: SentenceExercise;
  readonly row: readonly number[];
  readonly isRight: boolean;
}

function chosenBy(exercises: readonly SentenceExercise[], model: Choosing): Chosen[] {
  return exercises.flatMap((exercise) => {
    const [best] = bestOfPieces(exercise.asked, exercise.pieces, model);
    if (!best) return [];
    const { sentence, sureness } = best;
    return [{ exercise, row: sureness, isRight: exercise.isRight(sentence.text, sentence.piece) }];
  });
}

/** Logistic regression. */
function learnSureness(exercises: readonly SentenceExercise[], model: Choosing): number[] {
  const items = chosenBy(exercises, model);
  const total = items.reduce((sum, { exercise }) => sum + weightOf(exercise.sort, REAL.sureness), 0);
  return ascend(SURENESS_FEATURES.length, (weights) => {
    const gradient = weights.map((weight) => (-PRIOR * weight) / total);
    for (const { row, isRight, exercise } of items) {
      const miss = ((Number(isRight) - sigmoid(dot(row, weights))) * weightOf(exercise.sort, REAL.sureness)) / total;
      for (let k = 0; k < row.length; k++) gradient[k]! += miss * row[k]!;
    }
    return gradient;
  });
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Adam (Kingma and Ba 2015). */
function ascend(width: number, gradientAt: (weights: readonly number[]) => number[]): number[] {
  const weights = Array.from({ length: width }, () => 0);
  const [mean, square] = [new Float64Array(width), new Float64Array(width)];
  for (let pass = 1; pass <= PASSES; pass++) {
    gradientAt(weights).forEach((slope, k) => {
      const drift = (mean[k] = 0.9 * mean[k]! + 0.1 * slope);
      const power = (square[k] = 0.99 * square[k]! + 0.01 * slope ** 2);
      weights[k]! += (RATE * (drift / (1 - 0.9 ** pass))) / (Math.sqrt(power / (1 - 0.99 ** pass)) + 1e-8);
    });
  }
  return weights;
}

/** Prints how often the chosen sentence is right, out of fold. */
function judge(finder: string, exercises: readonly SentenceExercise[]): void {
  const judged: (Chosen & { confidence: number })[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const isHeld = ({ number }: SentenceExercise): boolean => number % folds === fold;
    const model = learn(exercises.filter((one) => !isHeld(one)));
    for (const one of chosenBy(exercises.filter(isHeld), model))
      judged.push({ ...one, confidence: sigmoid(dot(one.row, model.sureness)) });
  }
  process.stdout.write(
    '| reasoner | questions | set | n | right | given at the bar | right of those | mean confidence |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const sort of SORTS)
    for (const { name } of sets) {
      const some = judged.filter(({ exercise }) => exercise.sort === sort && exercise.set === name);
      const given = some.filter(({ confidence }) => confidence >= BAR);
      const right = (list: readonly Chosen[]): number => list.filter((one) => one.isRight).length;
      const mean = some.reduce((sum, { confidence }) => sum + confidence, 0) / some.length;
      process.stdout.write(
        `| ${finder} | ${sort} | ${name} | ${some.length} | ${right(some)} | ${given.length} | ${right(given)} | ${mean.toFixed(2)} |\n`,
      );
    }
  process.stdout.write(`\nexpected calibration error ${errorOf(judged).toFixed(3)} over all ${judged.length}\n\n`);
}

/** Expected calibration error, ten bins. */
function errorOf(judged: readonly { readonly confidence: number; readonly isRight: boolean }[]): number {
  const bins = Array.from({ length: 10 }, () => 0);
  for (const { confidence, isRight } of judged)
    bins[Math.min(9, Math.floor(10 * confidence))]! += confidence - Number(isRight);
  return bins.reduce((sum, gap) => sum + Math.abs(gap), 0) / judged.length;
}

async function write(): Promise<void> {
  const list = (numbers: readonly number[]): string =>
    `[${numbers.map((number) => Number(number.toFixed(3))).join(', ')}]`;
  const rows = models.map(
    ([name, { choice, presence, sureness }]) =>
      `  ${name}: {\n    choice: ${list(choice)},\n    presence: ${list(presence)},\n    sureness: ${list(sureness)},\n  },`,
  );
  await writeFile(
    TARGET,
    `/** Written by \`node bench/src/retrieval/train-sentences.ts\`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
${rows.join('\n')}
} as const satisfies Record<string, SentenceModel>;
`,
  );
  for (const [name, { choice, presence, sureness }] of models) {
    const print = (numbers: readonly number[], names: readonly string[]): void =>
      names.forEach((feature, k) => process.stdout.write(`${name}  ${numbers[k]!.toFixed(2)}  ${feature}\n`));
    print(choice, SENTENCE_FEATURES);
    print(presence, [...SENTENCE_FEATURES, 'no answer']);
    print(sureness, SURENESS_FEATURES);
  }
}
