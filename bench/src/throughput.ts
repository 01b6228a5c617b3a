/** Questions per second and latency of `POST /api/v1/process`, distinct questions, load generator on the same machine. */
import { type Figure, quantile } from './figure.ts';
import type { LoadReport } from './load.child.ts';
import { load } from './load.ts';

const CONNECTIONS = 16;
const ROUNDS = 3;
const PER_ROUND = 4000;
const GOALS = { rate: 1000, p95: 40, p99: 80 } as const;

/** Questions that {@link measureThroughput} uses up. */
export const QUESTIONS_NEEDED = 2 * (ROUNDS + 1) * PER_ROUND;

interface Round {
  readonly perSecond: number;
  readonly report: LoadReport;
}

/**
 * Alternates `Fast` and `Balanced`, after one round each to warm up. No question is asked twice.
 * @throws Error when an answer was not 200, came from a cache, or nothing was answered: then there is nothing to compare
 */
export async function measureThroughput(url: string, questions: readonly string[]): Promise<Figure[]> {
  const rounds: Record<string, Round[]> = { Fast: [], Balanced: [] };
  let from = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const mode of ['Fast', 'Balanced']) {
      const report = await load({
        url,
        mode,
        connections: CONNECTIONS,
        questions: questions.slice(from, from + PER_ROUND),
      });
      from += PER_ROUND;
      check(report);
      if (round > 0) rounds[mode]?.push({ perSecond: PER_ROUND / report.seconds, report });
    }
  }
  return Object.entries(rounds).flatMap(([mode, measured]) => rows(mode, measured));
}

function rows(mode: string, measured: readonly Round[]): Figure[] {
  const rates = measured.map(({ perSecond }) => perSecond);
  const latencies = measured.flatMap(({ report }) => report.latenciesMs);
  const answered = measured.reduce((sum, { report }) => sum + report.answered, 0) / latencies.length;
  const rate = quantile(rates, 0.5);
  const [p95, p99] = [quantile(latencies, 0.95), quantile(latencies, 0.99)];
  const spread = `${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))}`;
  const ms = (share: number): string => quantile(latencies, share).toFixed(1);
  return [
    {
      what: `distinct questions/s, ${mode}, ${CONNECTIONS} connections`,
      value: `${Math.round(rate)} (${spread} over ${ROUNDS} rounds of ${PER_ROUND}; ${Math.round(answered * 100)} % answered)`,
      goal: `>= ${GOALS.rate}`,
      met: rate >= GOALS.rate,
    },
    {
      what: `latency, ${mode}`,
      value: `p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${ms(0.99)} ms`,
      goal: `p95 <= ${GOALS.p95}, p99 <= ${GOALS.p99} ms`,
      met: p95 <= GOALS.p95 && p99 <= GOALS.p99,
    },
  ];
}

function check({ statuses, answered, cacheHits }: LoadReport): void {
  const wrong = Object.keys(statuses).filter((status) => status !== '200');
  if (wrong.length > 0) throw new Error(`not all answers were 200: ${JSON.stringify(statuses)}`);
  if (cacheHits > 0) throw new Error(`${cacheHits} answers came from a cache`);
  if (answered === 0) throw new Error('no question was answered');
}
