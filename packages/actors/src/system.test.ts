import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { type ActorRef, type ActorSpec, createSystem, type Down, type MailboxSpec } from './index.ts';

fc.configureGlobal({ seed: 53 });

/** Lets everything that can happen without time happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const code = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Something that bites whoever reads it. */
function bomb(): object {
  const bite = (): never => {
    throw new Error('bite');
  };
  return new Proxy({}, { get: bite, has: bite, getPrototypeOf: bite, ownKeys: bite });
}

const THEN: string = ['th', 'en'].join('');

/** An object with a `then`, made so that nothing here is one by mistake. */
const thenable = (base: object, then: unknown): object =>
  Object.defineProperties(base, Object.fromEntries([[THEN, { value: then }]]));

const thrower = (id: string, handle: () => unknown): ActorSpec<unknown, unknown, unknown> => ({
  id,
  init: () => null,
  handle,
});

describe('nothing an actor does ends the process', () => {
  const deeds: [string, () => unknown][] = [
    ['an exception', () => assert.fail('boom')],
    [
      'throw null',
      () => {
        throw null;
      },
    ],
    [
      'throw undefined',
      () => {
        throw undefined;
      },
    ],
    [
      'a thrown bomb',
      () => {
        throw bomb();
      },
    ],
    ['a rejected promise', () => Promise.reject(new Error('boom'))],
    ['a promise rejected with null', () => Promise.reject(null)],
    ['a state that bites when read', () => bomb()],
    [
      'a promise whose then bites',
      () =>
        thenable(Promise.resolve(), () => {
          throw new Error('bite');
        }),
    ],
    ['a thenable that rejects', () => thenable({}, (_ok: unknown, fail: (error: unknown) => void) => fail(bomb()))],
    [
      'a stack without end',
      () => {
        const deep = (): number => deep() + 1;
        return deep();
      },
    ],
  ];
  for (const [name, deed] of deeds) {
    test(`${name} is a crash, and the actor comes back`, async () => {
      const unhandled: unknown[] = [];
      const onUnhandled = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', onUnhandled);
      try {
        const bad = thrower('bad', deed);
        const system = createSystem({
          clock: new VirtualClock(),
          onCrash: () => assert.fail('a listener that throws'),
          onDeadLetter: () => assert.fail('another'),
        });
        const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 1, children: [bad] });
        void top.ref(bad).ask('nobody looks at the answer', { timeoutMs: 5 });
        await settle();
        assert.equal(system.tree().children![0]!.children![0]!.restarts, 1);
        assert.equal(await top.ref(bad).ask('again', { timeoutMs: 5 }).catch(code), 'ask_crashed');
        await settle();
        assert.equal(top.ref(bad).tell('too late'), 'dead');
        assert.deepEqual(unhandled, []);
      } finally {
        process.off('unhandledRejection', onUnhandled);
      }
    });
  }

  test('an onStop that throws or rejects ends as a crash', async () => {
    for (const onStop of [() => assert.fail('boom'), () => Promise.reject(bomb())]) {
      const system = createSystem({ clock: new VirtualClock() });
      const actor = system.spawn<null, string>({ id: 'a', init: () => null, handle: () => undefined, onStop });
      const downs: string[] = [];
      system.monitor(actor, ({ reason }) => downs.push(reason));
      system.exit(actor, 'normal');
      await settle();
      assert.deepEqual(downs, ['crash']);
    }
  });

  test('an init that throws, rejects or bites ends an actor that nobody supervises', async () => {
    for (const init of [() => assert.fail('boom'), () => Promise.reject(null), () => bomb()]) {
      const crashes: string[] = [];
      const system = createSystem({ clock: new VirtualClock(), onCrash: ({ path }) => void crashes.push(path) });
      const actor = system.spawn<unknown, string>({ id: 'a', init, handle: () => undefined });
      await settle();
      assert.deepEqual([actor.tell('x'), crashes, system.tree().children], ['dead', ['/a'], []]);
    }
  });
});

type Deed = 'handle' | 'wait' | 'crash' | 'reject' | 'stop';

/** Does each deed; `wait` takes 3 ms. */
function doer(clock: VirtualClock, mailbox: MailboxSpec): ActorSpec<null, Deed, string> {
  return {
    id: 'doer',
    restart: 'transient',
    mailbox,
    shutdownMs: 2,
    init: () => null,
    handle(_state, deed, ctx) {
      if (deed === 'crash') throw new Error('boom');
      if (deed === 'stop') ctx.stop();
      if (deed === 'reject') return Promise.reject(new Error('boom'));
      if (deed === 'wait') return new Promise<void>((resolve) => clock.after(3, resolve));
      ctx.reply('done');
      return undefined;
    },
  };
}

describe('conservation', () => {
  const deeds = fc.array(fc.constantFrom<Deed | 'tick'>('handle', 'wait', 'crash', 'reject', 'stop', 'tick', 'tick'), {
    maxLength: 60,
  });
  const mailboxes = fc.record({
    capacity: fc.integer({ min: 1, max: 6 }),
    overflow: fc.constantFrom<MailboxSpec['overflow']>('reject', 'dropOldest', 'dropNewest'),
  });

  test('each message comes to exactly one end, each question to one answer, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        deeds,
        mailboxes,
        fc.nat(4),
        fc.boolean(),
        fc.integer(),
        async (script, mailbox, intensity, asking, seed) => {
          const clock = new VirtualClock();
          const letters: string[] = [];
          const system = createSystem({
            clock,
            scheduler: { seed },
            onDeadLetter: ({ reason }) => void letters.push(reason),
          });
          const spec = doer(clock, mailbox);
          const ref = (await system.supervise({ id: 'top', strategy: 'one_for_one', intensity, children: [spec] })).ref(
            spec,
          );
          let sent = 0;
          let ended = 0;
          const asks: Promise<unknown>[] = [];
          for (const deed of script) {
            if (deed === 'tick') {
              await settle();
              clock.advance(2);
            } else if (asking)
              asks.push(
                ref
                  .ask(deed, { timeoutMs: 4 })
                  .catch(code)
                  .then(() => ended++),
              );
            else ref.tell(deed);
            if (deed !== 'tick') sent++;
          }
          const stopped = system.stop({ deadlineMs: 50 });
          for (let i = 0; i < 4; i++) {
            await settle();
            clock.advance(2);
          }
          const { counters } = await stopped;
          assert.equal(counters.sent, sent);
          assert.equal(
            counters.handled + counters.crashed + counters.rejected + counters.dropped + counters.dead,
            sent,
          );
          const late = letters.filter((reason) => reason === 'late_reply').length;
          assert.equal(letters.length - late, counters.rejected + counters.dropped + counters.dead);
          await Promise.all(asks);
          assert.equal(ended, asks.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const idle = (id: string, onStop?: (reason: string) => void): ActorSpec<null, string> => ({
  id,
  init: () => null,
  handle(_state, message, ctx) {
    if (message === 'crash') throw new Error('boom');
    ctx.stop(message === 'shutdown' ? 'shutdown' : 'normal');
  },
  onStop: (_state, reason) => onStop?.(reason),
});

describe('monitors', () => {
  test('hear once of the end of a run, with its reason; noproc when there is none', async () => {
    for (const reason of ['normal', 'shutdown', 'crash'] as const) {
      const system = createSystem({ clock: new VirtualClock() });
      const spec = idle('watched');
      const ref = (await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 5, children: [spec] })).ref(
        spec,
      );
      const downs: Down[] = [];
      system.monitor(ref, (down) => void downs.push(down));
      system.monitor(ref, () => assert.fail('a monitor that throws'));
      system.monitor(ref, () => assert.fail('never called')).cancel();
      ref.tell(reason);
      ref.tell(reason);
      await settle();
      assert.deepEqual(
        downs.map(({ id, reason: why }) => [id, why]),
        [['watched', reason]],
      );
      assert.equal(downs[0]!.error instanceof Error, reason === 'crash');
    }
    const system = createSystem({ clock: new VirtualClock() });
    const ref = system.spawn(idle('gone'));
    system.exit(ref, 'killed');
    const downs: unknown[] = [];
    system.monitor(ref, (down) => void downs.push(down));
    assert.deepEqual(downs, [{ id: 'gone', reason: 'noproc' }]);
  });

  test('of an actor arrive as its messages, and end with it', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    const watched = [system.spawn(idle('x')), system.spawn(idle('y'))] as const;
    const seen: unknown[] = [];
    const watcher = system.spawn<null, Down>({
      id: 'watcher',
      init(ctx) {
        for (const ref of watched) ctx.monitor(ref, (down) => down);
        ctx.monitor(watched[0], (down) => down).cancel();
        return null;
      },
      handle: (_state, down) => void seen.push(`${down.id} ${down.reason}`),
    });
    watched[0].tell('crash');
    await settle();
    assert.deepEqual(seen, ['x crash']);
    system.exit(watcher, 'normal');
    watched[1].tell('normal');
    await settle();
    assert.equal(system.counters().sent, 3, 'a watcher that has ended is told nothing');
  });
});

describe('links', () => {
  test('take the partner along, for the same reason, unless the end was normal', async () => {
    for (const [order, expected] of [
      ['normal', []],
      ['shutdown', ['shutdown']],
      ['crash', ['crash']],
    ] as const) {
      const system = createSystem({ clock: new VirtualClock() });
      const stops: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((id) =>
        system.spawn(idle(id, id === 'c' ? (reason) => stops.push(reason) : undefined)),
      );
      system.link(a!, b!);
      system.link(b!, c!);
      a!.tell(order);
      await settle();
      assert.deepEqual(stops, expected);
    }
  });

  test('to what has ended end the other; a link is over when one run is over', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    const [a, b] = [system.spawn(idle('a')), system.spawn(idle('b'))];
    system.exit(a, 'killed');
    system.link(a, b);
    assert.equal(b.tell('normal'), 'dead');
    const [left, right] = [idle('left'), idle('right')];
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 9, children: [left, right] });
    system.link(top.ref(left), top.ref(right));
    const restarts = (): number[] => system.tree().children![0]!.children!.map((child) => child.restarts);
    top.ref(left).tell('crash');
    await settle();
    assert.deepEqual(restarts(), [1, 1]);
    top.ref(left).tell('crash');
    await settle();
    assert.deepEqual(restarts(), [2, 1]);
    system.link(top.ref(left), top.ref(right));
    top.ref(left).tell('normal');
    await settle();
    top.ref(right).tell('crash');
    await settle();
    assert.deepEqual(restarts(), [3, 2]);
  });

  test('refuse what is no actor', () => {
    const system = createSystem({ clock: new VirtualClock() });
    const stranger = { id: 'stranger' } as ActorRef<string>;
    assert.throws(() => system.link(stranger, system.spawn(idle('a'))), { code: 'actor_unknown' });
  });
});

describe('stopping', () => {
  const never = (): Promise<void> => new Promise(() => undefined);

  test('gives each child its own deadline, then kills it; kill is at once', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const log: [number, string][] = [];
    const child = (id: string, shutdownMs: number | 'kill', handle: () => Promise<void>): ActorSpec<null, string> => ({
      id,
      shutdownMs,
      init: () => null,
      handle,
      onStop: () => void log.push([clock.now(), id]),
    });
    const specs = [
      child('quick', 50, async () => undefined),
      child('hangs', 20, never),
      child('killed', 'kill', never),
    ];
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', children: specs });
    for (const spec of specs) {
      system.monitor(top.ref(spec), ({ id, reason }) => void log.push([clock.now(), `${id} ${reason}`]));
      top.ref(spec).tell('x');
    }
    await settle();
    const stopped = system.stop({ deadlineMs: 1_000 });
    for (let i = 0; i < 30; i++) {
      await settle();
      clock.advance(1);
    }
    const report = await stopped;
    assert.deepEqual(log, [
      [0, 'killed killed'],
      [20, 'hangs killed'],
      [20, 'quick'],
      [20, 'quick shutdown'],
    ]);
    assert.deepEqual([report.inOrder, report.counters.handled, report.counters.crashed], [true, 1, 2]);
  });

  test('is over at the deadline, even when starts, handlers and stops hang', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const hanging = { shutdownMs: Number.POSITIVE_INFINITY, handle: never };
    const children = [
      { ...hanging, id: 'in-stop', init: () => null, onStop: never },
      { ...hanging, id: 'in-hand', init: () => null },
      { ...hanging, id: 'in-start', init: never },
    ] as const;
    const late = system.supervise({ id: 'late', strategy: 'one_for_one', children }).catch(code);
    const [, inHand] = children;
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', children: children.slice(0, 2) });
    const asks = [1, 2].map((message) =>
      top.ref<null | void, unknown, unknown>(inHand).ask(message, { timeoutMs: 1_000 }).catch(code),
    );
    await settle();
    const stopped = system.stop({ deadlineMs: 30 });
    await settle();
    assert.equal(system.tree().state, 'stopping');
    clock.advance(30);
    assert.deepEqual(await Promise.all(asks), ['ask_stopped', 'ask_stopped']);
    assert.deepEqual([(await stopped).inOrder, await late], [false, 'actor_start_failed']);
    assert.equal(system.tree().state, 'stopped');
    assert.throws(() => system.spawn(idle('more')), { code: 'actor_system_stopped' });
    assert.equal(
      await system.supervise({ id: 'x', strategy: 'one_for_one', children: [] }).catch(code),
      'actor_system_stopped',
    );
  });

  test('an actor that ends by itself has its deadline too, and one killed by its own hand is killed', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const downs: string[] = [];
    const slow = system.spawn<null, string>({ ...idle('slow'), shutdownMs: 7, onStop: never });
    const suicidal = system.spawn<null, string>({
      ...idle('suicidal'),
      handle: (_state, _message, ctx) => system.exit(ctx.self, 'killed'),
    });
    for (const ref of [slow, suicidal]) {
      system.monitor(ref, ({ id, reason }) => void downs.push(`${id} ${reason} ${clock.now()}`));
      ref.tell('crash');
    }
    await settle();
    clock.advance(6);
    assert.deepEqual(downs, ['suicidal killed 0']);
    clock.advance(1);
    assert.deepEqual(downs, ['suicidal killed 0', 'slow killed 7']);
    assert.deepEqual(system.counters(), { sent: 2, handled: 0, crashed: 2, rejected: 0, dropped: 0, dead: 0 });
  });

  test('what a killed handler does later is of no effect', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const slow: ActorSpec<string, string, string> = {
      id: 'slow',
      init: () => 'fresh',
      async handle(state, message, ctx) {
        if (message === 'state') {
          ctx.reply(state);
          return state;
        }
        await new Promise<void>((resolve) => clock.after(10, resolve));
        ctx.reply('late');
        ctx.after(1, 'state');
        ctx.stop();
        return 'stale';
      },
    };
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', children: [slow] });
    top.ref(slow).tell('wait');
    await settle();
    system.exit(top.ref(slow), 'killed');
    await settle();
    clock.advance(20);
    await settle();
    assert.equal(await top.ref(slow).ask('state', { timeoutMs: 5 }), 'fresh');
    await settle();
    assert.deepEqual(system.counters(), { sent: 2, handled: 1, crashed: 1, rejected: 0, dropped: 0, dead: 0 });
  });
});

describe('tree', () => {
  test('is plain JSON of what lives', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    const spec = idle('leaf');
    const top = await system.supervise({
      id: 'top',
      strategy: 'rest_for_one',
      children: [spec, { id: 'sub', strategy: 'one_for_all', children: [] }],
    });
    system.spawn(idle('loose'));
    top.ref(spec).tell('normal');
    const tree = system.tree();
    assert.deepEqual(JSON.parse(JSON.stringify(tree)), tree);
    assert.deepEqual(tree, {
      id: 'system',
      kind: 'system',
      state: 'running',
      restarts: 0,
      children: [
        {
          id: 'top',
          kind: 'supervisor',
          state: 'running',
          restarts: 0,
          strategy: 'rest_for_one',
          children: [
            { id: 'leaf', kind: 'actor', state: 'running', restarts: 0, mailbox: 1 },
            { id: 'sub', kind: 'supervisor', state: 'running', restarts: 0, strategy: 'one_for_all', children: [] },
          ],
        },
        { id: 'loose', kind: 'actor', state: 'running', restarts: 0, mailbox: 0 },
      ],
    });
  });
});
