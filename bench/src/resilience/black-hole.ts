/** One of three real HTTP servers stops answering under load and later answers again; requests come at a fixed rate. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { createUpstreams, Deadline, HttpPools, type Upstreams } from '@vortexflow/resilience';
import { quantile } from '../figure.ts';
import type { SilenceOrder, UpstreamAddresses } from './upstreams.child.ts';

const PER_SECOND = 200;
const TIMEOUT_MS = 1_000;
const HEALTHY_S = 6;
const SILENT_S = 15;
const HEALED_S = 10;

/** What one run showed. */
export interface BlackHoleRun {
  readonly calls: number;
  /** Share of the calls begun 1 s or more after the fault, and before it was mended, that were answered. */
  readonly successLater: number;
  readonly failedCalls: number;
  /** Latency from the scheduled instant, ms. */
  readonly healthyP95: number;
  readonly laterP95: number;
  /** Attempts by calls, from the fault until it was mended. */
  readonly amplification: number;
  /** Calls that were settled after their deadline, and the longest time by which one was, ms. */
  readonly pastDeadline: number;
  readonly longestPastMs: number;
  /** From the mending until the endpoint answered again, and until it had half of its fair share for a second, s. */
  readonly firstAnswerS: number;
  readonly shareBackS: number;
  readonly counters: ReturnType<Upstreams<string, string>['counters']>;
  readonly pool: ReturnType<HttpPools['counters']>;
}

interface Call {
  readonly scheduled: number;
  readonly latencyMs: number;
  readonly pastDeadlineMs: number;
  readonly endedAt: number;
  /** Who answered; null: nobody. */
  readonly by: string | null;
}

/** @throws Error when no call was made for want of servers */
export async function blackHole(seed: number): Promise<BlackHoleRun> {
  const child = fork(new URL('./upstreams.child.ts', import.meta.url));
  const pools = new HttpPools({ maxConnections: 64 });
  try {
    const [{ urls }] = (await once(child, 'message')) as [UpstreamAddresses];
    return await measure(child, urls, pools, seed);
  } finally {
    child.disconnect();
    await pools.close();
  }
}

async function measure(
  child: ChildProcess,
  urls: readonly string[],
  pools: HttpPools,
  seed: number,
): Promise<BlackHoleRun> {
  const upstreams = createUpstreams<string, string>({
    endpoints: urls.map((id) => ({ id })),
    clock: systemClock,
    random: seededRandom(seed),
    call: async (path, { endpoint, signal }) => {
      const { body } = await pools.request(endpoint.id, { path, method: 'GET', signal });
      if ((await body.text()) !== 'well') throw new Error('another answer');
      return endpoint.id;
    },
  });
  const tell = (order: SilenceOrder): boolean => child.send(order);
  // Compilers and connections first.
  await load(upstreams, 2);
  const healthy = await load(upstreams, HEALTHY_S);
  const before = upstreams.counters();
  tell({ silent: 0 });
  const faultAt = performance.now();
  const silent = await load(upstreams, SILENT_S);
  const after = upstreams.counters();
  tell({ silent: null });
  const healedAt = performance.now();
  const healed = await load(upstreams, HEALED_S);
  upstreams.close();
  const all = [...healthy, ...silent, ...healed];
  const later = silent.filter(({ scheduled }) => scheduled >= faultAt + 1_000);
  const p95 = (calls: readonly Call[]): number =>
    quantile(
      calls.map(({ latencyMs }) => latencyMs),
      0.95,
    );
  return {
    calls: all.length,
    successLater: later.filter(({ by }) => by !== null).length / later.length,
    failedCalls: all.filter(({ by }) => by === null).length,
    healthyP95: p95(healthy),
    laterP95: p95(later),
    amplification: (after.attempts - before.attempts) / (after.calls - before.calls),
    pastDeadline: all.filter(({ pastDeadlineMs }) => pastDeadlineMs > 0).length,
    longestPastMs: Math.max(0, ...all.map(({ pastDeadlineMs }) => pastDeadlineMs)),
    ...recovery(healed, urls[0] as string, healedAt),
    counters: upstreams.counters(),
    pool: pools.counters(),
  };
}

function recovery(
  healed: readonly Call[],
  url: string,
  healedAt: number,
): { firstAnswerS: number; shareBackS: number } {
  const seconds = (at: number): number => (at - healedAt) / 1_000;
  const own = healed
    .filter(({ by }) => by === url)
    .map(({ endedAt }) => endedAt)
    .sort((a, b) => a - b);
  const needed = PER_SECOND / 6;
  const back = own.find((at) => own.filter((other) => other >= at && other < at + 1_000).length >= needed);
  return { firstAnswerS: seconds(own[0] ?? Infinity), shareBackS: seconds(back ?? Infinity) };
}

/** Open loop: each call at its instant, whatever became of those before. Resolves when all are settled. */
async function load(upstreams: Upstreams<string, string>, seconds: number): Promise<Call[]> {
  const start = performance.now();
  const calls: Promise<Call>[] = [];
  const count = seconds * PER_SECOND;
  while (calls.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - start) * PER_SECOND) / 1_000) + 1);
    while (calls.length < due) calls.push(make(upstreams, start + (calls.length * 1_000) / PER_SECOND));
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  // What is still under way belongs to this phase, but the next one begins on time: at most a deadline later.
  return Promise.all(calls);
}

async function make(upstreams: Upstreams<string, string>, scheduled: number): Promise<Call> {
  const begun = performance.now();
  const deadline = Deadline.in(systemClock, TIMEOUT_MS);
  const by = await upstreams.call('/', { deadline, idempotent: true }).catch(() => null);
  const endedAt = performance.now();
  return { scheduled, latencyMs: endedAt - scheduled, pastDeadlineMs: endedAt - begun - TIMEOUT_MS, endedAt, by };
}
