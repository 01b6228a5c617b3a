/** What the log is told of the configuration: one entry a version, with names of settings and never a value. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { asOwner, openTestConfiguration } from '../config/test-configuration.ts';
import { configurationEvents } from './configuration-events.ts';
import { type AuditRecord, SERVER_ITSELF } from './sink.ts';

async function opened(context: TestContext) {
  const told: AuditRecord[] = [];
  const state = { isFull: false };
  const append = (record: AuditRecord): Promise<void> => {
    if (state.isFull) return Promise.reject(new Error('the disk is full'));
    told.push(record);
    return Promise.resolve();
  };
  const test = await openTestConfiguration(context, { tell: configurationEvents({ append }) });
  return { test, told, state };
}

const detailsOf = (told: readonly AuditRecord[]): unknown[] =>
  told.map(({ outcome, detail }) => [outcome, detail?.['version'], detail?.['source'], detail?.['settings']]);

describe('versions of the configuration in the log', () => {
  it('are one entry each, by whom and for which request, whatever has brought them', async (context) => {
    const { test, told } = await opened(context);
    const order = { ...asOwner(), author: 'u1', role: 'admin', request: 'r1' };
    const changed = await test.configuration.change({ set: { log_level: 'warn' }, ...order });
    await test.write('timeout_ms: 2000\nmin_confidence: 0.5\n');
    await test.pass();
    const back = await test.configuration.rollback({ version: 1, ...asOwner(null), request: 'r2' });
    assert.deepEqual(told[0]?.detail?.['source'], 'start');
    assert.ok(String(told[0]?.detail?.['settings']).split(',').includes('timeout_ms'));
    assert.deepEqual(detailsOf(told.slice(1)), [
      ['noted', 2, 'api', 'log_level'],
      ['noted', 3, 'file', 'min_confidence,timeout_ms'],
      ['noted', 4, 'rollback', 'log_level,min_confidence,timeout_ms'],
    ]);
    assert.deepEqual([told[1]?.detail?.['hash'], told[3]?.detail?.['hash']], [changed.hash, back.hash]);
    assert.equal(told[3]?.detail?.['restored'], 1);
    assert.deepEqual(
      told.map(({ request }) => request),
      [undefined, 'r1', undefined, 'r2'],
    );
    assert.deepEqual(told[1]?.actor, { subject: 'u1', role: 'admin', address: null });
    for (const i of [0, 2]) assert.deepEqual(told[i]?.actor, SERVER_ITSELF);
  });

  it('are told at a start when something is different, and only then', async (context) => {
    const { test, told } = await opened(context);
    const again = await test.restart();
    assert.equal(told.length, 1);
    await again.configuration.stop();
    await again.write('timeout_ms: 3000\n');
    await again.restart();
    assert.deepEqual(detailsOf(told).at(-1), ['noted', 2, 'start', 'timeout_ms']);
    assert.equal(told.length, 2);
  });

  it('do not come into force when the log cannot be written; a file is taken when it can', async (context) => {
    const { test, told, state } = await opened(context);
    state.isFull = true;
    await assert.rejects(test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() }), {
      code: 'config_unwritable',
    });
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    assert.deepEqual([test.configuration.live.current.values.timeoutMs, test.outcomes], [1000, ['failed']]);
    state.isFull = false;
    await test.pass(3_000);
    assert.equal(test.configuration.live.current.values.timeoutMs, 2000);
    assert.deepEqual(detailsOf(told).slice(1), [['noted', 2, 'file', 'timeout_ms']]);
  });

  it('that could not be kept are said to have failed, once, however often it is tried', async (context) => {
    const { test, told } = await opened(context);
    await rm(test.history);
    await mkdir(test.history);
    await test.write('timeout_ms: 2000\n');
    await test.pass(9_000);
    assert.ok(test.outcomes.length > 2, test.outcomes.join());
    await rm(test.history, { recursive: true });
    await test.pass(3_000);
    assert.equal(test.configuration.live.current.values.timeoutMs, 2000);
    assert.deepEqual(
      told.slice(1).map(({ outcome, detail }) => [outcome, detail?.['version']]),
      [
        ['noted', 2],
        ['failed', 2],
        ['noted', 2],
      ],
    );
  });

  it('never tell a value', (context) =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 100_000, max: 999_999 }), fc.boolean(), async (value, isFile) => {
        const { test, told } = await opened(context);
        if (isFile) {
          await test.write(`max_connections: ${value}\n`);
          await test.pass();
        } else await test.configuration.change({ set: { max_connections: value }, ...asOwner() });
        const { hash, ...detail } = told.at(-1)?.detail ?? {};
        assert.match(String(hash), /^[0-9a-f]{64}$/);
        assert.ok(!JSON.stringify([...told.slice(0, -1), detail]).includes(String(value)));
        assert.match(String(detail['settings']), /max_connections/);
      }),
      { numRuns: 8 },
    ));
});
