/**
 * `node bench/src/actors/overhead.ts`: what supervision, mailbox and counters add to work of a known size. Blocks of 5 ms
 * with and without an actor take turns, because the same machine is a quarter slower a second later: a pair is compared
 * within 10 ms, and the median of many pairs is shown.
 */
import { createSystem, type ActorSpec } from '@vortexflow/actors';
import { systemClock } from '@vortexflow/primitives';
import { circumstances, type Figure, printTable, quantile } from '../figure.ts';

const PAIRS = 201;
const BLOCK_MS = 5;

let sink = 0;
/** Work without allocation, about 1 ns a step. */
function work(steps: number): void {
  let x = sink | 1;
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  sink = x;
}

/** Steps that take about `us` microseconds here and now. */
function stepsFor(us: number): number {
  const steps = 2_000_000;
  const each: number[] = [];
  for (let i = 0; i < 15; i++) {
    const start = performance.now();
    work(steps);
    each.push(((performance.now() - start) * 1_000) / steps);
  }
  return Math.max(1, Math.round(us / quantile(each, 0.5)));
}

interface Pairs {
  readonly ratio: number;
  /** Nanoseconds a message. */
  readonly added: number;
}

async function pairs(us: number): Promise<Pairs> {
  const steps = stepsFor(us);
  const count = Math.max(1, Math.round((BLOCK_MS * 1_000) / us));
  let done: () => void = () => undefined;
  let left = 0;
  const spec: ActorSpec<null, number> = {
    id: 'worker',
    mailbox: { capacity: 10_000, overflow: 'reject' },
    init: () => null,
    handle(_state, message) {
      work(message);
      if (--left === 0) done();
    },
  };
  const system = createSystem({ clock: systemClock });
  const ref = (await system.supervise({ id: 'top', strategy: 'one_for_one', children: [spec] })).ref(spec);
  const handler = (message: number): void => {
    work(message);
    if (--left === 0) done();
  };
  const direct = async (): Promise<number> => {
    left = count;
    const start = performance.now();
    for (let i = 0; i < count; i++) handler(steps);
    return performance.now() - start;
  };
  const supervised = async (): Promise<number> => {
    left = count;
    const finished = new Promise<void>((resolve) => (done = resolve));
    const start = performance.now();
    for (let i = 0; i < count; i++) if (ref.tell(steps) !== 'queued') throw new Error('the mailbox is full');
    await finished;
    return performance.now() - start;
  };
  const ratios: number[] = [];
  const added: number[] = [];
  for (let pair = -20; pair < PAIRS; pair++) {
    const first = pair % 2 === 0 ? direct : supervised;
    const second = first === direct ? supervised : direct;
    const [one, two] = [await first(), await second()];
    const [plain, actor] = first === direct ? [one, two] : [two, one];
    if (pair < 0) continue; // for the compiler
    ratios.push(actor / plain);
    added.push(((actor - plain) * 1e6) / count);
  }
  const { counters } = await system.stop({ deadlineMs: 1_000 });
  if (counters.handled !== count * (PAIRS + 20)) throw new Error('the two did not do the same work');
  return { ratio: quantile(ratios, 0.5), added: quantile(added, 0.5) };
}

const about = circumstances();
const figures: Figure[] = [];
for (const us of [1, 3, 20]) {
  const { ratio, added } = await pairs(us);
  const share = (ratio - 1) * 100;
  const value = `${share.toFixed(2)} %, ${added.toFixed(0)} ns a message`;
  const isMet = added <= 150 && (us < 20 || share < 0.5);
  figures.push({
    what: `supervised, at ${us} us of work`,
    value,
    goal: us < 20 ? '<= 150 ns' : '< 0.5 %, <= 150 ns',
    met: isMet,
  });
}
process.stdout.write(`${about.join('\n')}\nmedian of ${PAIRS} pairs of blocks of ${BLOCK_MS} ms\n\n`);
printTable(figures);
