import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodedError, VirtualClock } from '@vortexflow/primitives';
import { GUEST } from '@vortexflow/identity';
import type { Caller } from '../caller.ts';
import type { DailyQuota } from './daily-quota.ts';
import { DEFAULT_ROUTE_COSTS } from './costs.ts';
import { Limits } from './limits.ts';

/** Seconds to wait; 0 when it was wrong and there was no need to. */
function waitOf(run: () => void): number {
  try {
    run();
  } catch (failure) {
    assert.ok(failure instanceof CodedError, String(failure));
    return failure.code === 'rate_limited' ? Number(failure.details?.['retry_after_s']) : 0;
  }
  return 0;
}

describe('costs of routes', () => {
  const asked = (limits: Limits, method: string, path: string): number => {
    const caller = { isLocal: false, address: '192.0.2.1', method, path } as Caller;
    return waitOf(() => limits.charge(GUEST, caller));
  };
  const noQuota = { charge: () => undefined } as unknown as DailyQuota;

  it('are those of the configuration, from the next request on; all other routes cost a question', () => {
    const costs = { ...DEFAULT_ROUTE_COSTS, fuse: 3 };
    const limits = new Limits(new VirtualClock(), { perAddress: 1, perKey: 1, costs }, noQuota);
    assert.equal(asked(limits, 'POST', '/api/v1/fuse'), 0);
    assert.equal(asked(limits, 'GET', '/api/v1/graph'), 0);
    assert.equal(asked(limits, 'POST', '/api/v1/process'), 0);
    assert.equal(asked(limits, 'POST', '/api/v1/process'), 1, 'five questions at once are free');
    const cheap = new Limits(new VirtualClock(), { perAddress: 1, perKey: 1, costs }, noQuota);
    cheap.change({ perAddress: 1, perKey: 1, costs: { ...costs, fuse: 1 } });
    for (let i = 0; i < 5; i++) assert.equal(asked(cheap, 'POST', '/api/v1/fuse'), 0);
    assert.equal(asked(cheap, 'POST', '/api/v1/fuse'), 1);
  });
});

function opened() {
  const clock = new VirtualClock();
  const noQuota = { charge: () => undefined } as unknown as DailyQuota;
  const limits = new Limits(clock, { perAddress: 1, perKey: 1, costs: DEFAULT_ROUTE_COSTS }, noQuota);
  const caller = { isLocal: false, address: '192.0.2.1' } as Caller;
  return {
    clock,
    wrong: () => waitOf(() => limits.refuseWrong(caller)),
    looking: () => waitOf(() => limits.refuseWaiting(caller)),
  };
}

describe('limits of guesses', () => {
  it('make an address wait after ten, and longer when it goes on', () => {
    const { wrong, looking } = opened();
    for (let i = 0; i < 10; i++) assert.deepEqual([looking(), wrong()], [0, 0]);
    assert.deepEqual([looking(), wrong()], [10, 10]);
    for (let i = 0; i < 200; i++) wrong();
    assert.ok(looking() > 200);
  });

  it('are not prolonged by whoever else asks from there', () => {
    const { clock, wrong, looking } = opened();
    for (let i = 0; i < 10; i++) wrong();
    for (let i = 0; i < 1_000; i++) {
      assert.ok(looking() <= 10);
      clock.advance(9);
    }
    clock.advance(1_000);
    assert.equal(looking(), 0);
  });
});
