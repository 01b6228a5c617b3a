/**
 * `node bench/src/viewers.ts [--seconds 300] [--viewers 1000]`: so many viewers of a layout that never settles, at 10 Hz, each
 * with an interest of 10,000 nodes of its own. Server and viewers are processes of this machine.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { circumstances, type Figure, printTable } from './figure.ts';
import type { MoverSettings } from './mover.child.ts';
import type { StreamServerReport } from './stream-server.child.ts';
import type { WatchOrder, WatchReport } from './watchers.child.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, viewers: { type: 'string', default: '1000' } },
});
const seconds = Number(values.seconds);
const viewers = Number(values.viewers);

const MOVER: MoverSettings = { nodes: 117_791, radius: 130, intervalMs: 100 };
/** Viewers that connect a second. */
const PACE = 50;
/** Left out of the figures after the last one has come, ms: all have their first picture by then. */
const WARM_UP_MS = 10_000;
const REPORT_MS = 10_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string): void => void process.stderr.write(`… ${text}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** @throws Error when the process ends instead */
function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a child ended with ${code}`)));
  });
}

function ask<T>(child: ChildProcess): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send('report');
  return answer;
}

type ServerState = Exclude<StreamServerReport, { url: string }>;

/** Frames, ages and the server's states of a whole run. */
interface Run {
  readonly ages: Float64Array;
  readonly totals: { frames: number; bytes: number; skipped: number };
  readonly states: ServerState[];
  last: WatchReport;
  readonly seconds: number;
  /** Processor time of the load generator before the run. */
  readonly loadSeconds: number;
}

async function watch(server: ChildProcess, watchers: ChildProcess): Promise<Run> {
  const warm = await ask<WatchReport>(watchers);
  const states = [await ask<ServerState>(server)];
  const run: Run = {
    ages: new Float64Array(warm.ages.length),
    totals: { frames: 0, bytes: 0, skipped: 0 },
    states,
    last: warm,
    seconds,
    loadSeconds: warm.cpuSeconds,
  };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await wait(Math.min(REPORT_MS, end - performance.now()));
    const report = await ask<WatchReport>(watchers);
    report.ages.forEach((count, age) => (run.ages[age]! += count));
    run.totals.frames += report.frames;
    run.totals.bytes += report.bytes;
    run.totals.skipped += report.skipped;
    run.last = report;
    states.push(await ask<ServerState>(server));
    const { memory, loopDelayMs } = states.at(-1)!;
    say(
      `${report.connected - report.disconnected} viewers, ${report.frames} frames, heap ${megabytes(memory.heapUsed)}, ` +
        `buffers ${megabytes(memory.arrayBuffers)}, resident ${megabytes(memory.rss)}, loop p99 ${loopDelayMs.p99.toFixed(0)} ms`,
    );
  }
  return run;
}

function ageAt(ages: Float64Array, share: number): number {
  const total = ages.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return ages.findIndex((count) => (sum += count) >= total * share);
}

function figures({ ages, totals, states, last, seconds, loadSeconds }: Run): Figure[] {
  const [first, end] = [states[0]!, states.at(-1)!];
  const lost = last.disconnected + (viewers - last.connected);
  const growth = end.memory.heapUsed - first.memory.heapUsed;
  const delays = states.slice(1).map(({ loopDelayMs }) => loopDelayMs);
  const most = (pick: (delay: ServerState['loopDelayMs']) => number): string =>
    Math.max(...delays.map(pick)).toFixed(0);
  const share = (used: number): string => `${((used / seconds) * 100).toFixed(0)} % of a core`;
  return [
    { what: `viewers lost of ${viewers}`, value: String(lost), goal: '0', met: lost === 0 },
    {
      what: 'age of a frame when it is received, p50, p99',
      value: `${ageAt(ages, 0.5)} ms, ${ageAt(ages, 0.99)} ms`,
      goal: 'p99 <= 250 ms',
      met: ageAt(ages, 0.99) <= 250,
    },
    {
      what: 'frames received',
      value: `${Math.round(totals.frames / seconds)}/s, ${(totals.frames / seconds / viewers).toFixed(1)} a viewer, ${((100 * totals.skipped) / (totals.frames + totals.skipped)).toFixed(2)} % skipped, ${last.broken} did not follow on those before`,
      goal: '0 broken',
      met: last.broken === 0,
    },
    {
      what: 'bytes sent',
      value: `${megabytes(totals.bytes / seconds)}/s, ${(totals.bytes / totals.frames / 1000).toFixed(1)} kB a frame`,
    },
    {
      what: 'heap of the server, start and end, after collection',
      value: `${megabytes(first.memory.heapUsed)}, ${megabytes(end.memory.heapUsed)}; buffers ${megabytes(first.memory.arrayBuffers)}, ${megabytes(end.memory.arrayBuffers)}; resident ${megabytes(first.memory.rss)}, ${megabytes(end.memory.rss)}`,
      goal: 'flat: + 10 % at most',
      met: growth <= first.memory.heapUsed * 0.1,
    },
    {
      what: "the server's event loop, worst 10 s",
      value: `p50 ${most(({ p50 }) => p50)} ms, p99 ${most(({ p99 }) => p99)} ms, most ${most(({ most }) => most)} ms`,
    },
    {
      what: 'processor time of the server, and of the load generator beside it',
      value: `${share(end.cpuSeconds - first.cpuSeconds)} with the encoding thread, ${share(last.cpuSeconds - loadSeconds)}`,
    },
  ];
}

const about = circumstances();
const server = fork(new URL('./stream-server.child.ts', import.meta.url), [JSON.stringify(MOVER)], {
  execArgv: ['--expose-gc', '--max-semi-space-size=8'],
});
const watchers = fork(new URL('./watchers.child.ts', import.meta.url));
try {
  const { url } = await nextMessage<{ url: string }>(server);
  const order: WatchOrder = { url, viewers, pace: PACE, radius: MOVER.radius };
  watchers.send(order);
  say(`${viewers} viewers connect`);
  await wait((viewers / PACE) * 1000 + WARM_UP_MS);
  const run = await watch(server, watchers);
  process.stdout.write(`${about.join('\n')}\n`);
  process.stdout.write(
    `layout   synthetic: ${MOVER.nodes} nodes that swing about their places at 10 Hz and never settle\n\n`,
  );
  printTable(figures(run));
} finally {
  server.disconnect();
  watchers.disconnect();
}
