import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionQueue } from './connection-queue.ts';

const fail = (failure: unknown): never => {
  throw failure;
};

describe('ConnectionQueue', () => {
  it('does jobs in their order, also those that wait', async () => {
    const done: number[] = [];
    const queue = new ConnectionQueue(fail);
    queue.add(async () => {
      await new Promise(setImmediate);
      done.push(1);
    });
    queue.add(() => void done.push(2));
    await queue.idle;
    assert.deepEqual(done, [1, 2]);
  });

  it('begins none of an earlier connection, and tells the one under way that nobody waits for it', async () => {
    const told: string[] = [];
    const queue = new ConnectionQueue(fail);
    const began = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    queue.add(async (isCurrent) => {
      began.resolve();
      await go.promise;
      told.push(isCurrent() ? 'acknowledged' : 'not acknowledged');
    });
    queue.add(() => void told.push('of the leader that has gone'));
    await began.promise;
    queue.renew();
    queue.add((isCurrent) => void told.push(isCurrent() ? 'of the new one' : 'lost'));
    go.resolve();
    await queue.idle;
    assert.deepEqual(told, ['not acknowledged', 'of the new one']);
  });

  it('tells of a failure and goes on', async () => {
    const failures: unknown[] = [];
    const queue = new ConnectionQueue((failure) => failures.push(failure));
    const failure = new Error('as told');
    queue.add(() => {
      throw failure;
    });
    let isDone = false;
    queue.add(() => void (isDone = true));
    await queue.idle;
    assert.deepEqual([failures, isDone], [[failure], true]);
  });
});
