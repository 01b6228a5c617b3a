/** `node bench/src/cache-alone.ts`: answers per second from the cache over HTTP, load generator on the same machine. */
import { launchServer } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import type { LoadReport } from './load.child.ts';
import { load } from './load.ts';
import { distinctQuestions } from './questions.ts';

const DISTINCT = 200;
const PER_ROUND = 20_000;
const ROUNDS = 3;
const CONNECTIONS = 16;
const GOAL = 5000;

const about = circumstances();
const distinct = await distinctQuestions(DISTINCT);
const questions = Array.from({ length: PER_ROUND }, (_, i) => distinct[i % DISTINCT] as string);
const server = await launchServer({ env: { LOG_LEVEL: 'warn' } });
try {
  // The first round reasons each question once; what follows must come from the cache alone.
  await load(orderOf(distinct));
  await load(orderOf(questions));
  const rounds: LoadReport[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await load(orderOf(questions)));
  for (const { statuses, cacheHits } of rounds) {
    if (statuses['200'] !== PER_ROUND) throw new Error(`not all answers were 200: ${JSON.stringify(statuses)}`);
    if (cacheHits !== PER_ROUND) throw new Error(`only ${cacheHits} of ${PER_ROUND} answers came from the cache`);
  }
  process.stdout.write(`${about.join('\n')}\n\n`);
  printTable(figuresOf(rounds));
} finally {
  await server.stop();
}

function figuresOf(rounds: readonly LoadReport[]): Figure[] {
  const rates = rounds.map(({ seconds }) => PER_ROUND / seconds);
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  const rate = quantile(rates, 0.5);
  const spread = `${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))}`;
  const ms = (share: number): string => quantile(latencies, share).toFixed(1);
  return [
    {
      what: `cache hits/s, ${CONNECTIONS} connections`,
      value: `${Math.round(rate)} (${spread} over ${ROUNDS} rounds of ${PER_ROUND})`,
      goal: `>= ${GOAL}`,
      met: rate >= GOAL,
    },
    { what: 'latency of a cache hit', value: `p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${ms(0.99)} ms` },
  ];
}

function orderOf(list: readonly string[]) {
  return { url: server.url, mode: 'Balanced', connections: CONNECTIONS, questions: list };
}
