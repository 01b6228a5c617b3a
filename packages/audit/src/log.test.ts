import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mountSmallDisk, smallDiskMissing } from '@vortexflow/testkit';
import { type Anchor, fileAnchor, lineAnchor, readAnchors } from './anchors.ts';
import { openCheckpoint } from './checkpoint.ts';
import { MAX_LINE_BYTES, parseEntry } from './entry.ts';
import { AuditLog } from './log.ts';
import { readPage } from './pages.ts';
import { listSegments } from './segments.ts';
import { fill, testFolder } from './test-log.ts';
import { verifyLog } from './verify.ts';

const turns = async (count = 50): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};

/** For what waits for the disk. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 20_000 && !isSo(); i++) await turns(1);
  assert.ok(isSo());
};

describe('audit log', () => {
  it('has an entry on disk when its promise resolves', async (t) => {
    const { folder, open } = await testFolder(t);
    const log = await open();
    const { seq, line } = await log.append({ action: 'document.put', outcome: 'done', detail: { number: 1 } });
    const text = await readFile(join(folder, '000000000000.jsonl'));
    assert.ok(text.includes(line));
    const lines = text.toString().split('\n').slice(0, -1);
    assert.equal(lines.length, seq + 1);
    const entry = parseEntry(Buffer.from(lines[seq] as string));
    assert.equal(entry?.action, 'document.put');
    assert.equal(entry?.time, '2026-11-26T00:00:00.000Z');
    await log.close();
  });

  it('keeps the order of what is told at once, and goes on where it ended', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    for (let run = 0; run < 3; run++) {
      const log = await open();
      await fill(log, 600, run * 600);
      await log.close();
    }
    const { entries } = await readPage(folder, 10_000, {
      limit: 10_000,
      matches: ({ action }) => action === 'document.put',
    });
    assert.deepEqual(
      entries.map(({ detail }) => detail?.['number']).toReversed(),
      Array.from({ length: 1_800 }, (_, i) => i),
    );
    const { findings, signed, entries: count } = await verifyLog(folder, { publicKey });
    assert.deepEqual([findings, signed], [[], count]);
  });

  it('begins new segments by size and by age; the chain goes on', async (t) => {
    const { folder, open, publicKey, clock } = await testFolder(t);
    let full = 0;
    const log = await open({ rotateBytes: 2_000, rotateMs: 60_000, onRotate: () => void full++ });
    for (let i = 0; i < 30; i++) await fill(log, 1, i);
    const bySize = (await listSegments(folder)).length;
    assert.ok(bySize > 2, `${bySize}`);
    assert.equal(full, bySize - 1);
    clock.advance(60_000);
    await fill(log, 1, 30);
    assert.equal((await listSegments(folder)).length, bySize + 1);
    assert.equal(full, bySize);
    await log.close();
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
  });

  it('holds whom an event is about beside who caused it, and reads entries that hold nobody', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const log = await open();
    const about = { subject: 'b', sealed: 'two' };
    const event = { action: 'auth.user_change', outcome: 'done', subject: 'a', sealed: 'one' } as const;
    const { line } = await log.append(event);
    assert.ok(!line.includes('about'));
    await log.append({ ...event, about });
    await log.close();
    const { entries } = await readPage(folder, 100, { limit: 2, matches: ({ action }) => action === event.action });
    assert.deepEqual(
      entries.map((entry) => entry.about),
      [about, undefined],
    );
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
  });

  it('signs after ten seconds, after a thousand entries, and at the end', async (t) => {
    const { open, clock, publicKey } = await testFolder(t);
    const log = await open();
    const verifier = { name: log.origin, publicKey };
    const signedSize = (): number => openCheckpoint(log.latest ?? '', verifier).size;
    assert.equal(signedSize(), 2);
    await fill(log, 1);
    clock.advance(9_999);
    await turns();
    assert.equal(signedSize(), 2);
    assert.equal(log.status().exposedMs, 9_999);
    clock.advance(1);
    await until(() => signedSize() === 3);
    assert.equal(log.status().exposedMs, 0);
    await fill(log, 1_500);
    await until(() => signedSize() >= 1_003);
    await log.close();
    assert.equal(signedSize(), 1_504);
  });

  it('gives every checkpoint to its anchors, and goes on when one takes nothing', async (t) => {
    const { folder, open, publicKey, clock } = await testFolder(t);
    const notices: string[] = [];
    const lines: string[] = [];
    const failing: Anchor = { name: 'far away', publish: () => Promise.reject(new Error('unreachable')) };
    const file = join(folder, '..', `${folder.split('/').at(-1)}.anchor`);
    t.after(() => rm(file, { force: true }));
    const anchors = [fileAnchor(file), lineAnchor((line) => void lines.push(line)), failing];
    const log = await open({ anchors, onNotice: (text) => notices.push(text) });
    await fill(log, 5);
    clock.advance(10_000);
    await until(() => log.status().anchors[2]?.failure === 'failed');
    const { anchors: states } = log.status();
    assert.deepEqual(
      states.map(({ failure }) => failure),
      [null, null, 'failed'],
    );
    await log.close();
    assert.deepEqual(notices, ['the anchor "far away" takes no checkpoints']);
    await writeFile(join(folder, 'stdout.txt'), `started\n${lines.join('')}other\n`);
    for (const from of [file, join(folder, 'stdout.txt')]) {
      const notes = await readAnchors([from]);
      assert.ok(notes.length >= 2, `${notes.length}`);
      const { anchored, findings } = await verifyLog(folder, { publicKey, anchors: notes });
      assert.deepEqual([anchored, findings], [8, []]);
    }
  });

  it('sets an entry aside that a crash has cut off, and says so in the log', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const first = await open();
    await fill(first, 10);
    await first.close();
    const segment = join(folder, '000000000000.jsonl');
    await appendFile(segment, '{"seq":13,"time":"2026');
    const { notices, findings } = await verifyLog(folder, { publicKey });
    assert.deepEqual([findings, notices], [[], ['the last 22 bytes are no whole entry']]);
    const second = await open();
    await second.close();
    assert.equal(await readFile(join(folder, 'torn-13.bin'), 'utf8'), '{"seq":13,"time":"2026');
    const { entries } = await readPage(folder, 100, { limit: 100, matches: ({ action }) => action === 'log.opened' });
    assert.equal(entries[0]?.detail?.['torn_bytes'], 22);
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
  });

  it('goes on without the tree that it kept, or with one that is wrong', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const damages = [
      () => rm(join(folder, 'tree.json')),
      () => writeFile(join(folder, 'tree.json'), '{"size":5,"peaks":["00","11"]}'),
      async () => {
        const text = await readFile(join(folder, 'tree.json'), 'utf8');
        await writeFile(join(folder, 'tree.json'), text.replace(/[0-9a-f]{64}/, '0'.repeat(64)));
      },
      () => appendFile(join(folder, 'checkpoints.jsonl'), '"vortexflow-aud'),
    ];
    await (await open()).close();
    for (const damage of damages) {
      await damage();
      const log = await open();
      assert.deepEqual(log.status().faults, []);
      await fill(log, 7);
      await log.close();
    }
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
  });

  it('says when it opens that entries are gone or changed, and goes on', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const first = await open();
    await fill(first, 10);
    await first.close();
    const segment = join(folder, '000000000000.jsonl');
    const text = await readFile(segment, 'utf8');
    await writeFile(segment, `${text.split('\n').slice(0, 6).join('\n')}\n`);
    const second = await open();
    assert.match(second.status().faults.join(), /13 entries were signed, and there are 6/);
    await fill(second, 3);
    await second.close();
    const { findings } = await verifyLog(folder, { publicKey });
    assert.ok(findings.length > 0);
  });

  it('is had by one at a time', async (t) => {
    const { open } = await testFolder(t);
    const log = await open();
    await assert.rejects(open(), { code: 'audit_locked' });
    await log.close();
    await (await open()).close();
    await assert.rejects(log.append({ action: 'x', outcome: 'done' }), { code: 'audit_unavailable' });
  });

  it('refuses an event that is too large, and no other', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const log = await open();
    const [large, small] = await Promise.allSettled([
      log.append({ action: 'x', outcome: 'done', sealed: 'x'.repeat(MAX_LINE_BYTES) }),
      log.append({ action: 'y', outcome: 'done' }),
    ]);
    assert.deepEqual([large.status, small.status], ['rejected', 'fulfilled']);
    await log.close();
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
  });

  it('keeps its files from others', { skip: process.platform === 'win32' }, async (t) => {
    const { folder, open } = await testFolder(t);
    await (await open()).close();
    for (const name of await readdir(folder)) {
      if (name === 'lock') continue;
      assert.equal((await stat(join(folder, name))).mode & 0o077, 0, name);
    }
  });

  const skip = process.env['CI'] ? false : (smallDiskMissing ?? false);
  it(
    'refuses events on a full disk, and takes them again with room; nothing acknowledged is lost',
    { skip },
    async (t) => {
      const disk = await mountSmallDisk(1 << 20);
      t.after(() => disk.remove());
      const { privateKey, publicKey, clock } = await testFolder(t);
      const folder = join(disk.folder, 'audit');
      const log = await AuditLog.open({ folder, privateKey, clock });
      const acknowledged: number[] = [];
      let refused = 0;
      const tell = (number: number): Promise<void> =>
        log.append({ action: 'document.put', outcome: 'done', detail: { number, filler: 'x'.repeat(3_000) } }).then(
          () => void acknowledged.push(number),
          (failure: { code: string }) => {
            assert.equal(failure.code, 'audit_unavailable');
            refused++;
          },
        );
      for (let i = 0; i < 10; i++) await tell(i);
      disk.fill();
      for (let i = 10; i < 20; i++) await tell(i);
      assert.ok(refused > 0, 'the disk was not full');
      assert.equal(log.status().failure, 'ENOSPC');
      await disk.empty();
      for (let i = 20; i < 30; i++) await tell(i);
      assert.equal(log.status().failure, null);
      await log.close();
      const { entries } = await readPage(folder, 1_000, {
        limit: 1_000,
        matches: ({ action }) => action === 'document.put',
      });
      assert.deepEqual(entries.map(({ detail }) => detail?.['number']).toReversed(), acknowledged);
      assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
    },
  );

  it('takes no half entry for whole, wherever the file was cut', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const first = await open({ checkpointMs: 1e9 });
    // Behind the last checkpoint, as a crash would have it.
    await fill(first, 3);
    const segment = join(folder, '000000000000.jsonl');
    const text = await readFile(segment);
    const signed = text.indexOf('\n', text.indexOf('log.opened')) + 1;
    await first.close();
    const whole = await readFile(join(folder, 'checkpoints.jsonl'), 'utf8');
    for (let cut = signed; cut < text.length; cut += 37) {
      await writeFile(segment, text);
      await truncate(segment, cut);
      await writeFile(join(folder, 'checkpoints.jsonl'), `${whole.split('\n')[0]}\n`);
      await rm(join(folder, 'tree.json'), { force: true });
      const log = await open();
      assert.deepEqual(log.status().faults, [], `cut at ${cut}`);
      await log.close();
      assert.deepEqual((await verifyLog(folder, { publicKey })).findings, [], `cut at ${cut}`);
    }
  });
});
