/** Renewal while the server runs: real files, a clock that stands still. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { makeCertificate, type TestCertificate } from '@vortexflow/testkit';
import { Registry } from 'prom-client';
import type { Logger } from '../telemetry/logger.ts';
import { tlsMetrics } from '../telemetry/tls-metrics.ts';
import { Certificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 26);

const made = (days: number, names = ['graph.example']): TestCertificate =>
  makeCertificate({ names, notBefore: NOW - 80 * DAY_MS, notAfter: NOW + days * DAY_MS });

interface Opened {
  readonly certificate: Certificate;
  readonly certFile: string;
  readonly keyFile: string;
  readonly lines: string[];
  readonly clock: VirtualClock;
  write(pair: TestCertificate): Promise<void>;
  pass(ms?: number): Promise<void>;
  metrics(): Promise<string>;
}

async function put(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o600);
}

async function open(
  context: TestContext,
  pair: TestCertificate,
  publicOrigin: string | null = 'https://graph.example',
): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-renewal-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await put(certFile, pair.cert);
  await put(keyFile, pair.key);
  const clock = new VirtualClock(NOW);
  const lines: string[] = [];
  const line = (...said: unknown[]): void => void lines.push(said.filter((one) => typeof one === 'string').join(' '));
  const logger = { info: line, warn: line } as unknown as Logger;
  const certificate = await Certificate.open({ certFile, keyFile, publicOrigin, clock, logger });
  const registry = new Registry();
  tlsMetrics(registry, certificate);
  certificate.watch();
  context.after(async () => {
    await certificate.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    certificate,
    certFile,
    keyFile,
    lines,
    clock,
    async write(next) {
      await put(certFile, next.cert);
      await put(keyFile, next.key);
    },
    async pass(ms = 800) {
      for (let left = ms; left > 0; left -= 10) {
        clock.advance(10);
        await certificate.idle();
      }
    },
    metrics: () => registry.metrics(),
  };
}

describe('a certificate that is renewed', () => {
  it('is taken when its files are written in place, and whoever listens is told once', async (context) => {
    const test = await open(context, made(10));
    const told: string[] = [];
    test.certificate.onChange(({ cert }) => told.push(cert));
    const next = made(90);
    await test.write(next);
    await test.pass();
    assert.deepEqual(told, [next.cert]);
    assert.equal(test.certificate.pair.key, next.key);
    assert.deepEqual(test.lines, ['a new certificate is in use, it ends 2027-02-24']);
    assert.equal(Math.round(test.certificate.daysLeft), 90);
    assert.match(await test.metrics(), /^vortex_tls_renewals_total\{outcome="taken"\} 1$/m);
    assert.match(await test.metrics(), /^vortex_tls_certificate_days_left (?:90|89\.9\d+)$/m);
  });

  it('is taken when the files are renamed into place', async (context) => {
    const test = await open(context, made(10));
    const next = made(90);
    await put(`${test.certFile}.new`, next.cert);
    await put(`${test.keyFile}.new`, next.key);
    await rename(`${test.certFile}.new`, test.certFile);
    await rename(`${test.keyFile}.new`, test.keyFile);
    await test.pass();
    assert.equal(test.certificate.pair.cert, next.cert);
  });

  it('is taken when a link is swapped, as certbot and Kubernetes do', async (context) => {
    const [first, second] = [made(10), made(90)];
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-links-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    for (const [name, pair] of [
      ['1', first],
      ['2', second],
    ] as const) {
      await mkdir(join(folder, name));
      await put(join(folder, name, 'cert.pem'), pair.cert);
      await put(join(folder, name, 'key.pem'), pair.key);
    }
    await symlink('1', join(folder, 'live'));
    const certificate = await Certificate.open({
      certFile: join(folder, 'live', 'cert.pem'),
      keyFile: join(folder, 'live', 'key.pem'),
      publicOrigin: null,
      clock: new VirtualClock(NOW),
      logger: { info: () => undefined, warn: () => undefined },
    });
    assert.equal(certificate.pair.cert, first.cert);
    const test = await open(context, first);
    await rm(test.certFile);
    await rm(test.keyFile);
    await symlink(join(folder, 'live', 'cert.pem'), test.certFile);
    await symlink(join(folder, 'live', 'key.pem'), test.keyFile);
    await test.pass();
    assert.equal(test.certificate.pair.cert, first.cert);
    await symlink('2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'live'));
    await test.pass();
    assert.equal(test.certificate.pair.cert, second.cert);
  });

  it('is taken once its key has come, too, however long that takes', async (context) => {
    const [first, next] = [made(10), made(90)];
    const test = await open(context, first);
    await put(test.certFile, next.cert);
    await test.pass(10_000);
    assert.equal(test.certificate.pair.cert, first.cert);
    assert.equal(test.lines.length, 1, 'said once, though it was tried again');
    assert.match(test.lines[0] ?? '', /the certificate stays as it is: The key in TLS_KEY_FILE does not fit/);
    assert.deepEqual(test.certificate.health(), {
      status: 'Degraded',
      detail: 'ends 2026-12-06; what the files hold now was refused',
    });
    await put(test.keyFile, next.key);
    await test.pass();
    assert.equal(test.certificate.pair.cert, next.cert);
    assert.deepEqual(test.certificate.health(), { status: 'Healthy', detail: 'ends 2027-02-24' });
  });

  for (const [fault, harm, said] of [
    ['are deleted', (test: Opened) => rm(test.certFile), /cannot be read \(ENOENT\)/],
    ['are empty', (test: Opened) => put(test.certFile, ''), /without a certificate/],
    ['are cut short', (test: Opened) => put(test.keyFile, made(90).key.slice(0, 100)), /whose key cannot be read/],
    ['may be read by all', (test: Opened) => chmod(test.keyFile, 0o644), /others may read or change/],
  ] as const) {
    it(`leaves the last good one in use when its files ${fault}, and recovers`, async (context) => {
      const [first, next] = [made(10), made(90)];
      const test = await open(context, first);
      await harm(test);
      await test.pass();
      assert.equal(test.certificate.pair.cert, first.cert);
      assert.match(test.lines.join('\n'), said);
      assert.match(await test.metrics(), /^vortex_tls_renewals_total\{outcome="refused"\} 1$/m);
      await test.write(next);
      await test.pass();
      assert.equal(test.certificate.pair.cert, next.cert);
      assert.equal(test.certificate.health().status, 'Healthy');
    });
  }

  it('is no renewal when the files are only touched', async (context) => {
    const pair = made(40);
    const test = await open(context, pair);
    test.certificate.onChange(() => assert.fail('nothing has changed'));
    await test.write(pair);
    await test.pass();
    assert.deepEqual(test.lines, []);
  });
});

describe('a certificate that browsers will refuse', () => {
  it('is used all the same, with a warning, when it has ended', async (context) => {
    const test = await open(context, made(-1));
    assert.deepEqual(test.lines, ['the certificate is not valid: it ended 2026-11-25; browsers will refuse it']);
    assert.deepEqual(test.certificate.health(), { status: 'Degraded', detail: 'it ended 2026-11-25' });
    assert.match(await test.metrics(), /^vortex_tls_certificate_days_left -1$/m);
  });

  it('says so when it has not begun, or names another host', async (context) => {
    const begins = makeCertificate({ names: ['x.example'], notBefore: NOW + DAY_MS, notAfter: NOW + 90 * DAY_MS });
    const test = await open(context, begins);
    assert.deepEqual(test.lines, [
      'the certificate is not valid: it begins 2026-11-27; browsers will refuse it',
      'the certificate does not name graph.example, the host of PUBLIC_ORIGIN; browsers will refuse it',
    ]);
  });

  it('is told of before it ends, when no new one has come', async (context) => {
    assert.deepEqual((await open(context, made(7))).lines, [
      'the certificate ends 2026-12-03, and no new one has come',
    ]);
    assert.deepEqual((await open(context, made(20))).lines, []);
  });

  it('ends while the server runs, and health tells', async (context) => {
    const test = await open(context, made(20));
    assert.equal(test.certificate.health().status, 'Healthy');
    test.clock.advance(21 * DAY_MS);
    assert.equal(test.certificate.health().status, 'Degraded');
  });

  it('may name an address, or a wildcard', async (context) => {
    assert.deepEqual((await open(context, made(40, ['192.0.2.7']), 'https://192.0.2.7:7000')).lines, []);
    assert.deepEqual((await open(context, made(40, ['*.graph.example']), 'https://my.graph.example')).lines, []);
  });
});
