import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANONYMOUS, GUEST, type IdentityEvent, OWNER, type Principal } from '@vortexflow/identity';
import { actorOf } from './actor.ts';
import { identityEvents } from './identity-events.ts';
import type { AuditRecord } from './sink.ts';

function told(event: IdentityEvent): { appended: AuditRecord[]; noted: AuditRecord[] } {
  const appended: AuditRecord[] = [];
  const noted: AuditRecord[] = [];
  const tell = identityEvents({
    append: (record) => {
      appended.push(record);
      return Promise.reject(new Error('the disk is full'));
    },
    note: (record) => void noted.push(record),
  });
  tell(event);
  return { appended, noted };
}

describe('what happens to users, keys and sessions', () => {
  it('is told with who did it, to what, and whose that is', () => {
    const { appended } = told({ type: 'session_revoked', subject: 'u1', credential: 'c1', by: 'owner' });
    assert.deepEqual(appended, [
      {
        action: 'identity.session_revoked',
        outcome: 'noted',
        actor: { subject: 'owner', role: null, address: null },
        of: 'u1',
        target: 'c1',
        detail: {},
      },
    ]);
    const [created] = told({ type: 'key_created', subject: 'u1', credential: 'c1', scopes: ['look', 'ask'] }).appended;
    assert.deepEqual(
      [created?.actor.subject, created?.detail, created?.personal],
      ['u1', { scopes: 'look,ask' }, undefined],
    );
    const [ended] = told({ type: 'session_revoked', subject: 'u1', credential: 'c1', by: 'server' }).appended;
    assert.equal(ended?.actor.role, 'server');
  });

  it('is written behind and bounded where anybody can make it happen, and not at all where the refusal says it', () => {
    const { appended, noted } = told({ type: 'second_factor_refused', subject: 'u1', failures: 3 });
    assert.deepEqual([appended.length, noted[0]?.outcome, noted[0]?.detail], [0, 'refused', { failures: 3 }]);
    const nothing = told({ type: 'sign_in_refused', how: 'link', subject: null });
    assert.deepEqual([nothing.appended, nothing.noted], [[], []]);
  });
});

describe('who is calling', () => {
  it('is a subject once he has shown something, else an address', () => {
    const ada: Principal = { ...OWNER, subject: 'u1', role: 'editor', how: 'session', credential: 'c1' };
    assert.deepEqual(actorOf(ada, '192.0.2.7'), { subject: 'u1', role: 'editor', address: '192.0.2.7' });
    assert.deepEqual(actorOf(GUEST, '192.0.2.7').subject, 'address:192.0.2.7');
    assert.deepEqual(actorOf(ANONYMOUS, '127.0.0.1'), {
      subject: 'address:127.0.0.1',
      role: 'reader',
      address: '127.0.0.1',
    });
    assert.deepEqual(actorOf(null, ''), { subject: 'address:unknown', role: 'stranger', address: null });
  });
});
