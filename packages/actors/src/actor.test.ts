import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { type ActorSpec, type Context, createSystem, type DeadLetter, type MailboxSpec, type System } from './index.ts';

fc.configureGlobal({ seed: 51 });

/** Lets everything that can happen without time happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const code = (error: unknown): unknown => (error as { code?: unknown }).code;

/** An actor that writes down what it handles. */
function recorder(
  seen: unknown[],
  more: Partial<ActorSpec<null, unknown, unknown>> = {},
): ActorSpec<null, unknown, unknown> {
  return { id: 'recorder', init: () => null, handle: (_state, message) => void seen.push(message), ...more };
}

/** What is sent and has come to no end yet; below zero if anything was counted twice. */
function open(system: System): number {
  const { sent, handled, crashed, rejected, dropped, dead } = system.counters();
  return sent - handled - crashed - rejected - dropped - dead;
}

describe('messages', () => {
  test('telling never runs the receiver; each sender is heard in its own order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 300 }), fc.option(fc.integer()), async (senders, seed) => {
        const system = createSystem({ clock: new VirtualClock(), scheduler: seed === null ? 'real' : { seed } });
        const seen: [number, number][] = [];
        const sink = system.spawn(recorder(seen, { id: 'sink' }));
        const sources = [0, 1, 2, 3].map((source) =>
          system.spawn<null, number>({
            id: `source${source}`,
            init: () => null,
            handle: (_state, number) => void sink.tell([source, number]),
          }),
        );
        senders.forEach((source, number) => sources[source]!.tell(number));
        assert.equal(seen.length, 0);
        await settle();
        assert.equal(seen.length, senders.length);
        for (let source = 0; source < 4; source++) {
          const numbers = seen.filter(([from]) => from === source).map(([, number]) => number);
          assert.deepEqual(
            numbers,
            [...numbers].sort((a, b) => a - b),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test('an asynchronous handler holds one message at a time, and its result is the next state', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const log: string[] = [];
    const actor = system.spawn<number, string>({
      id: 'slow',
      init: async () => 10,
      async handle(state, message) {
        log.push(`${message} begins at ${state}`);
        await new Promise<void>((resolve) => clock.after(5, resolve));
        log.push(`${message} ends`);
        return state + 1;
      },
    });
    for (const message of ['a', 'b', 'c']) assert.equal(actor.tell(message), 'queued');
    for (let i = 0; i < 3; i++) {
      await settle();
      assert.equal(log.length, i * 2 + 1);
      clock.advance(5);
    }
    await settle();
    assert.deepEqual(log, ['a begins at 10', 'a ends', 'b begins at 11', 'b ends', 'c begins at 12', 'c ends']);
  });

  test('other actors, timers and I/O have their turn beside one that never rests', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    let turns = 0;
    let stopped = false;
    const restless = system.spawn<null, null>({
      id: 'restless',
      init: () => null,
      handle(_state, _message, ctx) {
        turns++;
        if (!stopped) ctx.self.tell(null);
      },
    });
    const restlessLater = system.spawn<null, null>({
      id: 'restless-later',
      init: () => null,
      async handle(_state, _message, ctx) {
        await Promise.resolve();
        if (!stopped) ctx.self.tell(null);
      },
    });
    const seen: unknown[] = [];
    const quiet = system.spawn(recorder(seen));
    restless.tell(null);
    restlessLater.tell(null);
    quiet.tell('heard');
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
    stopped = true;
    assert.deepEqual(seen, ['heard']);
    assert.ok(turns > 64);
    await settle();
    assert.equal(open(system), 0);
  });

  test('with a seed, interleavings differ between seeds and repeat for each', async () => {
    const run = async (seed: number): Promise<string> => {
      const system = createSystem({ clock: new VirtualClock(), scheduler: { seed } });
      let order = '';
      const actors = ['a', 'b', 'c', 'd'].map((id) =>
        system.spawn<null, number>({ id, init: () => null, handle: () => void (order += id) }),
      );
      for (let i = 0; i < 6; i++) for (const actor of actors) actor.tell(i);
      await settle();
      return order;
    };
    const orders: string[] = [];
    for (let seed = 0; seed < 12; seed++) orders.push(await run(seed));
    for (let seed = 0; seed < 12; seed++) assert.equal(await run(seed), orders[seed]);
    assert.ok(new Set(orders).size > 8, 'seeds give different orders');
    assert.ok(
      orders.some((order) => !order.includes('aaaaaa')),
      'one message at a time',
    );
  });
});

describe('mailboxes', () => {
  const capacities = fc.record({
    capacity: fc.integer({ min: 1, max: 20 }),
    overflow: fc.constantFrom<MailboxSpec['overflow']>('reject', 'dropOldest', 'dropNewest'),
  });

  test('hold no more than their capacity, and lose what their policy says', async () => {
    await fc.assert(
      fc.asyncProperty(capacities, fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), async (mailbox, rounds) => {
        const letters: DeadLetter[] = [];
        const system = createSystem({ clock: new VirtualClock(), onDeadLetter: (letter) => void letters.push(letter) });
        const seen: unknown[] = [];
        const actor = system.spawn(recorder(seen, { mailbox }));
        const expected: number[] = [];
        let number = 0;
        for (const count of rounds) {
          const sent = Array.from({ length: count }, () => number++);
          const results = sent.map((message) => actor.tell(message));
          const taken = mailbox.overflow === 'dropOldest' ? count : Math.min(count, mailbox.capacity);
          assert.deepEqual(results, [
            ...Array<string>(taken).fill('queued'),
            ...Array<string>(count - taken).fill('rejected'),
          ]);
          expected.push(
            ...(mailbox.overflow === 'dropOldest' ? sent.slice(-mailbox.capacity) : sent.slice(0, mailbox.capacity)),
          );
          await settle();
        }
        assert.deepEqual(seen, expected);
        const lost = number - expected.length;
        const { rejected, dropped } = system.counters();
        assert.deepEqual([rejected, dropped], mailbox.overflow === 'reject' ? [lost, 0] : [0, lost]);
        const reason = { reject: 'mailbox_full', dropOldest: 'dropped_oldest', dropNewest: 'dropped_newest' } as const;
        assert.equal(system.deadLetters()[reason[mailbox.overflow]], lost);
        assert.ok(letters.every((letter) => letter.reason === reason[mailbox.overflow] && letter.to === '/recorder'));
        assert.deepEqual(
          [...letters.map(({ message }) => message), ...seen].sort((a, b) => Number(a) - Number(b)),
          [...Array(number).keys()],
        );
      }),
      { numRuns: 40 },
    );
  });

  test('a question that finds no room, or loses it, fails at once', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    for (const overflow of ['reject', 'dropNewest', 'dropOldest'] as const) {
      const actor = system.spawn(recorder([], { id: overflow, mailbox: { capacity: 1, overflow } }));
      const asks = [1, 2].map((message) => actor.ask(message, { timeoutMs: 1_000 }).catch(code));
      const codes = await Promise.all(asks);
      const [lost, kept] = overflow === 'dropOldest' ? codes : codes.toReversed();
      assert.deepEqual([lost, kept], ['ask_refused', 'ask_unanswered']);
    }
  });
});

type Order = 'now' | 'later' | 'never' | 'crash' | 'stop' | 'keep';

/** Answers as it is told to. `later` answers 10 ms later; `keep` hands its answer out to `kept`. */
function answerer(clock: VirtualClock, kept: ((answer: string) => void)[] = []): ActorSpec<null, Order, string> {
  const handlers: Record<Order, (ctx: Context<Order, string>) => void | Promise<void>> = {
    now: (ctx) => ctx.reply('yes'),
    async later(ctx) {
      await new Promise<void>((resolve) => clock.after(10, resolve));
      ctx.reply('yes');
    },
    never: () => undefined,
    crash() {
      throw new Error('boom');
    },
    stop: (ctx) => ctx.stop(),
    keep: (ctx) => void kept.push(ctx.deferReply()),
  };
  return { id: 'answerer', init: () => null, handle: (_state, order, ctx) => handlers[order](ctx) };
}

describe('questions', () => {
  test('are answered, or fail with a code that says why', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const outcome = (order: Order): Promise<unknown> =>
      system.spawn(answerer(clock)).ask(order, { timeoutMs: 5 }).catch(code);
    assert.equal(await outcome('now'), 'yes');
    assert.equal(await outcome('never'), 'ask_unanswered');
    assert.equal(await outcome('crash'), 'ask_crashed');
    assert.equal(await outcome('stop'), 'ask_unanswered', 'it was handled to its end');
    const actor = system.spawn(answerer(clock));
    system.exit(actor, 'killed');
    assert.equal(await actor.ask('now', { timeoutMs: 5 }).catch(code), 'ask_stopped');
    assert.equal(await actor.ask('now', { timeoutMs: 0 }).catch(code), 'actor_spec_invalid');
    assert.equal(open(system), 0);
  });

  test('end at their deadline, no sooner and no later; what is answered then is a dead letter', async () => {
    const clock = new VirtualClock();
    const letters: DeadLetter[] = [];
    const system = createSystem({ clock, onDeadLetter: (letter) => void letters.push(letter) });
    const ended: [number, unknown][] = [];
    const asks = [3, 9, 1].map((timeoutMs) => {
      const actor = system.spawn(answerer(clock));
      return actor.ask('later', { timeoutMs }).catch((error: unknown) => void ended.push([clock.now(), code(error)]));
    });
    for (let ms = 0; ms < 9; ms++) {
      await settle();
      clock.advance(1);
    }
    await Promise.all(asks);
    assert.deepEqual(
      ended,
      [1, 3, 9].map((ms) => [ms, 'ask_timeout']),
    );
    clock.advance(1);
    await settle();
    assert.deepEqual(
      letters,
      asks.map(() => ({ to: '/answerer', reason: 'late_reply', message: 'yes' })),
    );
    assert.equal(system.deadLetters().late_reply, 3);
  });

  test('each of many deadlines is kept, in whatever order they are set and settled', async () => {
    const one = fc.record({ timeoutMs: fc.integer({ min: 1, max: 50 }), answered: fc.option(fc.nat(20), { freq: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 150, maxLength: 300 }), async (asks) => {
        const clock = new VirtualClock();
        const kept: ((answer: string) => void)[] = [];
        const actor = createSystem({ clock }).spawn(answerer(clock, kept));
        const outcomes = asks.map(async ({ timeoutMs }) => {
          const outcome = await actor.ask('keep', { timeoutMs }).catch(code);
          return [outcome, clock.now()];
        });
        await settle();
        for (let ms = 0; ms <= 60; ms++) {
          asks.forEach(({ answered }, index) => answered === ms && kept[index]!('yes'));
          await Promise.resolve();
          await settle();
          clock.advance(1);
          await settle();
        }
        const expected = asks.map(({ timeoutMs, answered }) =>
          answered !== null && answered < timeoutMs ? ['yes', answered] : ['ask_timeout', timeoutMs],
        );
        assert.deepEqual(await Promise.all(outcomes), expected);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  test('are aborted by their signal, before, while waiting, and never after', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const actor = system.spawn(answerer(clock));
    const aborted = AbortSignal.abort();
    assert.equal(await actor.ask('now', { timeoutMs: 5, signal: aborted }).catch(code), 'ask_aborted');
    assert.equal(system.counters().sent, 0, 'it was not sent at all');
    const controller = new AbortController();
    const waiting = actor.ask('later', { timeoutMs: 50, signal: controller.signal });
    const answered = await system.spawn(answerer(clock)).ask('now', { timeoutMs: 5, signal: controller.signal });
    controller.abort();
    assert.deepEqual([answered, await waiting.catch(code)], ['yes', 'ask_aborted']);
    const unused = new AbortController();
    await system.spawn(answerer(clock)).ask('now', { timeoutMs: 50, signal: unused.signal });
    assert.equal(getEventListeners(unused.signal, 'abort').length, 0, 'a settled question listens no more');
  });

  test('kept for later are answered later, once, and fail at once with their actor', async () => {
    const clock = new VirtualClock();
    const kept: ((answer: string) => void)[] = [];
    const system = createSystem({ clock });
    const actor = system.spawn(answerer(clock, kept));
    const asks = [1, 2, 3].map(() => actor.ask('keep', { timeoutMs: 100 }).catch(code));
    await settle();
    kept[1]!('second');
    kept[1]!('again');
    assert.equal(await asks[1], 'second');
    assert.equal(system.deadLetters().late_reply, 1);
    const inMailbox = [actor.ask('crash', { timeoutMs: 100 }), actor.ask('now', { timeoutMs: 100 })];
    assert.deepEqual(await Promise.all(inMailbox.map((ask) => ask.catch(code))), ['ask_crashed', 'ask_stopped']);
    assert.deepEqual(await Promise.all(asks), ['ask_crashed', 'second', 'ask_crashed']);
    assert.equal(clock.now(), 0, 'nobody waited for a deadline');
  });
});

describe('timers', () => {
  test('tell the actor itself, can be cancelled, and end with it', async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const system = createSystem({ clock });
    let context: Context<unknown, unknown> | undefined;
    const actor = system.spawn(
      recorder(seen, {
        init(ctx) {
          context = ctx;
          ctx.after(10, 'ten');
          ctx.after(20, 'never').cancel();
          ctx.after(30, 'thirty');
          return null;
        },
      }),
    );
    clock.advance(20);
    await settle();
    assert.deepEqual(seen, ['ten']);
    system.exit(actor, 'shutdown');
    clock.advance(100);
    await settle();
    assert.deepEqual([seen, system.counters().sent], [['ten'], 1]);
    context!.after(1, 'too late');
    clock.advance(100);
    assert.equal(system.counters().sent, 1, 'a context of an earlier run is of no effect');
  });
});
