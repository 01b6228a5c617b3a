/**
 * `node bench/src/failover.ts [--kills N] [--rate N]`: what callers notice when something dies under load. Questions come at
 * a fixed rate, whether or not earlier ones are answered, and their latencies count from when they were due.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  createThreadKiller,
  descendants,
  launchServer,
  type LaunchedServer,
  servingProcesses,
} from '@vortexflow/testkit';
import { Pool } from 'undici';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import { distinctQuestions } from './questions.ts';

const { values } = parseArgs({ options: { kills: { type: 'string' }, rate: { type: 'string' } } });
const KILLS = Number(values.kills ?? 10);
const RATE = Number(values.rate ?? 200);
/** Between two faults, ms: long enough for all to be well again. */
const REST_MS = 6_000;

interface Answer {
  /** When it was due, on the clock of this process, ms. */
  readonly due: number;
  readonly ms: number;
  readonly failure: string | null;
}

/** Asks at the rate until it is stopped. */
function openLoop(url: string, questions: readonly string[]): { answers: Answer[]; stop: () => Promise<void> } {
  const pool = new Pool(url, { connections: 64 });
  const answers: Answer[] = [];
  const over = new AbortController();
  const underWay = new Set<Promise<void>>();
  const askOne = async (input: string, due: number): Promise<void> => {
    const failure = await failureOf(pool, input);
    answers.push({ due, ms: performance.now() - due, failure });
  };
  const loop = (async () => {
    const start = performance.now();
    for (let i = 0; !over.signal.aborted; i++) {
      const due = start + (i * 1000) / RATE;
      if (due > performance.now()) await pause(due - performance.now());
      const asked = askOne(questions[i % questions.length] as string, due);
      underWay.add(asked);
      void asked.then(() => underWay.delete(asked));
    }
  })();
  return {
    answers,
    stop: async () => {
      over.abort();
      await loop;
      await Promise.all(underWay);
      await pool.close();
    },
  };
}

async function failureOf(pool: Pool, input: string): Promise<string | null> {
  try {
    const { statusCode, body } = await pool.request({
      path: '/api/v1/process',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input, cache: false }),
    });
    const answer = (await body.json()) as { code?: string; metadata?: { kind: string } };
    if (statusCode !== 200) return `${statusCode} ${answer.code}`;
    return answer.metadata?.kind === 'degraded' ? 'degraded' : null;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code ?? String(failure);
  }
}

interface Faults {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Does it once. */
  readonly strike: (server: LaunchedServer) => Promise<void>;
}

async function run({ name, env, strike }: Faults, questions: readonly string[]): Promise<Figure[]> {
  const server = await launchServer({ env: { LOG_LEVEL: 'fatal', ...env } });
  try {
    await pause(REST_MS);
    const { answers, stop } = openLoop(server.url, questions);
    const strikes: number[] = [];
    await pause(REST_MS);
    for (let i = 0; i < KILLS; i++) {
      strikes.push(performance.now());
      await strike(server);
      await pause(REST_MS);
    }
    await stop();
    return figuresOf(name, answers, strikes);
  } finally {
    await server.stop();
  }
}

function figuresOf(name: string, answers: readonly Answer[], strikes: readonly number[]): Figure[] {
  const failures = answers.flatMap(({ failure }) => failure ?? []);
  const kinds = [...new Set(failures)].map((kind) => `${kind} ${failures.filter((one) => one === kind).length}`);
  const [first = Infinity] = strikes;
  const after = answers.filter(({ due }) => strikes.some((at) => due >= at && due < at + 1_000));
  const before = answers.filter(({ due }) => due < first);
  // The first question due after a strike that has its answer: how long nobody was there.
  const next = strikes.map((at) => {
    const good = answers.filter(({ due, failure }) => due >= at && failure === null);
    return Math.min(...good.map(({ due, ms }) => due + ms - at));
  });
  const times = (list: readonly Answer[]): string =>
    `p50 ${quantile(
      list.map(({ ms }) => ms),
      0.5,
    ).toFixed(1)}, p95 ${quantile(
      list.map(({ ms }) => ms),
      0.95,
    ).toFixed(1)}, most ${Math.max(...list.map(({ ms }) => ms)).toFixed(0)} ms`;
  return [
    {
      what: `${name}: questions failed or degraded`,
      value: `${failures.length} of ${answers.length} in ${strikes.length} faults ${kinds.join(', ')}`,
      goal: '0',
      met: failures.length === 0,
    },
    {
      what: `${name}: until the next answer`,
      value: `p50 ${quantile(next, 0.5).toFixed(0)}, most ${Math.max(...next).toFixed(0)} ms`,
      goal: '<= 100 ms',
      met: Math.max(...next) <= 100,
    },
    { what: `${name}: answers due in the second after; before the first`, value: `${times(after)}; ${times(before)}` },
  ];
}

const killer = await createThreadKiller();
const killThread = async (server: LaunchedServer): Promise<void> => {
  const root = server.process.pid as number;
  for (const pid of [root, ...descendants(root)]) if (await killer.kill(pid, 'reason').catch(() => false)) return;
  throw new Error('there is no reasoning thread');
};
let turn = 0;
const killProcess = (server: LaunchedServer): Promise<void> => {
  const serving = servingProcesses(server.process.pid as number);
  const victim = serving[turn++ % serving.length];
  if (victim === undefined) throw new Error('there is no serving process');
  process.kill(victim, 'SIGKILL');
  return Promise.resolve();
};
const roll = (server: LaunchedServer): Promise<void> => Promise.resolve(void server.process.kill('SIGHUP'));

const questions = await distinctQuestions(20_000);
const several = { WORKERS: '2', REASONER_THREADS: '1' };
const lines = circumstances();
const figures = [
  ...(await run(
    { name: 'reasoning thread killed, of two', env: { ...killer.env, REASONER_THREADS: '2' }, strike: killThread },
    questions,
  )),
  ...(await run(
    { name: 'kill -9 of one of two serving processes, in turn', env: several, strike: killProcess },
    questions,
  )),
  ...(await run({ name: 'SIGHUP, both replaced', env: several, strike: roll }, questions)),
];
process.stdout.write(`${lines.join('\n')}\n\n${RATE} questions/s\n`);
printTable(figures);
await killer.remove();
