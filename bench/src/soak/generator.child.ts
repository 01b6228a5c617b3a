/**
 * The generator of an open loop, a process of its own. Latency counts from when a request was due, not from when it was
 * sent: a server that stands still must not make its own requests rarer ("coordinated omission").
 */
import { setTimeout as pause } from 'node:timers/promises';
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

async function drive(order: LoadOrder): Promise<void> {
  const { url, rate, seconds, warmUpSeconds, startAt, patienceMs } = order;
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const bodies = bodiesOf(order);
  let records: RequestRecord[] = [];
  const report = setInterval(() => {
    tell({ kind: 'records', records });
    records = [];
  }, REPORT_MS);
  const send = async (atMs: number): Promise<void> => {
    const lateMs = epochMs() - startAt - atMs;
    const outcome = await ask(pool, bodies.next().value, patienceMs - lateMs);
    if (atMs >= 0) records.push({ atMs, tookMs: epochMs() - startAt - atMs, lateMs, outcome });
  };
  const underWay = new Set<Promise<void>>();
  for (let next = -Math.floor(rate * warmUpSeconds); next < Math.floor(rate * seconds); next++) {
    const atMs = (next * 1000) / rate;
    while (epochMs() - startAt < atMs) await pause(Math.max(1, atMs - (epochMs() - startAt)));
    const sending = send(atMs).finally(() => underWay.delete(sending));
    underWay.add(sending);
  }
  await Promise.all(underWay);
  clearInterval(report);
  tell({ kind: 'records', records });
  await pool.close();
}

/** Bodies of requests without an end, drawn by the seed. */
function* bodiesOf({ seed, reasoningEvery }: LoadOrder): Generator<string, never> {
  const random = seededRandom(seed);
  for (let n = 1; ; n++) {
    const input = questions[Math.floor(random() * questions.length)];
    const mode = reasoningEvery > 0 && n % reasoningEvery === 0 ? 'Reasoning' : 'Balanced';
    yield JSON.stringify({ input, mode, cache: false });
  }
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
