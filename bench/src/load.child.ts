/** The load generator, a process of its own: keeps so many connections busy with one question after the other. */
import { Pool } from 'undici';

/** What it is to do. */
export interface LoadOrder {
  readonly url: string;
  readonly mode: string;
  readonly connections: number;
  readonly questions: readonly string[];
  /** false: every question is reasoned about. Default: as the server does it. */
  readonly cache?: boolean;
}

/** What it saw. */
export interface LoadReport {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly answered: number;
  readonly cacheHits: number;
}

process.once('message', (order: LoadOrder) => {
  void drive(order).then((report) => process.send?.(report, () => process.disconnect()));
});

async function drive({ url, mode, connections, questions, cache }: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const latenciesMs: number[] = [];
  const statuses: Record<string, number> = {};
  let answered = 0;
  let cacheHits = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < questions.length; i = next++) {
      const start = performance.now();
      const body = JSON.stringify({ input: questions[i], mode, cache });
      const response = await pool.request({
        path: '/api/v1/process',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const answer = (await response.body.json()) as { answered?: boolean; metadata?: { cache_hit: boolean } };
      latenciesMs.push(performance.now() - start);
      statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
      if (answer.answered) answered++;
      if (answer.metadata?.cache_hit) cacheHits++;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { seconds, latenciesMs, statuses, answered, cacheHits };
}
