/** One of three upstreams stops answering under load, and later comes back: the whole of the goal, in virtual time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { type Behaviour, createWorld, type Outcome, type World } from './test-world.ts';

const PER_SECOND = 250;
const TIMEOUT_MS = 1_000;

interface Phases {
  readonly world: World;
  readonly healthy: readonly Outcome[];
  readonly faulty: readonly Outcome[];
  readonly healed: readonly Outcome[];
  readonly attemptsWhileFaulty: number;
  readonly healedAt: number;
}

/** 4 s of health, 8 s with the first upstream as told, 8 s healed; requests come at a fixed rate whatever happens. */
async function play(seed: number, fault: () => Behaviour, idempotent: boolean): Promise<Phases> {
  const world = createWorld(['a', 'b', 'c'], { seed });
  const random = seededRandom(seed + 1);
  // Two to ten milliseconds, now and then thirty.
  const well = (): Behaviour => ({ kind: 'answer', ms: random() < 0.01 ? 30 : 2 + 8 * random() });
  for (const id of ['a', 'b', 'c']) world.behaviours.set(id, well);
  const phase = async (seconds: number): Promise<Promise<Outcome>[]> => {
    const outcomes: Promise<Outcome>[] = [];
    for (let i = 0; i < seconds * PER_SECOND; i++) {
      outcomes.push(world.call({ timeoutMs: TIMEOUT_MS, idempotent }));
      await world.run(1_000 / PER_SECOND);
    }
    return outcomes;
  };
  const healthy = await phase(4);
  const before = world.upstreams.counters().attempts;
  world.behaviours.set('a', fault);
  const faulty = await phase(8);
  const attemptsWhileFaulty = world.upstreams.counters().attempts - before;
  world.behaviours.set('a', well);
  const healedAt = world.clock.elapsed();
  const healed = await phase(8);
  await world.run(TIMEOUT_MS);
  return {
    world,
    healthy: await Promise.all(healthy),
    faulty: await Promise.all(faulty),
    healed: await Promise.all(healed),
    attemptsWhileFaulty,
    healedAt,
  };
}

const p95 = (outcomes: readonly Outcome[]): number => {
  const sorted = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] as number;
};
const shareOf = (outcomes: readonly Outcome[], is: (outcome: Outcome) => boolean): number =>
  outcomes.filter(is).length / outcomes.length;

describe('one of three upstreams that stops answering under load', () => {
  for (const seed of [1, 2, 3]) {
    it(`is hardly noticed when calls are idempotent (seed ${seed})`, async () => {
      const { world, healthy, faulty, healed, attemptsWhileFaulty, healedAt } = await play(
        seed,
        () => ({ kind: 'black hole' }),
        true,
      );
      const begin = faulty[0]?.startedAt ?? 0;
      const later = faulty.filter(({ startedAt }) => startedAt >= begin + 1_000);
      assert.equal(
        shareOf(healthy, ({ ok }) => ok),
        1,
      );
      assert.ok(shareOf(later, ({ ok }) => ok) >= 0.999);
      assert.ok(shareOf(faulty, ({ ok }) => ok) >= 0.999);
      for (const { ms } of [...healthy, ...faulty, ...healed]) assert.ok(ms <= TIMEOUT_MS);
      assert.ok(p95(later) <= 1.3 * p95(healthy), `${p95(later)} against ${p95(healthy)}`);
      assert.ok(attemptsWhileFaulty <= 1.1 * faulty.length, `${attemptsWhileFaulty} for ${faulty.length}`);
      const back = healed.find(({ result }) => result === 'a');
      assert.ok(back && back.startedAt - healedAt <= 5_000, `${(back?.startedAt ?? 0) - healedAt}`);
      const afterwards = healed.filter(({ startedAt }) => startedAt >= healedAt + 5_000);
      assert.ok(shareOf(afterwards, ({ result }) => result === 'a') >= 0.2);
      assert.ok(world.upstreams.status().every(({ pending, ejected }) => pending === 0 && !ejected));
    });
  }

  it('costs calls that must not be made twice only the few that find out', async () => {
    const { faulty, healed, healedAt } = await play(4, () => ({ kind: 'black hole' }), false);
    // Some at the beginning, then one each time that the endpoint is tried again.
    const lost = faulty.filter(({ ok }) => !ok).length;
    assert.ok(lost <= 20, `${lost}`);
    for (const { ms } of faulty) assert.ok(ms <= TIMEOUT_MS);
    assert.ok(healed.some(({ result, startedAt }) => result === 'a' && startedAt - healedAt <= 6_000));
  });

  it('may also be ten times slower: it gets a tenth of the calls at most', async () => {
    const { world, faulty } = await play(5, () => ({ kind: 'answer', ms: 60 }), true);
    const begin = faulty[0]?.startedAt ?? 0;
    const late = faulty.filter(({ startedAt }) => startedAt >= begin + 5_000);
    assert.ok(shareOf(late, ({ result }) => result === 'a') <= 0.1);
    assert.ok(shareOf(faulty, ({ ok }) => ok) === 1);
    assert.ok(world.upstreams.counters().ejectionsCapped === 0);
  });
});
