/**
 * `node bench/src/served.ts [--learn 1200] [--ask 1200] [--png FILE]`: how good the confidences of served answers are before and
 * after calibration, and how often answers are right by the flux position at which they settled. A real server is asked
 * the same questions before and after it got feedback on others, in other phrasings: half of those of the test bank each.
 * (Phrasings of the development bank would teach it too much trust: it was trained on them.)
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brierScore, expectedCalibrationError } from '@vortexflow/fusion';
import { KnowledgeBase, openWordNetImage } from '@vortexflow/knowledge';
import type { ProcessResponse } from '@vortexflow/protocol';
import { launchServer } from '@vortexflow/testkit';
import { circumstances } from './figure.ts';
import { binsOfJudged, drawDiagrams } from './fusion/reliability.ts';
import { generate, type WordQuestion } from './wordnet/generate.ts';
import { isRight } from './wordnet/judge.ts';
import { Lexicon } from './wordnet/lexicon.ts';
import { type Judged, summarise } from './wordnet/score.ts';
import { type Bank, readBank } from './wordnet/template.ts';

/** An answer with where it settled. */
interface Served extends Judged {
  readonly position: number;
}

const SEEDS = { learn: 11, ask: 12 } as const;
const TOGETHER = 8;
const BAR = 0.6;
/** Under this many answers a share says little, and the table says so. */
const FEW = 30;

const { values } = parseArgs({
  options: {
    learn: { type: 'string', default: '1200' },
    ask: { type: 'string', default: '1200' },
    png: { type: 'string' },
  },
});
const about = circumstances();
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-served-'));
const { image } = await openWordNetImage(join(dataFolder, 'wordnet.image'), () => undefined);
const lexicon = new Lexicon(new KnowledgeBase(image));
const lessons = generate(lexicon, halfOfBank(0), SEEDS.learn, Number(values.learn));
const questions = generate(lexicon, halfOfBank(1), SEEDS.ask, Number(values.ask));
const server = await launchServer({ dataFolder, env: { LOG_LEVEL: 'warn' } });
try {
  const before = await inTurns(questions, serve);
  await inTurns(lessons, teach);
  const after = await inTurns(questions, serve);
  process.stdout.write(`${about.join('\n')}\n\n${lessons.length} questions learned, ${questions.length} asked\n\n`);
  printSummary(before, after);
  printPositions(after);
  if (values.png) await writeFile(values.png, draw(before, after));
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

/** Every other phrasing of each kind. */
function halfOfBank(half: 0 | 1): Bank {
  return new Map(
    [...readBank('test')].map(([section, templates]) => [section, templates.filter((_, i) => i % 2 === half)]),
  );
}

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
  const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function ask(input: string): Promise<ProcessResponse> {
  return post('/api/v1/process', { input, min_confidence: 0, cache: false });
}

async function serve(question: WordQuestion): Promise<Served> {
  const { result, confidence, opinions, flux_position: position } = await ask(question.question);
  const answer = result ?? '';
  return { question, answer, confidence, opinions, position, right: isRight(question, answer) };
}

async function teach(question: WordQuestion): Promise<void> {
  const { result, request_id } = await ask(question.question);
  const verdict =
    question.gold === null || result === null ? { answer: question.gold } : { correct: isRight(question, result) };
  await post('/api/v1/feedback', { request_id, ...verdict });
}

async function inTurns<T, R>(list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) results[i] = await work(list[i] as T);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return results;
}

function printSummary(before: readonly Served[], after: readonly Served[]): void {
  process.stdout.write(
    '| calibration | right | abstains when unanswerable | right of those given at the bar | coverage | ECE | Brier |\n' +
      '| --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const [name, rows] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const { right, abstains, selective, coverage } = summarise(rows, BAR);
    const shares = [right, abstains, selective, coverage].map(percent).join(' | ');
    const errors = [expectedCalibrationError(rows), brierScore(rows)].map((error) => error.toFixed(3)).join(' | ');
    process.stdout.write(`| ${name} | ${shares} | ${errors} |\n`);
  }
}

/** Of answers only: silence settles nowhere. */
function printPositions(served: readonly Served[]): void {
  process.stdout.write(
    '\n| position | answers | right | 95 % | mean confidence | |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  const groups = Map.groupBy(
    served.filter(({ answer }) => answer !== ''),
    ({ position }) => position,
  );
  for (const [position, group] of [...groups].sort(([a], [b]) => a - b)) {
    const right = group.filter((one) => one.right).length;
    const mean = group.reduce((sum, { confidence }) => sum + confidence, 0) / group.length;
    const few = group.length < FEW ? 'few' : '';
    process.stdout.write(
      `| ${position} | ${group.length} | ${percent(right / group.length)} | ${interval(right, group.length)} | ${mean.toFixed(2)} | ${few} |\n`,
    );
  }
}

function draw(before: readonly Served[], after: readonly Served[]): Buffer {
  const diagram = (when: string, rows: readonly Served[]) => ({
    caption: `${when} CALIBRATION  ECE ${expectedCalibrationError(rows).toFixed(3)}`,
    bins: binsOfJudged(rows.filter(({ answer }) => answer !== '')),
  });
  return drawDiagrams([diagram('BEFORE', before), diagram('AFTER', after)]);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Wilson 1927. */
function interval(right: number, n: number): string {
  const z2 = 1.959964 ** 2;
  const share = right / n;
  const centre = share + z2 / (2 * n);
  const reach = Math.sqrt(z2 * ((share * (1 - share)) / n + z2 / (4 * n * n)));
  return `${percent((centre - reach) / (1 + z2 / n))} to ${percent((centre + reach) / (1 + z2 / n))}`;
}
