import { VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupCommit } from './group-commit.ts';

/** A log in memory that appends all lines of a transaction at its end, or none. */
function memoryLog(commit: (lines: readonly string[]) => void = () => {}, clock = new VirtualClock()) {
  const transactions: string[][] = [];
  const group = new GroupCommit<string[]>(async (apply) => {
    const lines: string[] = [];
    await apply(lines);
    commit(lines);
    transactions.push(lines);
  }, clock);
  const write = (line: string) => group.submit((lines) => Promise.resolve(lines.push(line)));
  return { group, transactions, write };
}

test('writes of one turn are one transaction, in order, each with its own result', async () => {
  const { group, transactions, write } = memoryLog();
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(write)), [1, 2, 3]);
  assert.equal(await write('d'), 1);
  assert.deepEqual(transactions, [['a', 'b', 'c'], ['d']]);
  assert.deepEqual([group.commits, group.writes], [2, 4]);
});

test('writes that arrive during a commit wait for the next one', async () => {
  let late: Promise<number> | undefined;
  const { transactions, write } = memoryLog(() => {
    late ??= write('late');
  });
  await write('early');
  assert.deepEqual(transactions, [['early']]);
  await late;
  assert.deepEqual(transactions, [['early'], ['late']]);
});

test('no write resolves before its transaction is committed', async () => {
  const { group, transactions, write } = memoryLog();
  const seen = write('a').then(() => transactions.length);
  assert.equal(transactions.length, 0);
  assert.equal(await seen, 1);
  await group.idle();
});

test('when a commit fails, everyone gets another try alone, and only the guilty one fails', async () => {
  const { group, transactions, write } = memoryLog((lines) => {
    if (lines.includes('bad')) throw new Error('refused by the disk');
  });
  const outcomes = await Promise.allSettled(['a', 'bad', 'b'].map(write));
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))),
    // 1 and not 3: the result is that of the second try.
    [1, 'Error: refused by the disk', 1],
  );
  assert.deepEqual(transactions, [['a'], ['b']]);
  assert.deepEqual([group.commits, group.writes, group.lastError], [2, 2, null]);
});

test('the last error stands until a write succeeds, and the queue goes on', async () => {
  let broken = true;
  const { group, write } = memoryLog(() => {
    if (broken) throw new Error('disk is full');
  });
  await assert.rejects(write('a'), /disk is full/);
  assert.equal(group.lastError, 'disk is full');
  assert.equal(group.lastCommitMs, null);
  broken = false;
  await write('b');
  assert.equal(group.lastError, null);
});

test("when the fault is nobody's own, all of a commit fail at once, and nothing is kept of it", async () => {
  let tries = 0;
  const gone = new Error('connection lost');
  const transact = () => {
    tries++;
    return Promise.reject(gone);
  };
  const group = new GroupCommit<string[]>(transact, new VirtualClock(), (error) => error !== gone);
  const outcomes = await Promise.allSettled(['a', 'b'].map(() => group.submit(() => Promise.resolve())));
  const refused = { status: 'rejected', reason: gone };
  assert.deepEqual(outcomes, [refused, refused]);
  assert.deepEqual([tries, group.lastError], [1, null]);
});

test('the length of a commit is measured with the clock', async () => {
  const clock = new VirtualClock();
  const { group, write } = memoryLog(() => clock.advance(7), clock);
  await write('a');
  assert.equal(group.lastCommitMs, 7);
});

test('idle waits for what is queued, and for nothing else', async () => {
  const { group, transactions, write } = memoryLog();
  await group.idle();
  void write('a');
  void write('b');
  await group.idle();
  assert.deepEqual(transactions, [['a', 'b']]);
});
