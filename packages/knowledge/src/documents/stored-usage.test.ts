import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodedError } from '@vortexflow/primitives';
import fc from 'fast-check';
import { StoredUsage } from './stored-usage.ts';

const document = (id: string, text = '') => ({ id, title: '', text });
const quota = (documents: number, bytes = 0) => ({ documents, bytes });

function refused(run: () => unknown, name: string): void {
  assert.throws(run, (failure) => {
    assert.ok(failure instanceof CodedError, String(failure));
    assert.deepEqual([failure.code, failure.definition.status], ['storage_quota_exceeded', 413]);
    assert.equal(failure.details?.['quota'], name);
    return true;
  });
}

describe('what accounts have stored', () => {
  it('is what the documents on them come to, whatever is put, replaced and removed by whom', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      text: fc.string({ unit: 'binary', maxLength: 20 }),
      account: fc.constantFrom('user:1', 'user:2', null),
      isRemoval: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const usage = new StoredUsage();
        const model = new Map<string, { account: string | null; bytes: number }>();
        for (const { id, text, account, isRemoval } of steps) {
          if (isRemoval) usage.remove(id);
          else usage.put(document(id, text), account);
          if (isRemoval) model.delete(id);
          else model.set(id, { account, bytes: Buffer.byteLength(text) });
          for (const name of ['user:1', 'user:2']) {
            const own = [...model.values()].filter((one) => one.account === name);
            const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
            assert.deepEqual(usage.of(name), { documents: own.length, bytes });
          }
        }
      }),
    );
  });

  it('counts titles and texts as UTF-8', () => {
    const usage = new StoredUsage();
    usage.put({ id: 'a', title: 'ä', text: '\u{1f30d}' }, 'user:1');
    assert.deepEqual(usage.of('user:1'), { documents: 1, bytes: 6 });
  });

  it('may grow up to the quota, what is on its way included, and not beyond', () => {
    const usage = new StoredUsage();
    const by = { account: 'user:1', quota: quota(3) };
    const release = usage.reserve([document('a'), document('b')], by);
    refused(() => usage.reserve([document('c'), document('d')], by), 'documents');
    usage.reserve([document('c')], by)();
    for (const id of ['a', 'b']) usage.put(document(id), 'user:1');
    release();
    // A second time it gives nothing back.
    release();
    usage.reserve([document('a'), document('b'), document('c')], by)();
    refused(() => usage.reserve([document('a'), document('c'), document('d')], by), 'documents');
    usage.remove('a');
    usage.reserve([document('c'), document('d')], by)();
    usage.reserve(
      ['c', 'd', 'e'].map((id) => document(id)),
      { account: 'user:2', quota: quota(3) },
    )();
  });

  it('has a quota of bytes, which a replacement with less keeps to, also when it is lower than what is there', () => {
    const usage = new StoredUsage();
    usage.put(document('a', 'x'.repeat(100)), 'user:1');
    const by = { account: 'user:1', quota: quota(0, 50) };
    usage.reserve([document('a', 'x'.repeat(90))], by)();
    usage.reserve([document('a', 'x'.repeat(100))], by)();
    refused(() => usage.reserve([document('a', 'x'.repeat(101))], by), 'bytes');
    refused(() => usage.reserve([document('b', 'x')], by), 'bytes');
    usage.reserve([document('b', '')], by)();
  });

  it('counts a document of somebody else that he replaces as his from then on', () => {
    const usage = new StoredUsage();
    usage.put(document('a'), 'user:2');
    refused(() => usage.reserve([document('a'), document('b')], { account: 'user:1', quota: quota(1) }), 'documents');
    usage.put(document('a'), 'user:1');
    assert.deepEqual([usage.of('user:1').documents, usage.of('user:2').documents], [1, 0]);
  });
});
