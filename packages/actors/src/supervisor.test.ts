import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import {
  type ActorSpec,
  createSystem,
  type Restart,
  type Strategy,
  type SupervisorRef,
  type SupervisorSpec,
  type System,
  type TreeNode,
} from './index.ts';

fc.configureGlobal({ seed: 52 });

/** Lets everything that can happen without time happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const code = (error: unknown): unknown => (error as { code?: unknown }).code;

type Order = 'crash' | 'normal' | 'shutdown' | 'work';
type Worker = ActorSpec<number, Order, number>;

/** Does as it is told, answers how much work it has done in this run, and writes down its starts and stops. */
function worker(log: string[], id: string, more: Partial<Worker> = {}): Worker {
  return {
    id,
    init() {
      log.push(`+${id}`);
      return 0;
    },
    handle(done, order, ctx) {
      if (order === 'crash') throw new Error('boom');
      if (order !== 'work') {
        ctx.stop(order);
        return done;
      }
      ctx.reply(done + 1);
      return done + 1;
    },
    onStop: (_state, reason) => void log.push(`-${id} ${reason}`),
    ...more,
  };
}

/** A supervisor of three workers a, b, c. */
async function three(
  system: System,
  log: string[],
  more: Partial<SupervisorSpec> = {},
  restarts: readonly Restart[] = ['permanent', 'permanent', 'permanent'],
): Promise<{ supervisor: SupervisorRef; tell: (id: string, order: Order) => Promise<void> }> {
  const specs = ['a', 'b', 'c'].map((id, index) => worker(log, id, { restart: restarts[index]! }));
  const supervisor = await system.supervise({ id: 'top', strategy: 'one_for_one', children: specs, ...more });
  const tell = async (id: string, order: Order): Promise<void> => {
    supervisor.ref(specs.find((spec) => spec.id === id) as Worker).tell(order);
    await settle();
  };
  return { supervisor, tell };
}

/** Removes and returns what was written. */
const taken = (log: string[]): string[] => log.splice(0);

const mailboxes = (node: TreeNode): number =>
  (node.children ?? []).reduce((sum, child) => sum + mailboxes(child), node.mailbox ?? 0);

const states = (node: TreeNode): Record<string, string> =>
  Object.assign({ [node.id]: node.state }, ...(node.children ?? []).map(states)) as Record<string, string>;

describe('strategies', () => {
  const crashOfB: Record<Strategy, string[]> = {
    one_for_one: ['-b crash', '+b'],
    one_for_all: ['-b crash', '-c shutdown', '-a shutdown', '+a', '+b', '+c'],
    rest_for_one: ['-b crash', '-c shutdown', '+b', '+c'],
  };
  for (const strategy of ['one_for_one', 'one_for_all', 'rest_for_one'] as const) {
    test(`${strategy}: who goes and comes with a child that crashes, in order`, async () => {
      const log: string[] = [];
      const system = createSystem({ clock: new VirtualClock() });
      const { tell } = await three(system, log, { strategy });
      assert.deepEqual(taken(log), ['+a', '+b', '+c']);
      await tell('b', 'crash');
      assert.deepEqual(taken(log), crashOfB[strategy]);
      await system.stop({ deadlineMs: 1_000 });
      assert.deepEqual(taken(log), ['-c shutdown', '-b shutdown', '-a shutdown']);
    });
  }

  test('permanent always comes back, transient after a crash, temporary never', async () => {
    const back: Record<Restart, Order[]> = {
      permanent: ['crash', 'normal', 'shutdown'],
      transient: ['crash'],
      temporary: [],
    };
    for (const restart of ['permanent', 'transient', 'temporary'] as const) {
      for (const order of ['crash', 'normal', 'shutdown'] as const) {
        const log: string[] = [];
        const { tell } = await three(createSystem({ clock: new VirtualClock() }), log, {}, [restart, restart, restart]);
        taken(log);
        await tell('a', order);
        assert.deepEqual(
          taken(log),
          [`-a ${order}`, ...(back[restart].includes(order) ? ['+a'] : [])],
          `${restart} ${order}`,
        );
      }
    }
  });

  test('as in OTP, a transient child at rest starts again with its siblings, and a temporary one is forgotten', async () => {
    const log: string[] = [];
    const { tell, supervisor } = await three(
      createSystem({ clock: new VirtualClock() }),
      log,
      { strategy: 'one_for_all' },
      ['transient', 'permanent', 'temporary'],
    );
    await tell('a', 'normal');
    taken(log);
    await tell('b', 'crash');
    assert.deepEqual(taken(log), ['-b crash', '-c shutdown', '+a', '+b']);
    assert.throws(() => supervisor.ref(worker(log, 'c')), { code: 'actor_unknown' });
  });
});

describe('intensity', () => {
  test('more than so many restarts within the period end the supervisor; at its very end still counts', async () => {
    for (const [gap, survives] of [
      [500, false],
      [501, true],
    ] as const) {
      const log: string[] = [];
      const clock = new VirtualClock();
      const system = createSystem({ clock });
      const { tell, supervisor } = await three(system, log, { intensity: 2, periodMs: 1_000 });
      const downs: unknown[] = [];
      system.monitor(supervisor, ({ reason }) => downs.push(reason));
      for (let i = 0; i < 3; i++) {
        await tell('b', 'crash');
        clock.advance(gap);
      }
      assert.deepEqual(downs, survives ? [] : ['shutdown']);
      assert.equal(states(system.tree())['top'], survives ? 'running' : 'stopped');
      if (!survives) assert.deepEqual(log.slice(-3), ['-b crash', '-c shutdown', '-a shutdown']);
    }
  });

  test('a crash loop ends after exactly the restarts allowed, whatever the strategy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one'),
        async (intensity, strategy) => {
          const system = createSystem({ clock: new VirtualClock() });
          let starts = 0;
          const looping: ActorSpec<null, string> = {
            id: 'looping',
            init(ctx) {
              starts++;
              ctx.self.tell('go');
              return null;
            },
            handle() {
              throw new Error('again');
            },
          };
          await system.supervise({ id: 'top', strategy, intensity, children: [looping] });
          await settle();
          assert.equal(starts, intensity + 1);
          const { sent, crashed, dead } = system.counters();
          assert.deepEqual([sent, crashed, dead], [intensity + 1, intensity + 1, 0]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a start that fails during a restart counts too, and is tried again', async () => {
    for (const [failing, intensity, alive] of [
      [2, 3, true],
      [3, 3, false],
    ] as const) {
      const system = createSystem({ clock: new VirtualClock() });
      let starts = 0;
      const fragile = worker([], 'fragile', {
        init() {
          if (starts++ > 0 && starts <= failing + 1) throw new Error('not yet');
          return 0;
        },
      });
      const supervisor = await system.supervise({ id: 'top', strategy: 'one_for_all', intensity, children: [fragile] });
      supervisor.ref(fragile).tell('crash');
      await settle();
      await settle();
      assert.equal(states(system.tree())['fragile'], alive ? 'running' : 'stopped');
    }
  });

  test('escalates: a supervisor that fails is restarted by its own, whole, until that one fails too', async () => {
    const log: string[] = [];
    const system = createSystem({ clock: new VirtualClock() });
    const leaf = worker(log, 'leaf');
    const inner: SupervisorSpec = {
      id: 'inner',
      strategy: 'one_for_one',
      intensity: 1,
      children: [worker(log, 'first'), leaf],
    };
    const outer: SupervisorSpec = {
      id: 'outer',
      strategy: 'rest_for_one',
      intensity: 1,
      children: [inner, worker(log, 'last')],
    };
    const supervisor = await system.supervise(outer);
    const ref = supervisor.ref(leaf);
    assert.equal(ref.path, '/outer/inner/leaf');
    taken(log);
    ref.tell('crash');
    await settle();
    assert.deepEqual(taken(log), ['-leaf crash', '+leaf']);
    ref.tell('crash');
    await settle();
    assert.deepEqual(taken(log), ['-leaf crash', '-first shutdown', '-last shutdown', '+first', '+leaf', '+last']);
    assert.equal(await ref.ask('work', { timeoutMs: 10 }), 1, 'the address is good over all this');
    for (let i = 0; i < 2; i++) {
      ref.tell('crash');
      await settle();
    }
    assert.deepEqual(states(system.tree()), {
      system: 'running',
      outer: 'stopped',
      inner: 'stopped',
      first: 'stopped',
      leaf: 'stopped',
      last: 'stopped',
    });
    assert.equal(ref.tell('work'), 'dead');
  });

  test('as in OTP, a transient supervisor that fails is not restarted', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    const leaf = worker([], 'leaf');
    const inner: SupervisorSpec = {
      id: 'inner',
      restart: 'transient',
      strategy: 'one_for_one',
      intensity: 0,
      children: [leaf],
    };
    const supervisor = await system.supervise({ id: 'outer', strategy: 'one_for_one', children: [inner] });
    supervisor.ref(leaf).tell('crash');
    await settle();
    assert.deepEqual(states(system.tree()), { system: 'running', outer: 'running', inner: 'stopped', leaf: 'stopped' });
  });
});

describe('restarts', () => {
  test('keep the mailbox but for the message that crashed; the state is fresh', async () => {
    const system = createSystem({ clock: new VirtualClock() });
    const spec = worker([], 'a');
    const ref = (await system.supervise({ id: 'top', strategy: 'one_for_one', children: [spec] })).ref(spec);
    const ask = (order: Order): Promise<unknown> => ref.ask(order, { timeoutMs: 10 }).catch(code);
    const answers = await Promise.all([ask('work'), ask('work'), ask('crash'), ask('work'), ask('work')]);
    assert.deepEqual(answers, [1, 2, 'ask_crashed', 1, 2]);
    const { sent, handled, crashed } = system.counters();
    assert.deepEqual([sent, handled, crashed], [5, 4, 1]);
    assert.equal(system.tree().children![0]!.children![0]!.restarts, 1);
  });

  test('keep the mailboxes of siblings that are restarted along', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock });
    const seen: string[] = [];
    const slow: ActorSpec<null, string> = {
      id: 'slow',
      init: () => null,
      async handle(_state, message) {
        await new Promise<void>((resolve) => clock.after(10, resolve));
        seen.push(message);
      },
    };
    const spec = worker([], 'a');
    const top = await system.supervise({ id: 'top', strategy: 'one_for_all', children: [slow, spec] });
    for (const message of ['x', 'y', 'z']) top.ref(slow).tell(message);
    top.ref(spec).tell('crash');
    for (let i = 0; i < 4; i++) {
      await settle();
      clock.advance(10);
    }
    await settle();
    assert.deepEqual(seen, ['x', 'y', 'z']);
    assert.equal(system.counters().handled, 3);
  });

  test('with back-off wait a random time below a doubling bound, which falls back after a long run', async () => {
    const clock = new VirtualClock();
    const draws = [0.5, 0.5, 0.5, 0.999, 0.5];
    const system = createSystem({ clock, random: () => draws.shift() as number });
    const log: string[] = [];
    const spec = worker(log, 'a', { backoff: { minMs: 100, maxMs: 300, jitter: 'full' } });
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 9, children: [spec] });
    const ref = top.ref(spec);
    for (const wait of [50, 100, 150, 299.7]) {
      ref.tell('crash');
      await settle();
      taken(log);
      clock.advance(wait - 1);
      await settle();
      assert.deepEqual(taken(log), []);
      assert.equal(ref.tell('work'), 'queued', 'it takes messages while it waits');
      clock.advance(1);
      await settle();
      assert.deepEqual(taken(log), ['+a']);
    }
    clock.advance(300);
    ref.tell('crash');
    await settle();
    taken(log);
    clock.advance(50);
    await settle();
    assert.deepEqual(taken(log), ['+a']);
  });

  test('stopping while a back-off runs leaves nothing behind', async () => {
    const clock = new VirtualClock();
    const system = createSystem({ clock, random: () => 0.5 });
    const log: string[] = [];
    const spec = worker(log, 'a', { backoff: { minMs: 100, maxMs: 300, jitter: 'full' } });
    const ref = (await system.supervise({ id: 'top', strategy: 'one_for_one', children: [spec] })).ref(spec);
    ref.tell('crash');
    await settle();
    const waiting = ref.ask('work', { timeoutMs: 1_000 }).catch(code);
    await system.stop({ deadlineMs: 10 });
    assert.equal(await waiting, 'ask_stopped');
    clock.advance(10_000);
    await settle();
    assert.deepEqual(taken(log), ['+a', '-a crash']);
  });
});

describe('children that come and go', () => {
  test('are started last, stopped first, refused by name, and forgotten with their supervisor', async () => {
    const log: string[] = [];
    const system = createSystem({ clock: new VirtualClock() });
    const { supervisor } = await three(system, log);
    const ref = await supervisor.startChild(worker(log, 'd'));
    assert.equal(await ref.ask('work', { timeoutMs: 5 }), 1);
    assert.equal(await supervisor.startChild(worker(log, 'd')).catch(code), 'actor_spec_invalid');
    const broken = worker(log, 'e', { init: () => Promise.reject(new Error('no')) });
    assert.equal(await supervisor.startChild(broken).catch(code), 'actor_start_failed');
    await supervisor.stopChild('b');
    assert.equal(await supervisor.stopChild('b').catch(code), 'actor_unknown');
    taken(log);
    await system.stop({ deadlineMs: 5 });
    assert.deepEqual(taken(log), ['-d shutdown', '-c shutdown', '-a shutdown']);
    assert.equal(await supervisor.startChild(worker(log, 'f')).catch(code), 'actor_start_failed');
  });

  test('are gone when their supervisor is started again', async () => {
    const log: string[] = [];
    const system = createSystem({ clock: new VirtualClock() });
    const leaf = worker(log, 'leaf');
    const inner: SupervisorSpec = { id: 'inner', strategy: 'one_for_one', intensity: 0, children: [leaf] };
    const hub: ActorSpec<null, Order> = { id: 'hub', init: () => null, handle: () => undefined };
    const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 5, children: [hub, inner] });
    const later = await top.startChild(worker(log, 'later'));
    const lost = await top.sub(inner).startChild({ ...hub, id: 'lost' });
    top.ref(leaf).tell('crash');
    await settle();
    assert.deepEqual(log, ['+leaf', '+later', '-leaf crash', '+leaf'], 'a sibling of the one that failed stays');
    assert.equal(later.tell('work'), 'queued');
    assert.equal(lost.tell('work'), 'dead');
    assert.throws(() => top.sub({ ...inner }), { code: 'actor_unknown' });
    system.exit(top as unknown as typeof later, 'killed');
    await settle();
    assert.equal(later.tell('work'), 'dead');
  });
});

describe('chaos', () => {
  const shapes = fc.record({
    strategies: fc.array(fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one'), {
      minLength: 3,
      maxLength: 3,
    }),
    restarts: fc.array(fc.constantFrom<Restart>('permanent', 'permanent', 'transient', 'temporary'), {
      minLength: 6,
      maxLength: 6,
    }),
    intensity: fc.nat(4),
    seed: fc.integer(),
  });
  const orders = fc.constantFrom<Order>('crash', 'normal', 'shutdown', 'work');
  const steps = fc.array(fc.tuple(fc.nat(5), orders, fc.nat(3)), { maxLength: 25 });

  const atRest = (system: System): boolean =>
    Object.values(states(system.tree())).every((state) => state === 'running' || state === 'stopped');

  /** Six workers under two supervisors under one; starts, stops and failing starts take time. */
  async function storm(
    {
      strategies,
      restarts,
      intensity,
      seed,
    }: { strategies: Strategy[]; restarts: Restart[]; intensity: number; seed: number },
    script: [number, Order, number][],
  ): Promise<{ log: string[]; system: System }> {
    const clock = new VirtualClock();
    const system = createSystem({ clock, scheduler: { seed } });
    const random = seededRandom(seed);
    const log: string[] = [];
    const slow = (): Promise<void> => new Promise((resolve) => clock.after(Math.floor(random() * 4), resolve));
    const specs = restarts.map((restart, index) =>
      worker(log, `${index}`, {
        restart,
        shutdownMs: 3,
        async init() {
          if (clock.now() > 0) await slow();
          if (clock.now() > 0 && random() < 0.2) throw new Error('not yet');
          log.push(`+${index}`);
          return 0;
        },
        async onStop() {
          log.push(`-${index}`);
          if (random() < 0.5) await slow();
        },
      }),
    );
    const [a, b, top] = strategies as [Strategy, Strategy, Strategy];
    const supervisor = await system.supervise({
      id: 'top',
      strategy: top,
      intensity,
      children: [
        { id: 'a', strategy: a, intensity, children: specs.slice(0, 3) },
        { id: 'b', strategy: b, intensity, children: specs.slice(3) },
      ],
    });
    const refs = specs.map((spec) => supervisor.ref(spec));
    clock.advance(1);
    for (const [index, order, ms] of script) {
      refs[index]!.tell(order);
      await settle();
      clock.advance(ms);
    }
    await settle();
    for (let i = 0; i < 200 && !atRest(system); i++) {
      clock.advance(5);
      await settle();
    }
    return { log, system };
  }

  test('runs begin and end in turn; none is left under a supervisor that has ended; seeds repeat all of it', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, steps, async (shape, script) => {
        const { log, system } = await storm(shape, script);
        const live = states(system.tree());
        for (let index = 0; index < 6; index++) {
          const own = log.filter((line) => line.slice(1) === `${index}`).map((line) => line[0]);
          own.forEach((sign, at) => assert.equal(sign, at % 2 === 0 ? '+' : '-', own.join('')));
          const running = live[`${index}`] === 'running';
          assert.equal(own.at(-1) === '+', running, `worker ${index} is ${live[`${index}`]} after ${own.join('')}`);
          if (live['top'] === 'stopped' || live[index < 3 ? 'a' : 'b'] === 'stopped') assert.equal(running, false);
        }
        assert.ok(atRest(system), JSON.stringify(live));
        const { sent, handled, crashed, rejected, dropped, dead } = system.counters();
        const left = mailboxes(system.tree());
        assert.equal(handled + crashed + rejected + dropped + dead + left, sent);
        assert.deepEqual((await storm(shape, script)).log, log);
      }),
      { numRuns: 40 },
    );
  });
});

describe('specifications', () => {
  const good = worker([], 'good');
  const bad: [string, Partial<SupervisorSpec>][] = [
    ['two children of one name', { children: [good, good] }],
    ['an empty id', { id: '' }],
    ['a path as id', { id: 'a/b' }],
    ['an intensity below zero', { intensity: -1 }],
    ['a period of nothing', { periodMs: 0 }],
    ['an unknown strategy', { strategy: 'one_for_none' as Strategy }],
    ['an unknown restart', { children: [{ ...good, restart: 'often' as Restart }] }],
    ['a mailbox without room', { children: [{ ...good, mailbox: { capacity: 0, overflow: 'reject' } }] }],
    ['a deadline that is no number', { children: [{ ...good, shutdownMs: Number.NaN }] }],
    ['a back-off without randomness', { children: [{ ...good, backoff: { minMs: 1, maxMs: 2, jitter: 'full' } }] }],
  ];
  for (const [name, part] of bad) {
    test(`refuse ${name}, before anything starts`, async () => {
      const system = createSystem({ clock: new VirtualClock() });
      const spec: SupervisorSpec = { id: 'top', strategy: 'one_for_one', children: [good], ...part };
      assert.equal(await system.supervise(spec).catch(code), 'actor_spec_invalid');
      assert.deepEqual(system.tree().children, []);
    });
  }

  test('a first start that fails stops what had started, in reverse, and is reported', async () => {
    const log: string[] = [];
    const crashes: string[] = [];
    const system = createSystem({ clock: new VirtualClock(), onCrash: ({ path }) => void crashes.push(path) });
    const broken = worker(log, 'broken', {
      init() {
        throw null;
      },
    });
    const children = [worker(log, 'a'), worker(log, 'b'), broken, worker(log, 'd')];
    const failed = system.supervise({ id: 'top', strategy: 'one_for_one', children });
    assert.equal(await failed.catch(code), 'actor_start_failed');
    assert.deepEqual([log, crashes], [['+a', '+b', '-b shutdown', '-a shutdown'], ['/top/broken']]);
    assert.deepEqual(system.tree().children, []);
  });
});
