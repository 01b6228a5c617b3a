/** The log of a server without the server: floods, incidents, looking at itself. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type AuditEntry, readEntries } from '@vortexflow/audit';
import { VirtualClock } from '@vortexflow/primitives';
import { Registry } from 'prom-client';
import { readSettings } from '../config/settings.ts';
import { loggerTo } from '../telemetry/logger.ts';
import { Auditing } from './auditing.ts';
import type { AuditRecord } from './sink.ts';

async function opened(t: TestContext, folder?: string, more: Readonly<Record<string, string>> = {}) {
  const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), 'vortexflow-auditing-')));
  if (folder === undefined) t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const clock = new VirtualClock(Date.UTC(2026, 10, 26));
  const registry = new Registry();
  const done: string[] = [];
  const actions = {
    lock: (address: string) => void done.push(`lock ${address}`),
    revokeAll: () => void done.push('revoke all'),
    alert: (rule: string) => void done.push(`alert ${rule}`),
  };
  const settings = readSettings({
    VORTEXFLOW_DATA: dataFolder,
    AUDIT_KEY_FILE: join(dataFolder, 'keys', 'audit.key'),
    ...more,
  });
  const lines: string[] = [];
  const logger = loggerTo({ write: (line) => void lines.push(line) }, 'warn', null, []);
  const audit = await Auditing.open({ settings, clock, logger, registry, actions });
  const value = async (name: string): Promise<number> => {
    const metric = await registry.getSingleMetric(name)?.get();
    return metric?.values.reduce((sum, one) => sum + one.value, 0) ?? Number.NaN;
  };
  return { audit, clock, dataFolder, done, lines, value };
}

async function eventually(check: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !check(); await new Promise(setImmediate))
    assert.ok(performance.now() < end, 'waited too long');
}

/** So slowly that nothing falls due but the pauses of whoever looks at the log. */
async function whileTimePasses<T>(clock: VirtualClock, run: () => Promise<T>): Promise<T> {
  const turn = setInterval(() => clock.advance(1), 1);
  try {
    return await run();
  } finally {
    clearInterval(turn);
  }
}

const refusal = (address: string, status = 401): AuditRecord => ({
  action: 'request',
  outcome: 'refused',
  actor: { subject: `address:${address}`, role: 'stranger', address },
  detail: { status },
});

async function entries({ log }: Auditing): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for await (const entry of readEntries(log.folder)) all.push(entry);
  return all;
}

async function actions(dataFolder: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { action } of readEntries(join(dataFolder, 'audit')))
    counts.set(action, (counts.get(action) ?? 0) + 1);
  return counts;
}

describe('the log of a server', () => {
  it('keeps what it can of a flood of refusals, counts the rest, and says how many in the log', async (t) => {
    const { audit, clock, dataFolder, value } = await opened(t);
    for (let i = 0; i < 5_000; i++) audit.note(refusal(`10.0.0.${i % 200}`, 400));
    await audit.append({ ...refusal('10.0.0.1'), action: 'last' });
    const kept = (await actions(dataFolder)).get('request') ?? 0;
    assert.ok(kept >= 500 && kept <= 1_000, `${kept}`);
    assert.equal(await value('vortex_audit_dropped_total'), 5_000 - kept);
    // Ten a second from then on.
    clock.advance(10_000);
    for (let i = 0; i < 500; i++) audit.note(refusal('10.0.0.9', 400));
    await audit.close();
    const all = await actions(dataFolder);
    assert.ok((all.get('request') ?? 0) <= kept + 101 + (1_000 - kept), `${all.get('request')}`);
    let told = 0;
    for await (const { action, detail } of readEntries(join(dataFolder, 'audit')))
      if (action === 'audit.dropped') told += Number(detail?.['count']);
    assert.equal(told, 5_500 - (all.get('request') ?? 0));
  });

  it('sees a burst of failures: tells, notes it, and asks to lock the address', async (t) => {
    const { audit, dataFolder, done, value } = await opened(t);
    for (let i = 0; i < 25; i++) audit.note(refusal('10.0.0.7'));
    for (let i = 0; i < 25; i++) audit.note(refusal('10.0.0.8', 400));
    await audit.close();
    assert.deepEqual(done, ['alert failures_by_address', 'lock 10.0.0.7']);
    assert.equal((await actions(dataFolder)).get('incident.failures_by_address'), 1);
    assert.equal(await value('vortex_audit_incidents_total'), 1);
  });

  it('says that an anchor cannot be read, and is verified without it', async (t) => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'vortexflow-anchor-'));
    t.after(() => rm(elsewhere, { recursive: true, force: true }));
    const anchor = join(elsewhere, 'anchor');
    const { audit, clock, lines, done } = await opened(t, undefined, { AUDIT_ANCHOR_FILE: anchor });
    const verify = (): Promise<string | null> => whileTimePasses(clock, () => audit.verify());
    const warnings = (): string[] =>
      lines.filter((line) => line.includes('the anchor of the audit log cannot be read'));
    await audit.append({ ...refusal('10.0.0.1'), outcome: 'done' });
    await audit.log.checkpoint();
    await eventually(() => audit.status().anchors.every(({ published }) => published > 0));
    assert.equal(await verify(), null);
    assert.deepEqual(warnings(), [], 'it is there');
    await rm(anchor);
    assert.equal(await verify(), null);
    assert.match(warnings()[0] ?? '', /"reason":"ENOENT"/);
    // Something else stands in its place.
    await mkdir(anchor);
    assert.equal(await verify(), null);
    assert.match(warnings()[1] ?? '', /"reason":"EISDIR"/);
    assert.deepEqual(done, [], 'that alone is no proof of anything');
    await whileTimePasses(clock, () => audit.close());
  });

  it('finds by itself that it was changed while it runs', async (t) => {
    const { audit, clock, dataFolder, done, lines } = await opened(t);
    for (let i = 0; i < 5; i++) await audit.append({ ...refusal('10.0.0.1'), outcome: 'done' });
    const turn = setInterval(() => clock.advance(50), 1);
    turn.unref();
    const looking = audit.verify();
    assert.equal(await looking, null);
    const file = join(dataFolder, 'audit', '000000000000.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"done"', '"gone"'));
    const before = audit.log.latest;
    assert.match((await audit.verify()) ?? '', /^entry 2: /);
    assert.deepEqual(done, ['alert tampering', 'revoke all']);
    assert.equal(audit.health().status, 'Degraded');
    // What leaves the machine: a line of the gravest kind, and what anchors get, at once.
    assert.ok(lines.some((line) => /"level":60,.*"rule":"tampering"/.test(line)));
    await eventually(() => audit.log.latest !== before);
    await audit.close();
    const again = await opened(t, dataFolder);
    await again.audit.close();
  });

  it('looks at itself soon after a segment is full, and not before that', async (t) => {
    const { audit, clock, dataFolder, done, value } = await opened(t);
    const steps = async (isDone: (step: number) => boolean | Promise<boolean>): Promise<void> => {
      for (let step = 0; !(await isDone(step)); step++) {
        clock.advance(100);
        await new Promise(setImmediate);
      }
    };
    await steps(async () => (await value('vortex_audit_verify_seconds')) > 0);
    const file = join(dataFolder, 'audit', '000000000000.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).replace('log.opened', 'log.0pened'));
    await steps((step) => step === 700);
    assert.deepEqual(done, [], 'the next look is hours away');
    const long: AuditRecord = { ...refusal('10.0.0.1'), outcome: 'done', personal: { text: 'x'.repeat(7_000) } };
    await Promise.all(Array.from({ length: 500 }, () => audit.append(long)));
    await audit.append(long);
    await steps((step) => step === 550);
    assert.deepEqual(done, [], 'a minute, so that a flood does not make it look all the time');
    const turn = setInterval(() => clock.advance(100), 1);
    await eventually(() => done.length > 0);
    clearInterval(turn);
    assert.deepEqual(done, ['alert tampering', 'revoke all']);
    await audit.close();
  });

  it('keeps what is about somebody under his key, also what is refused to others', async (t) => {
    const { audit } = await opened(t);
    const target = '/api/v1/auth/users/u1';
    await audit.append({ ...refusal('10.0.0.1'), target });
    const before = await entries(audit);
    assert.equal(before.at(-1)?.about, undefined, 'there is nobody of that name');
    await audit.append({ ...refusal('10.0.0.1'), actor: { subject: 'u1', role: 'editor', address: null } });
    await audit.append({ ...refusal('10.0.0.1'), target });
    const after = (await entries(audit)).at(-1);
    assert.equal(after?.about?.subject, audit.vault.pseudonym('u1'));
    await audit.close();
  });
});
