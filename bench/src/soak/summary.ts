/** From everything that a soak saw to what it means. */
import { quantile } from '../figure.ts';
import type { FaultRun, SoakRecord } from './soak-run.ts';
import { isAnswered, type RequestRecord } from './requests.ts';
import {
  burn,
  type BurnWindows,
  failureBound,
  type Outage,
  outages,
  repairTimes,
  type Second,
  periodMeans,
  slope,
} from './statistics.ts';

/** Latencies of some requests, ms. */
export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One fault with what it cost. */
export interface FaultSummary {
  readonly kind: string;
  readonly atSeconds: number;
  readonly seconds: number;
  readonly what: string;
  readonly notPossible: string | null;
  /** From the fault to the next one. */
  readonly requests: number;
  readonly failed: number;
  /** Answered without a reasoner or a language model. */
  readonly degraded: number;
  /** While it lasted, and {@link AFTERMATH_MS} longer. */
  readonly latencies: Latencies;
  /** Its longest outage, ms. */
  readonly repairMs: number;
  /** From the fault to when /health was as before, ms; null when it never was before the next fault. */
  readonly healthyAfterMs: number | null;
}

interface HeldReport {
  readonly parts: readonly {
    readonly name: string;
    /** After a quarter, half, three quarters and all of the time, MB. */
    readonly mb: readonly number[];
    /** Of the second half. */
    readonly slopeMbPerHour: number;
  }[];
  readonly slopeMbPerHour: number;
  /** How long the second half is, seconds. */
  readonly seconds: number;
}

export interface SoakReport {
  readonly seconds: number;
  readonly rate: number;
  readonly seed: number;
  readonly requests: number;
  readonly answered: number;
  readonly degraded: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly availability: number;
  /** With 95 % confidence it is no lower, by Clopper and Pearson. */
  readonly availabilityBound: number;
  readonly secondsWithFailure: number;
  readonly timeAvailability: number;
  readonly outages: readonly Outage[];
  readonly meanRepairMs: number;
  /** Worst burn rates against the goal, windows of the alerts compressed. */
  readonly burns: readonly {
    readonly name: string;
    readonly threshold: number;
    readonly worst: number;
    readonly firedAt: number | null;
  }[];
  readonly latencies: Latencies;
  readonly calm: Latencies;
  /** How late the generator sent, ms: p99. */
  readonly lateP99: number;
  readonly faults: readonly FaultSummary[];
  readonly memory: {
    readonly firstMb: number;
    readonly lastMb: number;
    readonly peakMb: number;
    readonly slopeMbPerHour: number;
    /** Of the second half of the longest stretch in which no process was replaced: a new one begins with empty caches. */
    readonly steadySlopeMbPerHour: number;
    /** How long that half is, seconds. */
    readonly steadySeconds: number;
    /** Means over the periods in which processes trim their heaps, MB, of that half; the slope is theirs if there are enough. */
    readonly steadyMeansMb: readonly number[];
    /** Sample by sample, with what comes and goes in a period. */
    readonly steadyRawSlopeMbPerHour: number;
  };
  /** What is held after collections by each process and thread that was there at the end; null when not asked for. */
  readonly held: HeldReport | null;
  readonly probe: {
    readonly looks: number;
    readonly none: number;
    readonly degraded: number;
    readonly unhealthy: number;
  };
  readonly restarts: Readonly<Record<string, number>>;
  readonly writes: {
    readonly acknowledged: number;
    readonly removed: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly lost: number;
    readonly lostAfterKill: number;
  };
  readonly log: Readonly<Record<string, number>>;
  /** By the second in which requests were due: how many failed, and the 95th percentile of the latency, ms. */
  /** By the second; the memory of all processes is NaN until it is looked at. */
  readonly timeline: readonly { readonly failed: number; readonly p95: number; readonly memoryMb: number }[];
}

/** Share of requests that are to be answered. */
export const GOAL_AVAILABILITY = 0.9995;
/** Windows of an hour become windows of a minute. */
const COMPRESSION = 60;
const ALERTS: readonly (BurnWindows & { readonly name: string })[] = [
  { name: '1 h & 5 min', rate: 14.4, longSeconds: 3600 / COMPRESSION, shortSeconds: 300 / COMPRESSION },
  { name: '6 h & 30 min', rate: 6, longSeconds: 21_600 / COMPRESSION, shortSeconds: 1800 / COMPRESSION },
];
/** So long after a fault its effect still counts as its own; a kill has no other duration. */
const AFTERMATH_MS = 5000;
const MS_PER_HOUR = 3_600_000;
/** Each process and thread is looked at more often than this. */
const LEAST_LOOK_MS = 45_000;

export function summarise(record: SoakRecord): SoakReport {
  const { order, requests } = record;
  const failed = requests.filter((request) => !isAnswered(request));
  const seconds = bySecond(requests, order.seconds);
  const counts = seconds.map((list): Second => ({
    requests: list.length,
    failed: list.filter((one) => !isAnswered(one)).length,
  }));
  const faults = faultSummaries(record);
  const made = faults.filter(({ notPossible }) => notPossible === null);
  const withFailure = counts.filter(({ failed }) => failed > 0).length;
  return {
    seconds: order.seconds,
    rate: order.rate,
    seed: order.seed,
    requests: requests.length,
    answered: requests.length - failed.length,
    degraded: requests.filter(({ outcome }) => outcome === 'degraded').length,
    failures: countOf(failed.map(({ outcome }) => outcome)),
    availability: 1 - failed.length / requests.length,
    availabilityBound: 1 - failureBound(failed.length, requests.length),
    secondsWithFailure: withFailure,
    timeAvailability: 1 - withFailure / counts.length,
    outages: outages(counts),
    meanRepairMs: made.length === 0 ? 0 : made.reduce((sum, { repairMs }) => sum + repairMs, 0) / made.length,
    burns: ALERTS.map((alert) => ({
      name: alert.name,
      threshold: alert.rate,
      ...burn(counts, alert, 1 - GOAL_AVAILABILITY),
    })),
    latencies: latenciesOf(requests),
    calm: latenciesOf(requests.filter(({ atMs }) => !record.faults.some((fault) => isDuring(fault, atMs)))),
    lateP99: quantile(
      requests.map(({ lateMs }) => lateMs),
      0.99,
    ),
    faults,
    memory: memoryOf(record),
    held: heldOf(record),
    probe: probeOf(record),
    restarts: mostRestarts(record),
    writes: { ...record.writes, lost: record.lost, lostAfterKill: record.lostAfterKill },
    log: record.log,
    timeline: seconds.map((list, i) => ({
      failed: counts[i]?.failed ?? 0,
      memoryMb: memoryAt(record.memory, i),
      p95: quantile(
        list.map(({ tookMs }) => tookMs),
        0.95,
      ),
    })),
  };
}

/** The last that was seen by the end of a second, MB; NaN before the first. */
const memoryAt = (samples: SoakRecord['memory'], second: number): number =>
  (samples.findLast(([ms]) => ms < (second + 1) * 1000)?.[1] ?? Number.NaN) / 1e6;

function bySecond(requests: readonly RequestRecord[], seconds: number): RequestRecord[][] {
  const lists = Array.from({ length: Math.ceil(seconds) }, (): RequestRecord[] => []);
  for (const request of requests) lists[Math.floor(request.atMs / 1000)]?.push(request);
  return lists;
}

function faultSummaries({ faults, requests, looks, order }: SoakRecord): FaultSummary[] {
  const failures = requests.filter((request) => !isAnswered(request));
  const starts = faults.map(({ atMs }) => atMs);
  const repairs = repairTimes(failures, starts, 1000 / order.rate);
  return faults.map((run, i) => {
    const next = faults[i + 1]?.atMs ?? order.seconds * 1000;
    const own = requests.filter(({ atMs }) => atMs >= run.atMs && atMs < next);
    const { fault, what, notPossible } = run;
    return {
      kind: fault.kind,
      atSeconds: run.atMs / 1000,
      seconds: (run.untilMs - run.atMs) / 1000,
      what,
      notPossible,
      requests: own.length,
      failed: own.filter((request) => !isAnswered(request)).length,
      degraded: own.filter(({ outcome }) => outcome === 'degraded').length,
      latencies: latenciesOf(own.filter(({ atMs }) => isDuring(run, atMs))),
      repairMs: repairs[i] ?? 0,
      healthyAfterMs: healthyAfter(looks, run, next),
    };
  });
}

const isDuring = ({ atMs: from, untilMs }: FaultRun, atMs: number): boolean =>
  atMs >= from && atMs < untilMs + AFTERMATH_MS;

/** As before: a part may have been ill for another reason when the fault came. */
function healthyAfter(looks: SoakRecord['looks'], { atMs }: FaultRun, next: number): number | null {
  const before = looks.findLast((look) => look.atMs < atMs)?.status ?? 'Healthy';
  const own = looks.filter((look) => look.atMs >= atMs && look.atMs < next);
  const lastIll = own.findLastIndex(({ status }) => status !== before && status !== 'Healthy');
  if (lastIll < 0) return 0;
  const well = own[lastIll + 1];
  return well ? well.atMs - atMs : null;
}

function latenciesOf(requests: readonly RequestRecord[]): Latencies {
  const times = requests.map(({ tookMs }) => tookMs);
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99) };
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Faults after which other processes serve than before. */
const REPLACING: ReadonlySet<string> = new Set(['process-kill', 'bad-config']);

/** How often each process trims its heap, `runtime/heap-trim.ts` of the server: memory has a wave of that period. */
const TRIMMING_MS = 300_000;
/** Periods whose means a slope can be told from. */
const LEAST_PERIODS = 4;

function memoryOf({ memory, faults, order }: SoakRecord): SoakReport['memory'] {
  const points = memory.map(([ms, bytes]) => [ms / MS_PER_HOUR, bytes / 1e6] as const);
  const sizes = points.map(([, megabytes]) => megabytes);
  const [from, to] = longestStretch(
    faults
      .filter(({ fault, notPossible }) => notPossible === null && REPLACING.has(fault.kind))
      .map(({ atMs, untilMs }) => [atMs, untilMs] as const),
    order.seconds * 1000,
  );
  const middle = (from + to) / 2;
  const steady = points.filter((_, i) => isWithin(memory[i]?.[0] ?? 0, middle, to));
  const means = periodMeans(steady, TRIMMING_MS / MS_PER_HOUR, [middle / MS_PER_HOUR, to / MS_PER_HOUR]);
  const raw = slope(steady);
  return {
    firstMb: sizes[0] ?? Number.NaN,
    lastMb: sizes.at(-1) ?? Number.NaN,
    peakMb: Math.max(...sizes),
    slopeMbPerHour: slope(points),
    steadySlopeMbPerHour: means.length >= LEAST_PERIODS ? slope(means) : raw,
    steadyRawSlopeMbPerHour: raw,
    steadyMeansMb: means.map(([, megabytes]) => megabytes),
    steadySeconds: (to - middle) / 1000,
  };
}

const QUARTERS = [0.25, 0.5, 0.75, 1] as const;

/** Threads are one by one: what one gives up must not hide what another takes. */
function heldOf({ held, order }: SoakRecord): HeldReport | null {
  const end = order.seconds * 1000;
  const alive = held.filter(({ points }) => (points.at(-1)?.[0] ?? 0) > end - LEAST_LOOK_MS);
  if (alive.length === 0) return null;
  const ordered = alive.toSorted((a, b) => a.pid - b.pid || a.thread - b.thread);
  const parts = ordered.map(({ pid, thread, module, points }) => ({
    name: `${module} ${thread === 0 ? pid : `${pid}/${thread}`}`,
    mb: QUARTERS.map((share) => (points.findLast(([ms]) => ms <= end * share)?.[1] ?? Number.NaN) / 1e6),
    slopeMbPerHour: slope(
      points
        .filter(([ms]) => isWithin(ms, end / 2, end))
        .map(([ms, bytes]) => [ms / MS_PER_HOUR, bytes / 1e6] as const),
    ),
  }));
  const all = parts.reduce((sum, { slopeMbPerHour }) => sum + slopeMbPerHour, 0);
  return { parts, slopeMbPerHour: all, seconds: order.seconds / 2 };
}

const isWithin = (value: number, from: number, to: number): boolean => value >= from && value < to;

/** @param gaps in order, ms  @returns between two of them, or before the first or after the last, ms */
function longestStretch(gaps: readonly (readonly [from: number, to: number])[], end: number): [number, number] {
  const starts = [0, ...gaps.map(([, to]) => to)];
  const ends = [...gaps.map(([from]) => from), end];
  const lengths = starts.map((start, i) => (ends[i] ?? end) - start);
  const longest = lengths.indexOf(Math.max(...lengths));
  return [starts[longest] ?? 0, ends[longest] ?? end];
}

function probeOf({ looks }: SoakRecord): SoakReport['probe'] {
  const of = (status: string): number => looks.filter((look) => look.status === status).length;
  return { looks: looks.length, none: of('none'), degraded: of('Degraded'), unhealthy: of('Unhealthy') };
}

function mostRestarts({ looks }: SoakRecord): Record<string, number> {
  const most: Record<string, number> = {};
  for (const { restarts } of looks)
    for (const [name, count] of Object.entries(restarts)) most[name] = Math.max(most[name] ?? 0, count);
  return most;
}
