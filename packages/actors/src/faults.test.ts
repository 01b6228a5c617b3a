import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { type ActorSpec, createSystem, type FaultRule, type System } from './index.ts';
import type { Order, Said } from './obedient.actor.ts';

fc.configureGlobal({ seed: 62 });

const code = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Lets everything that can happen without time happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** What is sent and has come to no end yet. */
function open(system: System): number {
  const { sent, handled, crashed, rejected, dropped, dead } = system.counters();
  return sent - handled - crashed - rejected - dropped - dead;
}

function recorder(seen: number[]): ActorSpec<null, number, number> {
  return {
    id: 'recorder',
    mailbox: { capacity: 10_000, overflow: 'reject' },
    init: () => null,
    handle(_state, message, ctx) {
      seen.push(message);
      ctx.reply(message);
    },
  };
}

async function told(
  rules: readonly FaultRule[],
  count: number,
): Promise<{ seen: number[]; system: System; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const system = createSystem({ clock, faults: { seed: 7, rules } });
  const spec = recorder(seen);
  const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 1e9, children: [spec] });
  for (let i = 1; i <= count; i++) assert.equal(top.ref(spec).tell(i), 'queued');
  await settle();
  return { seen, system, clock };
}

describe('a fault plan', () => {
  test('strikes the n-th message, and no other', async () => {
    const at = async (fault: FaultRule['fault']): Promise<number[]> =>
      (await told([{ path: '/top/*', fault, at: 3 }], 5)).seen;
    assert.deepEqual(await at('drop'), [1, 2, 4, 5]);
    assert.deepEqual(await at('duplicate'), [1, 2, 3, 3, 4, 5]);
    assert.deepEqual(await at('crash'), [1, 2, 4, 5]);
  });

  test('delays a message and all behind it', async () => {
    const { seen, clock } = await told([{ path: '**', fault: 'delay', at: 2, delayMs: 10 }], 4);
    assert.deepEqual(seen, [1]);
    clock.advance(9);
    await settle();
    assert.deepEqual(seen, [1]);
    clock.advance(1);
    await settle();
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  test('strikes by chance about as often as it says, the same for each seed', async () => {
    const run = async (): Promise<number[]> =>
      (await told([{ path: '**', fault: 'drop', probability: 0.25 }], 2_000)).seen;
    const seen = await run();
    assert.ok(seen.length > 1_400 && seen.length < 1_600, String(seen.length));
    assert.deepEqual(await run(), seen);
  });

  test('strikes only the paths that it names', async () => {
    for (const [path, isHit] of [
      ['/top/recorder', true],
      ['/top/rec*', true],
      ['/*/*', true],
      ['/**', true],
      ['/*', false],
      ['/top/record.r', false],
      ['/top/recorder/*', false],
    ] as const) {
      const { seen } = await told([{ path, fault: 'drop' }], 1);
      assert.deepEqual(seen, isHit ? [] : [1], path);
    }
  });

  test('lets a dropped question run into its deadline, and answers a doubled one once', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const rules: FaultRule[] = [
      { path: '/recorder', fault: 'drop', at: 1 },
      { path: '/recorder', fault: 'duplicate', at: 2 },
    ];
    const system = createSystem({ clock, faults: { seed: 1, rules } });
    const ref = system.spawn(recorder(seen));
    const lost = ref.ask(1, { timeoutMs: 100 });
    assert.equal(await ref.ask(2, { timeoutMs: 100 }), 2);
    await settle();
    assert.deepEqual(seen, [2, 2]);
    clock.advance(100);
    await assert.rejects(lost, (error) => code(error) === 'ask_timeout');
    assert.equal(system.deadLetters().fault, 1);
    assert.equal(system.metrics().faults, 2);
  });

  test('breaks no law: each message comes to one end, order stays, what was not struck arrives', async () => {
    const fault = fc.constantFrom<FaultRule['fault']>('drop', 'duplicate', 'delay', 'crash');
    const rule = fc
      .tuple(fault, fc.double({ min: 0, max: 0.3, noNaN: true }))
      .map(([kind, probability]): FaultRule => ({
        path: '**',
        fault: kind,
        probability,
        ...(kind === 'delay' && { delayMs: 5 }),
      }));
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { maxLength: 4 }), fc.nat(200), async (rules, count) => {
        const { seen, system, clock } = await told(rules, count);
        for (let i = 0; i < 40; i++) {
          clock.advance(5);
          await settle();
        }
        assert.equal(open(system), 0);
        const sorted = [...seen].sort((a, b) => a - b);
        assert.deepEqual(seen, sorted);
        const { handled, crashed, dropped, sent, faults, restarts } = system.metrics();
        assert.equal(handled, seen.length);
        assert.equal(handled + crashed + dropped, sent);
        assert.equal(restarts, crashed);
        assert.ok(count - new Set(seen).size <= crashed + dropped && crashed + dropped <= faults);
      }),
      { numRuns: 40 },
    );
  });

  for (const where of ['thread', 'process'] as const) {
    test(`ends a ${where}: of what it had, at most one message is lost, the rest is handled in order`, async () => {
      const clock = new VirtualClock();
      const crashes: unknown[] = [];
      const rules: FaultRule[] = [{ path: '/top/worker', fault: 'crash', at: 20 }];
      const system = createSystem({ clock, faults: { seed: 3, rules }, onCrash: ({ error }) => crashes.push(error) });
      const module = new URL('./obedient.actor.ts', import.meta.url);
      const placement =
        where === 'thread' ? { thread: module, export: 'obedient' } : { process: module, export: 'obedient' };
      const spec = { id: 'worker', placement } as const;
      const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 9, children: [spec] });
      const ref = top.ref<Order, Said>(spec);
      const asked = Array.from({ length: 40 }, () => ref.ask({ do: 'slow', ms: 2 }, { timeoutMs: 1e9 }));
      clock.advance(0);
      const settled = await Promise.allSettled(asked);
      const lost = settled.filter(({ status }) => status === 'rejected');
      assert.deepEqual(crashes.map(code), ['actor_ended']);
      const { handled, crashed, restarts } = system.metrics();
      assert.deepEqual([handled + crashed, restarts], [40, 1]);
      // Of a handled one the answer may have been on its way.
      assert.ok(crashed <= 1 && lost.length <= crashed + 1, `${lost.length} lost`);
      await system.stop({ deadlineMs: 1e9 });
      assert.equal(open(system), 0);
    });
  }

  test('is checked', () => {
    const bad: FaultRule[] = [
      { path: 'x', fault: 'drop', at: 0 },
      { path: 'x', fault: 'drop', probability: 1.1 },
      { path: 'x', fault: 'drop', at: 1, probability: 1 },
      { path: 'x', fault: 'delay' },
      { path: 'x', fault: 'drop', delayMs: 5 },
    ];
    for (const rule of bad) {
      assert.throws(
        () => createSystem({ clock: new VirtualClock(), faults: { seed: 1, rules: [rule] } }),
        (error) => code(error) === 'fault_plan_invalid',
      );
    }
  });
});
