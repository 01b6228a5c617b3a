/**
 * Portkey's gateway in front of two models beside this server with the same two in the mode `Reasoning`. Both sides put
 * each question to both models; the models answer at once, so what is measured is what stands in front of them.
 *
 * The work is not the same, and the output says so: Portkey passes two finished prompts on; here one question is read,
 * passages are found by two reasoners, prompts are made, replies are checked against the passages, and four opinions are
 * fused. `node bench/src/gateway.ts [--rounds N] [--questions N]`
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadWordNet } from '@vortexflow/knowledge';
import { DisposalStack } from '@vortexflow/primitives';
import { launchServer } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import type { GatewayLoad, GatewayOrder, Part } from './gateway/load.child.ts';
import type { ModelReport } from './gateway/models.child.ts';
import { untilSettled } from './settle.ts';

const CONCURRENCY = 16;
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, questions: { type: 'string', default: '1500' } },
});
const ROUNDS = Number(values.rounds);
const PER_ROUND = Number(values.questions);
/** Share of calls that a round may have beyond one a model and question. */
const MORE_CALLS = 0.01;

const say = (text: string): void => void process.stderr.write(`… ${text}\n`);
const JSON_TYPE = { 'content-type': 'application/json' };

/** Names that mean one thing only: everybody agrees on them, so nobody is asked twice. */
async function questions(count: number): Promise<string[]> {
  const { nodes } = await loadWordNet();
  const meanings = new Map<string, number>();
  for (const { names } of nodes) for (const name of names) meanings.set(name, (meanings.get(name) ?? 0) + 1);
  const nouns = nodes.filter(
    ({ id, names, text }) =>
      id.includes('.n.') &&
      /^[a-z]{5,20}$/.test(names[0] ?? '') &&
      meanings.get(names[0] ?? '') === 1 &&
      !/[(;"\\]/.test(text),
  );
  // A stride without a common factor, so that questions come from everywhere.
  return Array.from({ length: count }, (_, i) => `What is ${nouns[(i * 7919) % nouns.length]?.names[0]}?`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startPortkey(): Promise<{ url: string; child: ChildProcess }> {
  const folder = dirname(createRequire(import.meta.url).resolve('@portkey-ai/gateway/package.json'));
  const port = await freePort();
  const child = spawn(process.execPath, [join(folder, 'build', 'start-server.js'), `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    if ((await fetch(url).catch(() => null))?.ok) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error('Portkey did not start within 20 s');
}

function load(order: GatewayOrder): Promise<GatewayLoad> {
  const child = fork(new URL('./gateway/load.child.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as GatewayLoad));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the load generator ended with ${code}`));
    });
    child.send(order);
  });
}

/** One of the compared sides. */
interface Side {
  readonly name: string;
  readonly url: string;
  /** How many of the models a question reaches. */
  readonly callsPerQuestion: number;
  readonly parts: (question: string) => Part[];
  readonly rounds: { readonly perSecond: number; readonly report: GatewayLoad; readonly cpuSeconds: number }[];
  readonly process: ChildProcess;
}

/** Processor time that a process and its threads have used so far, seconds; from /proc, so on Linux only. */
async function cpuSeconds({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const about = circumstances();
await using disposal = new DisposalStack();
const folder = disposal.use(await mkdtemp(join(tmpdir(), 'vortexflow-gateway-')), (it) =>
  rm(it, { recursive: true, force: true }),
);
const models = disposal.use(fork(new URL('./gateway/models.child.ts', import.meta.url)), (it) => it.disconnect());
const ask = async (): Promise<ModelReport> => {
  const answer = once(models, 'message');
  models.send('report');
  return ((await answer) as [ModelReport])[0];
};
const [{ urls }] = (await once(models, 'message')) as [ModelReport];
await writeFile(
  join(folder, 'vortexflow.yaml'),
  JSON.stringify({ models: urls.map((base_url, i) => ({ name: `mock${i}`, base_url, model: 'm' })) }),
);
say('the server, Portkey, and the layout coming to rest');
const own = disposal.use(
  await launchServer({ env: { VORTEXFLOW_CONFIG: join(folder, 'vortexflow.yaml'), LOG_LEVEL: 'warn' } }),
  (it) => it.stop(),
);
const portkey = disposal.use(await startPortkey(), ({ child }) => void child.kill());
await untilSettled(own.url);
const all = await questions((ROUNDS + 1) * PER_ROUND + 1);
const ours = (input: string): Part[] => [
  {
    path: '/api/v1/process',
    headers: JSON_TYPE,
    body: JSON.stringify({ input, mode: 'Reasoning', timeout_ms: 60_000, cache: false }),
  },
];
// One question here shows what a prompt looks like; Portkey gets prompts of the same kind and length.
const [first = ''] = all;
await load({ url: own.url, concurrency: 1, questions: [ours(first)] });
const { sample } = await ask();
const throughPortkey = (question: string, url: string): Part => ({
  path: '/v1/chat/completions',
  headers: {
    ...JSON_TYPE,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': url,
    authorization: 'Bearer none',
  },
  body: sample.replaceAll(first, question),
});
const sides: Side[] = [
  { name: 'here, mode Reasoning', url: own.url, callsPerQuestion: 2, parts: ours, rounds: [], process: own.process },
  {
    name: 'Portkey, two requests a question',
    url: portkey.url,
    callsPerQuestion: 2,
    parts: (question) => urls.map((url) => throughPortkey(question, url)),
    rounds: [],
    process: portkey.child,
  },
  {
    name: 'Portkey, one request to one model',
    url: portkey.url,
    callsPerQuestion: 1,
    parts: (question) => [throughPortkey(question, urls[question.length % 2] as string)],
    rounds: [],
    process: portkey.child,
  },
];
for (let round = 0; round <= ROUNDS; round++) {
  say(`round ${round} of ${ROUNDS}${round === 0 ? ' (to warm up)' : ''}`);
  for (const side of sides)
    await measure(side, all.slice(1 + round * PER_ROUND, 1 + (round + 1) * PER_ROUND), round > 0);
}
const { connections } = await ask();
process.stdout.write(`${about.join('\n')}\n\n`);
printTable(sides.flatMap(rowsOf));
process.stdout.write(
  `\nBoth sides asked each model once a question (checked each round; here up to 1 % more, where reasoners disagreed); prompts of ${sample.length} bytes on both sides; ` +
    `${connections.join(' + ')} connections to the models in all.\n` +
    'Here a request does more: it reads the question, finds passages with two reasoners, makes the prompts, checks the\n' +
    'replies against the passages and fuses four opinions. Portkey passes finished prompts on.\n',
);

/** @throws Error when a response was not 200, or the models were asked less or noticeably more often than once each */
async function measure(side: Side, some: readonly string[], counts: boolean): Promise<void> {
  const sum = ({ requests }: ModelReport): number => requests.reduce((total, count) => total + count, 0);
  const before = sum(await ask());
  const cpuBefore = await cpuSeconds(side.process);
  const report = await load({ url: side.url, concurrency: CONCURRENCY, questions: some.map(side.parts) });
  const cpu = (await cpuSeconds(side.process)) - cpuBefore;
  const calls = sum(await ask()) - before;
  const expected = some.length * side.callsPerQuestion;
  if (Object.keys(report.statuses).join() !== '200')
    throw new Error(`${side.name}: ${JSON.stringify(report.statuses)}`);
  // Where the reasoners disagree, the models are asked a second time: more work for us.
  if (calls < expected || calls > expected * (1 + MORE_CALLS) || report.answers !== expected)
    throw new Error(
      `${side.name}: ${calls} calls and ${report.answers} answers for ${some.length} questions, not ${expected}`,
    );
  if (counts) side.rounds.push({ perSecond: some.length / report.seconds, report, cpuSeconds: cpu });
}

function rowsOf({ name, rounds, callsPerQuestion }: Side): Figure[] {
  const rates = rounds.map(({ perSecond }) => perSecond);
  const latencies = rounds.flatMap(({ report }) => report.latenciesMs);
  const cpu = (rounds.reduce((sum, round) => sum + round.cpuSeconds, 0) / latencies.length) * 1000;
  const median = quantile(rates, 0.5);
  return [
    {
      what: `${name}, ${CONCURRENCY} under way`,
      value:
        `${Math.round(median)} questions/s (${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))} over ${rounds.length} rounds of ${PER_ROUND}), ` +
        `${Math.round(median * callsPerQuestion)} model calls/s, p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms, ` +
        `${cpu.toFixed(2)} ms of processor time a question`,
    },
  ];
}
