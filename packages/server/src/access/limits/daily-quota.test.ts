import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { CodedError, VirtualClock } from '@vortexflow/primitives';
import fc from 'fast-check';
import { DailyQuota } from './daily-quota.ts';

const NOON = Date.UTC(2026, 10, 26, 12);
const HOUR_MS = 3_600_000;

/** The time of day can be set, as by whoever keeps the machine. */
class SetClock extends VirtualClock {
  aheadMs = 0;
  override now(): number {
    return super.now() + this.aheadMs;
  }
}

async function opened(
  t: TestContext | null,
  given: Partial<{ clock: VirtualClock; file: string; limit: number }> = {},
) {
  const { clock = new VirtualClock(NOON), limit = 10 } = given;
  const file = given.file ?? join(await mkdtemp(join(tmpdir(), 'vortexflow-quota-')), 'quota.json');
  const told = { refused: 0, failures: [] as Error[] };
  const set = { limit };
  const quota = await DailyQuota.open({
    file,
    clock,
    limit: () => set.limit,
    onRefused: () => void told.refused++,
    onFailure: (failure) => void told.failures.push(failure),
  });
  t?.after(async () => {
    // What is still being written would come into the folder while it is removed.
    await quota.close();
    if (given.file === undefined) await rm(join(file, '..'), { recursive: true, force: true, maxRetries: 5 });
  });
  /** 0 when it was charged, else the seconds to wait. */
  const charge = (account: string | null, cost: number): number => {
    try {
      quota.charge(account, cost);
      return 0;
    } catch (failure) {
      assert.ok(failure instanceof CodedError && failure.code === 'quota_exceeded', String(failure));
      return Number(failure.details?.['retry_after_s']);
    }
  };
  return { quota, clock, file, told, set, charge };
}

describe('the daily quota', () => {
  it('lets each account ask so much a day, then says when the next day begins', async (t) => {
    const { quota, clock, told, charge } = await opened(t);
    for (let i = 0; i < 10; i++) assert.equal(charge('user:a', 1), 0);
    assert.equal(charge('user:a', 1), 12 * 3600);
    assert.equal(charge('user:b', 10), 0, 'another has his own');
    assert.equal(charge(null, 1_000), 0, 'and the owner has none');
    assert.deepEqual(quota.use('user:a'), {
      account: 'user:a',
      used: 10,
      limit: 10,
      resetsAt: Date.UTC(2026, 10, 27),
    });
    assert.equal(told.refused, 1);
    clock.advance(12 * HOUR_MS - 1);
    assert.equal(charge('user:a', 1), 1);
    clock.advance(1);
    assert.equal(charge('user:a', 1), 0);
  });

  it('charges nothing for what it refuses, and a whole day for what costs more than one', async (t) => {
    const { quota, charge } = await opened(t);
    charge('user:a', 6);
    assert.ok(charge('user:a', 5) > 0);
    assert.equal(quota.use('user:a').used, 6);
    assert.equal(charge('user:a', 4), 0);
    assert.equal(charge('user:b', 50), 0);
    assert.ok(charge('user:b', 1) > 0);
  });

  it('never lets an account have more than the limit on a day, however it asks', async () => {
    const { clock, charge } = await opened(null, { limit: 20 });
    let day = 0;
    const days = new Map<string, number>();
    const step = fc.tuple(
      fc.constantFrom('user:a', 'key:b', 'service:c'),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 6 * HOUR_MS }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        for (const [account, cost, pause] of steps) {
          clock.advance(pause);
          day = Math.floor(clock.now() / (24 * HOUR_MS));
          const key = `${day} ${account}`;
          const before = days.get(key) ?? 0;
          const isTaken = charge(account, cost) === 0;
          assert.equal(isTaken, before + Math.min(cost, 20) <= 20);
          if (isTaken) days.set(key, before + Math.min(cost, 20));
        }
      }),
    );
  });

  it('counts nothing without a limit, and goes by a new one at once', async (t) => {
    const { quota, set, charge } = await opened(t, { limit: 0 });
    for (let i = 0; i < 100; i++) assert.equal(charge('user:a', 1), 0);
    assert.equal(quota.use('user:a').used, 0);
    set.limit = 2;
    assert.deepEqual([charge('user:a', 2), charge('user:a', 1) > 0], [0, true]);
    set.limit = 3;
    assert.deepEqual([charge('user:a', 1), charge('user:a', 1) > 0], [0, true]);
    set.limit = 1;
    assert.equal(charge('user:a', 1) > 0, true, 'what is beyond a lower limit stays used');
  });

  it('forgives nobody for a restart, and begins anew with a new day', async (t) => {
    const first = await opened(t);
    first.charge('user:a', 7);
    await first.quota.close();
    assert.equal((await stat(first.file)).mode & 0o777, 0o600);
    const { file } = first;
    assert.equal((await opened(t, { file })).quota.use('user:a').used, 7);
    const tomorrow = await opened(t, { file, clock: new VirtualClock(NOON + 24 * HOUR_MS) });
    assert.equal(tomorrow.quota.use('user:a').used, 0);
  });

  it('is on disk half a minute later, for a crash', async (t) => {
    const { clock, file, quota, charge } = await opened(t);
    charge('user:a', 3);
    clock.advance(29_999);
    await assert.rejects(readFile(file), /ENOENT/);
    clock.advance(1);
    charge('user:a', 1);
    // Waits for what is being written, and writes what came since.
    await quota.close();
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')).used, [['user:a', 4]]);
  });

  it('gives no second day to a clock that is set back', async (t) => {
    const first = await opened(t);
    first.charge('user:a', 10);
    await first.quota.close();
    const clock = new VirtualClock(NOON - 24 * HOUR_MS);
    const before = await opened(t, { file: first.file, clock });
    assert.ok(before.charge('user:a', 1) > 0);
    clock.advance(24 * HOUR_MS);
    assert.ok(before.charge('user:a', 1) > 0, 'nor when it is set forward again');
    clock.advance(12 * HOUR_MS);
    assert.equal(before.charge('user:a', 1), 0);
  });

  it('gives no second day to a clock that is set back and forward across midnight', async (t) => {
    const clock = new SetClock(NOON);
    const { quota, charge } = await opened(t, { clock });
    clock.aheadMs = 12 * HOUR_MS;
    assert.equal(charge('user:a', 10), 0);
    for (const ahead of [12 * HOUR_MS - 1, 12 * HOUR_MS, -12 * HOUR_MS, 12 * HOUR_MS]) {
      clock.aheadMs = ahead;
      assert.ok(charge('user:a', 1) > 0, `${ahead}`);
    }
    assert.equal(quota.use('user:a').used, 10);
  });

  it('does not wait for a day far ahead that a wrong clock began', async (t) => {
    const clock = new SetClock(NOON);
    clock.aheadMs = 1_000 * 24 * HOUR_MS;
    const first = await opened(t, { clock });
    first.charge('user:a', 10);
    await first.quota.close();
    const again = await opened(t, { file: first.file, clock: new VirtualClock(NOON) });
    clock.aheadMs = 0;
    for (const { charge } of [first, again]) assert.equal(charge('user:a', 1), 12 * 3_600);
    clock.advance(12 * HOUR_MS);
    assert.equal(first.charge('user:a', 1), 0);
  });

  it('goes on with nothing used when its file is damaged, and tells', async (t) => {
    for (const text of ['', '{', 'null', '[]', '{"day":1}', '{"day":"x","used":[]}']) {
      const { file } = await opened(t);
      await writeFile(file, text);
      const { told, charge } = await opened(t, { file });
      assert.equal(told.failures.length, 1, text);
      assert.equal(charge('user:a', 10), 0);
    }
    const { file } = await opened(t);
    const used = [['user:a', 3], ['user:b', -1], ['user:c', '1'], [1, 1], null];
    await writeFile(file, JSON.stringify({ day: Math.floor(NOON / (24 * HOUR_MS)), used }));
    const { quota } = await opened(t, { file });
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => quota.use(`user:${name}`).used),
      [3, 0, 0],
    );
  });

  it('goes on counting when its file cannot be written, and tells', async (t) => {
    const { file: place } = await opened(t);
    await writeFile(place, '{}');
    const { quota, told, charge } = await opened(t, { file: join(place, 'quota.json') });
    charge('user:a', 10);
    await quota.close();
    assert.ok(told.failures.length > 0);
    assert.ok(charge('user:a', 1) > 0);
  });

  it('remembers a bounded number of accounts: those that asked last', async (t) => {
    const { quota, charge } = await opened(t);
    for (let i = 0; i < 10_000; i++) charge(`user:${i}`, 10);
    charge('user:late', 10);
    assert.equal(quota.use('user:0').used, 0);
    assert.equal(quota.use('user:1').used, 10);
    assert.equal(quota.use('user:late').used, 10);
  });
});
