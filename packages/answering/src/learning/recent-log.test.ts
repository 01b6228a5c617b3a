import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { packItem } from './item.ts';
import { RecentAnswers } from './recent-answers.ts';
import { RecentLog } from './recent-log.ts';
import { itemWith } from './test-items.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-recent-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function rig(limit = 1e6, file = join(folder, `answers-${files++}.jsonl`)) {
  const notices: string[] = [];
  const clock = new VirtualClock();
  const log = new RecentLog({ file, limit, clock, onNotice: (text) => notices.push(text) });
  const load = async (): Promise<RecentAnswers> => {
    const recent = new RecentAnswers();
    await new RecentLog({ file, limit, clock, onNotice: (text) => notices.push(text) }).load(recent);
    return recent;
  };
  return { file, log, clock, notices, load };
}

const item = (id: string) => itemWith({ asi: 'node:cold' }, id);
const packed = (id: string) => packItem(item(id));

describe('the log of the latest answers', () => {
  it('brings answers, and those repeated from the cache, back after a restart', async () => {
    const { log, load, file } = rig();
    log.add(packed('a'));
    log.addAlias('b', 'a');
    await log.flush();
    const recent = await load();
    assert.deepEqual(recent.find('a'), item('a'));
    assert.deepEqual(recent.find('b'), item('a'));
    assert.equal(recent.find('c'), null);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('writes by itself after a while, and not at once', async () => {
    const { log, clock, file } = rig();
    log.add(packed('a'));
    assert.ok(!existsSync(file));
    clock.advance(1000);
    await log.flush();
    assert.ok(existsSync(file));
  });

  it('skips what it cannot read and keeps the rest', async () => {
    const { log, load, file } = rig();
    log.add(packed('a'));
    await log.flush();
    appendFileSync(file, '{"item":{"id":1}}\nnonsense\n{"alias":["x"]}\nnull\n[]\n{"item":null}\n\u0000\n');
    log.add(packed('b'));
    await log.flush();
    const recent = await load();
    assert.deepEqual([recent.find('a')?.id, recent.find('b')?.id], ['a', 'b']);
  });

  it('goes on after a line that a crash cut off', async () => {
    const { file, load } = rig();
    writeFileSync(file, `${JSON.stringify({ item: item('a') })}\n{"item":{"id":"tor`);
    const again = rig(1e6, file);
    await again.log.load(new RecentAnswers());
    again.log.add(packed('b'));
    await again.log.flush();
    const recent = await load();
    assert.deepEqual([recent.find('a')?.id, recent.find('b')?.id], ['a', 'b']);
  });

  it('turns over when it is full: the newest stay, and the files stay small', async () => {
    const limit = 2000;
    const { log, load, file } = rig(limit);
    for (let i = 0; i < 40; i++) {
      log.add(packed(`id-${i}`));
      await log.flush();
    }
    const recent = await load();
    assert.equal(recent.find('id-39')?.id, 'id-39');
    assert.equal(recent.find('id-0'), null);
    for (const one of [file, `${file}.older`]) assert.ok(readFileSync(one).length < limit + 500);
  });

  it('tells once that it cannot write, and lets answers go on', async () => {
    const { log, notices } = rig(1e6, join(folder, 'nowhere', 'answers.jsonl'));
    for (const id of ['a', 'b']) {
      log.add(packed(id));
      await log.flush();
    }
    assert.equal(notices.length, 1);
  });
});

describe('the latest answers', () => {
  it('let the newer one have an id that comes again', () => {
    const recent = new RecentAnswers();
    recent.add(packed('a'));
    recent.addAlias('x', 'a');
    recent.add(packItem({ ...item('x'), question: 'newer' }));
    assert.equal(recent.find('x')?.question, 'newer');
    recent.addAlias('x', 'a');
    assert.equal(recent.find('x')?.id, 'a');
  });
});
