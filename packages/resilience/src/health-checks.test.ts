import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HealthCheck } from './health-checks.ts';
import { createWorld, type World } from './test-world.ts';

interface Probed {
  readonly world: World;
  /** Endpoints whose probes fail, throw or hang. */
  readonly bad: Map<string, 'reject' | 'throw' | 'hang'>;
  readonly signals: AbortSignal[];
}

function probed(ids: readonly string[], changes: Partial<HealthCheck> = {}): Probed {
  const bad: Probed['bad'] = new Map();
  const signals: AbortSignal[] = [];
  const health: HealthCheck = {
    intervalMs: 1_000,
    timeoutMs: 200,
    unhealthyAfter: 2,
    healthyAfter: 2,
    probe({ id }, { signal, deadline }) {
      signals.push(signal);
      assert.equal(deadline.remaining, 200);
      const how = bad.get(id);
      if (how === 'throw') throw new Error('at once');
      return how === 'hang' ? new Promise(() => undefined) : how ? Promise.reject(new Error('no')) : Promise.resolve();
    },
    ...changes,
  };
  return { world: createWorld(ids, { health }), bad, signals };
}

const healthOf = ({ upstreams }: World): string =>
  upstreams
    .status()
    .map(({ id, healthy }) => (healthy ? id : id.toUpperCase()))
    .join('');

describe('health checks', () => {
  for (const how of ['reject', 'throw', 'hang'] as const) {
    it(`take an endpoint out after probes in a row that ${how}, and back in after good ones`, async () => {
      const { world, bad } = probed(['a', 'b', 'c']);
      await world.run(3_000, 10);
      assert.equal(healthOf(world), 'abc');
      bad.set('b', how);
      await world.run(1_000, 10);
      assert.equal(healthOf(world), 'abc');
      await world.run(2_000, 10);
      assert.equal(healthOf(world), 'aBc');
      for (let i = 0; i < 20; i++) {
        const pending = world.call();
        await world.run(5);
        assert.notEqual((await pending).result, 'b');
      }
      bad.clear();
      await world.run(3_000, 10);
      assert.equal(healthOf(world), 'abc');
      const { probes, probesFailed } = world.upstreams.counters();
      assert.ok(probes > 15 && probesFailed >= 2 && probesFailed <= 4, `${probes} ${probesFailed}`);
    });
  }

  it('end the signal of every probe, a hanging one included, and stop when all is closed', async () => {
    const { world, bad, signals } = probed(['a']);
    bad.set('a', 'hang');
    await world.run(5_000, 10);
    assert.ok(signals.length >= 3 && signals.slice(0, -1).every(({ aborted }) => aborted));
    world.upstreams.close();
    const before = signals.length;
    assert.ok(signals.every(({ aborted }) => aborted));
    await world.run(5_000, 10);
    assert.equal(signals.length, before);
  });

  it('use all endpoints rather than none', async () => {
    const { world, bad } = probed(['a', 'b']);
    for (const id of ['a', 'b']) bad.set(id, 'reject');
    await world.run(4_000, 10);
    assert.equal(healthOf(world), 'AB');
    const pending = world.call();
    await world.run(5);
    assert.ok((await pending).ok);
    assert.equal(world.upstreams.counters().panics, 1);
  });

  it('end the time that an endpoint is left out', async () => {
    const { world } = probed(['a', 'b', 'c'], { intervalMs: 300 });
    world.behaviours.set('a', () => ({ kind: 'fail', ms: 1 }));
    const isOut = (): boolean => world.upstreams.status()[0]?.ejected === true;
    for (let i = 0; i < 200 && !isOut(); i++) {
      void world.call();
      await world.run(2);
    }
    assert.ok(isOut());
    // Two good probes; by itself it would be out for a second.
    await world.run(800, 10);
    assert.equal(isOut(), false);
  });
});
