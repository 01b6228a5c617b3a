/**
 * The generator of an open loop, a process of its own. Latency counts from when a request was due, not from when it was
 * sent: a server that stands still must not make its own requests rarer ("coordinated omission").
 */
import { Pool } from 'undici';
import { seededRandom } from '@vortexflow/primitives';
import { distinctQuestions } from '../questions.ts';
import type { LoadMessage, LoadOrder, RequestRecord } from './requests.ts';

/** Room for all that wait while the server stands still for a second. */
const CONNECTIONS = 512;
const DISTINCT = 20_000;
const REPORT_MS = 500;

const tell = (message: LoadMessage): void => void process.send?.(message);
const epochMs = (): number => performance.timeOrigin + performance.now();

const questions = await distinctQuestions(DISTINCT);
tell({ kind: 'ready' });
process.once('disconnect', () => process.exit());
process.once('message', (order: LoadOrder) => {
  void drive(order).then(() => process.send?.({ kind: 'done' }, () => process.disconnect()));
});

async function drive({ url, rate, seconds, startAt, patienceMs, reasoningEvery, seed }: LoadOrder): Promise<void> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const random = seededRandom(seed);
  let records: RequestRecord[] = [];
  const underWay = new Set<Promise<void>>();
  const report = setInterval(() => {
    tell({ kind: 'records', records });
    records = [];
  }, REPORT_MS);
  const total = Math.floor(rate * seconds);
  for (let next = 0; next < total;) {
    const now = epochMs() - startAt;
    for (; next < total && (next * 1000) / rate <= now; next++) {
      const atMs = (next * 1000) / rate;
      const input = questions[Math.floor(random() * questions.length)] as string;
      const isReasoning = reasoningEvery > 0 && next % reasoningEvery === reasoningEvery - 1;
      const mode = isReasoning ? 'Reasoning' : 'Balanced';
      const lateMs = epochMs() - startAt - atMs;
      const request = ask(pool, JSON.stringify({ input, mode, cache: false }), patienceMs - lateMs).then((outcome) => {
        records.push({ atMs, tookMs: epochMs() - startAt - atMs, lateMs, outcome });
        underWay.delete(request);
      });
      underWay.add(request);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, (next * 1000) / rate - (epochMs() - startAt))));
  }
  await Promise.all(underWay);
  clearInterval(report);
  tell({ kind: 'records', records });
  await pool.close();
}

async function ask(pool: Pool, body: string, patienceMs: number): Promise<string> {
  try {
    const response = await pool.request({
      path: '/api/v1/process',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(patienceMs))),
    });
    const answer = (await response.body.json()) as { code?: string; metadata?: { kind?: string } };
    if (response.statusCode !== 200) return `${response.statusCode} ${answer.code ?? ''}`.trim();
    return answer.metadata?.kind === 'degraded' ? 'degraded' : 'ok';
  } catch (failure) {
    const { code, name } = failure as { code?: unknown; name: string };
    if (name === 'TimeoutError') return 'no answer in time';
    return typeof code === 'string' ? code : name;
  }
}
