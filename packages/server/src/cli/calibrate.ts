/**
 * `vortexflow calibrate`: asks questions of which the answers are known, and gives feedback on each. Every figure is
 * prequential: a question is scored before it is learned. Two answers count as the same by the rule of feedback.
 */
import { readFile } from 'node:fs/promises';
import { coverageAt, type Judged, qualityOf } from '@vortexflow/answering';
import { DisposalStack, seededRandom, systemClock } from '@vortexflow/primitives';
import type { FeedbackRequest, FeedbackResponse, ProcessRequest, ProcessResponse } from '@vortexflow/protocol';
import { openDataFolder } from '../config/data-folder.ts';
import { LiveSettings } from '../config/live-settings.ts';
import type { Settings } from '../config/settings.ts';
import { openOffline } from '../runtime/runtime.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Command } from './arguments.ts';
import { runningServer } from './connection.ts';
import { progressLine } from './progress.ts';
import { type BadLine, type LabelledQuestion, readQuestionLines } from './question-lines.ts';

/** Who answers: the running server, or this process. */
interface Answerer {
  ask(request: ProcessRequest): Promise<ProcessResponse>;
  feedback(feedback: FeedbackRequest): Promise<FeedbackResponse>;
}

/** Questions under way at a time. */
const TOGETHER = 4;
/** Kinds of questions often stand together in a file; learning wants them mixed. The same order on every run. */
const SHUFFLE_SEED = 97;
const WANTED_ACCURACY = 0.97;

/** One question's outcome: the confidence with nothing learned, and as it was answered. */
interface Scored {
  readonly right: boolean;
  readonly before: number;
  readonly after: number;
}

interface CalibrationSummary {
  readonly questions: number;
  /** Answers whose confidence could be scored. */
  readonly scored: readonly Scored[];
  /** Questions to which no reasoner had an answer. */
  readonly silent: number;
  /** Questions that had been learned before, and so are not scored. */
  readonly repeated: number;
  readonly failed: readonly BadLine[];
  readonly bad: readonly BadLine[];
}

export async function runCalibrate(command: Command, settings: Settings): Promise<number> {
  const { questions, bad } = readQuestionLines(await readFile(command.operand, 'utf8'));
  for (const { line, reason } of bad) process.stderr.write(`line ${line} skipped: ${reason}\n`);
  if (questions.length === 0) throw new Error(`${command.operand} holds no question.`);
  const progress = progressLine(process.stderr);
  await using disposal = new DisposalStack();
  const answerer = (await runningServer(settings)) ?? (await answerHere(settings, disposal, progress.show));
  const summary = { ...(await calibrate(answerer, questions, progress.show)), bad };
  progress.clear();
  for (const { line, reason } of summary.failed) process.stderr.write(`line ${line} failed: ${reason}\n`);
  const rows = rowsOf(summary.scored);
  const { silent, repeated, failed } = summary;
  const result = { questions: questions.length, scored: summary.scored.length, silent, repeated, failed, bad, rows };
  process.stdout.write(command.json ? `${JSON.stringify(result, null, 2)}\n` : readable(summary, rows));
  return summary.scored.length + repeated === 0 ? 1 : 0;
}

async function answerHere(
  settings: Settings,
  disposal: DisposalStack,
  report: (stage: string) => void,
): Promise<Answerer> {
  const logger = createLogger('warn', settings.values.logFormat);
  const files = await openDataFolder(settings.values.dataFolder);
  const options = { settings: new LiveSettings(settings), files, clock: systemClock, logger, report };
  const { answering } = await openOffline(options, disposal);
  let asked = 0;
  return {
    ask: (request) => answering.ask(request, `calibrate-${process.pid}-${asked++}`),
    feedback: ({ request_id, answer }) =>
      answering.memory.feedback(request_id, { answers: Array.isArray(answer) ? answer : [] }),
  };
}

async function calibrate(
  answerer: Answerer,
  questions: readonly LabelledQuestion[],
  report: (stage: string) => void,
): Promise<Omit<CalibrationSummary, 'bad'>> {
  const order = shuffled(questions);
  const scored: Scored[] = [];
  const failed: BadLine[] = [];
  const unscored = { silent: 0, repeated: 0 };
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let one = order[next++]; one; one = order[next++]) {
      try {
        const score = await scoreOne(answerer, one);
        if (typeof score === 'object') scored.push(score);
        else unscored[score]++;
      } catch (failure) {
        failed.push({ line: one.line, reason: (failure as Error).message });
      }
      if (++done % 20 === 0) report(`${done} of ${order.length} questions`);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return { questions: questions.length, scored, ...unscored, failed };
}

/** @returns why there is no confidence to score, when there is none */
async function scoreOne(
  answerer: Answerer,
  { question, answers }: LabelledQuestion,
): Promise<Scored | 'silent' | 'repeated'> {
  const { request_id } = await answerer.ask({ input: question, min_confidence: 0, cache: false });
  const told = await answerer.feedback({ request_id, answer: answers.length === 0 ? null : [...answers] });
  const { correct, confidence, uncalibrated } = told;
  if (correct === null) return 'silent';
  if (confidence === null || uncalibrated === null) return 'repeated';
  return { right: correct, before: uncalibrated, after: confidence };
}

function shuffled<T>(list: readonly T[]): T[] {
  const random = seededRandom(SHUFFLE_SEED);
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** One line of the table. */
interface Row {
  readonly what: string;
  readonly n: number;
  readonly ece: number;
  readonly brier: number;
  readonly accuracy: number;
  readonly accuracy_low: number;
  readonly accuracy_high: number;
  readonly coverage_at_97: number;
}

function rowsOf(scored: readonly Scored[]): Row[] {
  const half = scored.slice(Math.floor(scored.length / 2));
  return [
    ...rowOf('before', scored, ({ before }) => before),
    ...rowOf('after', scored, ({ after }) => after),
    ...rowOf('before, second half', half, ({ before }) => before),
    ...rowOf('after, second half', half, ({ after }) => after),
  ];
}

function rowOf(what: string, scored: readonly Scored[], confidenceOf: (one: Scored) => number): Row[] {
  const rows = scored.map((one): Judged => ({ confidence: confidenceOf(one), right: one.right }));
  const quality = qualityOf(rows);
  if (!quality) return [];
  const { n, ece, brier, accuracy, accuracy_low, accuracy_high } = quality;
  return [
    { what, n, ece, brier, accuracy, accuracy_low, accuracy_high, coverage_at_97: coverageAt(rows, WANTED_ACCURACY) },
  ];
}

function readable(
  { questions, scored, silent, repeated, failed, bad }: CalibrationSummary,
  rows: readonly Row[],
): string {
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const cells = rows.map((row) => [
    row.what,
    String(row.n),
    row.ece.toFixed(3),
    row.brier.toFixed(3),
    `${share(row.accuracy)} (${share(row.accuracy_low)} to ${share(row.accuracy_high)})`,
    share(row.coverage_at_97),
  ]);
  const table = [['', 'n', 'ECE', 'Brier', 'accuracy (95 %)', 'coverage at 97 %'], ...cells];
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
  const counts = `${questions} questions: ${scored.length} scored, ${silent} without any answer, ${repeated} learned before, ${failed.length} failed; ${bad.length} lines skipped.`;
  return `\n${lines.join('\n')}\n\n  ${counts}\n  before: nothing learned. after: all learned before each question. No question is scored after it was learned.\n\n`;
}
