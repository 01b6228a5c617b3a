/** The learner on its real thread, with real files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CodedError, seededRandom } from '@vortexflow/primitives';
import { LearnerThread, NOTHING_LEARNED } from './learner-thread.ts';
import type { Learned } from './messages.ts';
import { someOrders } from './test-items.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-learner-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const orders = someOrders(60, seededRandom(3));

function rig(file: string | null = join(folder, `learned-${files++}.json`)) {
  const notices: string[] = [];
  const state: { learned: Learned } = { learned: NOTHING_LEARNED };
  const onLearned = (learned: Learned) => void (state.learned = learned);
  const thread = new LearnerThread({ file, learningRate: 0.01, onLearned, onNotice: (text) => notices.push(text) });
  return { thread, notices, state, file };
}

const isLearningFailed = (failure: unknown) => failure instanceof CodedError && failure.code === 'learning_failed';

describe('the thread of the learner', () => {
  it('learns in order, and the next process knows all that was acknowledged', async () => {
    const first = rig();
    const effects = await Promise.all(orders.map((order) => first.thread.learn(order)));
    assert.deepEqual(new Set(effects.map(({ effect }) => effect)), new Set(['learned']));
    assert.equal(first.state.learned.report.items, 60);
    assert.ok(first.state.learned.state.finals.Ensemble);
    await first.thread.stop();
    const second = rig(first.file);
    await second.thread.open();
    assert.deepEqual(second.state.learned.report, first.state.learned.report);
    assert.deepEqual(second.notices, []);
    assert.equal((await second.thread.learn(orders[0] as (typeof orders)[0])).effect, 'unchanged');
    await second.thread.stop();
  });

  it('sends no labelled items about: what the main thread gets stays small', async () => {
    const { thread, state } = rig(null);
    await Promise.all(orders.map((order) => thread.learn(order)));
    assert.deepEqual(state.learned.state.window, []);
    await thread.stop();
  });

  it('learns by the rate that holds when it learns', async () => {
    const [fading, constant] = [rig(null), rig(null)];
    await Promise.all(
      orders.slice(0, 30).flatMap((order) => [fading, constant].map(({ thread }) => thread.learn(order))),
    );
    assert.deepEqual(fading.state.learned.state, constant.state.learned.state);
    fading.thread.setLearningRate(0.5);
    await Promise.all(orders.slice(30).flatMap((order) => [fading, constant].map(({ thread }) => thread.learn(order))));
    const [a, b] = [fading, constant].map(({ state }) => state.learned.state);
    assert.notDeepEqual(a, b);
    await Promise.all([fading, constant].map(({ thread }) => thread.stop()));
  });

  it('begins anew beside a damaged file, and says so', async () => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, 'not what it should be');
    const { thread, notices, state } = rig(file);
    await thread.open();
    assert.equal(state.learned.report.items, 0);
    assert.match(notices.join(), /set aside/);
    assert.equal((await thread.learn(orders[0] as (typeof orders)[0])).effect, 'learned');
    await thread.stop();
  });

  it('refuses feedback while its folder is gone, and takes it once it is back', async () => {
    const place = join(folder, 'later');
    const { thread, state } = rig(join(place, 'learned.json'));
    const waiting = orders.slice(0, 3).map((order) => thread.learn(order));
    for (const one of waiting) await assert.rejects(one, isLearningFailed);
    assert.equal(state.learned.report.items, 0);
    mkdirSync(place);
    assert.equal((await thread.learn(orders[0] as (typeof orders)[0])).effect, 'learned');
    assert.equal(state.learned.report.items, 1);
    await thread.stop();
  });

  it('fails what waits when it cannot start, and starts again for the next', async () => {
    const place = join(folder, 'in-the-way');
    writeFileSync(place, 'a file where the folder should be');
    const { thread, notices } = rig(join(place, 'learned.json'));
    await assert.rejects(thread.learn(orders[0] as (typeof orders)[0]), isLearningFailed);
    assert.ok(notices.length > 0);
    rmSync(place);
    mkdirSync(place);
    assert.equal((await thread.learn(orders[0] as (typeof orders)[0])).effect, 'learned');
    await thread.stop();
  });

  it('sets a folder aside that sits where the file should be', async () => {
    const place = join(folder, 'a-folder.json');
    mkdirSync(place);
    const { thread, notices } = rig(place);
    await thread.open();
    assert.match(notices.join(), /set aside/);
    assert.equal((await thread.learn(orders[0] as (typeof orders)[0])).effect, 'learned');
    await thread.stop();
  });
});
