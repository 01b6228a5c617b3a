/** Checkpoints at relays: on loopback, each as good or bad as the test wishes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AuditLog, openCheckpoint, parseVerifierKey } from '@vortexflow/audit';
import { type NostrEvent, nostrSigner } from '@vortexflow/identity';
import { VirtualClock } from '@vortexflow/primitives';
import type { HealthResponse } from '@vortexflow/protocol';
import { launchServer, nostrKey } from '@vortexflow/testkit';
import { WebSocketServer } from 'ws';
import { readSettings } from '../config/settings.ts';
import { configuredNostrAnchor, nostrAnchor } from './nostr-anchor.ts';

const SECRET = '07'.repeat(32);
const NOTE = 'log.example\n5\nroot\n\n— log.example signature\n';
const BIN = fileURLToPath(new URL('../../bin/vortexflow.mjs', import.meta.url));

/** What a relay says to an event, in order; null: it hangs up. */
type Manner = (event: NostrEvent) => readonly (string | null)[];
const ok = (id: string, isTaken: boolean, why = ''): string => JSON.stringify(['OK', id, isTaken, why]);
const TAKES: Manner = ({ id }) => [ok(id, true)];

interface Relay {
  readonly url: string;
  /** All that came, as they came. */
  readonly events: NostrEvent[];
  manner: Manner;
}

/** A relay that speaks NIP-01, as far as events go. */
async function startRelay(t: TestContext, manner: Manner = TAKES): Promise<Relay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const relay: Relay = { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, events: [], manner };
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const [type, event] = JSON.parse((data as Buffer).toString()) as [string, NostrEvent];
      if (type !== 'EVENT') return;
      relay.events.push(event);
      for (const said of relay.manner(event)) {
        if (said === null) socket.terminate();
        else socket.send(said);
      }
    });
  });
  return relay;
}

async function anchorAt(...relays: readonly string[]) {
  const told: string[] = [];
  const clock = new VirtualClock(Date.UTC(2026, 10, 26));
  const onRelay = (relay: string, failure: string | null): void => {
    told.push(`${relays.indexOf(relay)} ${failure ?? 'well'}`);
  };
  return { told, clock, anchor: nostrAnchor({ relays, signer: await nostrSigner(SECRET), clock, onRelay }) };
}

async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited too long: ${what}`);
  }
}

describe('an anchor at relays', { timeout: 240_000 }, () => {
  it('publishes a checkpoint as a signed event of its own', async (t) => {
    const relay = await startRelay(t);
    const { anchor, told } = await anchorAt(relay.url);
    await anchor.publish(NOTE);
    const [event] = relay.events;
    assert.equal(event?.content, NOTE);
    assert.equal(event.pubkey, (await nostrKey(7)).publicKey);
    assert.deepEqual([event.kind, event.created_at], [30_078, Date.UTC(2026, 10, 26) / 1000]);
    assert.deepEqual(event.tags[0], ['d', 'log.example/5/root']);
    assert.deepEqual(told, []);
  });

  it('gives relays no more than one a minute, and the last one when the log ends', async (t) => {
    const relay = await startRelay(t);
    const { anchor, clock } = await anchorAt(relay.url);
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-nostr-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { privateKey } = generateKeyPairSync('ed25519');
    const log = await AuditLog.open({ folder, privateKey, clock, anchors: [anchor] });
    const first = await eventually('the first', () => relay.events[0]);
    await eventually('its answer', () => log.status().anchors[0]?.published || undefined);
    const contents = () => relay.events.map(({ content }) => content);
    for (let i = 0; i < 2; i++) {
      clock.advance(10_000);
      await log.append({ action: 'document.put', outcome: 'done' });
      await log.checkpoint();
    }
    assert.deepEqual(contents(), [first.content]);
    await log.close();
    assert.deepEqual(contents(), [first.content, log.latest]);
  });

  it('is content with one relay of several, and tells of those that fail, once', async (t) => {
    const [good, bad] = [await startRelay(t), await startRelay(t, ({ id }) => [ok(id, false, 'blocked: no')])];
    const { anchor, told } = await anchorAt(good.url, bad.url);
    await anchor.publish(NOTE);
    await anchor.publish(NOTE);
    assert.deepEqual(told, ['1 RELAY_REFUSED']);
    bad.manner = TAKES;
    await anchor.publish(NOTE);
    assert.deepEqual(told, ['1 RELAY_REFUSED', '1 well']);
  });

  it('waits for the answer to its own event among all else that a relay says', async (t) => {
    const noise = ['', '{', '"OK"', '[]', '["NOTICE","hello"]', '["AUTH","challenge"]', ok('00'.repeat(32), false)];
    const relay = await startRelay(t, ({ id }) => [...noise, ok(id, true, 'duplicate: seen')]);
    const { anchor } = await anchorAt(relay.url);
    await anchor.publish(NOTE);
  });

  const faults: [string, Manner, string][] = [
    ['refuses it', ({ id }) => [ok(id, false, 'auth-required: sign in')], 'RELAY_REFUSED'],
    ['hangs up', () => [null], 'RELAY_CLOSED'],
    ['says more than can be read', () => ['x'.repeat(70_000)], 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'],
    ['answers with no yes or no', ({ id }) => [JSON.stringify(['OK', id, 'true'])], 'RELAY_REFUSED'],
  ];
  for (const [name, manner, code] of faults)
    it(`fails where the only relay ${name}`, async (t) => {
      const relay = await startRelay(t, manner);
      const { anchor, told } = await anchorAt(relay.url);
      await assert.rejects(anchor.publish(NOTE), { code });
      assert.deepEqual(told, [`0 ${code}`]);
    });

  it('fails where a relay says nothing for ten seconds', async (t) => {
    const relay = await startRelay(t, () => []);
    const { anchor, clock } = await anchorAt(relay.url);
    const published = anchor.publish(NOTE);
    await eventually('the event', () => relay.events[0]);
    clock.advance(10_000);
    await assert.rejects(published, { code: 'RELAY_SILENT' });
  });

  it('fails where nobody listens', async (t) => {
    const relay = await startRelay(t);
    const { port } = new URL(relay.url);
    const { anchor } = await anchorAt(`ws://127.0.0.2:${port}/`);
    await assert.rejects(anchor.publish(NOTE), { code: 'ECONNREFUSED' });
  });
});

describe('the settings of that anchor', () => {
  const more = { clock: new VirtualClock(), onRelay: () => undefined };
  const open = (environment: Record<string, string>) => configuredNostrAnchor(readSettings(environment), more);

  it('make none without a relay', async () => {
    assert.equal(await open({}), null);
  });

  it('take relays over TLS, and others on this machine only', async () => {
    const relays = (text: string) => readSettings({ AUDIT_NOSTR_RELAYS: text }).values.auditNostrRelays;
    assert.deepEqual(relays('wss://a.example, ws://127.0.0.1:7777/x'), ['wss://a.example/', 'ws://127.0.0.1:7777/x']);
    for (const bad of ['ws://a.example', 'https://a.example', 'wss://user:pass@a.example', 'a.example', 'wss://a#b'])
      assert.throws(() => relays(bad), /addresses of relays/, bad);
  });

  it('need a key by reference, and never tell it', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-nostr-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'key');
    const relay = { AUDIT_NOSTR_RELAYS: 'wss://a.example' };
    await assert.rejects(open(relay), /needs AUDIT_NOSTR_KEY_ENV or AUDIT_NOSTR_KEY_FILE/);
    await assert.rejects(open({ ...relay, AUDIT_NOSTR_KEY_FILE: file }), /cannot be read \(ENOENT\)/);
    await writeFile(file, `${SECRET.slice(2)}\n`);
    await assert.rejects(open({ ...relay, AUDIT_NOSTR_KEY_FILE: file }), (failure: Error) => {
      assert.match(failure.message, /64 hexadecimal digits/);
      assert.ok(!failure.message.includes(SECRET.slice(2)));
      return true;
    });
    await writeFile(file, `${SECRET}\nand more\n`);
    assert.equal((await open({ ...relay, AUDIT_NOSTR_KEY_FILE: file }))?.name, 'nostr');
  });
});

for (const workers of ['0', '1']) {
  describe(`a server that anchors its log at a relay, WORKERS=${workers}`, { timeout: 120_000 }, () => {
    it('has its checkpoints there, which the log is verified against; the key is told nowhere', async (t) => {
      const relay = await startRelay(t);
      const folder = await mkdtemp(join(tmpdir(), 'vortexflow-nostr-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const env = {
        WORKERS: workers,
        REASONER_THREADS: '1',
        AUDIT_KEY_FILE: join(folder, 'audit.key'),
        AUDIT_NOSTR_RELAYS: relay.url,
        AUDIT_NOSTR_KEY_ENV: 'TEST_RELAY_KEY',
        TEST_RELAY_KEY: SECRET,
      };
      const server = await launchServer({ env });
      t.after(() => server.stop());
      const event = await eventually('a checkpoint', () => relay.events[0]);
      const get = async (path: string) =>
        (await fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } })).text();
      const { key } = JSON.parse(await get('/api/v1/audit/checkpoint')) as { key: string };
      assert.ok(openCheckpoint(event.content, parseVerifierKey(key)).size > 0);
      const health = JSON.parse(await get('/health')) as HealthResponse;
      assert.equal(health.components['audit']?.status, 'Healthy');
      const anchors = join(folder, 'anchors');
      await writeFile(anchors, relay.events.map(({ content }) => `${JSON.stringify(content)}\n`).join(''));
      const verified = await new Promise<string>((resolve) =>
        execFile(
          process.execPath,
          [BIN, 'audit', 'verify', '--anchor', anchors],
          { env: { ...process.env, ...env, VORTEXFLOW_DATA: server.dataFolder } },
          (_failure, stdout, stderr) => resolve(stdout + stderr),
        ),
      );
      assert.match(verified, /^intact\n/);
      const { stdout, stderr } = server.output();
      for (const text of [stdout, stderr, await get('/api/v1/config'), await get('/metrics')])
        assert.ok(!text.includes(SECRET));
    });

    it('goes on without the relay, and says so in health', async (t) => {
      const relay = await startRelay(t, ({ id }) => [ok(id, false, 'blocked: not you')]);
      const env = { AUDIT_NOSTR_RELAYS: relay.url, AUDIT_NOSTR_KEY_ENV: 'TEST_RELAY_KEY', TEST_RELAY_KEY: SECRET };
      const server = await launchServer({ env: { ...env, WORKERS: workers, REASONER_THREADS: '1' } });
      t.after(() => server.stop());
      await eventually('the word in health', async () => {
        const health = (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
        return health.components['audit']?.detail.includes('anchors that take nothing: nostr') || undefined;
      });
      const response = await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'What is a dog?' }),
      });
      assert.equal(response.status, 200);
      assert.match(server.output().stderr, /RELAY_REFUSED/);
    });
  });
}
