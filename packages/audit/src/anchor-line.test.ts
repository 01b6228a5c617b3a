import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { AnchorLine } from './anchor-line.ts';
import { testFolder } from './test-log.ts';

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An anchor that notes what it is given, and takes it unless it is broken. */
function testAnchor() {
  const anchor = {
    name: 'test',
    everyMs: 60_000,
    given: [] as string[],
    isBroken: false,
    publish(note: string): Promise<void> {
      anchor.given.push(note);
      return anchor.isBroken ? Promise.reject(new Error('broken')) : Promise.resolve();
    },
  };
  const clock = new VirtualClock();
  const notices: string[] = [];
  const line = new AnchorLine(anchor, clock, (text) => notices.push(text));
  const after = async (ms: number): Promise<readonly string[]> => {
    clock.advance(ms);
    await turns();
    return anchor.given;
  };
  return { anchor, line, notices, after };
}

describe('checkpoints that wait for an anchor', () => {
  it('go out no more often than it wishes, and then it is the latest', async () => {
    const { line, after } = testAnchor();
    line.publish('1');
    assert.deepEqual(await after(0), ['1']);
    for (const note of ['2', '3']) {
      await after(10_000);
      line.publish(note);
    }
    await after(39_999);
    line.publish('4');
    assert.deepEqual(await after(0), ['1']);
    assert.deepEqual(await after(1), ['1', '4']);
    assert.deepEqual(await after(600_000), ['1', '4']);
  });

  it('are tried again when it could not take them, and told of once', async () => {
    const { anchor, line, notices, after } = testAnchor();
    anchor.everyMs = 0;
    anchor.isBroken = true;
    line.publish('1');
    await after(0);
    assert.deepEqual(await after(9_999), ['1']);
    assert.deepEqual(await after(1), ['1', '1']);
    assert.deepEqual([line.failure, line.published, notices.length], ['failed', 0, 1]);
    anchor.isBroken = false;
    assert.deepEqual(await after(10_000), ['1', '1', '1']);
    assert.deepEqual([line.failure, line.published], [null, 1]);
    assert.equal((await after(600_000)).length, 3);
  });

  it('give way to a later one when they are tried again', async () => {
    const { anchor, line, after } = testAnchor();
    anchor.isBroken = true;
    line.publish('1');
    await after(0);
    line.publish('2');
    anchor.isBroken = false;
    assert.deepEqual(await after(60_000), ['1', '2']);
  });

  it('go out at once at the end, and are not tried twice then', async () => {
    const { anchor, line, after } = testAnchor();
    line.publish('1');
    await after(0);
    line.publish('2');
    await after(0);
    anchor.isBroken = true;
    await line.finish(2_000);
    assert.deepEqual(anchor.given, ['1', '2']);
  });

  it('hold up the end no longer than they may', async () => {
    const { anchor, line, after } = testAnchor();
    anchor.publish = () => new Promise(() => undefined);
    line.publish('1');
    const finished = line.finish(2_000);
    await after(2_000);
    await finished;
  });

  it('of the end of a log are out when it is closed', async (t) => {
    const { open } = await testFolder(t);
    const { anchor } = testAnchor();
    const log = await open({ anchors: [anchor] });
    await log.close();
    assert.deepEqual(anchor.given.at(-1), log.latest);
    assert.equal(log.latest?.split('\n')[1], String(log.size));
  });
});
