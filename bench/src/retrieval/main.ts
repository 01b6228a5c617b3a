/**
 * `node bench/src/retrieval/main.ts FILE... [--folds K | --across] [--without-vectors] [--untitled]`: how often the first
 * eight and the first two pieces of evidence hold all that an answer needs, beside plain BM25 and reciprocal rank fusion
 * (Cormack, Clarke, Buettcher 2009) of BM25 and the bare walk, in one run over the same questions. With `--folds`, every
 * question is judged by weights that were learned without it, with `--across` by those that were learned on the other
 * files only; else by the weights in the repository. `--without-vectors` leaves the word vectors out, of the learning too.
 * `--untitled` asks everything a second time of the same passages with their titles taken away. The processor time is that
 * of questions asked again.
 */
import { parseArgs } from 'node:util';
import { EFFORTS, EvidenceRanker, readQuery } from '@vortexflow/answering/internal';
import { circumstances, quantile } from '../figure.ts';
import { type GoldQuestion, type QuestionSet, readSet, rewrite, type Writing, WRITINGS } from './data.ts';
import { choose, type Exercise, learn } from './learn.ts';

const FUSION = 60;
/** Each question is asked so often; in the first half of the rounds what it runs through is compiled, which is not counted. */
const ROUNDS = 30;

interface Way {
  readonly name: string;
  readonly rank: (exercise: Exercise, fold: number) => readonly number[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folds: { type: 'string', default: '0' },
    across: { type: 'boolean', default: false },
    'without-vectors': { type: 'boolean', default: false },
    untitled: { type: 'boolean', default: false },
  },
});
const read = (untitled: boolean): Promise<QuestionSet[]> =>
  Promise.all(positionals.map((file) => readSet(file, { vectors: !values['without-vectors'], untitled })));
const sets = await read(false);
const untitled = values.untitled ? await read(true) : [];
if (sets.length === 0) throw new Error('name at least one file with questions');
const folds = values.across ? sets.length : Number(values.folds);
/** By which of the learned weights a question is judged: those that know nothing of it. */
const foldOf = (set: QuestionSet, at: number): number =>
  values.across ? Math.max(sets.indexOf(set), untitled.indexOf(set)) : at % folds;
const learned = Array.from({ length: folds }, (_, fold) =>
  learn(
    sets.flatMap((set) =>
      WRITINGS.flatMap((writing) =>
        rewrite(set.questions, writing).flatMap((question, at) =>
          foldOf(set, at) === fold ? [] : [{ set, question }],
        ),
      ),
    ),
  ),
);

const byWords = ({ set, question }: Exercise): number[] => {
  const { terms } = readQuery(set.index, question.text);
  const { scores, touched } = set.index.search(terms.map(({ stem, weight }) => [stem, weight]));
  return touched.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 100);
};
const asked = sets.flatMap((set, at) => [set, ...untitled.slice(at, at + 1)]);
const rankers = new Map(asked.map((set) => [set, new EvidenceRanker(set.index)]));
const byWalk = ({ set, question }: Exercise): number[] => {
  const found = rankers.get(set)!.select(readQuery(set.index, question.text), EFFORTS.Balanced);
  return found ? [...found.selection.candidates] : [];
};
const fused = (exercise: Exercise): number[] => {
  const scores = new Map<number, number>();
  for (const list of [byWords(exercise), byWalk(exercise)])
    list.forEach((passage, rank) => scores.set(passage, (scores.get(passage) ?? 0) + 1 / (FUSION + rank)));
  return [...scores.keys()].sort((a, b) => scores.get(b)! - scores.get(a)!);
};
const byRanker = (exercise: Exercise, fold: number): number[] =>
  folds > 0
    ? choose(exercise, learned[fold]!.weights).chosen.map(({ passage }) => passage)
    : rankers
        .get(exercise.set)!
        .rank(exercise.question.text, 8, EFFORTS.Balanced)
        .passages.map(({ passage }) => passage);

const WAYS: readonly Way[] = [
  { name: 'BM25', rank: byWords },
  { name: 'reciprocal rank fusion', rank: fused },
  { name: 'walk and learned ranker', rank: byRanker },
];

process.stdout.write(`${circumstances().join('\n')}\n`);
process.stdout.write(
  folds > 0
    ? `weights  learned on ${folds - 1} of ${folds} ${values.across ? 'sets' : 'folds'} each\n\n`
    : 'weights  those of the repository\n\n',
);
process.stdout.write('| set | writing | way | questions | R@2 | R@5 | R@8 | P@8 | CPU a question |\n');
process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n');
for (const set of asked) for (const writing of WRITINGS) for (const way of WAYS) print(set, writing, way);
for (const { name, passages, indexMs } of asked)
  process.stdout.write(`\n${name}: ${passages.length} passages read and linked in ${indexMs.toFixed(0)} ms`);
process.stdout.write('\n');

function print(set: QuestionSet, writing: Writing, { name, rank }: Way): void {
  const times: number[] = [];
  const questions = rewrite(set.questions, writing);
  const round = (): number[][] =>
    questions.map((question, at) => {
      const before = process.cpuUsage();
      const found = rank({ set, question }, folds > 0 ? foldOf(set, at) : 0);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      return [2, 5, 8].map((many) => recall(question, found.slice(0, many)));
    });
  const results = round();
  for (let again = 1; again < ROUNDS; again++) {
    if (again === ROUNDS / 2) times.length = 0;
    round();
  }
  const mean = (values: readonly number[]): string =>
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
  const cells = [0, 1, 2].map((column) => mean(results.map((row) => row[column]!)));
  const perfect = mean(results.map((row) => (row[2] === 1 ? 1 : 0)));
  const cpu = `p50 ${quantile(times, 0.5).toFixed(2)} ms`;
  process.stdout.write(
    `| ${set.name} | ${writing} | ${name} | ${results.length} | ${cells.join(' | ')} | ${perfect} | ${cpu} |\n`,
  );
}

function recall({ gold }: GoldQuestion, found: readonly number[]): number {
  return gold.filter((passage) => found.includes(passage)).length / gold.length;
}
