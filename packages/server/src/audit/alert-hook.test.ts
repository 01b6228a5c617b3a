/** Alerts that leave the machine: to a receiver on loopback, as good or bad as the test wishes. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { IncidentRule } from '@vortexflow/audit';
import { VirtualClock } from '@vortexflow/primitives';
import type { HealthResponse } from '@vortexflow/protocol';
import { launchServer } from '@vortexflow/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { readSettings } from '../config/settings.ts';
import { AlertHook } from './alert-hook.ts';
import { configuredAlerts } from './configured-alerts.ts';

const KEY = Buffer.alloc(32, 7);
const LOG = 'log.example';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Manner = (response: ServerResponse) => void;
const answers =
  (status: number, headers: Record<string, string> = {}): Manner =>
  (response) =>
    void response.writeHead(status, headers).end('{}');

async function startReceiver(t: TestContext, manner: Manner = answers(204)) {
  const receiver = { url: '', calls: [] as Call[], manner };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      receiver.calls.push({ method, path, headers, body: Buffer.concat(pieces).toString() });
      receiver.manner(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

/** ms before a try, from 0: as long as chance lets it be. */
const waitOf = (number: number): number => 500 + Math.min(60_000, 1_000 * 2 ** number);

function hookTo(url: string, key: Buffer | null = KEY) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 27, 12));
  const outcomes: string[] = [];
  const onOutcome = (outcome: string, failure: string | null): void =>
    void outcomes.push(failure === null ? outcome : `${outcome} ${failure}`);
  const hook = new AlertHook({ url, key, clock, random: () => 1, onOutcome });
  const tell = (reason: string, rule: IncidentRule = 'tampering'): void => hook.tell({ rule, reason, log: LOG });
  return { hook, clock, outcomes, tell };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 2)))
    assert.ok(performance.now() < end, `waited too long: ${what}`);
}

const reasonsOf = (calls: readonly Call[]): string[] =>
  calls.map(({ body }) => (JSON.parse(body) as { data: { reason: string } }).data.reason);

describe('an alert', () => {
  it('says what happened, to the whole address, with a signature that its receiver can check', async (t) => {
    const receiver = await startReceiver(t);
    const { hook, outcomes, tell } = hookTo(`${receiver.url}/hooks/a-secret?to=me`);
    tell('entry 2: its hash is another');
    await until('it came', () => outcomes.length > 0);
    await hook.close();
    const [{ method, path, headers, body }] = receiver.calls as [Call];
    assert.deepEqual([method, path, headers['content-type']], ['POST', '/hooks/a-secret?to=me', 'application/json']);
    assert.deepEqual(JSON.parse(body), {
      type: 'incident.tampering',
      timestamp: '2026-11-27T12:00:00.000Z',
      data: { rule: 'tampering', reason: 'entry 2: its hash is another', log: LOG },
    });
    const [id, time] = [headers['webhook-id'] as string, headers['webhook-timestamp'] as string];
    assert.equal(Number(time), Date.UTC(2026, 10, 27, 12) / 1000);
    const expected = createHmac('sha256', KEY).update(`${id}.${time}.${body}`).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
    assert.deepEqual([outcomes, hook.failure, hook.waiting], [['told'], null, 0]);
  });

  it('is not signed without a key', async (t) => {
    const receiver = await startReceiver(t);
    const { hook, outcomes, tell } = hookTo(receiver.url, null);
    tell('x');
    await until('it came', () => outcomes.length > 0);
    await hook.close();
    assert.equal(receiver.calls[0]?.headers['webhook-signature'], undefined);
    assert.match(receiver.calls[0]?.headers['webhook-id'] as string, /^msg_/);
  });

  it('is tried again under the same id until it is taken, and others after it', async (t) => {
    const receiver = await startReceiver(t, answers(503));
    const { hook, clock, outcomes, tell } = hookTo(receiver.url);
    tell('one');
    tell('two', 'session_moved');
    await until('a try', () => outcomes.length === 1);
    clock.advance(waitOf(0));
    await until('another', () => outcomes.length === 2);
    assert.deepEqual(outcomes, ['failed HTTP_503', 'failed HTTP_503']);
    assert.deepEqual([hook.failure, hook.waiting], ['HTTP_503', 2]);
    receiver.manner = answers(200);
    clock.advance(waitOf(1));
    await until('both are told', () => hook.waiting === 0);
    await hook.close();
    const reasons = reasonsOf(receiver.calls);
    assert.deepEqual(reasons, ['one', 'one', 'one', 'two']);
    assert.equal(new Set(receiver.calls.slice(0, -1).map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(hook.failure, null);
  });

  it('waits longer and longer for a receiver who takes nothing, a minute at most', async (t) => {
    const receiver = await startReceiver(t, answers(500));
    const { hook, clock, outcomes, tell } = hookTo(receiver.url);
    tell('x');
    for (let number = 0; number < 9; number++) {
      await until(`try ${number}`, () => outcomes.length === number + 1);
      clock.advance(waitOf(number) - 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(receiver.calls.length, number + 1, 'not yet');
      clock.advance(1);
    }
    await until('the last try', () => outcomes.length === 10);
    assert.equal(waitOf(8), 60_500);
    await hook.close();
  });

  for (const [what, manner, failure] of [
    ['sends elsewhere', answers(307, { location: '/elsewhere' }), /^failed HTTP_307$/],
    ['hangs up', (response) => void response.destroy(), /^failed (?:UND_ERR_SOCKET|ECONNRESET)$/],
  ] as const satisfies readonly (readonly [string, Manner, RegExp])[])
    it(`is not taken by a receiver who ${what}`, async (t) => {
      const receiver = await startReceiver(t, manner);
      const { hook, outcomes, tell } = hookTo(receiver.url);
      tell('x');
      await until('a try', () => outcomes.length > 0);
      await hook.close();
      assert.match(outcomes[0] ?? '', failure);
      assert.deepEqual(outcomes.slice(1), ['lost']);
      assert.deepEqual(
        receiver.calls.map(({ path }) => path),
        ['/'],
      );
    });

  it('waits ten seconds for an answer, and two when the server stops', async (t) => {
    const receiver = await startReceiver(t, () => undefined);
    const { hook, clock, outcomes, tell } = hookTo(receiver.url);
    tell('x');
    await until('it came', () => receiver.calls.length === 1);
    clock.advance(9_990);
    assert.deepEqual(outcomes, []);
    clock.advance(10);
    await until('it is given up', () => outcomes.length === 1);
    assert.deepEqual(outcomes, ['failed TIMEOUT']);
    clock.advance(waitOf(0));
    await until('the next try', () => receiver.calls.length === 2);
    const closed = hook.close();
    clock.advance(2_000);
    await closed;
    assert.deepEqual(outcomes, ['failed TIMEOUT', 'failed TIMEOUT', 'lost']);
    tell('too late');
    assert.equal(hook.waiting, 0);
  });

  it('is given up when a hundred wait and it is the oldest, unless it is being told', async (t) => {
    const held: ServerResponse[] = [];
    const receiver = await startReceiver(t, (response) => void held.push(response));
    const { hook, outcomes, tell } = hookTo(receiver.url);
    for (let i = 0; i < 105; i++) tell(`${i}`);
    assert.deepEqual([hook.waiting, outcomes], [100, Array.from({ length: 5 }, () => 'lost')]);
    await until('the first came', () => held.length === 1);
    receiver.manner = answers(200);
    held[0]?.writeHead(200).end();
    await until('all are told', () => hook.waiting === 0);
    await hook.close();
    assert.deepEqual(reasonsOf(receiver.calls).map(Number), [0, ...Array.from({ length: 99 }, (_, i) => i + 6)]);
  });
});

describe('who is called', () => {
  const logger = pino({ level: 'silent' });
  const configured = (environment: Readonly<Record<string, string>>, registry = new Registry()) =>
    configuredAlerts(readSettings(environment), { clock: new VirtualClock(), logger, registry });

  async function secretFile(t: TestContext, text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-alerts-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'secret'), text);
    return join(folder, 'secret');
  }

  it('is nobody, unless an address is named', async () => {
    assert.equal(await configured({}), null);
  });

  it('is told what is wrong with an address or a key, and never what they are', async (t) => {
    const good = await secretFile(t, 'https://alerts.example/hook-of-mine\n');
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      ['no such variable', { ALERT_URL_ENV: 'NO_SUCH_VARIABLE_OF_ALERTS' }, /ALERT_URL_ENV names a variable/],
      ['no such file', { ALERT_URL_FILE: '/nowhere/at-all' }, /ALERT_URL_FILE .* \(ENOENT\)/],
      ['no address', { ALERT_URL_FILE: await secretFile(t, 'hook-of-mine') }, /must name an address/],
      ['another scheme', { ALERT_URL_FILE: await secretFile(t, 'file:///hook-of-mine') }, /must name an address/],
      ['a name in it', { ALERT_URL_FILE: await secretFile(t, 'http://hook:of-mine@x/') }, /must name an address/],
      ['a key alone', { ALERT_KEY_FILE: await secretFile(t, 'of-mine') }, /need ALERT_URL_ENV/],
      ['a short key', { ALERT_URL_FILE: good, ALERT_KEY_FILE: await secretFile(t, 'b2YtbWluZQ==') }, /24 to 64 bytes/],
      [
        'no Base64',
        { ALERT_URL_FILE: good, ALERT_KEY_FILE: await secretFile(t, 'of-mine '.repeat(9)) },
        /24 to 64 bytes/,
      ],
    ];
    for (const [what, environment, expected] of cases)
      await assert.rejects(configured(environment), (failure: Error) => {
        assert.match(failure.message, expected, what);
        assert.doesNotMatch(failure.message, /of-mine|b2YtbWluZQ/, what);
        return true;
      });
  });

  it('is counted, tried and told', async (t) => {
    const receiver = await startReceiver(t);
    const registry = new Registry();
    const environment = {
      ALERT_URL_FILE: await secretFile(t, `${receiver.url}/x\nmore\n`),
      ALERT_KEY_FILE: await secretFile(t, `whsec_${KEY.toString('base64')}`),
    };
    const hook = await configured(environment, registry);
    assert.match(await registry.metrics(), /^vortex_alerts_waiting 0$/m);
    hook?.tell({ rule: 'session_moved', reason: 'x', log: LOG });
    await until('it came', () => receiver.calls.length === 1);
    await hook?.close();
    assert.match(await registry.metrics(), /^vortex_alerts_total\{outcome="told"\} 1$/m);
  });
});

for (const workers of ['0', '2'])
  describe(`a server with WORKERS=${workers}`, () => {
    it('calls when somebody tries keys, and shows the address to nobody', async (t) => {
      const receiver = await startReceiver(t);
      const address = `${receiver.url}/hook-of-mine`;
      const env = { WORKERS: workers, REASONER_THREADS: '1', ALERT_URL_ENV: 'HOOK', HOOK: address };
      const server = await launchServer({ env });
      t.after(() => server.stop());
      const tryKeys = async (): Promise<void> => {
        const headers = { authorization: 'Bearer wrong' };
        await Promise.all(Array.from({ length: 25 }, () => fetch(`${server.url}/api/v1/graph`, { headers })));
      };
      await tryKeys();
      await until('it came', () => receiver.calls.length === 1);
      const { type, data } = JSON.parse(receiver.calls[0]?.body ?? '') as { type: string; data: { reason: string } };
      assert.deepEqual(
        [type, data.reason],
        ['incident.failures_by_address', '20 refusals within 60 s from one address'],
      );
      const health = async (): Promise<HealthResponse> =>
        (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
      assert.equal((await health()).components['audit']?.status, 'Healthy');
      assert.doesNotMatch(server.output().stderr + JSON.stringify(await health()), /hook-of-mine/);
    });
  });
