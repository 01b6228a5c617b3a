/** `node bench/src/actors/placed.ts`: what an actor on a thread or in a process costs: a message, a question, a restart. */
import { type ActorRef, createSystem, type PlacedActorSpec, type System } from '@vortexflow/actors';
import { systemClock } from '@vortexflow/primitives';
import { circumstances, type Figure, printTable, quantile } from '../figure.ts';

const ROUNDS = 5;
const TOLD = 500_000;
const CAPACITY = 20_000;
const ASKED = 3_000;
const RESTARTS = 40;

type Where = 'thread' | 'process';
const module = new URL('./counting.actor.ts', import.meta.url);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ask = { timeoutMs: 60_000 };

interface Placed {
  readonly system: System;
  readonly ref: ActorRef<number, number>;
}

async function placed(where: Where, standby: number, numbers = 0): Promise<Placed> {
  const shared = { export: 'counting', standby, prepareData: { numbers }, window: CAPACITY };
  const spec: PlacedActorSpec<number, number> = {
    id: 'counting',
    mailbox: { capacity: CAPACITY, overflow: 'reject' },
    placement: where === 'thread' ? { thread: module, ...shared } : { process: module, ...shared },
  };
  const system = createSystem({ clock: systemClock });
  const top = { id: 'top', strategy: 'one_for_one', intensity: 10, periodMs: 0.001, children: [spec] } as const;
  return { system, ref: (await system.supervise(top)).ref(spec) };
}

/** Messages a second, in bursts of a quarter of the mailbox. */
async function tellRate({ system, ref }: Placed): Promise<number> {
  const before = system.counters().handled;
  const burst = CAPACITY / 4;
  const start = performance.now();
  for (let sent = 0; sent < TOLD; sent += burst) {
    while (sent - (system.counters().handled - before) > CAPACITY - burst) await turn();
    for (let i = 0; i < burst; i++) if (ref.tell(1) !== 'queued') throw new Error('the mailbox is full');
  }
  while (system.counters().handled - before < TOLD) await turn();
  return TOLD / ((performance.now() - start) / 1_000);
}

/** Microseconds of each of many questions, one after the other. */
async function askTimes({ ref }: Placed): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < ASKED; i++) {
    const start = performance.now();
    await ref.ask(0, ask);
    times.push((performance.now() - start) * 1_000);
  }
  return times;
}

/** Milliseconds from the message that ends the thread or process to the first answer of the next. */
async function restartTimes(where: Where, standby: number, numbers: number, count: number): Promise<number[]> {
  const { system, ref } = await placed(where, standby, numbers);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    while (system.metrics().spares < standby) await new Promise((resolve) => setTimeout(resolve, 5));
    // As it is when crashes are rare: what made the spare has come to rest.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    ref.tell(-1);
    const answer = await ref.ask(1, ask);
    times.push(performance.now() - start);
    if (answer !== 1) throw new Error('a restart that kept its state');
  }
  const { standbyMisses, restarts } = system.metrics();
  if (restarts !== count || standbyMisses > 0)
    throw new Error(`${restarts} restarts, ${standbyMisses} without a spare`);
  await system.stop({ deadlineMs: 10_000 });
  return times;
}

const about = circumstances();
const figures: Figure[] = [];
for (const where of ['thread', 'process'] as const) {
  const one = await placed(where, 0);
  const tells: number[] = [];
  const asks: number[][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const measured = [await tellRate(one), await askTimes(one)] as const;
    if (round === 0) continue; // for the compilers
    tells.push(measured[0]);
    asks.push(measured[1]);
  }
  const { counters } = await one.system.stop({ deadlineMs: 10_000 });
  if (counters.handled !== counters.sent) throw new Error(`lost messages: ${JSON.stringify(counters)}`);
  const median = quantile(tells, 0.5);
  const goal = where === 'thread' ? { goal: '>= 1.00 M', met: median >= 1e6 } : {};
  figures.push(
    {
      what: `${where}: tell, messages/s`,
      value: `${millions(median)} (${millions(Math.min(...tells))} to ${millions(Math.max(...tells))})`,
      ...goal,
    },
    { what: `${where}: ask p50 / p99`, value: `${median2(asks, 0.5)} / ${median2(asks, 0.99)} us` },
  );
  const cold = await restartTimes(where, 0, 0, 5);
  figures.push({
    what: `${where}: end to next answer without a spare, p50`,
    value: `${quantile(cold, 0.5).toFixed(1)} ms`,
  });
  figures.push(
    restart(`${where}: end to next answer, empty, p50 / p99`, await restartTimes(where, 1, 0, RESTARTS), 15),
  );
  // 8 bytes each: as much as two text indexes of 6,000 passages.
  figures.push(
    restart(`${where}: the same with 160 MB, p50 / p99`, await restartTimes(where, 1, 2e7, RESTARTS / 2), 100),
  );
}
process.stdout.write(
  `${about.join('\n')}\nmedians of ${ROUNDS} rounds (least to most); restarts ${RESTARTS}, with 160 MB ${RESTARTS / 2}\n\n`,
);
printTable(figures);

function millions(value: number): string {
  return `${(value / 1e6).toFixed(2)} M`;
}

function median2(rounds: readonly number[][], share: number): string {
  return quantile(
    rounds.map((times) => quantile(times, share)),
    0.5,
  ).toFixed(1);
}

function restart(what: string, times: readonly number[], goalMs: number): Figure {
  const p99 = quantile(times, 0.99);
  return {
    what,
    value: `${quantile(times, 0.5).toFixed(1)} / ${p99.toFixed(1)} ms`,
    goal: `p99 <= ${goalMs} ms`,
    met: p99 <= goalMs,
  };
}
