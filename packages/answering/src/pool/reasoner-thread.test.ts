/** Real worker threads over WordNet; time stands still unless a test moves it. */
import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { englishVectors, KnowledgeBase, type KnowledgeChange, type KnowledgeImage } from '@vortexflow/knowledge';
import { VirtualClock } from '@vortexflow/primitives';
import type { Question } from '../reasoners/contract.ts';
import { additionOf, wordNetImage } from '../test-knowledge.ts';
import { ReasonerFailure, ReasonerThread } from './reasoner-thread.ts';

const question = (text: string): Question => ({ text, mode: 'Thorough', topK: 50 });
const OPPOSITE = question('What is the opposite of hot?');
const HANG_MS = 1000;
/** First wait before a thread is started again. */
const BACKOFF_MS = 50;

let image: KnowledgeImage;
before(async () => {
  image = await wordNetImage();
});

interface Rig {
  readonly thread: ReasonerThread;
  readonly clock: VirtualClock;
  readonly base: KnowledgeBase;
  readonly failures: string[];
  /** Revision of the knowledge at each start of the thread. */
  readonly starts: readonly number[];
  /** Applies a change to the main thread's view, as the server does before it tells the threads. */
  readonly learn: (id: string, title: string, text: string) => KnowledgeChange;
}

const rigs: Rig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ thread }) => thread.stop()));
});

async function rig(): Promise<Rig> {
  const clock = new VirtualClock();
  const base = new KnowledgeBase(image);
  const failures: string[] = [];
  const starts: number[] = [];
  const thread = new ReasonerThread({
    reasoner: 'flux',
    setup: () => {
      starts.push(base.revision);
      return { image, vectors: englishVectors().data, additions: base.additions() };
    },
    clock,
    hangMs: HANG_MS,
    onFailure: (reason) => failures.push(reason),
  });
  const learn = (id: string, title: string, text: string): KnowledgeChange => {
    const change = additionOf(base, [{ id, title, text }]);
    base.apply(change);
    return change;
  };
  const made = { thread, clock, base, failures, starts, learn };
  rigs.push(made);
  await thread.ready;
  return made;
}

/** The thread has more to do than it can finish before this turn of the event loop ends. */
function keepBusy(thread: ReasonerThread): Promise<unknown>[] {
  return Array.from({ length: 50 }, () =>
    thread.ask(question('dog wolf '.repeat(900))).catch((failure: unknown) => failure),
  );
}

const answerOf = async (thread: ReasonerThread, asked: Question): Promise<string | undefined> =>
  (await thread.ask(asked)).opinion.best?.answer;

describe('a reasoner thread that lives', () => {
  it('answers, and says how long it thought', async () => {
    const { thread } = await rig();
    const { opinion, thinkingMs } = await thread.ask(OPPOSITE);
    assert.equal(opinion.best?.answer, 'cold');
    assert.ok(thinkingMs >= 0);
    assert.deepEqual(thread.status, { state: 'running', restarts: 0, pending: 0 });
  });

  it('answers many questions, each its own', async () => {
    const { thread } = await rig();
    const words = ['hot', 'cold', 'dark', 'wet', 'alive', 'hot'];
    const asked = words.map((word) => answerOf(thread, question(`What is the opposite of ${word}?`)));
    assert.equal(thread.status.pending, words.length);
    const answers = await Promise.all(asked);
    assert.equal(answers[0], answers[5]);
    assert.equal(new Set(answers).size, 5);
  });

  it('knows a change as soon as the change has resolved', async () => {
    const { thread, learn } = await rig();
    const asked = question('What does the Quillon bakery bake?');
    assert.equal(await answerOf(thread, asked), undefined);
    await thread.change(learn('doc:q', 'Quillon bakery', 'The Quillon bakery bakes rye bread.'));
    assert.match((await answerOf(thread, asked)) ?? '', /rye bread/);
  });
});

describe('a reasoner thread that dies', () => {
  it('fails the questions under way at once, and comes back', async () => {
    const { thread, clock, failures } = await rig();
    const asked = keepBusy(thread);
    await thread.kill();
    const outcomes = await Promise.all(asked);
    assert.ok(outcomes.at(-1) instanceof ReasonerFailure);
    assert.deepEqual(thread.status, { state: 'restarting', restarts: 1, pending: 0 });
    assert.equal(failures.length, 1);
    await assert.rejects(thread.ask(OPPOSITE), ReasonerFailure);

    const { ready } = thread;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.deepEqual(thread.status, { state: 'running', restarts: 1, pending: 0 });
    assert.equal(await answerOf(thread, OPPOSITE), 'cold');
  });

  it('knows what was learned before, during and after', async () => {
    const { thread, clock, learn } = await rig();
    await thread.change(learn('doc:a', 'Quillon bakery', 'The Quillon bakery bakes rye bread.'));
    const whileDying = learn('doc:b', 'Marrow mill', 'The Marrow mill grinds spelt.');
    const dying = thread.kill();
    await thread.change(whileDying);
    await dying;
    await thread.change(learn('doc:c', 'Tansy dairy', 'The Tansy dairy churns butter.'));
    const { ready } = thread;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.match((await answerOf(thread, question('What does the Quillon bakery bake?'))) ?? '', /rye/);
    assert.match((await answerOf(thread, question('What does the Marrow mill grind?'))) ?? '', /spelt/);
    assert.match((await answerOf(thread, question('What does the Tansy dairy churn?'))) ?? '', /butter/);
  });

  it('waits longer each time it dies without having been ready', async () => {
    const { thread, clock } = await rig();
    await thread.kill();
    clock.advance(BACKOFF_MS - 1);
    assert.equal(thread.status.restarts, 1);
    clock.advance(1);
    await thread.kill();
    assert.equal(thread.status.restarts, 2);
    const { ready } = thread;
    clock.advance(BACKOFF_MS);
    // There is nothing to kill yet.
    await thread.kill();
    assert.equal(thread.status.restarts, 2);
    clock.advance(BACKOFF_MS);
    await ready;
    assert.deepEqual(thread.status, { state: 'running', restarts: 2, pending: 0 });
  });

  it('starts anew when a change cannot be applied, rather than fall behind', async () => {
    const { thread, clock, base, failures } = await rig();
    const outOfOrder = additionOf(base, [{ id: 'doc:x', title: 'X', text: 'x' }]);
    const gap = outOfOrder.nodes.map((node) => ({ ...node, index: node.index + 7 }));
    await thread.change({ ...outOfOrder, nodes: gap });
    assert.match(failures.join(), /announced/);
    const { ready } = thread;
    clock.advance(BACKOFF_MS);
    await ready;
    assert.equal(await answerOf(thread, OPPOSITE), 'cold');
  });
});

describe('a reasoner thread that hangs', () => {
  it('is ended when a question is asked while an older one waits too long', async () => {
    const { thread, clock } = await rig();
    const asked = keepBusy(thread);
    clock.advance(HANG_MS);
    const last = thread.ask(OPPOSITE);
    await assert.rejects(last, ReasonerFailure);
    assert.ok((await Promise.all(asked)).at(-1) instanceof ReasonerFailure);
    assert.deepEqual(thread.status, { state: 'restarting', restarts: 1, pending: 0 });
  });

  it('is left alone as long as it is only slow', async () => {
    const { thread, clock } = await rig();
    const asked = keepBusy(thread);
    clock.advance(HANG_MS - 1);
    assert.equal(await answerOf(thread, OPPOSITE), 'cold');
    assert.equal(thread.status.restarts, 0);
    for (const outcome of await Promise.all(asked)) assert.ok(!(outcome instanceof Error));
  });
});

describe('a reasoner thread that is stopped', () => {
  it('fails what is under way, takes nothing more, and stays stopped', async () => {
    const { thread, clock, failures } = await rig();
    const asked = keepBusy(thread);
    await thread.stop();
    assert.ok((await Promise.all(asked)).at(-1) instanceof ReasonerFailure);
    await assert.rejects(thread.ask(OPPOSITE), /stopped/);
    clock.advance(60_000);
    assert.deepEqual(thread.status, { state: 'stopped', restarts: 0, pending: 0 });
    assert.deepEqual(failures, []);
  });

  it('does not come back when it was about to', async () => {
    const { thread, clock, starts } = await rig();
    await thread.kill();
    await thread.stop();
    clock.advance(60_000);
    assert.equal(starts.length, 1);
    assert.deepEqual(thread.status, { state: 'stopped', restarts: 1, pending: 0 });
  });

  it('stays stopped when it was just starting', async () => {
    const { thread, clock, starts } = await rig();
    await thread.kill();
    clock.advance(BACKOFF_MS);
    await thread.stop();
    clock.advance(60_000);
    assert.deepEqual([thread.status.state, starts.length], ['stopped', 2]);
  });
});

it('that dies while starting is ready once a later start works, for whoever waited from the beginning', async () => {
  const clock = new VirtualClock();
  let starts = 0;
  const thread = new ReasonerThread({
    reasoner: 'flux',
    setup: () => {
      const additions = new KnowledgeBase(image).additions();
      const misplaced = { index: image.graph.nodes + 7, id: 'x', names: ['x'], text: '', group: 0 };
      return {
        image,
        vectors: englishVectors().data,
        additions: starts++ === 0 ? { ...additions, nodes: [misplaced] } : additions,
      };
    },
    clock,
    onFailure: () => setImmediate(() => clock.advance(1_000)),
  });
  await thread.ready;
  assert.equal(thread.status.restarts, 1);
  await thread.stop();
});

it('that is stopped before it is ready says so to whoever waits', async () => {
  const setup = () => ({ image, vectors: englishVectors().data, additions: new KnowledgeBase(image).additions() });
  const thread = new ReasonerThread({ reasoner: 'flux', setup, clock: new VirtualClock(), onFailure: () => undefined });
  const waiting = assert.rejects(thread.ready, ReasonerFailure);
  await thread.stop();
  await waiting;
});
