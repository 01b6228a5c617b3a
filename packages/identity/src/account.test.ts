import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountOf } from './account.ts';
import { ANONYMOUS, GUEST, OWNER, type Principal } from './principal.ts';

const somebody = (change: Partial<Principal>): Principal => ({ ...OWNER, ...change });

describe('accounts', () => {
  it('are of a user, whatever he shows, so that keys that he makes give him nothing more', () => {
    const how = ['session', 'api-key'] as const;
    const accounts = how.flatMap((one) =>
      ['a', 'b'].map((credential) => accountOf(somebody({ how: one, subject: 'ada', credential }))),
    );
    accounts.push(accountOf(somebody({ how: 'session', subject: 'ada', credential: 'c', key: 'a' })));
    assert.deepEqual(new Set(accounts), new Set(['user:ada']));
  });

  it('are of each key that the owner made, with the sessions that it began', () => {
    assert.equal(accountOf(somebody({ how: 'api-key', credential: 'a' })), 'key:a');
    assert.equal(accountOf(somebody({ how: 'session', credential: 's', key: 'a' })), 'key:a');
    assert.equal(accountOf(somebody({ how: 'api-key', credential: 'b' })), 'key:b');
  });

  it('are of a service, by its name', () => {
    assert.equal(accountOf(somebody({ how: 'service', subject: 'service:owner', credential: 'kid' })), 'service:owner');
  });

  it('are none of the owner himself, and of nobody in particular', () => {
    for (const principal of [OWNER, ANONYMOUS, GUEST, somebody({ how: 'session', credential: 's' })])
      assert.equal(accountOf(principal), null);
  });
});
