/**
 * What fusion makes of many opinions: `node bench/src/fusion.ts [--png FOLDER] [--seed N] [--repeats N] [FILE...]`. Without a
 * file, on generated sets. Every figure is out of fold: 5-fold cross-validation by item.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FUSION_ALGORITHMS, type StrategyId } from '@vortexflow/fusion';
import { circumstances } from './figure.ts';
import { type BenchSet, withoutAlternatives } from './fusion/bench-set.ts';
import { candidateSets } from './fusion/candidate-sets.ts';
import {
  accuracy,
  bestSource,
  calibrationError,
  crossValidate,
  errorByChance,
  judge,
  type Row,
} from './fusion/evaluate.ts';
import { readSets } from './fusion/files.ts';
import { boundsOf, gainsOf } from './fusion/gain.ts';
import { labelSets } from './fusion/label-sets.ts';
import { binsOf, drawReliability } from './fusion/reliability.ts';
import { retrievalSets } from './fusion/retrieval-sets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    png: { type: 'string' },
    seed: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '5' },
  },
});
const seed = Number(values.seed);
if (!Number.isInteger(seed)) throw new Error('--seed must be an integer');
const repeats = Number(values.repeats);
if (!Number.isInteger(repeats) || repeats < 1) throw new Error('--repeats must be an integer of at least 1');

const STRATEGIES: readonly StrategyId[] = FUSION_ALGORITHMS.map(({ id }) => id);
const print = (...cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

/** What one strategy made of one set. */
interface Outcome {
  readonly rows: readonly Row[];
  readonly accuracy: number;
}

function measure(set: BenchSet): Map<StrategyId, Outcome> {
  return new Map(
    STRATEGIES.map((strategy) => {
      const rows = crossValidate(set, strategy, seed);
      return [strategy, { rows, accuracy: accuracy(rows) }];
    }),
  );
}

function printAccuracy(sets: readonly BenchSet[], outcomes: readonly Map<StrategyId, Outcome>[]): void {
  const closed = sets.some(({ labels }) => labels !== null);
  process.stdout.write(`\nAccuracy, %. Without labels: votes counted, and the plain mean of what sources believe.\n\n`);
  print('set', 'items', closed ? 'labels' : 'best source', 'plain vote', 'plain mean', ...STRATEGIES);
  print(...Array.from({ length: 5 + STRATEGIES.length }, () => '---'));
  const plain = sets.map((set) =>
    (['MajorityVote', 'WeightedAverage'] as const).map((s) => accuracy(judge(set, s, []))),
  );
  sets.forEach((set, i) => {
    const about = set.labels ? String(set.labels.length) : bestSource(set).toFixed(1);
    const learned = STRATEGIES.map((strategy) => outcomes[i]!.get(strategy)!.accuracy);
    print(set.name, String(set.items.length), about, ...[...plain[i]!, ...learned].map((value) => value.toFixed(1)));
  });
  const means = [0, 1].map((column) => mean(plain.map((row) => row[column]!)));
  const learnedMeans = STRATEGIES.map((strategy) => mean(outcomes.map((outcome) => outcome.get(strategy)!.accuracy)));
  const base = closed ? '' : mean(sets.map(bestSource)).toFixed(1);
  print('mean', '', base, ...[...means, ...learnedMeans].map((value) => value.toFixed(2)));
}

function printCalibration(sets: readonly BenchSet[], outcomes: readonly Map<StrategyId, Outcome>[]): void {
  process.stdout.write(
    `\nCalibration error (10 bins) before > after calibration (by chance: what perfect confidences would show).\n\n`,
  );
  print('set', ...STRATEGIES);
  print(...Array.from({ length: 1 + STRATEGIES.length }, () => '---'));
  const cells = outcomes.map((outcome) =>
    STRATEGIES.map((strategy) => {
      const { rows } = outcome.get(strategy)!;
      return [calibrationError(rows, 'before'), calibrationError(rows, 'after'), errorByChance(rows, seed)] as const;
    }),
  );
  const text = ([before, after, chance]: readonly [number, number, number]): string =>
    `${before.toFixed(3)} > ${after.toFixed(3)} (${chance.toFixed(3)})`;
  sets.forEach((set, i) => print(set.name, ...cells[i]!.map(text)));
  const column = (s: number, part: 0 | 1 | 2): number => mean(cells.map((row) => row[s]![part]));
  print('mean', ...STRATEGIES.map((_, s) => text([column(s, 0), column(s, 1), column(s, 2)])));
}

/** Gains and losses of each strategy against the vote. */
function printVerdict(outcomes: readonly Map<StrategyId, Outcome>[]): void {
  process.stdout.write('\nAgainst the majority vote, points: mean gain, least gain of any set.\n\n');
  for (const strategy of STRATEGIES) {
    if (strategy === 'MajorityVote') continue;
    const gains = outcomes.map((outcome) => outcome.get(strategy)!.accuracy - outcome.get('MajorityVote')!.accuracy);
    process.stdout.write(`- ${strategy}: ${mean(gains).toFixed(2)}, ${Math.min(...gains).toFixed(2)}\n`);
  }
}

/** Of candidate sets: what the default makes of them, against their best source, in every way to hand them over. */
function printGains(sets: readonly BenchSet[]): void {
  process.stdout.write(
    `\nEnsemble against the best source: points gained [95 % of bootstrap draws], calibration error (by chance), mean of ` +
      `${repeats} runs of 5-fold cross-validation.\n\n`,
  );
  print('set', 'items', 'best source', 'any source', 'given', 'gain', 'calibration error');
  print(...Array.from({ length: 7 }, () => '---'));
  for (const set of sets) {
    const { best, any } = boundsOf(set);
    for (const { variant, gain, error, errorByChance: chance } of gainsOf(set, 'Ensemble', seed, repeats)) {
      const range = `${gain.mean.toFixed(1)} [${gain.from.toFixed(1)}, ${gain.to.toFixed(1)}]`;
      const errors = `${error.toFixed(3)} (${chance.toFixed(3)})`;
      print(set.name, String(set.items.length), best.toFixed(1), any.toFixed(1), variant, range, errors);
    }
  }
}

/** Tables on the bare answers; runners-up and aliases come in only where the gains are told. */
async function report(kind: string, full: readonly BenchSet[]): Promise<void> {
  if (full.length === 0) return;
  const sets = full.map(withoutAlternatives);
  process.stdout.write(`\n## ${kind}\n`);
  const outcomes = sets.map(measure);
  printAccuracy(sets, outcomes);
  printCalibration(sets, outcomes);
  printVerdict(outcomes);
  if (sets.every(({ labels }) => labels === null)) printGains(full);
  const rows = outcomes.flatMap((outcome) => outcome.get('Ensemble')!.rows);
  printDiagram(rows);
  if (values.png === undefined) return;
  await mkdir(values.png, { recursive: true });
  const path = join(values.png, `reliability-${kind.replaceAll(' ', '-')}.png`);
  await writeFile(path, drawReliability(rows));
  process.stdout.write(`\nReliability diagram: ${path}\n`);
}

function printDiagram(rows: readonly Row[]): void {
  process.stdout.write('\nReliability of Ensemble, all sets together: answers, mean confidence, share right.\n\n');
  print('confidence', 'before', 'after');
  print('---', '---', '---');
  const [before, after] = [binsOf(rows, 'before'), binsOf(rows, 'after')];
  const text = ({ n, confidence, right }: (typeof before)[number]): string =>
    n === 0 ? '' : `${n}: ${confidence.toFixed(3)}, ${right.toFixed(3)}`;
  before.forEach((bin, i) => print(`${bin.from.toFixed(1)}-`, text(bin), text(after[i]!)));
}

process.stdout.write(`${circumstances().join('\n')}\nseed     ${seed}\n`);
const read = positionals.length > 0 ? (await Promise.all(positionals.map(readSets))).flat() : null;
await report('label sets', read?.filter(({ labels }) => labels !== null) ?? labelSets(seed));
await report(
  'candidate sets',
  read?.filter(({ labels }) => labels === null) ?? [...candidateSets(seed), ...retrievalSets(seed)],
);
