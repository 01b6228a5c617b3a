/** Files on their way into real knowledge, and folders under watch. */
import { emptyImage, Knowledge, listFolder } from '@vortexflow/knowledge';
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { CodedError, systemClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { mkdir, realpath, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { Intake, type LeftOut } from './intake.ts';
import { type IngestTarget, knowledgeTarget } from './target.ts';
import { watchFolder } from './watch.ts';

const top = mkdtempSync(join(tmpdir(), 'vortexflow-intake-'));
after(() => rm(top, { recursive: true, force: true }));

let count = 0;
let root: string;
let knowledge: Knowledge;
beforeEach(async () => {
  const folder = join(top, `${count++}`);
  await mkdir(join(folder, 'notes'), { recursive: true });
  root = await realpath(join(folder, 'notes'));
  const store = await openSqliteStore({ file: join(folder, 'documents.db'), clock: systemClock });
  knowledge = await Knowledge.open(emptyImage(), store, systemClock);
});
afterEach(() => knowledge.close());

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

async function take(target: IngestTarget = knowledgeTarget(knowledge), prune = false): Promise<Intake> {
  const intake = await Intake.open(target, 'notes');
  for await (const file of listFolder(root)) await intake.take(file);
  await intake.flush();
  if (prune) await intake.prune();
  return intake;
}

const ids = (): string[] => knowledge.documentsBelow('', '', Infinity).map(({ id }) => id);

describe('files that go in', () => {
  test('are named by folder and path; a second time, only what has changed is sent', async () => {
    await write({ 'a.md': '# A\n\n[[b]]', 'deep/b.md': 'B', 'g.csv': 'source,target\n1,2\n' });
    const { tally } = await take();
    assert.deepEqual([tally.stored, tally.unchanged, tally.skipped], [3, 0, []]);
    assert.deepEqual(ids(), ['notes/a.md', 'notes/deep/b.md', 'notes/g.csv']);
    await write({ 'deep/b.md': 'Changed' });
    const revision = knowledge.base.revision;
    const again = (await take()).tally;
    assert.deepEqual([again.stored, again.replaced, again.unchanged, knowledge.base.revision], [1, 1, 2, revision + 1]);
  });

  test('stay when their file is gone, unless the folder is pruned; other folders are left alone', async () => {
    await knowledge.addDocuments([{ id: 'notes2/x.md', title: 'x', text: '' }]);
    await write({ 'a.md': 'A', 'b.md': 'B' });
    await take();
    await rm(join(root, 'b.md'));
    assert.equal((await take()).tally.removed, 0);
    assert.equal((await take(undefined, true)).tally.removed, 1);
    assert.deepEqual(ids(), ['notes/a.md', 'notes2/x.md']);
  });

  test('cost nothing but themselves when they are bad: each is named with its line, all others are in', async () => {
    await write({
      '1.md': 'good',
      '2.md': Buffer.from([0x61, 0x0a, 0xff]),
      '3.graphml': '<graphml>\n<graph><node',
      '4.json': '{"nodes": [',
      '5.csv': 'source,target\na,b\nc\n',
      [`${'long'.repeat(60)}/${'x'.repeat(250)}/${'y'.repeat(250)}.md`]: 'an id that is too long for the server',
      '6.md': 'also good',
    });
    const target = knowledgeTarget(knowledge);
    // As a server does: a batch with one id that is too long is refused in whole.
    const picky: IngestTarget = {
      ...target,
      add: (documents) => {
        const long = documents.find(({ id }) => id.length > 512);
        const definition = {
          type: 'ValidationError',
          status: 400,
          recovery: 'Propagate' as const,
          message: 'The id is too long.',
        };
        return long ? Promise.reject(new CodedError('request_invalid', definition)) : target.add(documents);
      },
    };
    const { tally } = await take(picky);
    assert.deepEqual(ids(), ['notes/1.md', 'notes/5.csv', 'notes/6.md']);
    assert.deepEqual(tally.problems, [{ path: '5.csv', reason: 'line 3: an edge lacks one of its ends' }]);
    const reasons = new Map(tally.skipped.map(({ path, reason }) => [path.slice(0, 9), reason]));
    assert.equal(reasons.get('2.md'), 'is not UTF-8 text (line 2)');
    assert.match(reasons.get('3.graphml') ?? '', /cannot be read\. Line 2: /);
    assert.match(reasons.get('4.json') ?? '', /cannot be read\. Line 1: not JSON/);
    assert.equal(reasons.get('longlongl'), 'The id is too long.');
    assert.equal(tally.skipped.length, 4);
  });

  test('end with the error when the target is lost, which concerns all that follow', async () => {
    await write({ 'a.md': 'A' });
    const lost: IngestTarget = { ...knowledgeTarget(knowledge), add: () => Promise.reject(new Error('lost')) };
    await assert.rejects(take(lost), /lost/);
  });

  test('of a table take the columns that somebody names, or say that there are none such', async () => {
    await write({ 'a.csv': 'Who,When,Whom\nAda,1843,Babbage\n', 'b.csv': 'x,y\n1,2\n' });
    const intake = await Intake.open(knowledgeTarget(knowledge), 'notes', { source: 'who', target: 'Whom' });
    for await (const file of listFolder(root)) await intake.take(file);
    await intake.flush();
    assert.equal((await knowledge.document('notes/a.csv'))?.format, 'csv;source=1;target=3');
    assert.deepEqual(intake.tally.skipped, [{ path: 'b.csv', reason: 'has no column "who"' }]);
    assert.ok(knowledge.base.indexOf('notes/a.csv#Babbage') >= 0);
  });

  test('from an empty folder are none', async () => {
    const { tally } = await take();
    assert.deepEqual([tally.stored, tally.skipped, ids()], [0, [], []]);
  });
});

test('a vault of everything that is hard to take loses nothing of what is sound', { timeout: 120_000 }, async () => {
  const links = 10_000;
  await write({
    'a.md': 'A good note about [[z]]. #kept',
    'binary.md': Uint8Array.from({ length: 5_000 }, (_, index) => index % 256),
    'binary.csv': Buffer.from('GIF89a\u0000\u0001,\u0000'),
    'blanks.md': `x${' '.repeat(190_000)}y`,
    'empty.md': '',
    'empty.csv': '',
    'empty.json': '',
    'huge.md': '',
    'huge.json': '',
    'latin1.txt': Buffer.from('Stra\xdfe', 'latin1'),
    'nested.md': `${'[[a'.repeat(links)}${']]'.repeat(links)}`,
    'ring/one.md': '![[two]]',
    'ring/two.md': '![[three]] ![[two]]',
    'ring/three.md': '![[one]]',
    'surrogate.md': Buffer.from([0xed, 0xa0, 0x80]),
    'twice.json': '[{"id":"x","title":"first"},{"id":"x","title":"second"},{"source":"x","target":"y"}]',
    'z.md': 'Another good note.',
  });
  await truncate(join(root, 'huge.md'), 100_000_000);
  await truncate(join(root, 'huge.json'), 210_000_000);
  const { tally } = await take();
  const reasons = Object.fromEntries(tally.skipped.map(({ path, reason }) => [path, reason]));
  assert.deepEqual(Object.keys(reasons).sort(), [
    'binary.csv',
    'binary.md',
    'empty.json',
    'huge.json',
    'huge.md',
    'latin1.txt',
    'surrogate.md',
  ]);
  for (const name of ['binary.csv', 'binary.md', 'latin1.txt', 'surrogate.md'])
    assert.equal(reasons[name], 'is not UTF-8 text (line 1)', name);
  assert.equal(reasons['huge.md'], 'has more than 200,000 characters');
  assert.equal(reasons['huge.json'], 'has more than 67,108,864 characters');
  assert.match(reasons['empty.json'] ?? '', /cannot be read\. Line 1: not JSON/);
  assert.deepEqual(
    tally.problems.map(({ path }) => path),
    ['twice.json'],
  );
  assert.match(tally.problems[0]?.reason ?? '', /the id "x" is there already/);
  const { base } = knowledge;
  const sound = ['a', 'blanks', 'empty', 'nested', 'ring/one', 'ring/two', 'ring/three', 'z'];
  assert.deepEqual(
    ids(),
    [...sound.map((name) => `notes/${name}.md`), 'notes/empty.csv', 'notes/twice.json'].sort((a, b) =>
      a < b ? -1 : 1,
    ),
  );
  assert.equal(base.labelOf(base.indexOf('notes/twice.json#x')), 'first');
  const at = (name: string): number => base.indexOf(`notes/${name}.md`);
  const [embeds = -1] = base.relations.numbersOf('embeds');
  const targets = (name: string): unknown => base.related(at(name), embeds);
  assert.deepEqual(
    ['ring/one', 'ring/two', 'ring/three'].map(targets),
    ['ring/two', 'ring/three', 'ring/one'].map((name) => [at(name)]),
  );
  // And the vault as it is costs nothing the next time, and loses nothing when it is pruned.
  const again = (await take(undefined, true)).tally;
  assert.deepEqual([again.stored, again.removed, again.unchanged], [0, 0, tally.stored]);
});

test('what cannot be read today keeps what was taken of it before', async () => {
  await write({ 'a.md': 'A' });
  await take();
  await write({ 'a.md': Buffer.from([0xff]) });
  const { tally } = await take(undefined, true);
  assert.deepEqual([tally.removed, tally.skipped.length, ids()], [0, 1, ['notes/a.md']]);
});

test('a folder that cannot be read keeps all that was taken below it, when pruned too', async () => {
  const deep = Array.from({ length: 8 }, () => 'd'.repeat(250)).join('/');
  await write({ 'a.md': 'A', [`sub/${deep}/b.md`]: 'B', 'subway.md': 'C', 'sub/gone.md': 'D' });
  await take();
  await rm(join(root, 'subway.md'));
  await rm(join(root, 'sub/gone.md'));
  // Further down, the paths of the inner folders become longer than the system reads: this holds for root as well, as
  // missing permissions would not.
  const home = root;
  const far = join(top, 'far', ...Array.from({ length: 9 }, () => 'f'.repeat(250)));
  await mkdir(far, { recursive: true });
  await rename(home, join(far, 'notes'));
  root = join(far, 'notes');
  const { tally } = await take(undefined, true);
  await rename(root, home);
  assert.equal(tally.skipped.length, 1);
  assert.match(tally.skipped[0]?.path ?? '', /^sub\/d+\/.*\/$/);
  assert.equal(tally.skipped[0]?.reason, 'cannot be read (its path is too long)');
  // What lies in a folder that can be read and is not there is gone as ever.
  assert.deepEqual([ids(), tally.removed], [['notes/a.md', `notes/sub/${deep}/b.md`], 2]);
});

test('a folder that is said to be unreadable keeps what is below it, and nothing beside it', async () => {
  await write({ 'sub/a.md': 'A', 'sub/in/b.md': 'B', 'sub2/c.md': 'C' });
  await take();
  const intake = await Intake.open(knowledgeTarget(knowledge), 'notes');
  await intake.take({ skipped: 'sub/', reason: 'cannot be read (permission denied)' });
  await intake.prune();
  assert.deepEqual(ids(), ['notes/sub/a.md', 'notes/sub/in/b.md']);
});

describe('a table that was taken before stays as it was, and is reported', () => {
  test('when it lacks the columns that somebody names', async () => {
    await write({ 'a.csv': 'source,target\nAda,Babbage\n', 'b.csv': 'x,y\n1,2\n' });
    await take();
    for (const prune of [false, true]) {
      const intake = await Intake.open(knowledgeTarget(knowledge), 'notes', { source: 'source', target: 'y' });
      for await (const file of listFolder(root)) await intake.take(file);
      await intake.flush();
      if (prune) await intake.prune();
      assert.deepEqual(intake.tally.skipped, [
        { path: 'a.csv', reason: 'has no column "y"' },
        { path: 'b.csv', reason: 'has no column "source"' },
      ]);
      assert.deepEqual([ids(), intake.tally.removed], [['notes/a.csv', 'notes/b.csv'], 0]);
    }
    assert.ok(knowledge.base.indexOf('notes/a.csv#Babbage') >= 0);
  });

  test('when it can no longer be read', async () => {
    await write({ 'a.json': '[{"source":"x","target":"y"}]', 'b.csv': 'source,target\n1,2\n' });
    await take();
    await write({ 'a.json': '[{"source":', 'b.csv': Buffer.from([0xff, 0xfe, 0x00]) });
    const { tally } = await take(undefined, true);
    assert.deepEqual(
      tally.skipped.map(({ path }) => path),
      ['a.json', 'b.csv'],
    );
    assert.deepEqual([ids(), tally.removed], [['notes/a.json', 'notes/b.csv'], 0]);
    assert.ok(knowledge.base.indexOf('notes/a.json#y') >= 0 && knowledge.base.indexOf('notes/b.csv#2') >= 0);
  });
});

test('a removal that the target refuses is tried again; one that somebody else has done is done', async () => {
  await write({ 'a.md': 'A', 'b.md': 'B' });
  await take();
  const target = knowledgeTarget(knowledge);
  let isLost = true;
  const flaky: IngestTarget = {
    ...target,
    remove: async (id) => {
      if (isLost) throw new Error('lost');
      await target.remove(id);
      throw Object.assign(new Error('There is no such document.'), { status: 404 });
    },
  };
  const intake = await take(flaky);
  await assert.rejects(intake.removeFile('b.md'), /lost/);
  isLost = false;
  assert.deepEqual([await intake.removeFile('b.md'), ids()], [1, ['notes/a.md']]);
});

test('a file that holds fewer documents than before loses the others', async () => {
  const intake = await Intake.open(knowledgeTarget(knowledge), 'notes');
  await knowledge.addDocuments(
    ['notes/p.pdf', 'notes/p.pdf (2)', 'notes/p.pdf (3)', 'notes/p.pdf (x)'].map((id) => ({
      id,
      title: 'p',
      text: '',
    })),
  );
  const later = await Intake.open(knowledgeTarget(knowledge), 'notes');
  assert.equal(await later.removeFile('p.pdf'), 3);
  assert.deepEqual([ids(), await intake.removeFile('p.pdf')], [['notes/p.pdf (x)'], 0]);
});

describe('a folder under watch', { timeout: 240_000 }, () => {
  /** Waits until the knowledge is as it should be; the test's own limit ends it. */
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test('brings in what is written, changed, renamed and deleted, and nothing that is hidden', async () => {
    await write({ 'a.md': 'A', 'b.md': 'B' });
    const intake = await take();
    const failures: unknown[] = [];
    const rounds: (readonly string[])[] = [];
    const onRound = (changed: readonly string[], removed: readonly string[]): void =>
      void rounds.push(changed, removed);
    const watch = watchFolder({
      root,
      only: null,
      intake,
      clock: systemClock,
      onRound,
      onFailure: (failure) => failures.push(failure),
    });
    await watch.ready;
    await write({ 'new/c.md': 'C', '.obsidian/x.json': '[]', 'a.md': 'Changed', 'd.bin': 'no' });
    await until(
      async () => ids().includes('notes/new/c.md') && (await knowledge.document('notes/a.md'))?.text === 'Changed',
    );
    await rm(join(root, 'b.md'));
    await rename(join(root, 'new', 'c.md'), join(root, 'new', 'e.md'));
    await until(
      () => !ids().includes('notes/b.md') && !ids().includes('notes/new/c.md') && ids().includes('notes/new/e.md'),
    );
    await rm(join(root, 'new'), { recursive: true });
    await until(() => ids().length === 1);
    await watch.stop();
    assert.deepEqual([ids(), failures], [['notes/a.md'], []]);
    assert.ok(rounds.flat().every((id) => !id.startsWith('.') && id !== 'd.bin'));
  });

  /** Watches the folder until the test has done its work. */
  async function watching(
    target: IngestTarget,
    work: (seen: { failures: unknown[]; skipped: LeftOut[] }) => Promise<void>,
  ): Promise<void> {
    const intake = await take(target);
    const seen = { failures: [] as unknown[], skipped: [] as LeftOut[] };
    const watch = watchFolder({
      root,
      only: null,
      intake,
      clock: systemClock,
      onRound: (_changed, _removed, skipped) => void seen.skipped.push(...skipped),
      onFailure: (failure) => seen.failures.push(failure),
    });
    await watch.ready;
    try {
      await work(seen);
    } finally {
      await watch.stop();
    }
  }

  test('tries again by itself what the target did not take and did not remove', async () => {
    const target = knowledgeTarget(knowledge);
    let isLost = false;
    const orLost = <Result>(call: () => Promise<Result>): Promise<Result> =>
      isLost ? Promise.reject(new Error('lost')) : call();
    const flaky: IngestTarget = {
      ...target,
      add: (documents) => orLost(() => target.add(documents)),
      remove: (id) => orLost(() => target.remove(id)),
    };
    await write({ 'gone.md': 'G' });
    await watching(flaky, async ({ failures }) => {
      isLost = true;
      await write({ 'a.md': 'A', 'g.csv': 'source,target\n1,2\n' });
      await rm(join(root, 'gone.md'));
      await until(() => failures.length >= 1);
      assert.deepEqual(ids(), ['notes/gone.md']);
      isLost = false;
      // Nothing in the folder changes any more.
      await until(() => ids().join() === 'notes/a.md,notes/g.csv');
    });
  });

  test('reads no link that leaves it, nor anything behind one, and says so', async () => {
    const outside = join(dirname(root), 'outside');
    await mkdir(join(outside, 'deep'), { recursive: true });
    await writeFile(join(outside, 'secret.md'), 'secret');
    await write({ 'a.md': 'A', 'turns.md': 'own' });
    await symlink(outside, join(root, 'before'));
    await watching(knowledgeTarget(knowledge), async ({ skipped }) => {
      await symlink(outside, join(root, 'after'));
      await symlink(join(outside, 'secret.md'), join(root, 'file.md'));
      await unlink(join(root, 'turns.md'));
      await symlink(join(outside, 'secret.md'), join(root, 'turns.md'));
      await until(() => skipped.length >= 3);
      await writeFile(join(outside, 'secret.md'), 'another secret');
      await writeFile(join(outside, 'deep', 'new.md'), 'new secret');
      await write({ 'b.md': 'B' });
      await until(() => ids().includes('notes/b.md'));
      const reason = 'is a link that leaves the folder';
      assert.deepEqual(
        [...new Map(skipped.map((one) => [one.path, one])).values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
        ['after/', 'file.md', 'turns.md'].map((path) => ({ path, reason })),
      );
    });
    // The file whose place a link has taken is not gone; what was taken of it stays.
    assert.deepEqual(ids(), ['notes/a.md', 'notes/b.md', 'notes/turns.md']);
    assert.equal((await knowledge.document('notes/turns.md'))?.text, 'own');
  });

  test('brings in a change under every name that links within it give to the file', async () => {
    await write({ 'real.md': 'old' });
    await symlink('real.md', join(root, 'other.md'));
    await watching(knowledgeTarget(knowledge), async () => {
      await write({ 'real.md': 'new' });
      await until(async () => (await knowledge.document('notes/other.md'))?.text === 'new');
    });
    assert.equal((await knowledge.document('notes/real.md'))?.text, 'new');
  });

  test('keeps what it cannot read, and says why; only what is gone goes', async () => {
    await write({ 'a.md': 'A', 'b.md': 'B', 'c.md': 'C' });
    await watching(knowledgeTarget(knowledge), async ({ skipped }) => {
      await rm(join(root, 'a.md'));
      await symlink('a.md', join(root, 'a.md'));
      await rm(join(root, 'b.md'));
      await symlink('missing.md', join(root, 'b.md'));
      await rm(join(root, 'c.md'));
      await until(() => skipped.length >= 2 && !ids().includes('notes/c.md'));
      const reasons = new Map(skipped.map(({ path, reason }) => [path, reason]));
      assert.equal(reasons.get('a.md'), 'cannot be read (links that lead to each other)');
      assert.equal(reasons.get('b.md'), 'is a link that leads nowhere');
    });
    assert.deepEqual(ids(), ['notes/a.md', 'notes/b.md']);
  });

  test('that is gone itself keeps everything, and goes on when it is there again', async () => {
    await write({ 'a.md': 'A', 'b.md': 'B' });
    await watching(knowledgeTarget(knowledge), async ({ failures }) => {
      await rename(root, `${root}-away`);
      await until(() => failures.length >= 1);
      assert.deepEqual(ids(), ['notes/a.md', 'notes/b.md']);
      await rm(join(`${root}-away`, 'b.md'));
      await rename(`${root}-away`, root);
      await until(() => ids().length === 1);
    });
    assert.deepEqual(ids(), ['notes/a.md']);
  });

  test('of one file is that file alone', async () => {
    await write({ 'a.md': 'A' });
    const intake = await Intake.open(knowledgeTarget(knowledge), 'notes');
    const options = { root, intake, clock: systemClock, onRound: () => undefined, onFailure: () => undefined };
    const watch = watchFolder({ ...options, only: 'a.md' });
    await watch.ready;
    await write({ 'b.md': 'B', 'a.md': 'A2' });
    await until(() => ids().length > 0);
    await watch.stop();
    assert.deepEqual(ids(), ['notes/a.md']);
  });
});
