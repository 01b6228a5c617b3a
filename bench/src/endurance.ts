/**
 * `node bench/src/endurance.ts [--requests 100000]`: distinct questions in a row, without the cache, load generator on the
 * same machine: errors, rate, latencies, and memory before and after.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawnServer } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import type { LoadReport } from './load.child.ts';
import { load } from './load.ts';
import { distinctQuestions } from './questions.ts';
import { untilSettled } from './settle.ts';
import { megabytes, residentBytes } from './start-up.ts';

const CONNECTIONS = 16;
const WARM_UP = 2000;
const GOALS = { rate: 1000, p95: 40, p99: 80, memory: 700e6 } as const;

const { values } = parseArgs({ options: { requests: { type: 'string', default: '100000' } } });
const requests = Number(values.requests);
const about = circumstances();
const questions = await distinctQuestions(requests + WARM_UP);
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-endurance-'));
const server = await spawnServer({ dataFolder, env: { LOG_LEVEL: 'warn' } });
try {
  await server.ready(120_000);
  await load(orderOf(questions.slice(0, WARM_UP)));
  await untilSettled(server.url());
  const before = await residentBytes(server.process.pid);
  const report = await load(orderOf(questions.slice(WARM_UP)));
  const after = await residentBytes(server.process.pid);
  process.stdout.write(`${about.join('\n')}\n\n`);
  printTable(figuresOf(report, before, after));
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

function figuresOf({ seconds, latenciesMs, statuses, cacheHits }: LoadReport, before: number, after: number): Figure[] {
  if (cacheHits > 0) throw new Error(`${cacheHits} answers came from a cache`);
  const errors = requests - (statuses['200'] ?? 0);
  const rate = requests / seconds;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(latenciesMs, share)) as [number, number, number];
  return [
    {
      what: `errors in ${requests} distinct questions, cache off`,
      value: String(errors),
      goal: '0',
      met: errors === 0,
    },
    { what: 'questions/s', value: rate.toFixed(0), goal: `>= ${GOALS.rate}`, met: rate >= GOALS.rate },
    {
      what: 'latency',
      value: `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      goal: `p95 <= ${GOALS.p95}, p99 <= ${GOALS.p99} ms`,
      met: p95 <= GOALS.p95 && p99 <= GOALS.p99,
    },
    {
      what: 'resident memory before and after',
      value: `${megabytes(before)}, ${megabytes(after)}`,
      goal: '<= 700 MB',
      met: after <= GOALS.memory,
    },
  ];
}

function orderOf(list: readonly string[]) {
  return { url: server.url(), mode: 'Balanced', connections: CONNECTIONS, questions: list, cache: false };
}
