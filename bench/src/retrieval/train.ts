/**
 * `node bench/src/retrieval/train.ts FILE...`: writes the weights of the evidence ranker, learned from question sets (see
 * data.ts for their form), each question as written, in lower case, with a letter missing and in other words. The weights in the
 * repository come from 60 questions of HotpotQA (CC BY-SA 4.0), 60 of MuSiQue (CC BY 4.0) and 20 of 2WikiMultihopQA
 * (Apache 2.0); the questions themselves are not part of it.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readSet, rewrite, WRITINGS } from './data.ts';
import { learn } from './learn.ts';

const TARGET = fileURLToPath(new URL('../../../packages/answering/src/retrieval/weights.ts', import.meta.url));

const sets = await Promise.all(process.argv.slice(2).map((file) => readSet(file)));
if (sets.length === 0) throw new Error('name at least one file with questions');
const exercises = sets.flatMap((set) =>
  WRITINGS.flatMap((writing) => rewrite(set.questions, writing).map((question) => ({ set, question }))),
);
const { weights, calibration } = learn(exercises);
const round = (value: number): number => Number(value.toFixed(4));
await writeFile(
  TARGET,
  `/** Written by \`node bench/src/retrieval/train.ts\`; see there on what data. Order: FEATURE_NAMES, then STEP_FEATURE_NAMES. */
export const WEIGHTS: readonly number[] = [
${weights.map((weight) => `  ${round(weight)},`).join('\n')}
];
/** From a score to the probability that the passage is needed. */
export const CALIBRATION = { slope: ${round(calibration.slope)}, offset: ${round(calibration.offset)} };
`,
);
process.stdout.write(`${weights.length} weights from ${exercises.length} questions\n`);
