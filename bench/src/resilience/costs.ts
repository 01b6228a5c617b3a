/** What policies cost around a call that does nothing: ours, cockatiel's, and none, in alternating rounds. */
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { CircuitBreaker, createUpstreams, Deadline, DEFAULT_POLICY, type Upstreams } from '@vortexflow/resilience';

/** Microseconds a call by what is around it, one number a round. */
export type Costs = Readonly<Record<string, readonly number[]>>;

const CALLS = 100_000;
const clock = systemClock;
const random = seededRandom(1);
const FOREVER_MS = 1e9;

const direct = (): Promise<number> => Promise.resolve(1);
const fails = (): Promise<never> => Promise.reject(new Error('as told'));

interface Case {
  readonly name: string;
  /** Makes one call and gives back what the policy let through. */
  readonly call: () => Promise<unknown>;
  readonly expected: unknown;
}

async function cases(): Promise<Case[]> {
  const breaker = new CircuitBreaker(DEFAULT_POLICY.breaker, clock);
  const sampling = (): SamplingBreaker => new SamplingBreaker({ threshold: 0.5, duration: 10_000 });
  const theirs = circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: sampling() });
  const theirChain = wrap(
    retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: sampling() }),
    bulkhead(256, 256),
    timeout(1_000, TimeoutStrategy.Aggressive),
  );
  const chain = upstreamsOf(direct, ['a']);
  const three = upstreamsOf(direct, ['a', 'b', 'c']);
  const open = upstreamsOf(fails, ['a']);
  const theirOpen = circuitBreaker(handleAll, { halfOpenAfter: FOREVER_MS, breaker: new ConsecutiveBreaker(1) });
  const through = (upstreams: Upstreams<null, number>): Promise<number> =>
    upstreams.call(null, { deadline: Deadline.in(clock, 1_000), idempotent: true });
  await through(open).catch(() => undefined);
  await theirOpen.execute(fails).catch(() => undefined);
  const refused = (pending: Promise<unknown>): Promise<unknown> => pending.catch((error: Error) => error.name);
  return [
    { name: 'direct', call: direct, expected: 1 },
    { name: 'breaker', call: () => breaker.execute(direct), expected: 1 },
    { name: 'cockatiel breaker', call: () => theirs.execute(direct), expected: 1 },
    { name: 'chain', call: () => through(chain), expected: 1 },
    { name: 'chain of three', call: () => through(three), expected: 1 },
    { name: 'cockatiel chain', call: () => theirChain.execute(direct), expected: 1 },
    { name: 'open', call: () => refused(through(open)), expected: 'CodedError' },
    { name: 'cockatiel open', call: () => refused(theirOpen.execute(direct)), expected: 'Error' },
  ];
}

/** Everything that a call can have around it: a bulkhead, retries, a bound for each attempt, the deadline, a breaker. */
function upstreamsOf(call: () => Promise<number>, ids: readonly string[]): Upstreams<null, number> {
  return createUpstreams<null, number>({
    endpoints: ids.map((id) => ({ id })),
    clock,
    random,
    call,
    policy: { attemptMs: 500, breaker: { consecutiveFailures: 1, openMs: FOREVER_MS, maxOpenMs: FOREVER_MS } },
  });
}

/** @throws Error when a policy let something else through than the others */
export async function measureCosts(rounds: number): Promise<Costs> {
  const all = await cases();
  const costs: Record<string, number[]> = Object.fromEntries(all.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    // In one direction, then in the other.
    for (const { name, call, expected } of round % 2 === 0 ? all : all.toReversed()) {
      const value = await call();
      if (value !== expected) throw new Error(`${name} gave ${String(value)}, not ${String(expected)}`);
      const start = performance.now();
      for (let i = 0; i < CALLS; i++) await call();
      const micros = ((performance.now() - start) * 1_000) / CALLS;
      // The first round is for the compiler.
      if (round > 0) costs[name]?.push(micros);
      // Ours is not the only work of a process.
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }
  return costs;
}
