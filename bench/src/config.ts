/**
 * How soon a changed file is in force, how long a change and a way back take, and what becomes of questions meanwhile, with
 * one process and with two. A reload counts from the rename of the file to the first answer that goes by it.
 *
 *     node bench/src/config.ts [--times 40]
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import { untilSettled } from './settle.ts';

const { values } = parseArgs({ options: { times: { type: 'string', default: '40' } } });
const times = Number(values.times);

interface State {
  readonly version: number;
  readonly settings: Readonly<Record<string, { readonly value: unknown }>>;
}

async function call(server: LaunchedServer, method: string, path = '', body?: object): Promise<State> {
  const response = await fetch(`${server.url}/api/v1/config${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      'if-match': '*',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as State;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Writes a file that differs, and asks until a serving process goes by it. */
async function reload(server: LaunchedServer, connections: number): Promise<void> {
  const file = join(server.dataFolder, 'vortexflow.yaml');
  await writeFile(`${file}.new`, `max_connections: ${connections}\n`);
  await rename(`${file}.new`, file);
  for (const end = performance.now() + 30_000; performance.now() < end;) {
    const { settings } = await call(server, 'GET');
    if (settings['max_connections']?.value === connections) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('the file did not come into force');
}

async function repeat(run: (i: number) => Promise<number>): Promise<number[]> {
  const spent: number[] = [];
  for (let i = 0; i < times; i++) {
    spent.push(await run(i));
    // Not in step with the looks at the file.
    await new Promise((resolve) => setTimeout(resolve, (i * 37) % 100));
  }
  return spent;
}

function figure(what: string, spent: readonly number[], goalMs: number): Figure {
  const [p50, p95] = [quantile(spent, 0.5), quantile(spent, 0.95)];
  const value = `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, most ${Math.max(...spent).toFixed(0)} ms (n ${spent.length})`;
  return { what, value, goal: `p95 < ${goalMs} ms`, met: p95 < goalMs };
}

/** Four callers, who ask as fast as they are answered while the file and the settings change all the time. */
async function askThroughout(server: LaunchedServer, how: string): Promise<Figure> {
  // Ways back have set this above the file.
  await call(server, 'PATCH', '', { max_connections: null });
  const over = new AbortController();
  let asked = 0;
  let lost = 0;
  const callers = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      asked++;
      const response = await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'What is the opposite of hot?', cache: false }),
      }).catch(() => null);
      if (!response?.ok || ((await response.json()) as { result: unknown }).result !== 'cold') lost++;
    }
  });
  for (let i = 0; i < times / 2; i++) {
    await reload(server, 3000 + i);
    await call(server, 'PATCH', '', { fusion_algorithm: i % 2 === 0 ? 'weighted' : 'ensemble' });
  }
  over.abort();
  await Promise.all(callers);
  const what = `questions lost during ${times} changes, ${how}`;
  return { what, value: `${lost} of ${asked}`, goal: '0', met: lost === 0 };
}

const figures: Figure[] = [];
const about = circumstances();
for (const workers of ['0', '2']) {
  const server = await launchServer({ env: { WORKERS: workers, LOG_LEVEL: 'warn', REASONER_THREADS: '1' } });
  try {
    // The layout of a new server takes all the processor there is.
    await untilSettled(server.url);
    const how = workers === '0' ? 'one process' : `${workers} processes`;
    figures.push(figure(`file in force, ${how}`, await repeat((i) => timed(() => reload(server, 1000 + i))), 500));
    const { version } = await call(server, 'GET');
    const change = (i: number): Promise<number> => timed(() => call(server, 'PATCH', '', { timeout_ms: 1000 + i }));
    figures.push(figure(`change acknowledged, ${how}`, await repeat(change), 200));
    const back = (i: number): Promise<number> =>
      timed(() => call(server, 'POST', '/rollback', { version: version - (i % 2) }));
    figures.push(figure(`way back acknowledged, ${how}`, await repeat(back), 200));
    figures.push(await askThroughout(server, how));
  } finally {
    await server.stop();
  }
}
process.stdout.write(`${about.join('\n')}\n\n`);
printTable(figures);
