/** Whose key what stands under, and what is left when one of the two is forgotten. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type AuditEntry, SubjectVault } from '@vortexflow/audit';
import fc from 'fast-check';
import { concerns, openedEntry } from './privacy.ts';
import { sealedEvent } from './sealed-event.ts';
import type { AuditRecord } from './sink.ts';

let folder: string;
let vault: SubjectVault;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vortexflow-sealed-'));
  vault = await SubjectVault.open(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

const PLACE = { seq: 0, time: '2026-11-27T00:00:00.000Z', prev: '', hash: '' };
const entryOf = async (record: AuditRecord): Promise<AuditEntry> =>
  JSON.parse(JSON.stringify({ ...PLACE, ...(await sealedEvent(record, vault)) })) as AuditEntry;
const recordOf = (by: string, of: string | null, target: string): AuditRecord => ({
  action: 'auth.user_change',
  outcome: 'done',
  actor: { subject: by, role: 'admin', address: '192.0.2.7' },
  of,
  target,
});

const NUMBER = { numRuns: 25 };
/** Two who are not the same, and a target that names the second. */
const two = fc
  .tuple(fc.uuid(), fc.uuid())
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => [a, b, `/api/v1/auth/users/${b}`] as const);

describe('an event about somebody', () => {
  it('is whole for who has both keys, and gives no name away without them', () =>
    fc.assert(
      fc.asyncProperty(two, async ([by, of, target]) => {
        const entry = await entryOf(recordOf(by, of, target));
        assert.deepEqual(openedEntry(entry, vault).personal, { name: by, address: '192.0.2.7', of, target });
        const text = JSON.stringify(entry);
        assert.ok(!text.includes(by) && !text.includes(of));
        for (const name of [by, of]) assert.ok(concerns(entry, vault.pseudonym(name) as string));
        assert.ok(!concerns(entry, 'somebody else'));
      }),
      NUMBER,
    ));

  it('tells each of the two what is his, and nothing of the other', () =>
    fc.assert(
      fc.asyncProperty(two, async ([by, of, target]) => {
        const entry = await entryOf(recordOf(by, of, target));
        const told = (name: string) => openedEntry(entry, vault, vault.pseudonym(name)).personal;
        assert.deepEqual(told(by), { name: by, address: '192.0.2.7' });
        assert.deepEqual(told(of), { of, target });
      }),
      NUMBER,
    ));

  it('keeps what is of the one when the other is forgotten', () =>
    fc.assert(
      fc.asyncProperty(two, fc.boolean(), async ([by, of, target], isActor) => {
        const entry = await entryOf(recordOf(by, of, target));
        await vault.erase(isActor ? by : of);
        const left = isActor ? { of, target } : { name: by, address: '192.0.2.7' };
        for (const one of [vault, await SubjectVault.open(folder)])
          assert.deepEqual(openedEntry(entry, one).personal, left);
      }),
      NUMBER,
    ));

  it('cannot be found again by who guesses the path, once he is forgotten', async () => {
    for (const name of ['guessed', 'by himself']) {
      const guess = `/api/v1/auth/users/${name}`;
      const { target } = await entryOf(recordOf('by himself', name, guess));
      const again = await entryOf(recordOf('by himself', name, guess));
      assert.equal(again.target, target, 'until then it is the same each time');
      await vault.erase(name);
      assert.notEqual(vault.pseudonymOfThing(guess), target);
      assert.notEqual((await entryOf(recordOf('by himself', name, guess))).target, target);
    }
  });

  it('by himself, or about nobody, is under one key', async () => {
    for (const whom of ['alone', null]) {
      const entry = await entryOf(recordOf('alone', whom, '/x'));
      assert.equal(entry.about, undefined);
      assert.deepEqual(openedEntry(entry, vault).personal, { name: 'alone', address: '192.0.2.7', target: '/x' });
    }
  });

  it('of an earlier version is read as it was written', async () => {
    const personal = { name: 'earlier', address: null, target: 'c1', of: 'u1' };
    const { subject, sealed } = await vault.seal('earlier', personal);
    const entry = { ...PLACE, action: 'identity.key_revoked', outcome: 'noted', subject, sealed } as AuditEntry;
    const opened = openedEntry(entry, vault);
    assert.deepEqual([opened.personal, 'about' in opened], [personal, false]);
  });
});
