/** Faults of the kernel, on real connections inside a network of their own. */
import assert from 'node:assert/strict';
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TalkOrder, TalkReport } from './network-talk.child.ts';
import { inNetwork, type Network, networkMissing } from './network.ts';

/** In CI nothing may be skipped: there the making fails with the reason. */
const skip = process.env['CI'] ? false : (networkMissing ?? false);
const TALK = fileURLToPath(new URL('./network-talk.child.ts', import.meta.url));

/** A server and clients inside; what to do is sent to it. */
class Talk {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(network: Network): Promise<Talk> {
    const child = network.spawn(process.execPath, [TALK], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new Talk(child);
  }

  async do(order: TalkOrder): Promise<TalkReport> {
    this.#child.send(order);
    const [report] = (await once(this.#child, 'message')) as [TalkReport];
    return report;
  }
}

const PORT = 7777;

describe('a network of its own', { skip, timeout: 180_000 }, () => {
  test('hears nothing of the outside, and the outside nothing of it', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      assert.deepEqual(await talk.do({ what: 'connect', address: '127.0.0.1' }), { outcome: 'connected' });
      const failure = await fetch(`http://127.0.0.1:${PORT}/`).then(
        () => null,
        (error: Error) => (error.cause as NodeJS.ErrnoException).code,
      );
      assert.equal(failure, 'ECONNREFUSED');
    });
  });

  test('cut: an established connection falls silent without an error; healed, what waited arrives', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await talk.do({ what: 'connect', address: '127.0.0.2' });
      await talk.do({ what: 'say', text: 'before' });
      await network.cut({ address: '127.0.0.2' });
      assert.deepEqual(await talk.do({ what: 'say', text: 'during' }), { outcome: 'silence' });
      await network.heal();
      assert.deepEqual(await talk.do({ what: 'hear' }), { outcome: 'during' });
    });
  });

  test('cut one way: the server hears, and its answer is lost', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await talk.do({ what: 'connect', address: '127.0.0.1' });
      await network.cut({ port: PORT }, 'from');
      assert.deepEqual(await talk.do({ what: 'say', text: 'half' }), { outcome: 'silence' });
      assert.deepEqual(await talk.do({ what: 'heard' }), { outcome: 'half' });
    });
  });

  test('cut of one address leaves the others', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await network.cut({ address: '127.0.0.3' });
      await talk.do({ what: 'connect', address: '127.0.0.1' });
      assert.deepEqual(await talk.do({ what: 'say', text: 'hello' }), { outcome: 'hello' });
      assert.deepEqual(await talk.do({ what: 'connect', address: '127.0.0.3' }), { outcome: 'silence' });
    });
  });

  test('reject: an established connection gets ECONNRESET, a new one ECONNREFUSED', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await talk.do({ what: 'connect', address: '127.0.0.1' });
      await network.reject({ port: PORT });
      assert.deepEqual(await talk.do({ what: 'say', text: 'hello' }), { outcome: 'ECONNRESET' });
      assert.deepEqual(await talk.do({ what: 'connect', address: '127.0.0.1' }), { outcome: 'ECONNREFUSED' });
    });
  });

  test('loss: TCP sends again until all is there; a total loss lets nothing through', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await talk.do({ what: 'connect', address: '127.0.0.1' });
      await network.lose({ port: PORT }, 0.2);
      for (let i = 0; i < 20; i++) {
        const said = await talk.do({ what: 'say', text: `word ${i}` });
        const { outcome } = said.outcome === 'silence' ? await talk.do({ what: 'hear' }) : said;
        assert.equal(outcome, `word ${i}`);
      }
      const sentAgain = Number((await talk.do({ what: 'sent again' })).outcome);
      assert.ok(sentAgain > 0, 'no segment was sent again');
      await network.lose({ port: PORT }, 1);
      assert.deepEqual(await talk.do({ what: 'say', text: 'gone' }), { outcome: 'silence' });
    });
  });

  test('a limited rate lets everything through, later', async () => {
    await inNetwork(async (network) => {
      const talk = await Talk.start(network);
      await talk.do({ what: 'connect', address: '127.0.0.1' });
      await network.limitRate(2e6);
      // A quarter of a megabyte there and back takes two seconds: within the first 300 ms it cannot be there.
      const text = 'x'.repeat(250_000);
      assert.deepEqual(await talk.do({ what: 'say', text }), { outcome: 'silence' });
      await network.heal();
      assert.deepEqual(await talk.do({ what: 'hear' }), { outcome: text });
    });
  });

  test('nothing of it is left, also when the use fails', async () => {
    let space = '';
    let child: ChildProcess | undefined;
    const using = inNetwork(async (network) => {
      space = (network.enter[1] as string).replace('--net=', '');
      assert.ok(existsSync(space));
      child = network.spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
      await once(child, 'spawn');
      throw new Error('the use failed');
    });
    await assert.rejects(using, /the use failed/);
    assert.equal(existsSync(space), false);
    assert.equal(child?.signalCode, 'SIGKILL');
  });

  test('places that are none are refused', async () => {
    await inNetwork(async (network) => {
      await assert.rejects(network.cut({ address: '10.0.0.1; flush ruleset' }), /no address of the loopback/);
      await assert.rejects(network.cut({ port: 70_000 }), /no TCP port/);
      await assert.rejects(network.lose({ port: PORT }, 1.5), /0 to 1/);
    });
  });
});
