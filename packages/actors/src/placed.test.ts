/** Real threads and processes. The owner's time stands still unless a test moves it; theirs is the machine's. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import {
  type ActorRef,
  type ActorSpec,
  createSystem,
  type DeadLetter,
  type PlacedActorSpec,
  type ProcessPlacement,
  type SupervisorRef,
  type SupervisorSpec,
  type System,
  type SystemOptions,
  type ThreadPlacement,
} from './index.ts';
import type { Order, Said } from './obedient.actor.ts';

const MODULE = new URL('./obedient.actor.ts', import.meta.url);
const ASK = { timeoutMs: 1e9 };
const add = (n: number): Order => ({ do: 'add', n });
const code = (error: unknown): unknown => (error as { code?: unknown }).code;

type Spec = { -readonly [K in keyof PlacedActorSpec<Order, Said>]: PlacedActorSpec<Order, Said>[K] };
type Where = 'thread' | 'process';
type More = Partial<Omit<Spec, 'placement'>> & { readonly placement?: Partial<ThreadPlacement> };

function placed(where: Where, { placement, ...more }: More = {}): Spec {
  const shared = { export: 'obedient', ...placement };
  const place: ThreadPlacement | ProcessPlacement =
    where === 'thread' ? { thread: MODULE, ...shared } : { process: MODULE, ...shared };
  return { id: 'worker', placement: place, ...more };
}

const systems: System[] = [];
afterEach(async () => {
  for (const system of systems.splice(0)) await system.stop({ deadlineMs: 1e9 });
});

interface Rig {
  readonly clock: VirtualClock;
  readonly system: System;
  readonly top: SupervisorRef;
  readonly ref: ActorRef<Order, Said>;
  readonly crashes: unknown[];
  readonly letters: DeadLetter[];
  /** Settles when it has begun with a message that takes long; of one such message after the other. */
  readonly begun: () => Promise<void>;
}

async function rig(spec: Spec, over: Partial<SupervisorSpec> = {}, options: Partial<SystemOptions> = {}): Promise<Rig> {
  const clock = new VirtualClock();
  const crashes: unknown[] = [];
  const letters: DeadLetter[] = [];
  let begun = 0;
  const { onEvent } = spec;
  spec.onEvent = (event, ref) => {
    if (event === 'begun') begun++;
    else onEvent?.(event, ref);
  };
  const system = createSystem({
    clock,
    onCrash: ({ error }) => crashes.push(error),
    onDeadLetter: (letter) => letters.push(letter),
    ...options,
  });
  systems.push(system);
  const top = await system.supervise({
    id: 'top',
    strategy: 'one_for_one',
    intensity: 1_000,
    children: [spec],
    ...over,
  });
  return {
    clock,
    system,
    top,
    ref: top.ref(spec),
    crashes,
    letters,
    begun: () => until(() => begun > 0 && begun-- > 0),
  };
}

/** Real time passes until it has come about. */
async function until(came: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4_000; tries++) {
    if (came()) return;
    await sleep(5);
  }
  assert.fail('it never came about');
}

/** What is sent and has come to no end yet. */
function open(system: System): number {
  const { sent, handled, crashed, rejected, dropped, dead } = system.counters();
  return sent - handled - crashed - rejected - dropped - dead;
}

const state = (system: System): unknown => system.tree().children?.[0]?.children?.[0]?.state;

for (const where of ['thread', 'process'] as const) {
  describe(`an actor on a ${where}`, () => {
    test('handles in order, answers each its own, keeps its state, is given its data', async () => {
      let starts = 0;
      const spec = placed(where, { initData: () => ++starts, placement: { prepareData: 'made ready' } });
      const { system, ref } = await rig(spec);
      const answers = await Promise.all([1, 2, 3].map((n) => ref.ask(add(n), ASK)));
      assert.deepEqual(answers[2], { sum: 6, given: { prepared: { prepared: 'made ready' }, data: 1 } });
      assert.deepEqual(
        answers.map(({ sum }) => sum),
        [1, 3, 6],
      );
      for (let i = 0; i < 3_000; i++) {
        while (ref.tell(add(1)) === 'rejected') await sleep(1);
      }
      assert.equal((await ref.ask(add(0), ASK)).sum, 3_006);
      assert.equal(open(system), 0);
      const [node] = system.tree().children?.[0]?.children ?? [];
      assert.equal(node?.placement, where);
      assert.equal(typeof node?.pid, where === 'process' ? 'number' : 'undefined');
    });

    const deaths: [Order, string, RegExp][] = [
      [{ do: 'throw' }, 'told', /as told/],
      [{ do: 'throw null' }, 'undefined', /null/],
      [{ do: 'reject' }, 'undefined', /rejected as told/],
      [{ do: 'exit' }, 'actor_ended', /exit code 3/],
      [{ do: 'throw elsewhere' }, 'actor_ended', /exit code 1/],
      [{ do: 'reject elsewhere' }, 'actor_ended', /exit code 1/],
    ];
    if (where === 'process') deaths.push([{ do: 'kill' }, 'actor_ended', /signal SIGKILL/]);
    else deaths.push([{ do: 'eat memory' }, 'actor_ended', /exit code 1/]);
    for (const [order, expected, message] of deaths) {
      test(`"${order.do}": its question fails, what waited is answered by the next run`, async () => {
        const placement = { resourceLimits: { maxOldGenerationSizeMb: 32 } };
        const { system, ref, crashes } = await rig(placed(where, { placement }));
        ref.tell(add(40));
        const fatal = ref.ask(order, ASK);
        const behind = [ref.ask(add(1), ASK), ref.ask(add(1), ASK)];
        await assert.rejects(fatal, (error) => code(error) === 'ask_crashed');
        assert.deepEqual(
          (await Promise.all(behind)).map(({ sum }) => sum),
          [1, 2],
        );
        assert.equal(crashes.length, 1);
        assert.equal(String(code(crashes[0])), expected);
        assert.match(String(crashes[0]), message);
        assert.deepEqual(
          { ...system.counters() },
          { sent: 4, handled: 3, crashed: 1, rejected: 0, dropped: 0, dead: 0 },
        );
        assert.equal(system.metrics().restarts, 1);
      });
    }

    test('says what was thrown elsewhere as the cause of its end', async () => {
      const { ref, crashes } = await rig(placed(where));
      await assert.rejects(ref.ask({ do: 'throw elsewhere' }, ASK));
      assert.match(String((crashes[0] as Error).cause), /thrown elsewhere/);
    });

    test('is ended when it hangs, and only what it hung over is lost', async () => {
      for (const order of ['hang', 'never'] as const) {
        const { clock, system, ref, crashes, begun } = await rig(placed(where, { placement: { hangMs: 100 } }));
        const fatal = ref.ask({ do: order }, ASK);
        await begun();
        const behind = ref.ask(add(5), ASK);
        // Slower than its heart beats between messages: it must not beat while one is in hand.
        for (let looks = 0; looks < 40 && system.metrics().hangs === 0; looks++) {
          await sleep(60);
          clock.advance(25);
        }
        assert.equal(system.metrics().hangs, 1);
        await assert.rejects(fatal, (error) => code(error) === 'ask_crashed');
        assert.equal((await behind).sum, 5);
        assert.deepEqual(crashes.map(code), ['actor_hung']);
        assert.equal(system.metrics().hangs, 1);
      }
    });

    test('is left alone while it beats, and while it has nothing to do', async () => {
      const { clock, system, ref } = await rig(placed(where, { placement: { hangMs: 100 } }));
      // Four looks see the same when it neither works nor rests as it should; each is long for a busy machine.
      const look = async (): Promise<void> => {
        await sleep(150);
        clock.advance(25);
      };
      const working = ref.ask({ do: 'work', ms: 1_200, beats: true }, ASK);
      for (let i = 0; i < 7; i++) await look();
      assert.equal((await working).sum, 0);
      for (let i = 0; i < 7; i++) await look();
      assert.equal(system.metrics().hangs, 0);
    });

    test('is not blamed for time in which nobody looked', async () => {
      const { clock, system, ref } = await rig(placed(where, { placement: { hangMs: 1_000 } }));
      const asked = ref.ask({ do: 'slow', ms: 50 }, ASK);
      // As after a freeze of this process: time has passed, one timer is due.
      clock.advance(250);
      assert.equal((await asked).sum, 0);
      assert.equal(system.metrics().hangs, 0);
    });

    test('that cannot load, prepare or start fails the start with the reason', async () => {
      const bad: [Spec, RegExp][] = [
        [placed(where, { placement: { export: 'nowhere' } }), /no export "nowhere"/],
        [placed(where, { placement: { export: 'notAnActor' } }), /no export "notAnActor"/],
        [placed(where, { placement: { export: 'unprepared' } }), /prepare fails as told/],
        [placed(where, { initData: { fail: true } }), /init fails as told/],
        [placed(where, { initData: () => assert.fail('no data') }), /no data/],
        [placed(where, { initData: { it: () => 1 } }), /could not be cloned/],
        [placed(where, { placement: { prepareData: { it: () => 1 } } }), /could not be cloned/],
      ];
      const missing = new URL('./missing.actor.ts', import.meta.url);
      bad.push([
        { id: 'worker', placement: where === 'thread' ? { thread: missing } : { process: missing } },
        /missing/,
      ]);
      for (const [spec, message] of bad) {
        const system = createSystem({ clock: new VirtualClock() });
        systems.push(system);
        const started = system.supervise({ id: 'top', strategy: 'one_for_one', children: [spec] });
        const error = await started.then(
          () => assert.fail('it started'),
          (thrown: unknown) => thrown as Error,
        );
        assert.equal(code(error), 'actor_start_failed');
        assert.match(String(error.cause), message);
      }
    });

    test('that does not start in time fails the start and leaves nothing behind', async () => {
      const clock = new VirtualClock();
      const system = createSystem({ clock });
      systems.push(system);
      const spec = placed(where, { initMs: 500, initData: { hang: true } });
      const started = system.supervise({ id: 'top', strategy: 'one_for_one', children: [spec] });
      let settled = false;
      const settledNow = (): void => void (settled = true);
      started.then(settledNow, settledNow);
      clock.advance(499);
      await sleep(5);
      assert.equal(settled, false);
      clock.advance(1);
      await assert.rejects(started, (error) => code((error as Error).cause) === 'actor_start_timeout');
    });

    test('stops in order: the message in hand is done, the others are dead letters', async () => {
      for (const ms of [50, 500, 5_000]) {
        const { system, ref, top, letters, begun } = await rig(placed(where));
        const inHand = ref.ask({ do: 'slow', ms }, ASK);
        ref.tell(add(1));
        const waiting = ref.ask(add(1), ASK).then(() => 'done', code);
        await begun();
        await top.stopChild('worker');
        assert.equal((await inHand).sum, 0);
        // On a busy machine the first may be done before the wish to stop comes: then again, with a longer one.
        if ((await waiting) === 'done' && ms < 5_000) continue;
        assert.equal(await waiting, 'ask_stopped');
        assert.equal(ref.tell(add(1)), 'dead');
        assert.deepEqual(
          letters.map(({ reason }) => reason),
          ['stopped', 'stopped', 'not_running'],
        );
        assert.equal(open(system), 0);
        break;
      }
    });

    test('is ended when it does not stop in time', async () => {
      const { clock, ref, top, system } = await rig(placed(where, { shutdownMs: 100, initData: { stop: 'hang' } }));
      await ref.ask(add(1), ASK);
      const stopped = top.stopChild('worker');
      await sleep(10);
      clock.advance(100);
      await stopped;
      assert.equal(open(system), 0);
    });

    test('that leaves by itself in onStop has stopped in order; that fails there has crashed', async () => {
      for (const [stop, reason] of [
        ['exit', 'shutdown'],
        ['throw', 'crash'],
      ] as const) {
        const { system, ref, top } = await rig(placed(where, { initData: { stop } }));
        const downs: unknown[] = [];
        system.monitor(ref, (down) => downs.push(down.reason));
        await top.stopChild('worker');
        assert.deepEqual(downs, [reason]);
      }
    });

    test('ends by its own wish, which its supervisor hears as such', async () => {
      const { system, ref } = await rig(placed(where, { restart: 'transient' }));
      const downs: unknown[] = [];
      system.monitor(ref, ({ reason }) => downs.push(reason));
      const held = [ref.ask({ do: 'stop' }, ASK), ref.ask(add(1), ASK)];
      for (const asked of held) await assert.rejects(asked);
      assert.deepEqual(downs, ['normal']);
      assert.equal(state(system), 'stopped');
      assert.equal(system.metrics().restarts, 0);
      assert.deepEqual(system.counters(), { sent: 2, handled: 1, crashed: 0, rejected: 0, dropped: 0, dead: 1 });
    });

    test('is killed: what it held fails, all comes to one end', async () => {
      const { system, ref, begun } = await rig(placed(where));
      const inHand = ref.ask({ do: 'never' }, ASK);
      const behind = ref.ask(add(2), ASK);
      await begun();
      system.exit(ref, 'killed');
      await assert.rejects(inHand, (error) => code(error) === 'ask_stopped');
      assert.equal((await behind).sum, 2);
      assert.deepEqual(system.counters(), { sent: 2, handled: 1, crashed: 1, rejected: 0, dropped: 0, dead: 0 });
    });

    test('takes linked actors along, and hears of theirs', async () => {
      const partner: ActorSpec<null, 'throw'> = {
        id: 'partner',
        restart: 'temporary',
        init: () => null,
        handle: () => assert.fail('as told'),
      };
      for (const first of ['worker', 'partner']) {
        const spec = placed(where, { restart: 'temporary' });
        const { system, top, ref } = await rig(spec, { children: [spec, partner] });
        const other = top.ref(partner);
        system.link(ref, other);
        const downs: string[] = [];
        for (const one of [ref, other]) system.monitor(one, ({ id, reason }) => downs.push(`${id} ${reason}`));
        if (first === 'worker') ref.tell({ do: 'throw' });
        else other.tell('throw');
        await until(() => downs.length === 2);
        assert.deepEqual(downs.sort(), ['partner crash', 'worker crash']);
      }
    });

    test('answers later, tells itself now and later, and emits to its owner', async () => {
      const events: unknown[] = [];
      const spec = placed(where, { initData: { emit: true }, onEvent: (event) => events.push(event) });
      const { ref, system } = await rig(spec);
      const later = ref.ask({ do: 'answer later' }, ASK);
      assert.equal((await ref.ask(add(3), ASK)).sum, 3);
      assert.equal((await later).sum, 0);
      ref.tell({ do: 'tell itself', n: 4 });
      ref.tell({ do: 'tell itself later', n: 5 });
      ref.tell({ do: 'emit', event: { deep: [1n] } });
      await until(() => system.counters().sent === 7);
      assert.equal((await ref.ask(add(0), ASK)).sum, 12);
      assert.deepEqual(events, ['started', { deep: [1n] }]);
    });

    test('says clearly what does not go over there', async () => {
      const { ref, system, letters, crashes } = await rig(placed(where));
      const functional = { do: 'add', n: () => 1 } as unknown as Order;
      const asked = [ref.ask(functional, ASK), ref.ask(add(1), ASK)];
      assert.equal(ref.tell(functional), 'queued');
      await assert.rejects(asked[0] as Promise<Said>, (error) => code(error) === 'ask_not_cloneable');
      assert.equal((await asked[1])?.sum, 1);
      await assert.rejects(ref.ask({ do: 'answer a function' }, ASK), (error) => code(error) === 'ask_not_cloneable');
      await assert.rejects(ref.ask({ do: 'answer nothing' }, ASK), (error) => code(error) === 'ask_unanswered');
      assert.equal((await ref.ask(add(1), ASK)).sum, 2);
      assert.deepEqual(
        letters.map(({ reason }) => reason),
        ['not_cloneable', 'not_cloneable'],
      );
      assert.equal(open(system), 0);
      for (const order of ['monitor', 'ask itself'] as const) {
        await assert.rejects(ref.ask({ do: order }, ASK));
        assert.equal(code(crashes.pop()), 'actor_not_local');
      }
    });

    test('takes memory that is handed over, and hands it back', async () => {
      const { ref } = await rig(placed(where));
      const buffer = new Uint8Array([7, 8]).buffer;
      const answer = await ref.ask({ do: 'give memory', buffer }, { ...ASK, transfer: [buffer] });
      assert.deepEqual([answer.sum, answer.buffer?.byteLength], [7, 2]);
      assert.equal(buffer.byteLength, where === 'thread' ? 0 : 2);
      const told = new Uint8Array(3).buffer;
      ref.tell({ do: 'give memory', buffer: told }, [told]);
      assert.equal((await ref.ask(add(1), ASK)).sum, 1);
      assert.equal(told.byteLength, where === 'thread' ? 0 : 3);
    });

    test('has a bounded mailbox, whatever is under way', async () => {
      const spec = (overflow: 'reject' | 'dropOldest' | 'dropNewest', capacity = 4): Spec =>
        placed(where, { mailbox: { capacity, overflow } });
      for (const capacity of [1, 2, 5]) {
        const { system, ref, begun } = await rig(spec('reject', capacity));
        ref.tell({ do: 'slow', ms: 100 });
        await begun();
        const told = Array.from({ length: capacity + 3 }, () => ref.tell(add(1)));
        assert.deepEqual(
          told.map((result) => result === 'queued'),
          told.map((_, i) => i < capacity),
        );
        await until(() => open(system) === 0);
        assert.equal(system.counters().handled, 1 + capacity);
      }
      const { system, ref, begun } = await rig(spec('dropOldest'));
      ref.tell({ do: 'slow', ms: 100 });
      await begun();
      for (let i = 0; i < 20; i++) assert.equal(ref.tell(add(2 ** i)), 'queued');
      const { sum } = await ref.ask(add(0), ASK);
      // The newest are there; what was under way when the others came was not taken back.
      assert.equal(sum >> 17, 7);
      assert.ok(system.counters().dropped >= 16);
      assert.equal(open(system), 0);
    });

    test('comes back from its spare, and a new spare is made', async () => {
      let prepared = 0;
      const placement = { standby: 1, prepareData: () => ++prepared };
      const { system, ref, clock } = await rig(placed(where, { placement }));
      for (let crashes = 1; crashes <= 3; crashes++) {
        await until(() => {
          clock.advance(20);
          return system.metrics().spares === 1;
        });
        ref.tell({ do: 'exit' });
        const { given } = await ref.ask(add(1), ASK);
        assert.deepEqual(given, { prepared: { prepared: crashes + 1 }, data: undefined });
      }
      const { standbyHits, standbyMisses, restarts } = system.metrics();
      assert.deepEqual([restarts, standbyHits, standbyMisses], [3, 3, 0]);
    });

    test('is rolled: the new one is ready before the old one stops, no message is lost, order stays', async () => {
      const events: unknown[] = [];
      let starts = 0;
      const spec = placed(where, { initData: () => ({ start: ++starts }), onEvent: (event) => events.push(event) });
      const { system, top, ref } = await rig(spec);
      const downs: unknown[] = [];
      system.monitor(ref, (down) => downs.push(down));
      const slow = ref.ask({ do: 'slow', ms: 30 }, ASK);
      const rolled = top.rollChild('worker');
      const asked = Array.from({ length: 50 }, async (_, i) => {
        await sleep(i * 5);
        return ref.ask(add(1), ASK);
      });
      await rolled;
      await slow;
      const answers = (await Promise.all(asked)).map(({ given, sum }) => [
        (given as { data: { start: number } }).data.start,
        sum,
      ]);
      // Each run counted from one, without a gap, and the second took over once.
      const second = answers.findIndex(([start]) => start === 2);
      assert.deepEqual(
        answers,
        answers.map((_, i) => (second < 0 || i < second ? [1, i + 1] : [2, i - second + 1])),
      );
      assert.equal((await ref.ask(add(0), ASK)).given !== undefined && starts, 2);
      assert.deepEqual([system.metrics().rolls, system.metrics().restarts, downs], [1, 0, []]);
      assert.equal(open(system), 0);
    });

    test('is rolled even when the old one does not finish: what it had not begun goes to the new one first', async () => {
      let starts = 0;
      const events: unknown[] = [];
      const initData = (): unknown => ({ emit: true, start: ++starts });
      const spec = placed(where, { shutdownMs: 100, initData, onEvent: (event) => events.push(event) });
      const { clock, system, top, ref, begun } = await rig(spec);
      const inHand = ref.ask({ do: 'never' }, ASK);
      const behind = ref.ask(add(1), ASK);
      await begun();
      const rolled = top.rollChild('worker');
      await until(() => events.length === 2);
      await sleep(50);
      const later = ref.ask(add(2), ASK);
      clock.advance(100);
      await rolled;
      await assert.rejects(inHand);
      const answers = [await behind, await later].map(({ sum, given }) => [
        sum,
        (given as { data: { start: number } }).data.start,
      ]);
      assert.deepEqual(answers, [
        [1, 2],
        [3, 2],
      ]);
      assert.deepEqual(system.counters(), { sent: 3, handled: 2, crashed: 1, rejected: 0, dropped: 0, dead: 0 });
      assert.equal(state(system), 'running');
    });

    test('sends nothing more to the old one while that finishes', async () => {
      let starts = 0;
      const events: unknown[] = [];
      const initData = (): unknown => ({ emit: true, start: ++starts });
      const spec = placed(where, { initData, onEvent: (event) => events.push(event) });
      const { top, ref, begun } = await rig(spec);
      const inHand = ref.ask({ do: 'slow', ms: 1_500 }, ASK);
      await begun();
      const rolled = top.rollChild('worker');
      await until(() => events.length === 2);
      await sleep(50);
      const later = ref.ask(add(2), ASK);
      await inHand;
      assert.deepEqual((await later).given, { prepared: { prepared: undefined }, data: { emit: true, start: 2 } });
      await rolled;
    });

    test('keeps the old one when the new one does not start', async () => {
      let starts = 0;
      const { system, top, ref } = await rig(placed(where, { initData: () => ({ fail: ++starts > 1 }) }));
      assert.equal((await ref.ask(add(1), ASK)).sum, 1);
      await assert.rejects(top.rollChild('worker'), /init fails as told/);
      assert.equal((await ref.ask(add(1), ASK)).sum, 2);
      assert.equal(system.metrics().rolls, 0);
      await assert.rejects(top.rollChild('nobody'), (error) => code(error) === 'actor_unknown');
    });
  });
}

describe('a process that is killed', () => {
  test('is gone before the next one begins, even from a spare', async () => {
    const old: { pid?: number | undefined } = {};
    const alive: boolean[] = [];
    const isAlive = (one: number): boolean => {
      try {
        return process.kill(one, 0);
      } catch {
        return false;
      }
    };
    const initData = (): undefined => void (old.pid === undefined || alive.push(isAlive(old.pid)));
    const { clock, system, ref } = await rig(placed('process', { initData, placement: { standby: 1 } }));
    await until(() => {
      clock.advance(20);
      return system.metrics().spares === 1;
    });
    old.pid = system.tree().children?.[0]?.children?.[0]?.pid;
    assert.ok(old.pid !== undefined && isAlive(old.pid));
    system.exit(ref, 'killed');
    assert.equal((await ref.ask(add(1), ASK)).sum, 1);
    assert.deepEqual(alive, [false]);
  });
});

describe('placement', () => {
  test('is checked before anything starts', async () => {
    const system = createSystem({ clock: new VirtualClock(), random: seededRandom(1) });
    const bad: Partial<ThreadPlacement>[] = [{ standby: -1 }, { standby: 0.5 }, { hangMs: 0 }, { window: 0 }];
    bad.push({ thread: 'file:///x' as unknown as URL });
    for (const placement of bad) {
      assert.throws(
        () => system.spawn(placed('thread', { placement })),
        (error) => code(error) === 'actor_spec_invalid',
      );
    }
    assert.throws(
      () => system.spawn(placed('thread', { initMs: 0 })),
      (error) => code(error) === 'actor_spec_invalid',
    );
  });

  test('rolls only what is placed', async () => {
    const inline: ActorSpec<null, null> = { id: 'inline', init: () => null, handle: () => undefined };
    const spec = placed('thread');
    const { top } = await rig(spec, { children: [spec, inline] });
    await assert.rejects(top.rollChild('inline'), (error) => code(error) === 'actor_not_placed');
  });

  test('loses a spare that cannot be prepared, says so, and makes another later', async () => {
    let made = 0;
    const warnings: string[] = [];
    const prepareData = (): number => {
      if (++made === 2) throw new Error('no data');
      return made;
    };
    const spec = placed('thread', { placement: { standby: 1, prepareData } });
    const onWarning = ({ path, error }: { path: string; error: unknown }): unknown =>
      warnings.push(`${path}: ${String(error)}`);
    const { clock, system, ref } = await rig(spec, {}, { onWarning });
    clock.advance(20);
    await until(() => system.metrics().standbyLost === 1);
    assert.deepEqual(warnings, ['spare of obedient.actor.ts: Error: no data']);
    assert.equal((await ref.ask(add(1), ASK)).sum, 1);
    clock.advance(99);
    assert.equal(made, 2);
    clock.advance(1);
    await until(() => system.metrics().spares === 1);
  });

  test('shares spares between actors that share the object', async () => {
    let made = 0;
    const placement = { thread: MODULE, export: 'obedient', standby: 1, prepareData: () => ++made };
    const children = ['a', 'b', 'c'].map((id): Spec => ({ id, placement }));
    const { system, top, clock } = await rig(children[0] as Spec, { children });
    await until(() => {
      clock.advance(20);
      return system.metrics().spares === 1;
    });
    // Those that came later may have been started by a spare.
    assert.ok(made <= 4, `${made} were made`);
    for (const spec of children) {
      assert.equal((await top.ref(spec).ask(add(2), ASK)).sum, 2);
    }
    assert.equal(system.metrics().standbyMisses, 0);
  });

  test('that was handed over goes with a thread that dies before it began with it', async () => {
    const { ref, system, letters } = await rig(placed('thread'));
    const buffer = new ArrayBuffer(8);
    ref.tell({ do: 'exit' });
    ref.tell({ do: 'give memory', buffer }, [buffer]);
    const asked = ref.ask(add(1), ASK);
    assert.equal((await asked).sum, 1);
    assert.deepEqual(
      letters.map(({ reason }) => reason),
      ['transferred'],
    );
    assert.deepEqual(system.counters(), { sent: 3, handled: 1, crashed: 1, rejected: 0, dropped: 0, dead: 1 });
  });
});
