/** Real worker threads over WordNet; the pool's time stands still unless a test moves it. */
import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { englishVectors, KnowledgeBase, type KnowledgeChange, type KnowledgeImage } from '@vortexflow/knowledge';
import { VirtualClock } from '@vortexflow/primitives';
import type { ReasonerId } from '../reasoners/catalogue.ts';
import type { Question } from '../reasoners/contract.ts';
import { additionOf, wordNetImage } from '../test-knowledge.ts';
import { ReasonerFailure } from './job.ts';
import { type PoolOptions, ReasonerPool } from './reasoner-pool.ts';

const question = (text: string): Question => ({ text, mode: 'Thorough', topK: 50 });
/** Both know it. */
const KNOWN = 'What is consciousness?';
const RIGHT = 'alert cognitive state';
const STUCK_MS = 100;
/** First wait before a thread is started again. */
const BACKOFF_MS = 50;

let image: KnowledgeImage;
before(async () => {
  image = await wordNetImage();
});

interface Rig {
  readonly pool: ReasonerPool;
  readonly clock: VirtualClock;
  readonly base: KnowledgeBase;
  readonly failures: string[];
  /** Asks, and says what each reasoner made of it. */
  readonly ask: (text: string) => Promise<Record<ReasonerId, string>>;
  /** Applies a change to the main thread's view, as the server does before it tells the threads. */
  readonly learn: (id: string, title: string, text: string) => KnowledgeChange;
}

const rigs: Rig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ pool }) => pool.stop()));
});

const shortened = (answer: string): string => (answer.includes(RIGHT) ? RIGHT : answer);

/** Answers, `abstains` or `fails: why`, by reasoner. */
async function heard(pool: ReasonerPool, text: string): Promise<Record<ReasonerId, string>> {
  const parts = pool.ask(question(text)).asked.map(async ({ reasoner, answer }) => {
    const said = await answer.then(
      ({ opinion }) => shortened(opinion.best?.answer ?? 'abstains'),
      (failure: unknown) => {
        assert.ok(failure instanceof ReasonerFailure, String(failure));
        return `fails: ${failure.message}`;
      },
    );
    return [reasoner, said] as const;
  });
  return Object.fromEntries(await Promise.all(parts)) as Record<ReasonerId, string>;
}

async function rig(options: Partial<PoolOptions> = {}): Promise<Rig> {
  const clock = new VirtualClock();
  const base = new KnowledgeBase(image);
  const failures: string[] = [];
  const pool = new ReasonerPool({
    threads: 2,
    knowledge: () => ({ image, vectors: englishVectors().data, additions: base.additions() }),
    clock,
    stuckMs: STUCK_MS,
    onFailure: (thread, reason) => failures.push(`${thread}: ${reason}`),
    module: new URL('./faulty.worker.ts', import.meta.url),
    ...options,
  });
  const learn = (id: string, title: string, text: string): KnowledgeChange => {
    const change = additionOf(base, [{ id, title, text }]);
    base.apply(change);
    return change;
  };
  const made = { pool, clock, base, failures, learn, ask: (text: string) => heard(pool, text) };
  rigs.push(made);
  await pool.whole();
  return made;
}

/** The threads have more to do than they can finish before this turn of the event loop ends. */
const keepBusy = ({ ask }: Rig): Promise<Record<ReasonerId, string>>[] =>
  Array.from({ length: 40 }, () => ask('dog wolf '.repeat(900)));

const isFailure = (said: string): boolean => said.startsWith('fails');

/** Lets time pass for the pool until something has come about; real time passes too, as threads need it. */
async function until(clock: VirtualClock, came: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (came()) return;
    clock.advance(STUCK_MS / 2);
    await sleep(5);
  }
  assert.fail('it never came about');
}

/** Waits for a promise in the same way. */
async function settled<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isDone = false;
  const mark = (): void => void (isDone = true);
  promise.then(mark, mark);
  await until(clock, () => isDone);
  return promise;
}

describe('a pool that lives', () => {
  it('answers with every reasoner, and says how long each thought', async () => {
    const { pool, ask } = await rig();
    assert.deepEqual(await ask(KNOWN), { asi: RIGHT, flux: RIGHT });
    for (const { answer } of pool.ask(question(KNOWN)).asked) assert.ok((await answer).thinkingMs >= 0);
    assert.deepEqual(
      pool.status(),
      [0, 0].map((restarts) => ({ state: 'running', restarts, pending: 0 })),
    );
  });

  it('spreads questions over its threads, and answers each its own', async () => {
    const { pool, ask } = await rig();
    const words = ['hot', 'cold', 'dark', 'wet', 'alive', 'hot'];
    const asked = words.map((word) => ask(`What is the opposite of ${word}?`));
    assert.deepEqual(
      pool.status().map(({ pending }) => pending),
      [3, 3],
    );
    const answers = (await Promise.all(asked)).map(({ flux }) => flux);
    assert.equal(answers[0], answers[5]);
    assert.equal(new Set(answers).size, 5);
  });

  it('knows a change on every thread as soon as the change has resolved', async () => {
    const { pool, learn, ask } = await rig();
    const asked = 'What does the Quillon bakery bake?';
    assert.deepEqual(await ask(asked), { asi: 'abstains', flux: 'abstains' });
    await pool.change(learn('doc:q', 'Quillon bakery', 'The Quillon bakery bakes rye bread.'));
    for (const { asi, flux } of await Promise.all([ask(asked), ask(asked)])) {
      assert.match(asi, /rye bread/);
      assert.match(flux, /rye bread/);
    }
  });

  it('answers between the parts of a large change, and knows all of it behind the last', async () => {
    const { pool, learn, ask } = await rig();
    const hasMore = true;
    await pool.change({ ...learn('doc:a', 'Quillon bakery', 'The Quillon bakery was founded by Orla Venn.'), hasMore });
    const between = await ask('What does the Quillon bakery bake?');
    assert.match(between.flux, /Quillon bakery/);
    await pool.change({ ...learn('doc:b', 'Orla Venn', 'Orla Venn was born in the town of Tarsk.'), hasMore });
    for (let i = 0; i < 3; i++) assert.match((await ask('Where was Orla Venn born?')).flux, /Tarsk/);
    await pool.change(learn('doc:c', 'Tansy dairy', 'The Tansy dairy churns butter.'));
    // From one text to the other by the name in it, which is read behind the last part.
    const linked = await ask('Where was the founder of the Quillon bakery born?');
    assert.match(linked.flux, /Tarsk/);
  });

  it('does without a reasoner that throws, and keeps the thread', async () => {
    const { pool, ask, failures } = await rig();
    const { asi, flux } = await ask(`[asi:throw]${KNOWN}`);
    assert.match(asi, /fails: asi: Error: it was told to/);
    assert.equal(flux, RIGHT);
    assert.deepEqual(await ask(KNOWN), { asi: RIGHT, flux: RIGHT });
    assert.deepEqual([failures, pool.status()[0]?.restarts], [[], 0]);
  });

  it('does not begin what nobody waits for any more', async () => {
    const { pool, ask } = await rig({ threads: 1 });
    // Behind one that takes a while.
    const first = ask(`[asi:slow]${KNOWN}`);
    const given = pool.ask(question(`[asi:throw]${KNOWN}`));
    const kept = ask(KNOWN);
    given.abandon();
    for (const { answer } of given.asked) await assert.rejects(answer, /nobody waits any more/);
    assert.deepEqual(await first, { asi: RIGHT, flux: RIGHT });
    assert.deepEqual(await kept, { asi: RIGHT, flux: RIGHT });
    assert.equal(pool.status()[0]?.pending, 0);
  });

  it('takes questions as soon as its first thread does', async () => {
    const { pool } = await rig({ threads: 1 });
    const [first] = pool.status();
    assert.equal(first?.state, 'running');
    const clock = new VirtualClock();
    const knowledge = () => ({
      image,
      vectors: englishVectors().data,
      additions: new KnowledgeBase(image).additions(),
    });
    const other = new ReasonerPool({ threads: 2, knowledge, clock, onFailure: () => undefined });
    await other.ready;
    assert.deepEqual(
      other.status().map(({ state }) => state),
      ['running', 'starting'],
    );
    assert.deepEqual(await heard(other, KNOWN), { asi: RIGHT, flux: RIGHT });
    await other.stop();
  });
});

describe('a thread that dies', () => {
  it('costs at most what it was just busy with, while another one lives', async () => {
    const made = await rig();
    const { pool, clock, failures, ask } = made;
    const asked = keepBusy(made);
    await pool.kill(1);
    const lost = (await Promise.all(asked)).flatMap((said) => Object.values(said)).filter(isFailure);
    assert.ok(lost.length <= 1, lost.join());
    assert.deepEqual(pool.status()[0], { state: 'restarting', restarts: 1, pending: 0 });
    assert.equal(failures.length, 1);
    assert.deepEqual(await ask(KNOWN), { asi: RIGHT, flux: RIGHT });
    const whole = pool.whole();
    clock.advance(BACKOFF_MS);
    await whole;
    assert.deepEqual(pool.status()[0], { state: 'running', restarts: 1, pending: 0 });
  });

  it('loses only the part that it died over, which is not tried again', async () => {
    const { pool, ask, failures } = await rig();
    const [fatal, ...others] = await Promise.all([`[asi:exit]${KNOWN}`, ...Array(9).fill(KNOWN)].map(ask));
    assert.match(fatal?.asi ?? '', /fails: asi: its thread died/);
    assert.equal(fatal?.flux, RIGHT);
    for (const said of others) assert.deepEqual(said, { asi: RIGHT, flux: RIGHT });
    assert.equal(failures.length, 1);
    assert.deepEqual(
      pool.status().map(({ restarts }) => restarts),
      [1, 0],
    );
  });

  it('fails what is under way at once when it was the last', async () => {
    const made = await rig({ threads: 1 });
    const { pool, clock, ask } = made;
    const asked = keepBusy(made);
    await pool.kill(1);
    const last = (await Promise.all(asked)).at(-1);
    assert.match(last?.flux ?? '', /^fails: flux: thread 1 is gone/);
    assert.match((await ask(KNOWN)).asi, /no thread is running/);
    const { ready } = pool;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.deepEqual(await ask(KNOWN), { asi: RIGHT, flux: RIGHT });
  });

  it('knows what was learned before, during and after', async () => {
    const { pool, clock, learn, ask } = await rig({ threads: 1 });
    await pool.change(learn('doc:a', 'Quillon bakery', 'The Quillon bakery bakes rye bread.'));
    const whileDying = learn('doc:b', 'Marrow mill', 'The Marrow mill grinds spelt.');
    const dying = pool.kill(1);
    await pool.change(whileDying);
    await dying;
    await pool.change(learn('doc:c', 'Tansy dairy', 'The Tansy dairy churns butter.'));
    const { ready } = pool;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.match((await ask('What does the Quillon bakery bake?')).flux, /rye/);
    assert.match((await ask('What does the Marrow mill grind?')).flux, /spelt/);
    assert.match((await ask('What does the Tansy dairy churn?')).asi, /butter/);
  });

  it('waits longer each time it dies without having been ready', async () => {
    const { pool, clock } = await rig({ threads: 1 });
    const restarts = (): number | undefined => pool.status()[0]?.restarts;
    await pool.kill(1);
    clock.advance(BACKOFF_MS - 1);
    assert.equal(restarts(), 1);
    clock.advance(1);
    await pool.kill(1);
    assert.equal(restarts(), 2);
    const { ready } = pool;
    clock.advance(BACKOFF_MS);
    // There is nothing to kill yet.
    await pool.kill(1);
    assert.equal(restarts(), 2);
    clock.advance(BACKOFF_MS);
    await ready;
    assert.deepEqual(pool.status()[0], { state: 'running', restarts: 2, pending: 0 });
  });

  it('starts anew when a change cannot be applied, rather than fall behind', async () => {
    const { pool, clock, base, failures, ask } = await rig({ threads: 1 });
    const outOfOrder = additionOf(base, [{ id: 'doc:x', title: 'X', text: 'x' }]);
    const gap = outOfOrder.nodes.map((node) => ({ ...node, index: node.index + 7 }));
    await pool.change({ ...outOfOrder, nodes: gap });
    assert.match(failures.join(), /announced/);
    const { ready } = pool;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.equal((await ask(KNOWN)).flux, RIGHT);
  });

  it('is ready once a later start works, for whoever waited from the beginning', async () => {
    const clock = new VirtualClock();
    let starts = 0;
    const additions = new KnowledgeBase(image).additions();
    const misplaced = { index: image.graph.nodes + 7, id: 'x', names: ['x'], text: '', group: 0 };
    const pool = new ReasonerPool({
      threads: 1,
      knowledge: () => {
        const nodes = starts++ === 0 ? [misplaced] : additions.nodes;
        return { image, vectors: englishVectors().data, additions: { ...additions, nodes } };
      },
      clock,
      onFailure: () => setImmediate(() => clock.advance(1_000)),
    });
    await pool.ready;
    assert.equal(pool.status()[0]?.restarts, 1);
    await pool.stop();
  });
});

describe('a thread that hangs', () => {
  it('keeps nobody else waiting: the others take over all that it has not begun', async () => {
    const { pool, clock, ask, failures } = await rig({ hangMs: 1e9 });
    const stuck = pool.ask(question(`[asi:hang]${KNOWN}`)).asked;
    const [asi, flux] = stuck;
    const others = Array.from({ length: 10 }, () => ask(KNOWN));
    for (const said of await settled(clock, Promise.all(others))) assert.deepEqual(said, { asi: RIGHT, flux: RIGHT });
    assert.match((await settled(clock, flux!.answer)).opinion.best?.answer ?? '', /alert cognitive state/);
    assert.deepEqual(
      pool.status().map(({ pending }) => pending),
      [1, 0],
    );
    // Nobody is sent into the queue behind it either.
    assert.deepEqual(await ask(KNOWN), { asi: RIGHT, flux: RIGHT });
    assert.deepEqual(failures, []);
    await pool.kill(1);
    await assert.rejects(asi!.answer, /died/);
  });

  it('is ended in the end, and comes back', async () => {
    const { pool, clock, ask, failures } = await rig({ hangMs: 100 * STUCK_MS });
    const { asi, flux } = await settled(clock, ask(`[flux:hang]${KNOWN}`));
    assert.equal(asi, RIGHT);
    assert.match(flux, /fails: flux: its thread died/);
    await until(clock, () => pool.status().every(({ state }) => state === 'running'));
    const restarts = pool.status().map((thread) => thread.restarts);
    assert.deepEqual([failures.length, restarts.sort((a, b) => a - b)], [1, [0, 1]]);
  });

  for (const fault of ['hang', 'exit']) {
    it(`(or dies: ${fault}) takes nothing with it that was thought already and waited to be sent`, async () => {
      const { clock, ask } = await rig({ hangMs: 100 * STUCK_MS });
      // Quick reasoners wait for each other.
      for (let i = 0; i < 60; i++) await ask(KNOWN);
      const { asi, flux } = await settled(clock, ask(`[flux:${fault}]${KNOWN}`));
      assert.equal(asi, RIGHT);
      assert.match(flux, /its thread died/);
    });
  }

  it('is ended too when it is the only one, and what waited behind it fails', async () => {
    const { clock, ask } = await rig({ threads: 1, hangMs: 10 * STUCK_MS });
    const asked = [ask(`[asi:hang]${KNOWN}`), ask(KNOWN)];
    const [, behind] = await settled(clock, Promise.all(asked));
    assert.match(behind?.asi ?? '', /no other thread is running/);
  });

  it('does not begin what others have taken over, once it gets on', async () => {
    const { pool, clock, ask, failures } = await rig({ hangMs: 1e9 });
    await pool.kill(2);
    const slow = ask(`[asi:slower]${KNOWN}`);
    // Behind it, as the other thread is not there. It ends whoever begins it.
    const fatal = await settled(clock, ask(`[asi:exit]${KNOWN}`));
    assert.match(fatal.asi, /its thread died/);
    assert.equal(fatal.flux, RIGHT);
    assert.deepEqual(await settled(clock, slow), { asi: RIGHT, flux: RIGHT });
    await until(clock, () => pool.status().every(({ pending, state }) => pending === 0 && state === 'running'));
    // The first thread would have come to it by now.
    for (const said of await Promise.all([ask(KNOWN), ask(KNOWN)])) assert.deepEqual(said, { asi: RIGHT, flux: RIGHT });
    assert.deepEqual(
      failures.map((text) => text[0]),
      ['2', '2'],
    );
  });

  it('is left alone as long as it is only slow', async () => {
    const { pool, clock, ask } = await rig({ hangMs: 1e9 });
    const said = await settled(clock, ask(`[asi:slow]${KNOWN}`));
    assert.deepEqual(said, { asi: RIGHT, flux: RIGHT });
    await until(clock, () => pool.status().every(({ pending }) => pending === 0));
    assert.deepEqual(
      pool.status().map(({ restarts }) => restarts),
      [0, 0],
    );
  });
});

describe('a pool that is stopped', () => {
  it('fails what is under way, takes nothing more, and stays stopped', async () => {
    const made = await rig();
    const { pool, clock, failures, ask } = made;
    const asked = keepBusy(made);
    await pool.stop();
    assert.match((await Promise.all(asked)).at(-1)?.flux ?? '', /stopping/);
    assert.match((await ask(KNOWN)).flux, /no thread is running/);
    clock.advance(60_000);
    assert.deepEqual(
      pool.status(),
      [0, 0].map((restarts) => ({ state: 'stopped', restarts, pending: 0 })),
    );
    assert.deepEqual(failures, []);
  });

  it('does not come back when it was about to, or just starting', async () => {
    for (const wait of [0, BACKOFF_MS]) {
      const { pool, clock } = await rig({ threads: 1 });
      await pool.kill(1);
      clock.advance(wait);
      await pool.stop();
      clock.advance(60_000);
      assert.deepEqual(pool.status(), [{ state: 'stopped', restarts: 1, pending: 0 }]);
    }
  });

  it('says so to whoever waits for it to be ready', async () => {
    const knowledge = () => ({
      image,
      vectors: englishVectors().data,
      additions: new KnowledgeBase(image).additions(),
    });
    const pool = new ReasonerPool({ threads: 2, knowledge, clock: new VirtualClock(), onFailure: () => undefined });
    const waiting = [assert.rejects(pool.ready), assert.rejects(pool.whole(), ReasonerFailure)];
    await pool.stop();
    await Promise.all(waiting);
  });
});
