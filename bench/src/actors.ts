/** `node bench/src/actors.ts`: what a message, a question, an actor and a restart cost, supervised and counted, on one core. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ActorRef, type ActorSpec, createSystem, type System } from '@vortexflow/actors';
import { systemClock } from '@vortexflow/primitives';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';

const ROUNDS = 7;
const TOLD = 2_000_000;
const BURST = 10_000;
const ASKED = 50_000;
const SPAWNED = 200_000;
const CRASHES = 3_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mailbox = { capacity: BURST, overflow: 'reject' } as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Counts what it is told; answers what it is asked; crashes at `-1`. */
const counter: ActorSpec<number, number, number> = {
  id: 'counter',
  mailbox,
  init: () => 0,
  handle(count, message, ctx) {
    if (message < 0) throw new Error('as told');
    ctx.reply(count + message);
    return count + message;
  },
};

async function supervised(): Promise<{ system: System; ref: ActorRef<number, number> }> {
  const system = createSystem({ clock: systemClock });
  const spec = { id: 'top', strategy: 'one_for_one', intensity: 10, periodMs: 0.001, children: [counter] } as const;
  return { system, ref: (await system.supervise(spec)).ref(counter) };
}

/** Messages a second from one sender outside to one actor, in bursts that fit the mailbox. */
async function tellRate(): Promise<number> {
  const { system, ref } = await supervised();
  const start = performance.now();
  for (let sent = 0; sent < TOLD; sent += BURST) {
    for (let i = 0; i < BURST; i++) ref.tell(1);
    // Where the last of the burst is handled; the drain gives way to other work in between.
    while (system.counters().handled < sent + BURST) await turn();
  }
  const seconds = (performance.now() - start) / 1_000;
  const { counters } = await system.stop({ deadlineMs: 1_000 });
  if (counters.handled !== TOLD || counters.sent !== TOLD)
    throw new Error(`lost messages: ${JSON.stringify(counters)}`);
  return TOLD / seconds;
}

/** Microseconds of each of many questions, one after the other. */
async function askTimes(): Promise<number[]> {
  const { system, ref } = await supervised();
  const times: number[] = [];
  for (let i = 1; i <= ASKED; i++) {
    const start = performance.now();
    const answer = await ref.ask(1, { timeoutMs: 5_000 });
    times.push((performance.now() - start) * 1_000);
    if (answer !== i) throw new Error(`answer ${answer}, not ${i}`);
    // Ours is not the only work of a process.
    if (i % 1_000 === 0) await turn();
  }
  await system.stop({ deadlineMs: 1_000 });
  return times;
}

/** Actors a second, and bytes of heap that each takes while it does nothing. */
async function spawning(): Promise<{ rate: number; bytes: number }> {
  const system = createSystem({ clock: systemClock });
  const refs: ActorRef<number, number>[] = Array.from({ length: SPAWNED });
  collect();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  for (let i = 0; i < SPAWNED; i++) refs[i] = system.spawn(counter);
  const seconds = (performance.now() - start) / 1_000;
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / SPAWNED;
  const answer = await (refs[SPAWNED - 1] as ActorRef<number, number>).ask(1, { timeoutMs: 5_000 });
  if (answer !== 1) throw new Error('an actor that does not work');
  await system.stop({ deadlineMs: 60_000 });
  return { rate: SPAWNED / seconds, bytes };
}

/** Microseconds from a message that crashes its actor to the first answer of the restarted one. */
async function restartTimes(): Promise<number[]> {
  const { system, ref } = await supervised();
  const times: number[] = [];
  for (let i = 0; i < CRASHES; i++) {
    const start = performance.now();
    ref.tell(-1);
    const answer = await ref.ask(1, { timeoutMs: 5_000 });
    times.push((performance.now() - start) * 1_000);
    if (answer !== 1) throw new Error('a restart that kept its state');
    await turn();
  }
  await system.stop({ deadlineMs: 1_000 });
  return times;
}

const about = circumstances();
const tells: number[] = [];
const asks: number[][] = [];
const spawns: { rate: number; bytes: number }[] = [];
const restarts: number[][] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const measured = [await tellRate(), await askTimes(), await spawning(), await restartTimes()] as const;
  if (round === 0) continue; // for the compiler
  tells.push(measured[0]);
  asks.push(measured[1]);
  spawns.push(measured[2]);
  restarts.push(measured[3]);
}
process.stdout.write(`${about.join('\n')}\nmedians of ${ROUNDS} rounds (least to most)\n\n`);
printTable(figures());

function figures(): Figure[] {
  const at = (rounds: readonly number[][], share: number): number[] => rounds.map((times) => quantile(times, share));
  return [
    row(
      'tell, messages/s',
      tells,
      (value) => `${(value / 1e6).toFixed(1)} M`,
      '>= 8.0 M',
      (value) => value >= 8e6,
    ),
    row('ask p50', at(asks, 0.5), micros, '<= 1.5 us', (value) => value <= 1.5),
    row('ask p99', at(asks, 0.99), micros, '<= 15 us', (value) => value <= 15),
    row(
      'spawn, actors/s',
      spawns.map(({ rate }) => rate),
      (value) => `${(value / 1e6).toFixed(2)} M`,
      '>= 1.00 M',
      (value) => value >= 1e6,
    ),
    row(
      'idle actor, bytes',
      spawns.map(({ bytes }) => bytes),
      (value) => value.toFixed(0),
      '<= 500',
      (value) => value <= 500,
    ),
    row('crash to next answer p50', at(restarts, 0.5), micros),
    row('crash to next answer p99', at(restarts, 0.99), micros, '<= 1000 us', (value) => value <= 1_000),
  ];
}

function micros(value: number): string {
  return `${value.toFixed(1)} us`;
}

function row(
  what: string,
  values: readonly number[],
  show: (value: number) => string,
  goal?: string,
  isMet?: (value: number) => boolean,
): Figure {
  const median = quantile(values, 0.5);
  const value = `${show(median)} (${show(Math.min(...values))} to ${show(Math.max(...values))})`;
  return goal === undefined || !isMet ? { what, value } : { what, value, goal, met: isMet(median) };
}
