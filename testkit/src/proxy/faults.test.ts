/** Every fault of the proxy, seen from both ends of real connections. */
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from './fault.ts';
import { echoBehindProxy, settle, until } from './test-echo.ts';

const TIMEOUT = { timeout: 180_000 };

describe('fault proxy', TIMEOUT, () => {
  test('latency: a piece arrives when its time has come, on its way only', async (t) => {
    const clock = new VirtualClock();
    const { proxy, servers, client } = await echoBehindProxy(t, { clock });
    await proxy.inject({ kind: 'latency', ms: 1000, direction: 'up' });
    const one = client();
    one.socket.write('hello');
    await until(() => proxy.counters().delayed === 1);
    await settle();
    clock.advance(999);
    await settle();
    assert.equal(servers[0]?.text(), '');
    clock.advance(1);
    await until(() => one.text() === 'hello');
    assert.equal(servers[0]?.text(), 'hello');
    assert.equal(proxy.counters().delayed, 1, 'the way back is not delayed');
  });

  test('jitter: pieces keep their order, and a seed repeats their delays', async (t) => {
    const arrivals = async (seed: number): Promise<number[]> => {
      const clock = new VirtualClock();
      const { proxy, servers, client } = await echoBehindProxy(t, { clock, random: seededRandom(seed) });
      await proxy.inject({ kind: 'latency', ms: 10, jitterMs: 100, direction: 'up' });
      const one = client();
      for (let i = 0; i < 5; i++) {
        one.socket.write(String(i));
        await until(() => proxy.counters().delayed === i + 1);
      }
      const times: number[] = [];
      for (let now = 0; now <= 120; now += 5) {
        await settle();
        while (times.length < (servers[0]?.text().length ?? 0)) times.push(now);
        clock.advance(5);
      }
      assert.equal(servers[0]?.text(), '01234');
      return times;
    };
    const first = await arrivals(7);
    assert.deepEqual(await arrivals(7), first);
    assert.ok((first[0] as number) >= 10);
  });

  test('bandwidth: so many bytes for each second that passes', async (t) => {
    const clock = new VirtualClock();
    const { proxy, servers, client } = await echoBehindProxy(t, { clock });
    await proxy.inject({ kind: 'bandwidth', bytesPerSecond: 1000, direction: 'up' });
    client().socket.write('x'.repeat(300));
    for (let step = 1; step <= 15; step++) {
      await until(() => (servers[0]?.text().length ?? 0) === step * 20);
      await settle();
      assert.equal(servers[0]?.text().length, step * 20);
      clock.advance(20);
    }
    await settle();
    assert.equal(servers[0]?.text().length, 300);
  });

  test('black hole: old and new connections fall silent, both stay open; after healing what waited arrives', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const old = client();
    old.socket.write('before');
    await until(() => old.text() === 'before');
    await proxy.inject({ kind: 'black-hole' });
    const fresh = client();
    old.socket.write(' during');
    fresh.socket.write('new');
    await until(() => proxy.counters().connections === 2);
    await settle();
    assert.deepEqual([old.text(), fresh.text()], ['before', '']);
    assert.deepEqual([old.events(), fresh.events()], [[], []], 'no error tells of it');
    await proxy.heal();
    await until(() => old.text() === 'before during' && fresh.text() === 'new');
    assert.equal(servers.length, 2);
  });

  test('black hole: not even the end of a connection passes', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const one = client();
    one.socket.write('hello');
    await until(() => one.text() === 'hello');
    await proxy.inject({ kind: 'black-hole' });
    one.socket.destroy();
    await until(() => one.events().includes('close'));
    await settle();
    assert.deepEqual(servers[0]?.events(), []);
    await proxy.heal();
    await until(() => servers[0]?.events().includes('close') === true);
  });

  test('one way of a black hole: the server hears and its answers are lost on the way', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    await proxy.inject({ kind: 'black-hole', direction: 'down' });
    const one = client();
    one.socket.write('hello');
    await until(() => servers[0]?.text() === 'hello');
    await settle();
    assert.equal(one.text(), '');
  });

  test('reset: both ends get ECONNRESET, those open at once, new ones after so many bytes', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const old = client();
    old.socket.write('hello');
    await until(() => old.text() === 'hello');
    await proxy.inject({ kind: 'reset' });
    await until(() => old.events().includes('close') && servers[0]?.events().includes('close') === true);
    assert.deepEqual([old.events()[0], servers[0]?.events()[0]], ['ECONNRESET', 'ECONNRESET']);
    await proxy.heal();

    await proxy.inject({ kind: 'reset', afterBytes: 8, direction: 'up' });
    const late = client();
    late.socket.write('1234');
    await until(() => late.text() === '1234');
    late.socket.write('5678');
    await until(() => late.events().includes('ECONNRESET'));
    assert.equal(proxy.counters().resets, 2);
  });

  test('slicing: small pieces with pauses between them', async (t) => {
    const clock = new VirtualClock();
    const { proxy, servers, client } = await echoBehindProxy(t, { clock });
    await proxy.inject({ kind: 'slice', bytes: 2, pauseMs: 50, direction: 'up' });
    client().socket.write('abcde');
    for (const seen of ['ab', 'abcd', 'abcde']) {
      await until(() => servers[0]?.text() === seen);
      await settle();
      assert.equal(servers[0]?.text(), seen);
      clock.advance(50);
    }
    assert.equal(proxy.counters().slices, 3);
  });

  test('limit: so many bytes pass, then both sides are closed without an error', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    await proxy.inject({ kind: 'limit', bytes: 7, direction: 'down' });
    const one = client();
    one.socket.write('hello');
    await until(() => one.text() === 'hello');
    one.socket.write('world');
    await until(() => one.events().includes('close') && servers[0]?.events().includes('close') === true);
    assert.equal(one.text(), 'hellowo');
    assert.deepEqual(one.events(), ['end', 'close']);
    assert.equal(proxy.counters().limited, 1);
  });

  test('slow close: the end is told later', async (t) => {
    const clock = new VirtualClock();
    const { proxy, servers, client } = await echoBehindProxy(t, { clock });
    await proxy.inject({ kind: 'slow-close', ms: 500 });
    const one = client();
    one.socket.end('bye');
    await until(() => servers[0]?.text() === 'bye');
    await settle();
    assert.deepEqual(servers[0]?.events(), []);
    clock.advance(499);
    await settle();
    assert.deepEqual(servers[0]?.events(), []);
    clock.advance(1);
    await until(() => servers[0]?.events()[0] === 'end');
  });

  test('corruption: about that share of the bytes is changed, none is added or lost', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t, { random: seededRandom(3) });
    await proxy.inject({ kind: 'corrupt', share: 0.1, direction: 'up' });
    client().socket.write('a'.repeat(10_000));
    await until(() => servers[0]?.text().length === 10_000);
    const changed = servers[0]?.text().replaceAll('a', '').length ?? 0;
    assert.equal(changed, proxy.counters().corrupted);
    assert.ok(changed > 800 && changed < 1200, `${changed} of 10,000`);
  });

  test('half-open: the server is gone, and the client goes on sending into nothing', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const one = client();
    one.socket.write('hello');
    await until(() => one.text() === 'hello');
    await proxy.inject({ kind: 'half-open', direction: 'up' });
    await until(() => servers[0]?.events().includes('close') === true);
    one.socket.write('anyone?');
    await until(() => proxy.counters().lost === 7);
    await settle();
    assert.deepEqual(one.events(), []);
  });

  test('half-open the other way: the client is gone, and the server is not told', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const one = client();
    one.socket.write('hello');
    await until(() => one.text() === 'hello');
    await proxy.inject({ kind: 'half-open', direction: 'down' });
    await until(() => one.events().includes('close'));
    await settle();
    assert.deepEqual(servers[0]?.events(), []);
    assert.equal(proxy.counters().halfOpened, 1);
  });

  test('drop-new: new connections end at once, old ones live', async (t) => {
    const { proxy, servers, client } = await echoBehindProxy(t);
    const old = client();
    old.socket.write('a');
    await until(() => old.text() === 'a');
    await proxy.inject({ kind: 'drop-new' });
    const fresh = client();
    fresh.socket.write('hello');
    await until(() => fresh.events().includes('close'));
    old.socket.write('b');
    await until(() => old.text() === 'ab');
    assert.equal(servers.length, 1);
    assert.equal(proxy.counters().dropped, 1);
  });

  test('refuse: nobody listens (ECONNREFUSED), old connections live, and healing opens the same port', async (t) => {
    const { proxy, client } = await echoBehindProxy(t);
    const { port } = proxy;
    const old = client();
    old.socket.write('a');
    await until(() => old.text() === 'a');
    const healing = await proxy.inject({ kind: 'refuse' });
    const refused = client();
    await until(() => refused.events().includes('close'));
    assert.equal(refused.events()[0], 'ECONNREFUSED');
    old.socket.write('b');
    await until(() => old.text() === 'ab');
    await healing();
    assert.equal(proxy.port, port);
    const fresh = client();
    fresh.socket.write('c');
    await until(() => fresh.text() === 'c');
  });

  test('toxicity: the seed says which connections are hit, and a hit one stays hit', async (t) => {
    const hits = async (seed: number): Promise<string> => {
      const { proxy, servers, client } = await echoBehindProxy(t, { random: seededRandom(seed) });
      await proxy.inject({ kind: 'black-hole', toxicity: 0.5 });
      let pattern = '';
      for (let i = 0; i < 12; i++) {
        const one = client();
        await until(() => servers.length === i + 1);
        for (const word of ['a', 'b']) {
          one.socket.write(word);
          await settle();
        }
        assert.ok(one.text() === '' || one.text() === 'ab', one.text());
        pattern += one.text() === '' ? 'x' : '.';
      }
      return pattern;
    };
    const pattern = await hits(5);
    assert.match(pattern, /x/);
    assert.match(pattern, /\./);
    assert.equal(await hits(5), pattern);
  });

  test('taking one fault back leaves the others', async (t) => {
    const { proxy, client } = await echoBehindProxy(t);
    const first = await proxy.inject({ kind: 'black-hole' });
    await proxy.inject({ kind: 'corrupt', share: 0 });
    await first();
    assert.deepEqual(proxy.faults, [{ kind: 'corrupt', share: 0 }]);
    const one = client();
    one.socket.write('hello');
    await until(() => one.text() === 'hello');
  });

  test('a million bytes arrive unchanged and in order through latency and slices', async (t) => {
    const { proxy, client } = await echoBehindProxy(t);
    await proxy.inject({ kind: 'latency', ms: 1, jitterMs: 2 });
    await proxy.inject({ kind: 'slice', bytes: 10_000, pauseMs: 0 });
    const random = seededRandom(11);
    const sent = Buffer.from(Array.from({ length: 1_000_000 }, () => Math.floor(random() * 256))).toString('latin1');
    const one = client();
    one.socket.write(sent, 'latin1');
    await until(() => one.text().length >= sent.length);
    assert.equal(one.text() === sent, true);
    assert.equal(proxy.counters().bytesUp, sent.length);
    assert.equal(proxy.counters().bytesDown, sent.length);
  });

  test('a fault that makes no sense is refused with what would', async (t) => {
    const { proxy } = await echoBehindProxy(t);
    const bad: [Fault, RegExp][] = [
      [{ kind: 'latency', ms: -1 }, /latency: ms is -1; it takes 0 to/],
      [{ kind: 'corrupt', share: 2 }, /share is 2; it takes 0 to 1/],
      [{ kind: 'bandwidth', bytesPerSecond: Number.NaN }, /bytesPerSecond is NaN/],
      [{ kind: 'slice', bytes: 0, pauseMs: 1 }, /bytes takes 1 or more/],
    ];
    for (const [fault, words] of bad) await assert.rejects(proxy.inject(fault), words);
    assert.deepEqual(proxy.faults, []);
  });
});
