import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { IncidentWatch } from './incidents.ts';

function watch() {
  const done: string[] = [];
  const clock = new VirtualClock();
  const actions = {
    revoke: (subject: string) => void done.push(`revoke ${subject}`),
    revokeAll: () => void done.push('revoke all'),
    lock: (address: string, ms: number) => void done.push(`lock ${address} ${ms}`),
    alert: (rule: string) => void done.push(`alert ${rule}`),
  };
  return {
    done,
    clock,
    watch: new IncidentWatch(clock, actions, { failures: 3, windowMs: 1_000, lockMs: 5_000, moveMs: 2_000 }),
  };
}

describe('incidents', () => {
  it('locks an address that fails too often within the window, once', () => {
    const { done, watch: it } = watch();
    for (let i = 0; i < 10; i++) it.failed('1.2.3.4', null);
    assert.deepEqual(done, ['alert failures_by_address', 'lock 1.2.3.4 5000']);
  });

  it('lets those be that fail now and then, or each a little', () => {
    const { done, clock, watch: it } = watch();
    for (let i = 0; i < 20; i++) {
      it.failed('1.2.3.4', null);
      clock.advance(600);
    }
    for (let i = 0; i < 200; i++) it.failed(`10.0.0.${i}`, null);
    assert.deepEqual(done, []);
  });

  it('tells again when the lock is over', () => {
    const { done, clock, watch: it } = watch();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 3; i++) it.failed('1.2.3.4', null);
      clock.advance(5_000);
    }
    assert.equal(done.filter((one) => one.startsWith('lock')).length, 2);
  });

  it('sees one subject attacked from many addresses, and locks nobody out for it', () => {
    const { done, watch: it } = watch();
    for (let i = 0; i < 3; i++) it.failed(`10.0.0.${i}`, 'alice');
    assert.deepEqual(done, ['alert failures_by_subject']);
  });

  it('ends the sessions of a subject whose session is in two places at once', () => {
    const { done, clock, watch: it } = watch();
    for (const [address, ms] of [
      ['1.1.1.1', 1_999],
      ['1.1.1.1', 500],
      ['2.2.2.2', 1_000],
      ['2.2.2.2', 499],
    ] as const) {
      it.used('session', 'alice', address);
      clock.advance(ms);
    }
    assert.deepEqual(done, []);
    it.used('session', 'alice', '1.1.1.1');
    assert.deepEqual(done, ['alert session_moved', 'revoke alice']);
  });

  it('lets a session move to another network, and back later', () => {
    const { done, clock, watch: it } = watch();
    for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3']) it.used('session', 'alice', address);
    clock.advance(1_000);
    it.used('session', 'alice', '2001:db8:0:1');
    it.used('session', 'alice', '2001:db8:0:2');
    clock.advance(2_000);
    for (const address of ['2.2.2.2', '2001:db8:0:1']) it.used('session', 'alice', address);
    assert.deepEqual(done, []);
  });

  it('lets a browser use both versions of IP at once', () => {
    const { done, watch: it } = watch();
    for (let i = 0; i < 10; i++) it.used('session', 'alice', i % 2 === 0 ? '1.1.1.1' : '2001:db8:0:1');
    assert.deepEqual(done, []);
    for (const address of ['2001:db8:0:2', '2001:db8:0:1']) it.used('session', 'alice', address);
    assert.deepEqual(done, ['alert session_moved', 'revoke alice']);
  });

  it('watches a bounded number', () => {
    const { done, watch: it } = watch();
    for (let i = 0; i < 2; i++) it.failed('victim', null);
    for (let i = 0; i < 10_000; i++) it.failed(`other ${i}`, null);
    it.failed('victim', null);
    assert.deepEqual(done, []);
  });

  it('tells of tampering, and ends all sessions', () => {
    const { done, watch: it } = watch();
    it.tampered('entry 5');
    assert.deepEqual(done, ['alert tampering', 'revoke all']);
  });

  it('tells again of tampering that is still there, and ends sessions for what is new', () => {
    const { done, clock, watch: it } = watch();
    it.tampered('entry 5');
    clock.advance(5_000);
    it.tampered('entry 5');
    it.tampered('entry 4');
    assert.deepEqual(done, ['alert tampering', 'revoke all', 'alert tampering', 'revoke all']);
  });
});
