/** One batch at a time, with a fuser that the test ends; time stands still unless a test moves it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualClock } from '@vortexflow/primitives';
import { DEFAULT_JSON_LIMITS } from '../http/limits.ts';
import { BatchFusion } from './batch-fusion.ts';
import type { CollectedBody } from '../reading/collected-body.ts';
import type { JobThread } from '../threads/job-thread.ts';
import { startFuseThread } from './fuse-thread.ts';
import type { FuseJob, FuseReply } from './messages.ts';

const LIMITS = DEFAULT_JSON_LIMITS.fuse;
const JOB = { body: { bytes: Buffer.alloc(0), length: 0 }, limits: LIMITS, requestId: 'r' };
const FUSED: FuseReply = { type: 'fused', body: Uint8Array.of(123) };
const TIMEOUT_MS = 1000;
const IDLE_MS = 5000;

interface Started {
  readonly finish: (reply: FuseReply) => void;
  readonly fail: (error: Error) => void;
}

function rig() {
  const clock = new VirtualClock();
  const jobs: Started[] = [];
  const life = { started: 0, ended: 0 };
  const start = (): JobThread<FuseJob, FuseReply> => {
    life.started++;
    let fail: (error: Error) => void = () => undefined;
    return {
      isAlive: true,
      work: () =>
        new Promise((finish, reject) => {
          fail = reject;
          jobs.push({ finish, fail: reject });
        }),
      end: async () => {
        life.ended++;
        fail(new Error('ended'));
      },
    };
  };
  const fusion = new BatchFusion({ clock, start, timeoutMs: TIMEOUT_MS, idleMs: IDLE_MS });
  return { clock, jobs, life, fusion };
}

describe('BatchFusion', () => {
  test('one at a time on one thread, which goes when nothing comes for a while', async () => {
    const { clock, jobs, life, fusion } = rig();
    const both = [fusion.fuse(JOB), fusion.fuse(JOB)];
    await setImmediate();
    assert.equal(jobs.length, 1);
    jobs[0]!.finish(FUSED);
    await both[0];
    await setImmediate();
    jobs[1]!.finish(FUSED);
    assert.deepEqual(await both[1], Uint8Array.of(123));
    clock.advance(IDLE_MS - 1);
    assert.deepEqual(life, { started: 1, ended: 0 });
    clock.advance(1);
    assert.deepEqual(life, { started: 1, ended: 1 });
    const again = fusion.fuse(JOB);
    await setImmediate();
    jobs[2]!.finish(FUSED);
    await again;
    assert.equal(life.started, 2);
  });

  test('a thread at work does not count as idle', async () => {
    const { clock, jobs, life, fusion } = rig();
    const first = fusion.fuse(JOB);
    await setImmediate();
    jobs[0]!.finish(FUSED);
    await first;
    clock.advance(IDLE_MS - 1);
    const second = fusion.fuse(JOB);
    await setImmediate();
    clock.advance(TIMEOUT_MS - 1);
    assert.equal(life.ended, 0);
    jobs[1]!.finish(FUSED);
    await second;
  });

  test('refuses when eight wait already', async () => {
    const { jobs, fusion } = rig();
    const taken = Array.from({ length: 9 }, () => fusion.fuse(JOB));
    await assert.rejects(fusion.fuse(JOB), { code: 'fuse_busy', details: { waiting: 8 } });
    for (let i = 0; i < 9; i++) {
      await setImmediate();
      jobs[i]!.finish(FUSED);
      await taken[i];
    }
    assert.equal(jobs.length, 9);
  });

  test('ends a batch that takes too long; the next one gets a new thread', async () => {
    const { clock, jobs, life, fusion } = rig();
    const late = fusion.fuse(JOB);
    const next = fusion.fuse(JOB);
    await setImmediate();
    clock.advance(TIMEOUT_MS);
    await assert.rejects(late, { code: 'fuse_late', details: { timeout_ms: TIMEOUT_MS } });
    await setImmediate();
    assert.equal(life.started, 2);
    jobs[1]!.finish(FUSED);
    await next;
  });

  test('a thread that dies fails its batch alone', async () => {
    const { jobs, life, fusion } = rig();
    const dying = fusion.fuse(JOB);
    await setImmediate();
    jobs[0]!.fail(new Error('out of memory'));
    await assert.rejects(dying, /out of memory/);
    const next = fusion.fuse(JOB);
    await setImmediate();
    jobs[1]!.finish(FUSED);
    await next;
    assert.equal(life.started, 2);
  });

  test('passes on what is wrong with a request', async () => {
    const { jobs, fusion } = rig();
    const asked = fusion.fuse(JOB);
    await setImmediate();
    jobs[0]!.finish({ type: 'refused', code: 'request_invalid', details: { problem: 'So.', field: 'items' } });
    await assert.rejects(asked, { code: 'request_invalid', message: 'So.' });
  });

  test('stopping ends what is under way and what waits', async () => {
    const { fusion } = rig();
    const asked = [fusion.fuse(JOB), fusion.fuse(JOB)];
    await setImmediate();
    const stopping = fusion.stop();
    for (const one of asked) await assert.rejects(one, { code: 'fuse_late' });
    await stopping;
  });
});

const collected = (body: string): CollectedBody => ({ bytes: Buffer.from(body), length: Buffer.byteLength(body) });

describe('a real thread', () => {
  test('answers, one job after the other, and rejects when it is ended on the way', async () => {
    const fuser = startFuseThread(async (names) => names.map(() => null));
    const ask = (body: string) => fuser.work({ body: collected(body), limits: LIMITS, requestId: 'r' });
    const first = await ask('{"items":[]}');
    assert.equal(first.type, 'fused');
    assert.equal((await ask('{')).type, 'refused');
    const items = Array.from({ length: 5000 }, () => ({ candidates: [{ source: 's', answer: 'a' }] }));
    const dying = ask(JSON.stringify({ train: items.map((item) => ({ ...item, truth: ['a'] })), items }));
    const ended = fuser.end();
    await assert.rejects(dying, /ended with code/);
    await ended;
  });

  test('asks this thread what names mean; where that fails, the batch fails', async () => {
    const asked: string[] = [];
    let tell = true;
    const fuser = startFuseThread(async (names) => {
      asked.push(...names);
      if (!tell) throw new Error('no table');
      return names.map((name) => (name.startsWith('g') ? 'grey' : null));
    });
    const body = collected(
      JSON.stringify({
        algorithm: 'majority_vote',
        items: [{ candidates: ['grey', 'gray', 'red'].map((answer, i) => ({ source: `s${i}`, answer })) }],
      }),
    );
    const reply = await fuser.work({ body, limits: LIMITS, requestId: 'r' });
    assert.ok(reply.type === 'fused');
    const { results } = JSON.parse(new TextDecoder().decode(reply.body)) as { results: { confidence: number }[] };
    assert.ok(Math.abs(results[0]!.confidence - 2 / 3) < 1e-9);
    assert.deepEqual(asked, ['grey', 'gray', 'red']);
    tell = false;
    await assert.rejects(fuser.work({ body, limits: LIMITS, requestId: 'r' }), /no table/);
    await fuser.end();
  });
});
