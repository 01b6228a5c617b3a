/**
 * `node bench/src/positions.ts [count]`: how often answers are right by the flux position at which they settled, and how
 * good confidences are before and after calibration. Questions about WordNet with known answers; the server judges by
 * its rule of feedback. All are asked before the first is learned.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CalibrationEntry, CalibrationResponse, FeedbackResponse, ProcessResponse } from '@vortexflow/protocol';
import { launchServer } from '@vortexflow/testkit';
import { circumstances } from './figure.ts';
import { type LabelledQuestion, labelledQuestions } from './labelled-questions.ts';

const SEED = 20_262;
const TOGETHER = 8;
/** Under this many answers a share says little, and the table says so. */
const FEW = 30;

interface Judged {
  readonly kind: string;
  readonly answer: ProcessResponse;
  readonly right: boolean;
}

const count = Number(process.argv[2] ?? 1500);
const about = circumstances();
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-positions-'));
const server = await launchServer({ dataFolder, env: { LOG_LEVEL: 'warn' } });
try {
  const questions = await labelledQuestions(count, SEED);
  const answers = await inTurns(questions, ({ question }) => ask(question));
  const judged = await inTurns(questions, (question, i) => judge(question, answers[i] as ProcessResponse));
  const calibration = (await (await fetch(`${server.url}/api/v1/calibration`)).json()) as CalibrationResponse;
  process.stdout.write(`${about.join('\n')}\n\n${count} questions, seed ${SEED}\n\n`);
  printGroups('position', judged, ({ answer }) => String(answer.flux_position));
  printGroups('kind', judged, ({ kind }) => kind);
  printCalibration(calibration);
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
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

/** Silence is right where there is nothing to say. */
async function judge({ kind, answers }: LabelledQuestion, answer: ProcessResponse): Promise<Judged> {
  const body = { request_id: answer.request_id, answer: answers.length === 0 ? null : answers.slice(0, 1000) };
  const { correct } = await post<FeedbackResponse>('/api/v1/feedback', body);
  return { kind, answer, right: correct ?? answers.length === 0 };
}

async function inTurns<T, R>(list: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) results[i] = await work(list[i] as T, i);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return results;
}

function printGroups(what: string, judged: readonly Judged[], groupOf: (one: Judged) => string): void {
  process.stdout.write(`| ${what} | n | right | 95 % | mean confidence | |\n| --- | --- | --- | --- | --- | --- |\n`);
  const groups = Map.groupBy(judged, groupOf);
  for (const [name, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const right = group.filter((one) => one.right).length;
    const confidence = group.reduce((sum, { answer }) => sum + answer.confidence, 0) / group.length;
    const few = group.length < FEW ? 'few' : '';
    process.stdout.write(
      `| ${name} | ${group.length} | ${percent(right / group.length)} | ${interval(right, group.length)} | ${confidence.toFixed(2)} | ${few} |\n`,
    );
  }
  process.stdout.write('\n');
}

function printCalibration({ sources, strategies }: CalibrationResponse): void {
  process.stdout.write('| | n | accuracy | ECE before | ECE after | Brier before | Brier after |\n');
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
  for (const [name, { before, after }] of Object.entries<CalibrationEntry>({ ...sources, ...strategies })) {
    if (!before || !after) continue;
    const figures = [before.ece, after.ece, before.brier, after.brier].map((value) => value.toFixed(3));
    process.stdout.write(`| ${name} | ${after.n} | ${percent(after.accuracy)} | ${figures.join(' | ')} |\n`);
  }
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
