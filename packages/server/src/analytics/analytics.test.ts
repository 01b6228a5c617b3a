import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import { VirtualClock } from '@vortexflow/primitives';
import { GRAPH_MEASURES } from '@vortexflow/protocol';
import { GraphAnalytics } from './analytics.ts';
import { type Compute, computeOnThread } from './compute.ts';
import { type AnalyticsJob, type AnalyticsResult, measureGraph } from './measures.ts';

const RESULT: AnalyticsResult = { nodes: 0, edges: 0, figures: {}, top: [], clusters: [] };

interface Started {
  readonly job: AnalyticsJob;
  readonly signal: AbortSignal;
  readonly finish: (result: AnalyticsResult) => void;
  readonly fail: (error: Error) => void;
}

/** Analytics over two joined nodes, with computations that the test ends. */
function rig(positions: () => Promise<Float32Array> = () => Promise.resolve(new Float32Array(6))) {
  const clock = new VirtualClock();
  const base = new KnowledgeBase(emptyImage());
  const grow = (): void => {
    const index = base.nodeCount;
    const node = { index, id: `n${index}`, names: [`n${index}`], text: '', group: 0 };
    const edges = index === 0 ? [] : [{ source: 0, target: index, kind: 0 }];
    base.apply({ revision: base.revision + 1, removedEdges: [], removedNodes: [], nodes: [node], edges });
  };
  grow();
  grow();
  const started: Started[] = [];
  const compute: Compute = (job, signal) =>
    new Promise((finish, fail) => {
      started.push({ job, signal, finish, fail });
      signal.addEventListener('abort', () => fail(new Error('terminated')));
    });
  const moved = { ticks: 0, majorisations: 0 };
  const state = () => ({ ...moved });
  const analytics = new GraphAnalytics({ base, clock, compute, layout: { positions, state }, timeoutMs: 1000 });
  return { analytics, base, clock, grow, started, moved };
}

describe('GraphAnalytics', () => {
  test('computes once for all who ask the same, and keeps it until the graph changes', async () => {
    const { analytics, grow, started } = rig();
    const asked = [analytics.of('degree', 8), analytics.of('degree', 9)];
    await setImmediate();
    assert.equal(started.length, 1);
    assert.deepEqual([...(started[0]?.job.snapshot.edges ?? [])], [0, 1]);
    started[0]?.finish(RESULT);
    assert.deepEqual(
      (await Promise.all(asked)).map(({ cached }) => cached),
      [false, true],
    );
    assert.equal((await analytics.of('degree', 8)).cached, true);
    grow();
    const again = analytics.of('degree', 8);
    await setImmediate();
    started[1]?.finish(RESULT);
    assert.deepEqual([(await again).cached, (await again).analysis.revision], [false, 3]);
  });

  test('measures of positions are made anew when the layout has moved, others are not', async () => {
    const { analytics, started, moved } = rig();
    const ask = async (measure: 'kmeans' | 'pagerank', k: number): Promise<boolean> => {
      const reply = analytics.of(measure, k);
      await setImmediate();
      started.at(-1)?.finish(RESULT);
      return (await reply).cached;
    };
    assert.deepEqual([await ask('kmeans', 2), await ask('kmeans', 2), await ask('kmeans', 3)], [false, true, false]);
    assert.equal(await ask('pagerank', 2), false);
    moved.ticks++;
    assert.deepEqual([await ask('kmeans', 2), await ask('pagerank', 2)], [false, true]);
    moved.majorisations++;
    assert.deepEqual([await ask('kmeans', 2), await ask('pagerank', 2)], [false, true]);
    assert.equal(started[0]?.job.snapshot.positions?.length, 6);
    assert.equal(started[2]?.job.snapshot.positions, undefined);
  });

  test('computes one at a time, and refuses when too many wait', async () => {
    const { analytics, started } = rig();
    const asked = Array.from({ length: 9 }, (_, i) => analytics.of('kmeans', i + 2));
    await setImmediate();
    assert.equal(started.length, 1);
    await assert.rejects(analytics.of('degree', 8), { code: 'analytics_busy', details: { waiting: 8 } });
    for (let i = 0; i < 9; i++) {
      assert.equal(started.length, i + 1);
      started[i]?.finish(RESULT);
      await setImmediate();
    }
    await Promise.all(asked);
  });

  test('ends a computation that takes too long; the next one is not harmed', async () => {
    const { analytics, clock, started } = rig();
    const late = analytics.of('communities', 8);
    const next = analytics.of('labels', 8);
    await setImmediate();
    clock.advance(999);
    assert.equal(started[0]?.signal.aborted, false);
    clock.advance(1);
    await assert.rejects(late, { code: 'analytics_late', details: { measure: 'communities', timeout_ms: 1000 } });
    await setImmediate();
    started[1]?.finish(RESULT);
    assert.equal((await next).cached, false);
  });

  test('a failure is told to all who wait for it, and not kept', async () => {
    const { analytics, started } = rig();
    const asked = [analytics.of('labels', 8), analytics.of('labels', 8)];
    await setImmediate();
    started[0]?.fail(new Error('out of memory'));
    for (const one of asked) await assert.rejects(one, /out of memory/);
    const again = analytics.of('labels', 8);
    await setImmediate();
    started[1]?.finish(RESULT);
    assert.equal((await again).cached, false);
  });

  test('says when there are no positions, and does not wait for them for ever', async () => {
    const dead = rig(() => Promise.reject(new Error('the layout is not running')));
    await assert.rejects(dead.analytics.of('outliers', 8), { code: 'positions_unavailable' });
    const silent = rig(() => new Promise(() => undefined));
    const reply = silent.analytics.of('outliers', 8);
    await setImmediate();
    silent.clock.advance(1000);
    await assert.rejects(reply, { code: 'analytics_late' });
  });

  test('stops at once, whatever runs or waits', async () => {
    const { analytics } = rig();
    const asked = [analytics.of('degree', 8), analytics.of('pagerank', 8)];
    await setImmediate();
    const refused = asked.map((one) => assert.rejects(one, { code: 'analytics_late' }));
    await analytics.stop();
    await Promise.all(refused);
  });
});

describe('computeOnThread', () => {
  const job = (measure: AnalyticsJob['measure']): AnalyticsJob => ({
    measure,
    k: 2,
    snapshot: {
      nodes: 5,
      edges: Uint32Array.of(0, 1, 1, 2, 3, 4),
      absent: Uint32Array.of(),
      positions: Float32Array.from({ length: 15 }, (_, i) => i * i),
    },
  });

  test('computes what this thread would', async () => {
    for (const measure of GRAPH_MEASURES) {
      const result = await computeOnThread(job(measure), new AbortController().signal);
      assert.deepEqual(result, measureGraph(job(measure)));
    }
  });

  test('rejects when the computation throws, and when it is aborted', async () => {
    const broken = { ...job('outliers'), k: 0 };
    const never = new AbortController();
    await assert.rejects(computeOnThread(broken, never.signal), RangeError);
    never.abort();
    await assert.rejects(computeOnThread(job('degree'), never.signal), /ended with code/);
  });
});
