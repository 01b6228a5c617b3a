/**
 * `node bench/src/actors/beside.ts`: the same supervised counter in this project, nact, XState, Effect and Erlang/OTP, in
 * alternating rounds of one run. Erlang runs when `escript` is installed (Debian: erlang-base).
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { circumstances, quantile } from '../figure.ts';
import type { Contender, Counter } from './contenders/contender.ts';
import { effect } from './contenders/effect.ts';
import { nact } from './contenders/nact.ts';
import { ours } from './contenders/ours.ts';
import { xstate } from './contenders/xstate.ts';

const ROUNDS = 5;
const TOLD = 200_000;
const BURST = 10_000;
const ASKED = 20_000;
const SPAWNED = 20_000;
const CRASHES = 500;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Of one contender in one round; times in microseconds. */
interface Measured {
  /** What was counted: all must have counted the same. */
  readonly sum: number;
  readonly tell: number;
  readonly ask: readonly [number, number];
  readonly spawn: number;
  readonly bytes: number;
  readonly restart: readonly [number, number];
}

async function measure(make: () => Contender): Promise<Measured> {
  const contender = make();
  const counter = await contender.counter();
  await told(counter, TOLD / 4);
  const before = await counter.ask(0);
  const tell = await told(counter, TOLD);
  const sum = (await counter.ask(0)) - before;
  const ask = await times(ASKED, () => counter.ask(0));
  const { spawn, bytes } = await spawning(contender);
  const restart = await times(CRASHES, async () => {
    counter.tell(-1);
    const answer = await counter.ask(1);
    if (answer !== 1) throw new Error(`${contender.name}: ${answer} after a restart`);
  });
  await contender.stop();
  return { sum, tell, ask, spawn, bytes, restart };
}

/** Messages a second. A question behind each burst says that the burst is done. */
async function told(counter: Counter, count: number): Promise<number> {
  const start = performance.now();
  for (let sent = 0; sent < count; sent += BURST) {
    for (let i = 0; i < BURST; i++) counter.tell(1);
    await counter.ask(0);
  }
  return count / ((performance.now() - start) / 1_000);
}

/** Median and 99th percentile. */
async function times(count: number, act: () => Promise<unknown>): Promise<[number, number]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await act();
    all.push((performance.now() - start) * 1_000);
    if (i % 100 === 0) await turn();
  }
  return [quantile(all, 0.5), quantile(all, 0.99)];
}

async function spawning(contender: Contender): Promise<{ spawn: number; bytes: number }> {
  const counters: Counter[] = Array.from({ length: SPAWNED });
  collect();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  for (let i = 0; i < SPAWNED; i++) counters[i] = contender.idle();
  const seconds = (performance.now() - start) / 1_000;
  await turn();
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / SPAWNED;
  if ((await counters[SPAWNED - 1]?.ask(1)) !== 1) throw new Error(`${contender.name}: an actor that does not work`);
  return { spawn: SPAWNED / seconds, bytes };
}

function erlang(): Measured | undefined {
  const script = fileURLToPath(new URL('./contenders/counter.escript', import.meta.url));
  const counts = [TOLD, BURST, ASKED, SPAWNED, CRASHES].map(String);
  try {
    return JSON.parse(execFileSync('escript', [script, ...counts], { encoding: 'utf8' })) as Measured;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const about = circumstances();
const contenders = [ours, nact, xstate, effect];
const results = new Map<string, Measured[]>();
const keep = (name: string, measured: Measured): void => {
  if (measured.sum !== TOLD) throw new Error(`${name} counted ${measured.sum} of ${TOLD}`);
  results.set(name, [...(results.get(name) ?? []), measured]);
};
let otp = '';
for (let round = 0; round <= ROUNDS; round++) {
  // Whoever comes first in one round comes last in the next.
  const order = round % 2 === 0 ? contenders : contenders.toReversed();
  for (const make of order) {
    const measured = await measure(make);
    if (round > 0) keep(make().name, measured);
  }
  const measured = round === 0 ? undefined : erlang();
  if (measured) keep('Erlang/OTP', measured);
  else if (round > 0) otp = 'Erlang/OTP was NOT measured: escript is not installed (Debian: erlang-base)\n';
}

process.stdout.write(`${about.join('\n')}\n${otp}medians of ${ROUNDS} alternating rounds\n\n`);
process.stdout.write('| | tell/s | ask p50 / p99 us | spawn/s | idle bytes | crash to answer p50 / p99 us |\n');
process.stdout.write('| --- | --- | --- | --- | --- | --- |\n');
const median = (rounds: readonly Measured[], of: (measured: Measured) => number): number =>
  quantile(rounds.map(of), 0.5);
for (const [name, rounds] of results) {
  const at = (of: (measured: Measured) => number): number => median(rounds, of);
  const pair = (of: (measured: Measured) => readonly [number, number]): string =>
    `${at((one) => of(one)[0]).toFixed(2)} / ${at((one) => of(one)[1]).toFixed(1)}`;
  process.stdout.write(
    `| ${name} | ${millions(at((one) => one.tell))} | ${pair((one) => one.ask)} | ${millions(at((one) => one.spawn))} | ${at((one) => one.bytes).toFixed(0)} | ${pair((one) => one.restart)} |\n`,
  );
}
process.stdout.write('\nXState delivers in the call and has no supervision: its restart is written by hand here.\n\n');

const tellOf = (name: string): number => median(results.get(name) ?? [], ({ tell }) => tell);
const own = tellOf('vortexflow');
goal('tell', millions(own), own >= 8e6, '8.00 M');
for (const [name, least] of [
  ['Erlang/OTP', 4],
  ['nact 7.6.2', 15],
  ['Effect 4.1.0', 15],
] as const) {
  if (results.has(name))
    goal(`tell beside ${name}`, `${(own / tellOf(name)).toFixed(1)} x`, own >= least * tellOf(name), `${least} x`);
}
// Timers and fibers of the others would keep it.
process.exit();

function millions(value: number): string {
  return `${(value / 1e6).toFixed(2)} M`;
}

function goal(what: string, value: string, met: boolean, least: string): void {
  process.stdout.write(`${what}: ${value} (goal >= ${least}) ${met ? 'met' : 'MISSED'}\n`);
}
