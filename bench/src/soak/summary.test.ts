import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RequestRecord } from './requests.ts';
import type { FaultRun, SoakRecord } from './soak-run.ts';
import { summarise } from './summary.ts';
import { reportText } from './text.ts';

const SECONDS = 100;
const RATE = 10;

/** All requests take 5 ms and are answered, but those that `outcomeAt` says otherwise of. */
function recordOf(outcomeAt: (second: number) => string, faults: readonly FaultRun[] = []): SoakRecord {
  const requests = Array.from({ length: SECONDS * RATE }, (_, i): RequestRecord => {
    const atMs = (i * 1000) / RATE;
    return { atMs, tookMs: 5, lateMs: 0, outcome: outcomeAt(atMs / 1000) };
  });
  return {
    order: { seconds: SECONDS, rate: RATE, seed: 1, faults: faults.map(({ fault }) => fault), held: false },
    requests,
    faults,
    looks: [],
    memory: Array.from({ length: SECONDS }, (_, i) => [i * 1000, 100e6 + i * 1e5] as const),
    held: [],
    writes: { acknowledged: 7, removed: 2, refused: { '507 store_full': 2 } },
    lost: 0,
    lostAfterKill: 0,
    log: {},
  };
}

function faultAt(
  second: number,
  lasts = 0,
  notPossible: string | null = null,
  kind: FaultRun['fault']['kind'] = 'freeze',
): FaultRun {
  const fault = { kind, at: second, seconds: lasts };
  return { fault, atMs: second * 1000, untilMs: (second + lasts) * 1000, what: 'it stands still', notPossible };
}

describe('the summary of a soak', () => {
  it('counts a degraded answer as answered, everything else by its reason', () => {
    const report = summarise(
      recordOf((at) => (at < 1 ? 'degraded' : at < 2 ? '503 not_ready' : at < 3 ? 'ECONNRESET' : 'ok')),
    );
    assert.equal(report.requests, 1000);
    assert.equal(report.answered, 980);
    assert.equal(report.degraded, 10);
    assert.deepEqual(report.failures, { '503 not_ready': 10, ECONNRESET: 10 });
    assert.equal(report.availability, 0.98);
    assert.ok(report.availabilityBound < 0.98 && report.availabilityBound > 0.965);
    assert.equal(report.secondsWithFailure, 2);
    assert.deepEqual(report.outages, [{ at: 1, seconds: 2, failed: 20 }]);
  });

  it('gives each fault what failed until the next one, and how long that took', () => {
    const faults = [faultAt(10, 1), faultAt(50), faultAt(80, 0, 'no such thing here')];
    const report = summarise(recordOf((at) => (at >= 10 && at < 12.5 ? 'ECONNRESET' : 'ok'), faults));
    const [first, second, third] = report.faults;
    assert.deepEqual([first?.requests, first?.failed, first?.repairMs], [400, 25, 2500]);
    assert.deepEqual([second?.failed, second?.repairMs], [0, 0]);
    assert.equal(third?.notPossible, 'no such thing here');
    assert.equal(report.meanRepairMs, 1250, 'a fault that was not made is no success');
  });

  it('says when health was as before: not ill is at once, ill to the end is never', () => {
    const look = (second: number, status: 'Healthy' | 'Degraded') => ({
      atMs: second * 1000,
      status,
      restarts: { a: second },
    });
    const looks = [
      look(9, 'Healthy'),
      look(11, 'Degraded'),
      look(12, 'Degraded'),
      look(13, 'Healthy'),
      look(51, 'Degraded'),
    ];
    const report = summarise({ ...recordOf(() => 'ok', [faultAt(10), faultAt(50), faultAt(60)]), looks });
    assert.deepEqual(
      report.faults.map(({ healthyAfterMs }) => healthyAfterMs),
      [3000, null, 0],
    );
    assert.deepEqual(report.restarts, { a: 51 });
    assert.deepEqual(report.probe, { looks: 5, none: 0, degraded: 3, unhealthy: 0 });
  });

  it('has what each process and thread holds, and how that grows in the second half', () => {
    const steps = Array.from({ length: 10 }, (_, i) => i * 10_000 + 9_000);
    const grows = (perStep: number) => steps.map((ms, i) => [ms, 50e6 + i * perStep] as const);
    const held = [
      { pid: 9, thread: 1, module: 'worker.ts', points: steps.map((ms, i) => [ms, i < 5 ? i * 1e6 : 5e6] as const) },
      { pid: 9, thread: 0, module: 'main.ts', points: grows(1e4) },
      { pid: 3, thread: 0, module: 'gone.ts', points: grows(1e7).slice(0, 3) },
    ];
    const report = summarise({ ...recordOf(() => 'ok'), held });
    assert.deepEqual(
      report.held?.parts.map(({ name, mb }) => [name, mb]),
      [
        ['main.ts 9', [50.01, 50.04, 50.06, 50.09]],
        ['worker.ts 9/1', [1, 4, 5, 5]],
      ],
    );
    assert.ok(Math.abs((report.held?.slopeMbPerHour ?? 0) - 3.6) < 1e-6, String(report.held?.slopeMbPerHour));
    const text = reportText(report, []).join('\n');
    assert.match(text, /held after collections +\+3\.6 MB\/h in the last 0:50 min: too short/);
    assert.match(text, /worker\.ts 9\/1 +1\.0 +4\.0 +5\.0 +5\.0 +\+0\.0/);
    assert.equal(summarise(recordOf(() => 'ok')).held, null);
  });

  it('has memory by the hour whatever comes and goes every five minutes', () => {
    const record = recordOf(() => 'ok');
    const seconds = 3_600;
    const wave = (i: number): number => (i % 300) * 3e5;
    const memory = Array.from({ length: seconds }, (_, i) => [i * 1000, 1e9 + i * 1e4 + wave(i)] as const);
    const { memory: found } = summarise({ ...record, order: { ...record.order, seconds }, memory });
    assert.ok(Math.abs(found.steadySlopeMbPerHour - 36) < 0.1, String(found.steadySlopeMbPerHour));
    assert.ok(Math.abs(found.steadyRawSlopeMbPerHour - 36) > 1, 'which sample by sample it does not');
    assert.equal(found.steadyMeansMb.length, 6);
  });

  it('has memory by the hour', () => {
    const { memory } = summarise(recordOf(() => 'ok'));
    assert.ok(Math.abs(memory.slopeMbPerHour - 360) < 1e-6);
    assert.ok(Math.abs(memory.steadySlopeMbPerHour - 360) < 1e-6);
    assert.deepEqual([memory.firstMb, memory.steadySeconds], [100, SECONDS / 2]);
  });

  it('has its slope from the longest time with the same processes', () => {
    const record = recordOf(
      () => 'ok',
      [faultAt(10, 10, null, 'bad-config'), faultAt(50, 0), faultAt(80, 0, null, 'process-kill')],
    );
    // Grows while the first ones and the last ones run, and at first with those between; then it stands still.
    const memory = record.memory.map(([ms]) => [ms, 100e6 + (ms < 50_000 || ms >= 80_000 ? ms : 50_000)] as const);
    const { memory: found } = summarise({ ...record, memory });
    assert.equal(found.steadySeconds, 30);
    assert.ok(Math.abs(found.steadySlopeMbPerHour) < 1e-6);
    assert.ok(found.slopeMbPerHour > 1);
  });
});

describe('the report', () => {
  it('says met and MISSED, marks what was not possible, and never rounds up to 100 %', () => {
    const faults = [faultAt(10, 1), faultAt(50, 0, 'one process does it all')];
    const text = reportText(summarise(recordOf((at) => (at === 10 ? 'ECONNRESET' : 'ok'), faults)), [
      'machine  m',
    ]).join('\n');
    assert.match(text, /requests answered +99\.900 % \(999 of 1,000; at least 99\.5\d\d % .*>= 99\.950 % +MISSED/);
    assert.match(text, /acknowledged changes lost +0 of 9 +0 +met/);
    assert.match(text, /2 +0:50 +freeze +not possible: one process does it all/);
    assert.match(text, /1 of 2 faults/);
    const almost = summarise({
      ...recordOf(() => 'ok'),
      requests: recordOf((at) => (at === 10 ? 'x' : 'ok')).requests,
    });
    assert.ok(
      !reportText({ ...almost, availability: 1 - 1e-9 }, [])
        .join('\n')
        .includes('100.000 % (999'),
    );
    assert.match(reportText(summarise(recordOf(() => 'ok')), []).join('\n'), /100\.000 % \(1,000 of 1,000/);
  });

  it('warns when the generator had no processor to itself', () => {
    const record = recordOf(() => 'ok');
    const late = { ...record, requests: record.requests.map((request) => ({ ...request, lateMs: 300 })) };
    assert.match(reportText(summarise(late), []).join('\n'), /WARNING +the generator itself was late by 300 ms/);
    assert.doesNotMatch(reportText(summarise(record), []).join('\n'), /WARNING/);
  });
});
