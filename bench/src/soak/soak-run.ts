/** One soak from start to end: load, faults, probe, documents, memory; resolves with everything that was seen. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { residentBytesOfTree } from '@vortexflow/testkit';
import { untilSettled } from '../settle.ts';
import { DocumentWriter, textsOfGlosses, type WriteCounts } from './documents.ts';
import type { Held } from './held.ts';
import { inject, type Injected, type NetworkFaults, NotPossible } from './inject.ts';
import { type Look, Probe } from './probe.ts';
import type { LoadMessage, LoadOrder, RequestRecord } from './requests.ts';
import type { ScheduledFault } from './schedule.ts';
import { startTarget, type Target } from './target.ts';

export interface SoakOrder {
  readonly seconds: number;
  readonly rate: number;
  readonly seed: number;
  readonly faults: readonly ScheduledFault[];
  /** Whether to collect garbage and note what is held even so. */
  readonly held: boolean;
}

/** A fault as it went. */
export interface FaultRun {
  readonly fault: ScheduledFault;
  /** When it was done, ms from the start. */
  readonly atMs: number;
  /** Until it was taken back; the same for kills. */
  readonly untilMs: number;
  readonly what: string;
  /** Why it could not be made; null when it was. */
  readonly notPossible: string | null;
}

/** Everything that a soak saw. */
export interface SoakRecord {
  readonly order: SoakOrder;
  readonly requests: readonly RequestRecord[];
  readonly faults: readonly FaultRun[];
  readonly looks: readonly Look[];
  /** Resident bytes of all processes of the server, once a second: ms from the start, bytes. */
  readonly memory: readonly (readonly [number, number])[];
  /** What each process and thread held after collections; none when that was not asked for. */
  readonly held: readonly Held[];
  readonly writes: WriteCounts;
  /** Acknowledged documents that were not there at the end, and after kill -9 and another start. */
  readonly lost: number;
  readonly lostAfterKill: number;
  /** Lines of the server's log from warnings up, by message. */
  readonly log: Readonly<Record<string, number>>;
}

const PATIENCE_MS = 10_000;
const REASONING_EVERY = 20;
/** A server that has answered nothing yet is slow for seconds: its code is not compiled. */
const WARM_UP_SECONDS = 10;
const LEAD_MS = 500;
const SECOND_MS = 1000;

/** @param say told what happens while it happens */
export async function runSoak(
  order: SoakOrder,
  network: NetworkFaults,
  say: (text: string) => void,
): Promise<SoakRecord> {
  say('starting the server');
  const target = await startTarget(order.seed, order.held);
  try {
    return await soak(order, target, network, say);
  } finally {
    await target.stop();
  }
}

async function soak(
  order: SoakOrder,
  target: Target,
  network: NetworkFaults,
  say: (text: string) => void,
): Promise<SoakRecord> {
  const { url, key } = target.server();
  say('waiting for the layout to come to rest');
  await untilSettled(url);
  const textOf = await textsOfGlosses();
  const load = await startLoad(url, order);
  say(`${WARM_UP_SECONDS} s of warm-up`);
  const epoch = performance.now() + LEAD_MS + WARM_UP_SECONDS * SECOND_MS;
  const elapsedMs = (): number => performance.now() - epoch;
  const probe = new Probe(url, elapsedMs);
  const writer = new DocumentWriter({ url, key }, textOf);
  const memory: [number, number][] = [];
  const requests = load.run(performance.timeOrigin + epoch);
  await until(0, elapsedMs);
  const everySecond = setInterval(() => {
    memory.push([elapsedMs(), residentBytesOfTree(target.server().process.pid as number)]);
    writer.write();
  }, SECOND_MS);
  probe.start();
  const faults = await Promise.all(order.faults.map((fault) => runFault(fault, target, network, elapsedMs, say)));
  const records = await requests;
  clearInterval(everySecond);
  await probe.stop();
  const held = (await target.held?.read(performance.timeOrigin + epoch)) ?? [];
  const writes = await writer.finish();
  say('looking for the documents, before and after kill -9');
  const lost = await writer.lost({ url, key });
  const log = linesOf(target.server().output().stderr);
  const again = await target.relaunch();
  const lostAfterKill = await writer.lost(again);
  return {
    order,
    requests: records.sort((a, b) => a.atMs - b.atMs),
    faults,
    looks: probe.looks,
    memory,
    held,
    writes,
    lost: lost.length,
    lostAfterKill: lostAfterKill.length,
    log,
  };
}

async function runFault(
  fault: ScheduledFault,
  target: Target,
  network: NetworkFaults,
  elapsedMs: () => number,
  say: (text: string) => void,
): Promise<FaultRun> {
  await until(fault.at * SECOND_MS, elapsedMs);
  const atMs = elapsedMs();
  let injected: Injected;
  try {
    injected = await inject(target, network, fault);
  } catch (failure) {
    if (!(failure instanceof NotPossible)) throw failure;
    say(`${fault.kind}: not possible: ${failure.message}`);
    return { fault, atMs, untilMs: atMs, what: '', notPossible: failure.message };
  }
  say(injected.what);
  await until(fault.at * SECOND_MS + fault.seconds * SECOND_MS, elapsedMs);
  await injected.end();
  if (fault.seconds > 0) say(`${fault.kind} is over`);
  return { fault, atMs, untilMs: fault.seconds > 0 ? elapsedMs() : atMs, what: injected.what, notPossible: null };
}

async function until(ms: number, elapsedMs: () => number): Promise<void> {
  while (elapsedMs() < ms) await new Promise((resolve) => setTimeout(resolve, Math.max(1, ms - elapsedMs())));
}

interface Load {
  /** @param startAt ms since the Unix epoch */
  run(startAt: number): Promise<RequestRecord[]>;
}

async function startLoad(url: string, { rate, seconds, seed }: SoakOrder): Promise<Load> {
  const child = fork(new URL('./generator.child.ts', import.meta.url));
  const records: RequestRecord[] = [];
  await once(child, 'message');
  return {
    run: (startAt) => {
      const order: LoadOrder = {
        url,
        rate,
        seconds,
        warmUpSeconds: WARM_UP_SECONDS,
        seed,
        startAt,
        patienceMs: PATIENCE_MS,
        reasoningEvery: REASONING_EVERY,
      };
      return new Promise((resolve, reject) => {
        child.on('message', (message: LoadMessage) => {
          if (message.kind === 'records') records.push(...message.records);
          else if (message.kind === 'done') resolve(records);
        });
        child.once('exit', (code) => reject(new Error(`the generator ended with ${code}`)));
        child.send(order);
      });
    },
  };
}

function linesOf(stderr: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of stderr.split('\n')) {
    if (line === '') continue;
    // The same word with other numbers is the same word.
    const message = messageOf(line).replaceAll(/\d+/g, 'N');
    counts[message] = (counts[message] ?? 0) + 1;
  }
  return counts;
}

function messageOf(line: string): string {
  try {
    return (JSON.parse(line) as { msg?: string }).msg ?? line;
  } catch {
    return line.slice(0, 120);
  }
}
