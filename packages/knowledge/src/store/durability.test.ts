import { seededRandom, systemClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { after, describe, test, type TestContext } from 'node:test';
import { rejectsWith } from './conformance.ts';
import { DOCUMENTS_PER_PUT, documentsOf } from './durability.child.ts';
import { openSqliteStore } from './sqlite.ts';

const CHILD = fileURLToPath(new URL('durability.child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vortexflow-durability-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const open = (file: string) => openSqliteStore({ file, clock: systemClock });

/** Starts the child and calls `seen` with every whole line that it prints; resolves once it is gone. */
async function watchChild(args: readonly string[], seen: (line: string, child: ChildProcess) => void): Promise<void> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  // readline also reports a last line without its end; writes this short reach a pipe whole.
  for await (const line of createInterface({ input: child.stdout })) seen(line, child);
  await gone;
}

/** Runs the child and kills it as soon as it has acknowledged `acks` puts; returns every put it acknowledged. */
async function killAfter(acks: number, file: string, mode: 'sequential' | 'bursts'): Promise<number[]> {
  const acknowledged: number[] = [];
  await watchChild([file, mode, '1000000'], (line, child) => {
    if (line === 'open') return;
    assert.match(line, /^\d+$/);
    acknowledged.push(Number(line));
    if (acknowledged.length === acks) child.kill('SIGKILL');
  });
  return acknowledged;
}

/** Every acknowledged put is there, and none is there in part. */
async function assertSurvived(file: string, acknowledged: readonly number[]): Promise<void> {
  const store = await open(file);
  for (const put of acknowledged) {
    for (const expected of documentsOf(put)) assert.deepEqual(await store.get(expected.id), expected);
  }
  const partsOf = new Map<string, number>();
  for await (const { id } of store.all()) {
    const put = id.slice(0, id.lastIndexOf('-'));
    partsOf.set(put, (partsOf.get(put) ?? 0) + 1);
  }
  for (const [put, parts] of partsOf) assert.equal(parts, DOCUMENTS_PER_PUT, `${put} was stored in part`);
  await store.close();
  const database = new DatabaseSync(file);
  assert.deepEqual(Object.values(database.prepare('pragma integrity_check').get() ?? {}), ['ok']);
  database.close();
}

describe('after SIGKILL every acknowledged document is there', () => {
  for (const mode of ['sequential', 'bursts'] as const) {
    test(`${mode} writes, killed again and again`, async () => {
      const random = seededRandom(mode.length);
      const file = join(folder, `${mode}.db`);
      const all = new Set<number>();
      for (let round = 0; round < 4; round++) {
        const acks = 1 + Math.floor(random() * 150);
        const acknowledged = await killAfter(acks, file, mode);
        assert.ok(acknowledged.length >= acks, 'the child ended before it was killed');
        for (const put of acknowledged) all.add(put);
        await assertSurvived(file, [...all]);
      }
    });
  }
});

test('a second process is refused while the first lives, and let in once it was killed', async () => {
  const file = join(folder, 'two-processes.db');
  let refusal: Promise<void> | undefined;
  await watchChild([file, 'hold', '0'], (line, child) => {
    assert.equal(line, 'open');
    refusal = rejectsWith(open(file), 'store_in_use').finally(() => child.kill('SIGKILL'));
  });
  assert.ok(refusal);
  await refusal;
  const store = await open(file);
  await store.close();
});

describe('writes that the system refuses', () => {
  test('a disk that is full rejects the put and keeps what was acknowledged', async () => {
    const file = join(folder, 'full.db');
    // At most 1,024 KiB per file: a write in the middle really fails (EFBIG), as it would on a full disk.
    const script = 'trap "" XFSZ; ulimit -f 1024; exec "$0" "$@"';
    const args = ['-c', script, process.execPath, CHILD, file, 'sequential', '400'];
    const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
    const lines = stdout.trim().split('\n').slice(1);
    const acknowledged = lines.filter((line) => /^\d+$/.test(line)).map(Number);
    const failed = lines.filter((line) => line.startsWith('failed store_write_failed'));
    assert.ok(failed.length > 0, `no write failed: ${stderr}`);
    assert.ok(acknowledged.length > 0, 'no write succeeded');
    assert.equal(failed.length + acknowledged.length, lines.length);
    // The disk's own words, not those of a rollback that came too late.
    for (const line of failed) assert.match(line, /disk/);
    await assertSurvived(file, acknowledged);
    const store = await open(file);
    assert.equal(await store.count(), acknowledged.length * DOCUMENTS_PER_PUT);
    await store.close();
  });

  test('a file system that is full says so, and keeps what was acknowledged', async (t) => {
    const place = mkdtempSync(join(folder, 'mount-'));
    const kept = mkdtempSync(join(folder, 'kept-'));
    // A file system of one megabyte that only this process sees, and that goes with it.
    const script = 'mount -t tmpfs -o size=1m none "$0" || exit 9; kept=$1; shift; "$@"; cp "$0"/* "$kept"';
    const child = [process.execPath, CHILD, join(place, 'x.db'), 'sequential', '400'];
    const { status, stdout, stderr, error } = spawnSync('unshare', ['-rm', 'sh', '-c', script, place, kept, ...child], {
      encoding: 'utf8',
    });
    if (error || status === 9 || stderr.startsWith('unshare:')) {
      const reason = `no file system of its own: ${error?.message ?? stderr}`;
      assert.notEqual(process.env['CI'], 'true', reason);
      return t.skip(reason);
    }
    const lines = stdout.trim().split('\n').slice(1);
    const acknowledged = lines.filter((line) => /^\d+$/.test(line)).map(Number);
    assert.ok(acknowledged.length > 0, `no write succeeded: ${stderr}`);
    assert.ok(lines.length > acknowledged.length, 'no write failed');
    for (const line of lines) assert.match(line, /^(\d+$|failed store_full )/);
    await assertSurvived(join(kept, 'x.db'), acknowledged);
  });

  test('a folder that is read-only is refused, and nothing is left in it', (t) => {
    const place = mkdtempSync(join(tmpdir(), 'vortexflow-readonly-'));
    t.after(() => rmSync(place, { recursive: true, force: true }));
    chmodSync(place, 0o555);
    // The superuser may write anywhere; as nobody the rule holds.
    const env = process.getuid?.() === 0 ? { ...process.env, BECOME: '65534' } : process.env;
    const args = [CHILD, join(place, 'x.db'), 'sequential', '1'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    assert.notEqual(status, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /store_unavailable/);
    assert.deepEqual(readdirSync(place), []);
  });
});

test('a walk over all documents holds a few of them in memory', () => {
  const file = join(folder, 'large.db');
  // 48 MB of text in a heap of 40 MB, of which the program itself takes a part.
  const args = ['--max-old-space-size=40', CHILD, file, 'walk', '48'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^48 MB$/m);
});

describe('fsync is called', () => {
  test('at least once for every awaited put', (t) => {
    const none = countSyncs(t, 'sequential', 0);
    const some = countSyncs(t, 'sequential', 50);
    if (none !== null && some !== null) assert.ok(some - none >= 50, `${some - none} calls for 50 puts`);
  });

  test('far less than once for every concurrent put, but called', (t) => {
    const none = countSyncs(t, 'concurrent', 0);
    const some = countSyncs(t, 'concurrent', 200);
    if (none === null || some === null) return;
    assert.ok(some > none, 'no call');
    assert.ok(some - none <= 20, `${some - none} calls for 200 puts`);
  });
});

/** Calls of fsync and fdatasync in a whole run of the child; null, and the test skipped, where nothing can count them. */
function countSyncs(t: TestContext, mode: 'sequential' | 'concurrent', puts: number): number | null {
  const report = join(folder, `strace-${mode}-${puts}.txt`);
  const file = join(folder, `strace-${mode}-${puts}.db`);
  const options = ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', report];
  const traced = spawnSync('strace', [...options, process.execPath, CHILD, file, mode, String(puts)], {
    encoding: 'utf8',
  });
  if (traced.status !== 0) {
    const reason = `strace cannot count: ${traced.error?.message ?? traced.stderr}`;
    assert.notEqual(process.env['CI'], 'true', reason);
    t.skip(reason);
    return null;
  }
  assert.equal(traced.stdout.trim().split('\n').length, puts + 1, 'not every put was acknowledged');
  return callsIn(readFileSync(report, 'utf8'));
}

/** Sum of the `calls` column of strace's summary: `% time, seconds, usecs/call, calls, [errors,] syscall`. */
function callsIn(summary: string): number {
  const rows = summary.split('\n').filter((line) => /\b(fsync|fdatasync)$/.test(line));
  return rows.reduce((sum, row) => sum + Number(row.trim().split(/\s+/)[3]), 0);
}
