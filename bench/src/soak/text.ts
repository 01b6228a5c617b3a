/** A soak's report for people: what was promised, what came of it, and what each fault cost. */
import { GOAL_AVAILABILITY, type FaultSummary, type Latencies, type SoakReport } from './summary.ts';

const GOALS = { inside: 1000, process: 2000, memory: 3 } as const;
/** A slope over less than this says nothing, minutes. */
const LEAST_MINUTES_FOR_SLOPE = 15;

/** A generator that sends later than this, ms at p99, has no processor to itself. */
const LATE_MS = 50;
const BUSY =
  'the generator itself was late by {late} (p99): the machine could not carry load and server; this says little of the server';

/** Lines without a line feed. */
export function reportText(report: SoakReport, circumstances: readonly string[]): string[] {
  const { seconds, rate, seed, faults } = report;
  const made = faults.filter(({ notPossible }) => notPossible === null).length;
  return [
    `Soak: ${clock(seconds)} min at ${rate} questions/s, open loop, ${made} of ${faults.length} faults, seed ${seed}`,
    ...circumstances,
    ...(report.lateP99 > LATE_MS ? [`WARNING  ${BUSY.replace('{late}', time(report.lateP99))}`] : []),
    '',
    ...goalLines(report),
    '',
    ...timelineLines(report),
    '',
    ...faultLines(faults),
    '',
    ...heldLines(report),
    ...detailLines(report),
  ];
}

type Row = readonly (string | number)[];

function goalLines(report: SoakReport): string[] {
  const { availability, availabilityBound, requests, answered, writes, memory } = report;
  const lost = Math.max(writes.lost, writes.lostAfterKill);
  const inside = Math.max(0, ...repairsOf(report.faults, (kind) => kind !== 'process-kill'));
  const process = repairsOf(report.faults, (kind) => kind === 'process-kill')[0];
  const isLong = memory.steadySeconds >= LEAST_MINUTES_FOR_SLOPE * 60;
  const growth = `${signed(memory.steadySlopeMbPerHour)} MB/h in ${clock(memory.steadySeconds)} min with the same processes`;
  const rows: Row[] = [
    [
      'requests answered',
      `${percent(availability)} (${group(answered)} of ${group(requests)}; at least ${percent(availabilityBound)} with 95 % confidence)`,
      `>= ${percent(GOAL_AVAILABILITY)}`,
      met(availability >= GOAL_AVAILABILITY),
    ],
    ['longest repair, inside', time(inside), `<= ${time(GOALS.inside)}`, met(inside <= GOALS.inside)],
    [
      'repair of a killed process',
      process === undefined ? 'not tried' : time(process),
      `<= ${time(GOALS.process)}`,
      process === undefined ? '' : met(process <= GOALS.process),
    ],
    ['acknowledged changes lost', `${lost} of ${group(writes.acknowledged + writes.removed)}`, '0', met(lost === 0)],
    [
      'memory, all processes',
      isLong ? growth : `${growth}: too short a time to say`,
      `<= ${GOALS.memory} MB/h`,
      isLong ? met(memory.steadySlopeMbPerHour <= GOALS.memory) : '',
    ],
  ];
  if (report.held !== null) {
    const { slopeMbPerHour, seconds } = report.held;
    const isLongEnough = seconds >= LEAST_MINUTES_FOR_SLOPE * 60;
    rows.push([
      'held after collections',
      `${signed(slopeMbPerHour)} MB/h in the last ${clock(seconds)} min${isLongEnough ? '' : ': too short a time to say'}`,
      `<= ${GOALS.memory} MB/h`,
      isLongEnough ? met(slopeMbPerHour <= GOALS.memory) : '',
    ]);
  }
  return table(['', 'measured', 'goal', ''], rows);
}

const repairsOf = (faults: readonly FaultSummary[], wanted: (kind: string) => boolean): number[] =>
  faults.filter(({ kind, notPossible }) => notPossible === null && wanted(kind)).map(({ repairMs }) => repairMs);

const BARS = '▁▂▃▄▅▆▇█';
const WIDTH = 72;

/** Time from left to right: how slow, how many failed, which fault. */
function timelineLines({ timeline, faults, seconds }: SoakReport): string[] {
  const columns = Math.min(WIDTH, timeline.length);
  const cells = Array.from({ length: columns }, (_, i) =>
    timeline.slice(Math.floor((i * timeline.length) / columns), Math.floor(((i + 1) * timeline.length) / columns)),
  );
  const slowest = cells.map((cell) => Math.max(0, ...cell.map(({ p95 }) => (Number.isFinite(p95) ? p95 : 0))));
  const bars = slowest.map(
    (ms) => BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, ms / 4)))))],
  );
  const largest = cells.map((cell) => Math.max(0, ...cell.map(({ memoryMb }) => memoryMb || 0)));
  const peak = Math.max(1, ...largest);
  const sizes = largest.map(
    (megabytes) => BARS[Math.min(BARS.length - 1, Math.floor((megabytes / peak) * BARS.length))],
  );
  const failed = cells.map((cell) => (cell.some(({ failed }) => failed > 0) ? '!' : '·'));
  const marks = Array.from({ length: columns }, () => ' ');
  faults.forEach((fault, i) => {
    const from = Math.floor((fault.atSeconds / seconds) * columns);
    const to = Math.floor(((fault.atSeconds + fault.seconds) / seconds) * columns);
    for (let column = from; column <= Math.min(to, columns - 1); column++)
      marks[column] = column === from ? String(i + 1) : '─';
  });
  return [
    `fault    ${marks.join('')}`,
    `failed   ${failed.join('')}`,
    `p95      ${bars.join('')}`,
    `         ▁ below 8 ms, each step twice as much, █ from ${4 * 2 ** (BARS.length - 1)} ms`,
    `memory   ${sizes.join('')}`,
    `         each step ${Math.round(peak / BARS.length)} MB`,
  ];
}

function faultLines(faults: readonly FaultSummary[]): string[] {
  const rows = faults.map((fault, i): Row => {
    const { atSeconds, kind, seconds, requests, failed, degraded, latencies, repairMs, healthyAfterMs, notPossible } =
      fault;
    const head = [i + 1, clock(atSeconds), `${kind}${seconds > 0 ? ` ${Math.round(seconds)} s` : ''}`];
    if (notPossible !== null) return [...head, `not possible: ${notPossible}`];
    const healthy =
      healthyAfterMs === null ? 'not yet' : healthyAfterMs === 0 ? 'all along' : `after ${time(healthyAfterMs)}`;
    return [
      ...head,
      group(requests),
      failed,
      degraded,
      ...threeOf(latencies),
      failed === 0 ? 'no outage' : time(repairMs),
      healthy,
    ];
  });
  return table(
    ['', 'at', 'fault', 'requests', 'failed', 'degraded', 'p50', 'p95', 'p99 ms', 'repaired', 'health as before'],
    rows,
  );
}

/** What is held after collections: where it grows, if it does. */
function heldLines({ held }: SoakReport): string[] {
  if (held === null) return [];
  const rows = held.parts.map(({ name, mb, slopeMbPerHour }): Row => [
    name,
    ...mb.map((size) => size.toFixed(1)),
    signed(slopeMbPerHour),
  ]);
  return [...table(['held, MB', 'at 1/4', '1/2', '3/4', 'end', 'MB/h in the second half'], rows), ''];
}

function detailLines(report: SoakReport): string[] {
  const { latencies, calm, lateP99, timeAvailability, secondsWithFailure, seconds, probe, memory, writes } = report;
  const three = (of: Latencies): string => threeOf(of).join(' / ');
  return [
    `latency    p50 / p95 / p99 ${three(latencies)} ms from when each was due; without a fault ${three(calm)} ms; sent late by ${lateP99.toFixed(1)} ms (p99)`,
    `failures   ${list(report.failures)}; degraded answers ${group(report.degraded)}`,
    `time       ${percent(timeAvailability)}: ${secondsWithFailure} of ${Math.round(seconds)} s with a failure${outageText(report)}`,
    `repair     ${time(report.meanRepairMs)} on average over the faults that were made`,
    ...report.burns.map(
      ({ name, worst, threshold, firedAt }) =>
        `burn rate  ${worst.toFixed(1)}x at worst (${name}, 60 times compressed; pages at ${threshold}x): ${firedAt === null ? 'no page' : `page at ${clock(firedAt + 1)}`}`,
    ),
    ...(memory.steadyMeansMb.length === 0
      ? []
      : [
          `memory     means of 5 min of the second half: ${memory.steadyMeansMb.map(Math.round).join(', ')} MB; sample by sample ${signed(memory.steadyRawSlopeMbPerHour)} MB/h`,
        ]),
    `memory     ${Math.round(memory.firstMb)} MB first, ${Math.round(memory.lastMb)} MB last, ${Math.round(memory.peakMb)} MB peak; ${signed(memory.slopeMbPerHour)} MB/h over all`,
    `health     ${probe.looks} looks: ${probe.degraded} Degraded, ${probe.unhealthy} Unhealthy, ${probe.none} without an answer; restarts: ${list(report.restarts)}`,
    `writes     ${writes.acknowledged} documents acknowledged, ${writes.removed} of them taken away again; refused: ${list(writes.refused)}; lost ${writes.lost}, after kill -9 and another start ${writes.lostAfterKill}`,
    `log        ${list(report.log)}`,
  ];
}

function outageText({ outages }: SoakReport): string {
  if (outages.length === 0) return '';
  const shown = outages.slice(0, 8).map(({ at, seconds, failed }) => `${clock(at)} ${seconds} s (${failed})`);
  return `; outages: ${shown.join(', ')}${outages.length > shown.length ? ', ...' : ''}`;
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${group(count)}`)
    .join(', ') || 'none';

const met = (isMet: boolean): string => (isMet ? 'met' : 'MISSED');
const group = (count: number): string => count.toLocaleString('en');
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
const threeOf = ({ p50, p95, p99 }: Latencies): string[] =>
  [p50, p95, p99].map((ms) => (Number.isFinite(ms) ? ms.toFixed(ms < 10 ? 1 : 0) : '-'));
const time = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
/** Rounded down: 100 % is only what is all. */
const percent = (share: number): string => `${(Math.floor(share * 1e5) / 1e3).toFixed(3)} %`;
const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** Columns as wide as their widest cell; the last cell of a short row may run on. */
function table(head: readonly string[], rows: readonly Row[]): string[] {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) =>
    Math.max(
      ...all.map((row) => (column < row.length - 1 || row.length === head.length ? (row[column] ?? '').length : 0)),
    ),
  );
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
