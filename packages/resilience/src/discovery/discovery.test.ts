import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import type { Endpoint } from '../endpoint.ts';
import { createWorld, settled } from '../test-world.ts';
import type { Discovery } from './contract.ts';
import { dnsSrvDiscovery, type SrvRecord } from './dns-srv.ts';
import { failover } from './failover.ts';
import { fileDiscovery, parseEndpoints } from './file.ts';

interface Heard {
  readonly endpoints: (readonly Endpoint[])[];
  readonly failures: unknown[];
}

function listen(discovery: Discovery): Heard {
  const heard: Heard = { endpoints: [], failures: [] };
  discovery.start({
    onEndpoints: (endpoints) => void heard.endpoints.push(endpoints),
    onFailure: (failure) => void heard.failures.push(failure),
  });
  return heard;
}

/** Waits for work outside of the clock. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

describe('endpoints in a file', () => {
  it('are one a line, with comments', () => {
    assert.deepEqual(
      parseEndpoints('# models\nhttp://a:1\r\n\n  http://b:2  priority=1 weight=0.5 # spare\nhttp://c:3/v1#x\n'),
      [{ id: 'http://a:1' }, { id: 'http://b:2', priority: 1, weight: 0.5 }, { id: 'http://c:3/v1#x' }],
    );
  });

  for (const [text, problem] of [
    ['', /names none/],
    ['# nothing\n', /names none/],
    ['not a url', /it is no URL/],
    ['http://a wieght=2', /"wieght=2" is neither/],
    ['http://a weight=-1', /"weight=-1" is neither/],
  ] as const) {
    it(`are refused with the reason: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseEndpoints(text), problem);
    });
  }

  it('are read again and again; what cannot be read leaves them as they are', async () => {
    const clock = new VirtualClock();
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-endpoints-'));
    try {
      const path = join(folder, 'endpoints');
      await writeFile(path, 'http://a\n');
      const discovery = fileDiscovery({ path, clock, intervalMs: 1_000 });
      const heard = listen(discovery);
      await until(() => heard.endpoints.length === 1);
      const goesWrong = async (): Promise<void> => {
        const before = heard.failures.length;
        await until(() => {
          clock.advance(1_000);
          return heard.failures.length > before;
        });
      };
      await writeFile(path, 'half a li');
      await goesWrong();
      await rm(path);
      await goesWrong();
      // As editors and configuration managers do it.
      await writeFile(join(folder, 'new'), 'http://a\nhttp://b\n');
      await rename(join(folder, 'new'), path);
      await until(() => {
        clock.advance(1_000);
        return heard.endpoints.length === 2;
      });
      assert.deepEqual(heard.endpoints, [[{ id: 'http://a' }], [{ id: 'http://a' }, { id: 'http://b' }]]);
      discovery.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('endpoints from DNS', () => {
  const record = (name: string, priority: number, weight: number): SrvRecord => ({ name, port: 80, priority, weight });

  it('keep priority and weight, and those known before when there are none', async () => {
    const clock = new VirtualClock();
    let answer: () => readonly SrvRecord[] = () => [record('b.test', 10, 0), record('a.test', 5, 3)];
    const discovery = dnsSrvDiscovery({
      service: '_llm._tcp.test',
      clock,
      resolve: (service) => {
        assert.equal(service, '_llm._tcp.test');
        return Promise.resolve().then(answer);
      },
    });
    const heard = listen(discovery);
    await settled();
    assert.deepEqual(heard.endpoints, [
      [
        { id: 'http://a.test:80', priority: 5, weight: 3 },
        { id: 'http://b.test:80', priority: 10, weight: 0.1 },
      ],
    ]);
    const later = async (change: () => readonly SrvRecord[]): Promise<void> => {
      answer = change;
      clock.advance(30_000);
      await settled();
    };
    // The same in another order is nothing new.
    await later(() => [record('a.test', 5, 3), record('b.test', 10, 0)]);
    await later(() => {
      throw new Error('SERVFAIL');
    });
    await later(() => [record('.', 0, 0)]);
    assert.deepEqual([heard.endpoints.length, heard.failures.length], [1, 2]);
    await later(() => [record('c.test', 5, 1)]);
    assert.deepEqual(heard.endpoints.at(-1), [{ id: 'http://c.test:80', priority: 5, weight: 1 }]);
    discovery.close();
    await later(() => [record('d.test', 5, 1)]);
    assert.equal(heard.endpoints.length, 2);
  });
});

describe('failover', () => {
  it('puts later sources behind earlier ones, whatever their own priorities', () => {
    let tell: (endpoints: readonly Endpoint[]) => void = () => undefined;
    const source: Discovery = {
      name: 'late',
      start: ({ onEndpoints }) => void (tell = onEndpoints),
      close: () => undefined,
    };
    const both = failover(source, [{ id: 'x' }, { id: 'y', priority: 1 }]);
    const heard = listen(both);
    assert.deepEqual(heard.endpoints, [
      [
        { id: 'x', priority: 65_536 },
        { id: 'y', priority: 65_537 },
      ],
    ]);
    tell([{ id: 'a', priority: 65_535 }, { id: 'x' }]);
    assert.deepEqual(heard.endpoints.at(-1), [
      { id: 'a', priority: 65_535 },
      { id: 'x', priority: 0 },
      { id: 'y', priority: 65_537 },
    ]);
    assert.equal(both.name, 'late, list');
  });

  it('sends calls to the next source while the first is down, and back', async () => {
    const world = createWorld([], {
      endpoints: failover([{ id: 'near' }], [{ id: 'far' }]),
      policy: { outlier: null, breaker: { consecutiveFailures: 2, openMs: 1_000, trialCalls: 1 } },
    });
    world.behaviours.set('near', () => ({ kind: 'fail', ms: 1 }));
    const results: string[] = [];
    for (let i = 0; i < 10; i++) {
      const pending = world.call();
      await world.run(60);
      results.push((await pending).result);
    }
    assert.ok(results.every((result) => result === 'far'));
    world.behaviours.delete('near');
    await world.run(2_000);
    const pending = world.call();
    await world.run(10);
    assert.equal((await pending).result, 'near');
  });
});

describe('a set whose endpoints are learned', () => {
  it('waits for the first ones, keeps what it knows about those that stay, and lets the others go', async () => {
    let tell: (endpoints: readonly Endpoint[]) => void = () => undefined;
    let fail: (failure: unknown) => void = () => undefined;
    let closed = 0;
    const world = createWorld([], {
      endpoints: {
        name: 'test',
        start({ onEndpoints, onFailure }) {
          tell = onEndpoints;
          fail = onFailure;
        },
        close: () => closed++,
      },
    });
    let isReady = false;
    void world.upstreams.ready().then(() => (isReady = true));
    fail(new Error('not yet'));
    await settled();
    assert.equal(isReady, false);
    assert.equal((await world.call()).result, 'no_upstream');
    tell([{ id: 'a' }, { id: 'b' }]);
    await settled();
    assert.equal(isReady, true);
    for (let i = 0; i < 20; i++) {
      const pending = world.call();
      await world.run(5);
      await pending;
    }
    const answered = world.upstreams.status().find(({ id }) => id === 'a')?.answered;
    assert.ok(answered !== undefined && answered > 0);
    assert.throws(() => tell([{ id: 'a' }, { id: 'a' }]), { code: 'endpoint_invalid' });
    const underWay = world.call();
    tell([{ id: 'a' }, { id: 'c', weight: 2 }]);
    await world.run(5);
    assert.equal((await underWay).ok, true);
    assert.deepEqual(
      world.upstreams.status().map(({ id }) => id),
      ['a', 'c'],
    );
    assert.ok((world.upstreams.status()[0]?.answered ?? 0) >= answered);
    // Another priority or weight is no reason to forget.
    tell([
      { id: 'a', priority: 7 },
      { id: 'c', weight: 2 },
    ]);
    const [a] = world.upstreams.status();
    assert.ok(a?.priority === 7 && a.answered >= answered);
    const next = world.call();
    await world.run(5);
    assert.equal((await next).result, 'c');
    assert.deepEqual(
      world.events.map((event) => (event.kind === 'endpoints' ? [event.added, event.removed] : event.kind)),
      ['discovery_failed', [['a', 'b'], []], [['c'], ['b']]],
    );
    world.upstreams.close();
    assert.equal(closed, 1);
  });
});
