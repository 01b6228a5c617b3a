/**
 * `node bench/src/validation.ts [FOLDER]`: time of all tiers of validation together, and at the largest inputs that a
 * question may have. With a folder that holds malicious-text.jsonl and benign.jsonl: rates of flags by class, and the
 * times on those texts. At last the largest bodies of other routes, which a thread reads: how long the event loop is held.
 */
import { join } from 'node:path';
import { ProcessRequest } from '@vortexflow/protocol';
import {
  checkClaims,
  checkTransport,
  contentScanner,
  questionCost,
  RefusalError,
  ResourceBudget,
  scanJson,
} from '@vortexflow/validation';
import { Compile } from 'typebox/compile';
import { circumstances, printTable, quantile } from './figure.ts';
import { type LabelledText, readTexts } from './validation/corpus.ts';
import { largestBodies, plainTexts } from './validation/inputs.ts';
import { type LargeFigure, measureLarge } from './validation/large-bodies.ts';
import { printRates } from './validation/rates.ts';

const HEADERS = ['Host', '127.0.0.1:7000', 'Content-Type', 'application/json', 'Content-Length', '0', 'Accept', '*/*'];
const HEAD = { method: 'POST', url: '/api/v1/process', rawHeaders: HEADERS };
const TRANSPORT = { methods: ['GET', 'POST'], headers: 100, headerLength: 8_192, targetLength: 8_192 };
const RULES = { opaquePrefixes: ['/api/v1/documents/'] };
const JSON_LIMITS = { depth: 8, keys: 64, values: 1_024 };
const STATE = { nodes: 1, has: () => true, nearest: () => null };
/** Rounds over the texts, the first of which warms up; and repetitions of each largest input. */
const [ROUNDS, REPETITIONS] = [3, 30];

const schema = Compile(ProcessRequest);
const scanner = contentScanner();
const budget = new ResourceBudget({ maxCost: 2_048, maxHeldCost: 20_000, maxHeldBytes: 2 ** 28 });

interface Passage {
  readonly ms: number;
  /** The processor was taken away meanwhile: the time says nothing about the work. */
  readonly isDisturbed: boolean;
  readonly isRefused: boolean;
  readonly isFlagged: boolean;
}

/** Passes a body through all tiers. */
function pass(body: Buffer): Passage {
  const before = process.resourceUsage().involuntaryContextSwitches;
  const start = performance.now();
  const outcome = { isRefused: false, isFlagged: false };
  try {
    checkTransport(HEAD, TRANSPORT, RULES);
    scanJson(body, JSON_LIMITS);
    const question: unknown = JSON.parse(body.toString());
    if (!schema.Check(question)) outcome.isRefused = true;
    else {
      outcome.isFlagged = scanner.scan(question.input).isFlagged;
      checkClaims([{ is: 'answer', pointer: '/request_id', value: 'id' }], STATE);
      budget.lendWork(questionCost(question), 5_000)();
    }
  } catch (failure) {
    if (!(failure instanceof RefusalError)) throw failure;
    outcome.isRefused = true;
  }
  const ms = performance.now() - start;
  return { ms, isDisturbed: process.resourceUsage().involuntaryContextSwitches > before, ...outcome };
}

const bodyOf = (input: string): Buffer => Buffer.from(JSON.stringify({ input, mode: 'Balanced' }));

const [folder] = process.argv.slice(2);
const about = circumstances();
const texts: LabelledText[] = folder
  ? [...readTexts(join(folder, 'malicious-text.jsonl'), true), ...readTexts(join(folder, 'benign.jsonl'), false)]
  : plainTexts().map((text) => ({ id: text, text, cls: 'question', isAttack: false }));
const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (const { text } of texts) {
    const { ms } = pass(bodyOf(text));
    if (round > 0) times.push(ms);
  }
}
const largest = largestBodies().map(({ name, body }) => {
  const all = Array.from({ length: REPETITIONS }, () => pass(body));
  const own = all.filter(({ isDisturbed }) => !isDisturbed).map((one) => one.ms);
  return {
    name,
    bytes: body.length,
    isRefused: all[0]?.isRefused,
    count: own.length,
    worst: Math.max(...own),
    typical: quantile(own, 0.5),
  };
});
const worst = Math.max(...largest.map((one) => one.worst));
const large = await measureLarge(scanner, (all) => quantile(all, 0.5));
const held = Math.max(...large.map((one) => one.workWorst));
const [median, rare] = [quantile(times, 0.5), quantile(times, 0.99)];
const ms = (value: number): string => `${value.toFixed(3)} ms`;

process.stdout.write(
  `${about.join('\n')}\n\nAll tiers, ${times.length} requests${folder ? ' of the corpus' : ''}:\n\n`,
);
printTable([
  { what: 'median', value: ms(median), goal: '<= .1 ms', met: median <= 0.1 },
  { what: '99th percentile', value: ms(rare), goal: '<= 1 ms', met: rare <= 1 },
  {
    what: 'largest questions (8,192 characters, 128 KiB), worst',
    value: ms(worst),
    goal: '<= 15 ms',
    met: worst <= 15,
  },
  {
    what: 'bodies of 32 MiB, work in one turn of the event loop, worst',
    value: ms(held),
    goal: '<= 15 ms',
    met: held <= 15,
  },
]);
process.stdout.write(
  `\nOf ${REPETITIONS} passes each, those in which the processor was not taken away:\n\n` +
    '| largest question | bytes | passes | median | worst | |\n| --- | --- | --- | --- | --- | --- |\n',
);
for (const { name, bytes, count, worst: most, typical, isRefused } of largest)
  process.stdout.write(
    `| ${name} | ${bytes} | ${count} | ${ms(typical)} | ${ms(most)} | ${isRefused ? 'refused' : 'taken'} |\n`,
  );
printLarge(large);
if (folder) {
  process.stdout.write('\nFlags (the scanner was trained on such texts: see train.ts for texts left out):\n\n');
  printRates(texts.map((of) => ({ of, isFlagged: scanner.scan(of.text).isFlagged })));
}

/** The same goal for what others wait of bodies that other routes take. */
function printLarge(rows: readonly LargeFigure[]): void {
  process.stdout.write(
    '\nThe largest bodies that other routes take, of 32 MiB unless it says otherwise; medians of 5:\n\n' +
      '| body | event loop held, longest turn | at worst | at worst, work alone | whole passage, on a thread | |\n' +
      '| --- | --- | --- | --- | --- | --- |\n',
  );
  for (const row of rows) {
    const cells = [row.held, row.heldWorst, row.workWorst, row.passage]
      .map((value) => `${value.toFixed(1)} ms`)
      .join(' | ');
    process.stdout.write(`| ${row.name} | ${cells} | ${row.isRefused ? 'refused' : 'taken'} |\n`);
  }
}
