/**
 * What resilience costs, and what it does when one of three upstreams stops answering under load.
 * `node bench/src/resilience.ts [--runs N] [--rounds N]`
 */
import { parseArgs } from 'node:util';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';
import { blackHole, type BlackHoleRun } from './resilience/black-hole.ts';
import { type Costs, measureCosts } from './resilience/costs.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2' }, rounds: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);

// The clock's timers keep no process alive, and a retry that waits holds nothing else open.
const keptAlive = setInterval(() => undefined, 60_000);
const about = circumstances();
const costs = await measureCosts(rounds);
const runs: BlackHoleRun[] = [];
for (let run = 1; run <= Number(values.runs); run++) runs.push(await blackHole(run));
clearInterval(keptAlive);
process.stdout.write(`${about.join('\n')}\ncosts: medians of ${rounds} rounds (least to most)\n\n`);
printTable(costFigures(costs));
process.stdout.write(
  '\none of three upstreams silent for 15 s at 200 calls/s, deadline 1 s; the worst of the runs counts\n\n',
);
printTable(holeFigures(runs));
for (const { counters, pool } of runs)
  process.stdout.write(`\n${JSON.stringify(counters)}\nconnections ${JSON.stringify(pool)}\n`);

function costFigures(all: Costs): Figure[] {
  const show = (name: string): string => {
    const times = all[name] ?? [];
    const [least, most] = [Math.min(...times), Math.max(...times)];
    return `${quantile(times, 0.5).toFixed(2)} us (${least.toFixed(2)} to ${most.toFixed(2)})`;
  };
  const bounded = (what: string, name: string, most: number): Figure => ({
    what,
    value: show(name),
    goal: `<= ${most} us`,
    met: quantile(all[name] ?? [], 0.5) <= most,
  });
  return [
    { what: 'direct call', value: show('direct') },
    bounded('breaker closed', 'breaker', 0.3),
    { what: 'cockatiel: breaker closed', value: show('cockatiel breaker') },
    bounded('full chain, one endpoint', 'chain', 12),
    bounded('full chain, three endpoints, hedges armed', 'chain of three', 12),
    { what: 'cockatiel: retry, breaker, bulkhead, timeout', value: show('cockatiel chain') },
    bounded('rejection while open, through the chain', 'open', 6),
    { what: 'cockatiel: rejection while open, breaker alone', value: show('cockatiel open') },
  ];
}

function holeFigures(all: readonly BlackHoleRun[]): Figure[] {
  const row = (
    what: string,
    valueOf: (run: BlackHoleRun) => number,
    show: (value: number) => string,
    goal: string,
    isMet: (value: number) => boolean,
  ): Figure => {
    const each = all.map(valueOf);
    return { what, value: each.map(show).join(', '), goal, met: each.every(isMet) };
  };
  const seconds = (value: number): string => `${value.toFixed(1)} s`;
  return [
    row(
      'calls past their deadline',
      (run) => run.pastDeadline,
      String,
      '0',
      (value) => value === 0,
    ),
    { what: 'longest past it', value: all.map((run) => `${run.longestPastMs.toFixed(1)} ms`).join(', ') },
    row(
      'answered, from 1 s after the fault on',
      (run) => run.successLater,
      (value) => `${(100 * value).toFixed(2)} %`,
      '>= 99.9 %',
      (value) => value >= 0.999,
    ),
    {
      what: 'calls without an answer in all',
      value: all.map((run) => `${run.failedCalls} of ${run.calls}`).join(', '),
    },
    {
      what: 'p95 healthy / from 1 s on',
      value: all.map((run) => `${run.healthyP95.toFixed(1)} / ${run.laterP95.toFixed(1)} ms`).join(', '),
    },
    row(
      'p95 by that of health',
      (run) => run.laterP95 / run.healthyP95,
      (value) => `${value.toFixed(2)} x`,
      '<= 1.3 x',
      (value) => value <= 1.3,
    ),
    row(
      'attempts a call while it is silent',
      (run) => run.amplification,
      (value) => `${value.toFixed(3)} x`,
      '<= 1.1 x',
      (value) => value <= 1.1,
    ),
    row(
      'first answer after it is mended',
      (run) => run.firstAnswerS,
      seconds,
      '<= 5 s',
      (value) => value <= 5,
    ),
    row(
      'half of its fair share after it is mended',
      (run) => run.shareBackS,
      seconds,
      '<= 5 s',
      (value) => value <= 5,
    ),
  ];
}
