import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { readLearned, writeLearned } from './learned-file.ts';
import { Learner } from './learner.ts';
import { someOrders } from './test-items.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-learned-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `learned-${files++}.json`);

const learner = new Learner(0.01);
for (const order of someOrders(10, seededRandom(1))) learner.take(order);
const content = { items: learner.items, total: 12 };

describe('the file of what was learned', () => {
  it('gives back what was written, readable by its owner alone, and leaves nothing beside it', () => {
    const file = newFile();
    writeLearned(file, { items: [], total: 0 });
    writeLearned(file, content);
    assert.deepEqual(readLearned(file), { ...content, notice: null });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.partial')),
      [],
    );
  });

  it('is empty where there is none', () =>
    assert.deepEqual(readLearned(newFile()), { items: [], total: 0, notice: null }));

  it('is set aside with a notice when any part of it is damaged, and the next start is clean', () => {
    const whole = newFile();
    writeLearned(whole, content);
    const bytes = readFileSync(whole);
    const damages: [string, Buffer][] = [
      ['empty', Buffer.alloc(0)],
      ['zeros', Buffer.alloc(bytes.length)],
      ['binary', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
      ['null', Buffer.from('null\n{}')],
      ['cut off', bytes.subarray(0, bytes.length - 1)],
      ['header alone', bytes.subarray(0, bytes.indexOf(10))],
      ['another kind', Buffer.from('{"format":"other"}\n{}')],
    ];
    for (const at of [5, bytes.indexOf(10) + 5, bytes.length - 3]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] as number) ^ 1;
      damages.push([`flipped at ${at}`, flipped]);
    }
    for (const [what, damaged] of damages) {
      const file = newFile();
      writeFileSync(file, damaged);
      const read = readLearned(file);
      assert.deepEqual([read.items, read.total], [[], 0], what);
      assert.match(read.notice ?? '', /set aside/, what);
      assert.deepEqual(readFileSync(`${file}.damaged`), damaged, what);
      assert.equal(readLearned(file).notice, null, what);
    }
  });

  it('is not overwritten when a newer program wrote it', () => {
    const file = newFile();
    writeFileSync(file, '{"format":"vortexflow-learned","version":2,"sha256":""}\n{}');
    assert.match(readLearned(file).notice ?? '', /version 2/);
  });

  it('stays as it was when it cannot be written', () => {
    const file = newFile();
    writeLearned(file, content);
    const before = readFileSync(file);
    const cyclic: { total: number; items: never[]; self?: unknown } = { total: 1, items: [] };
    cyclic.self = cyclic;
    assert.throws(() => writeLearned(file, cyclic));
    assert.throws(() => writeLearned(join(folder, 'nowhere', 'learned.json'), content));
    assert.deepEqual(readFileSync(file), before);
  });
});
