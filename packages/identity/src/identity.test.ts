/** Keys, sessions, users and sign-ins over a real file. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Principal, type Role, type Scope, SESSION_LIFE } from './index.ts';
import { OWNER } from './principal.ts';
import { permissionsOf } from './roles.ts';
import type { SignedIn } from './sign-in.ts';
import { CLIENT, createWorld, isError, OWNER_KEY, type World } from './test-world.ts';
import { digest } from './tokens.ts';
import { codeOf, stepAt } from './totp.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const DAY = 86_400_000;
const wish = (more: object = {}) => ({ name: 'robot', scopes: ['look', 'ask'] as Scope[], expiresAt: null, ...more });

async function userOf(role: Role): Promise<Principal> {
  const { id } = await world.identity.users.create(OWNER, { name: role, role, nostr: null });
  return { subject: id, role, permissions: permissionsOf(role), how: 'session', credential: null };
}

function tokenOf(signed: SignedIn): string {
  assert.equal(signed.kind, 'session');
  return (signed as { token: string }).token;
}

const start = (subject: string): Promise<string> =>
  world.identity.sessions.start({ subject, scopes: null, how: 'link', key: null, ...CLIENT });

describe('the owner key', () => {
  it('makes its bearer the owner, and nothing else does', () => {
    assert.equal(world.identity.bearer(OWNER_KEY), OWNER);
    for (const text of ['', OWNER_KEY.slice(1), `${OWNER_KEY} `, OWNER_KEY.toUpperCase(), digest(OWNER_KEY)])
      assert.equal(world.identity.bearer(text), null);
  });
});

describe('API keys', () => {
  it('may do what their scopes say, as far as their maker may', async () => {
    const editor = await userOf('editor');
    const { key } = await world.identity.keys.create(editor, wish({ scopes: ['contribute'] }));
    const principal = world.identity.bearer(key);
    assert.deepEqual([...(principal?.permissions ?? [])], ['public', 'contribute']);
    assert.equal(principal?.subject, editor.subject);
    assert.equal(principal?.how, 'api-key');
  });

  it('lose what their maker loses', async () => {
    const editor = await userOf('editor');
    const { key } = await world.identity.keys.create(editor, wish({ scopes: ['look', 'contribute'] }));
    await world.identity.changeUser(OWNER, editor.subject, { role: 'reader' });
    assert.deepEqual([...(world.identity.bearer(key)?.permissions ?? [])], ['public', 'look']);
    await world.identity.removeUser(OWNER, editor.subject);
    assert.equal(world.identity.bearer(key), null);
  });

  it('get no scope that their maker has not', async () => {
    const reader = await userOf('reader');
    await assert.rejects(world.identity.keys.create(reader, wish({ scopes: ['change'] })), isError('forbidden'));
    assert.deepEqual(world.identity.keys.list(null), []);
  });

  it('are told of when their maker loses something, and what was shown before is good no more', async () => {
    const editor = await userOf('editor');
    const { key, record } = await world.identity.keys.create(editor, wish());
    const shown = world.identity.bearer(key) as Principal;
    const told: string[] = [];
    world.identity.onRevoked((credential) => told.push(credential));
    await world.identity.changeUser(OWNER, editor.subject, { name: 'Ada' });
    assert.deepEqual(told, []);
    await world.identity.changeUser(OWNER, editor.subject, { role: 'reader' });
    assert.deepEqual([told, world.identity.isLive(shown)], [[record.id], true], 'it may do as much as before');
    await world.identity.changeUser(OWNER, editor.subject, { role: 'guest' });
    assert.equal(world.identity.isLive(shown), false);
    assert.equal(world.identity.isLive(world.identity.bearer(key) as Principal), true);
  });

  it('end at their time, on the millisecond', async () => {
    const { key } = await world.identity.keys.create(OWNER, wish({ expiresAt: world.clock.now() + DAY }));
    world.clock.advance(DAY - 1);
    assert.notEqual(world.identity.bearer(key), null);
    world.clock.advance(1);
    assert.equal(world.identity.bearer(key), null);
  });

  it('count no more once they are revoked, and whoever holds something open by them is told', async () => {
    const { key, record } = await world.identity.keys.create(OWNER, wish());
    const told: string[] = [];
    world.identity.onRevoked((credential) => told.push(credential));
    await world.identity.revokeKey(OWNER, record.id);
    assert.equal(world.identity.bearer(key), null);
    assert.deepEqual(told, [record.id]);
    await assert.rejects(world.identity.revokeKey(OWNER, record.id), isError('identity_not_found'));
  });

  it('are revoked by their maker and by who stands above him; others do not even learn that they exist', async () => {
    const [one, other, admin] = [await userOf('editor'), await userOf('editor'), await userOf('admin')];
    const make = async () => (await world.identity.keys.create(one, wish())).record.id;
    await assert.rejects(world.identity.revokeKey(other, await make()), isError('identity_not_found'));
    await world.identity.revokeKey(admin, await make());
    await world.identity.revokeKey(one, await make());
    const ofOwner = (await world.identity.keys.create(OWNER, wish())).record.id;
    await assert.rejects(world.identity.revokeKey(admin, ofOwner), isError('forbidden'));
  });

  it('are kept as hashes only, in a file that its owner alone can read', async () => {
    const { key } = await world.identity.keys.create(OWNER, wish());
    const text = await readFile(world.file, 'utf8');
    assert.ok(text.includes(digest(key)));
    assert.ok(!text.includes(key) && !text.includes(key.slice(18)));
    assert.equal((await stat(world.file)).mode & 0o777, 0o600);
  });

  it('outlive a start, with when they were used last', async () => {
    const { key, record } = await world.identity.keys.create(OWNER, wish());
    world.clock.advance(5_000);
    world.identity.bearer(key);
    await world.identity.close();
    const again = await world.reopen();
    assert.notEqual(again.bearer(key), null);
    const [kept] = again.keys.list(null);
    assert.equal(kept?.id, record.id);
    assert.equal(kept?.last_used_at, record.created_at + 5_000);
    assert.ok(!('hash' in (kept as object)));
  });
});

describe('sessions', () => {
  it('end half an hour after the last request', async () => {
    const token = await start('owner');
    world.clock.advance(SESSION_LIFE.idleMs - 1);
    assert.equal(world.identity.sessions.verify(token)?.role, 'owner');
    world.clock.advance(SESSION_LIFE.idleMs - 1);
    assert.notEqual(world.identity.sessions.verify(token), null);
    world.clock.advance(SESSION_LIFE.idleMs);
    assert.equal(world.identity.sessions.verify(token), null);
  });

  it('end after twelve hours in any case', async () => {
    const token = await start('owner');
    const step = SESSION_LIFE.idleMs / 2;
    for (let passed = step; passed < SESSION_LIFE.absoluteMs; passed += step) {
      world.clock.advance(step);
      assert.notEqual(world.identity.sessions.verify(token), null, `${passed}`);
    }
    world.clock.advance(step);
    assert.equal(world.identity.sessions.verify(token), null);
  });

  it('are wrong when any letter of theirs is another one', async () => {
    const token = await start('owner');
    for (const wrong of [`${token}a`, token.slice(1), token.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a'))])
      assert.equal(world.identity.sessions.verify(wrong), null);
    assert.equal(world.identity.bearer(token), null);
  });

  it('of everybody end together, for good, and the end of each is told', async () => {
    const ada = await world.identity.users.create(OWNER, { name: 'Ada', role: 'editor', nostr: null });
    const tokens = [await start('owner'), await start('owner'), await start(ada.id)];
    const { key } = await world.identity.keys.create(OWNER, wish());
    await world.identity.sessions.endEverybodys('server');
    await world.identity.close();
    for (const one of [world.identity, await world.reopen()]) {
      for (const token of tokens) assert.equal(one.sessions.verify(token), null);
      assert.notEqual(one.bearer(key), null, 'a key is no session');
    }
    const told = world.events.filter(({ type }) => type === 'session_revoked');
    assert.equal(told.length, 3);
    assert.ok(told.every((event) => 'by' in event && event.by === 'server'));
  });

  it('get a new secret when they are rotated, and the old one is void', async () => {
    const token = await start('owner');
    const [old] = world.identity.sessions.list('owner');
    world.clock.advance(60_000);
    const fresh = await world.identity.sessions.rotate(old?.id ?? '');
    assert.equal(world.identity.sessions.verify(token), null);
    assert.notEqual(world.identity.sessions.verify(fresh ?? ''), null);
    const [kept] = world.identity.sessions.list('owner');
    assert.equal(kept?.created_at, old?.created_at, 'the end stays where it was');
    assert.notEqual(kept?.id, old?.id);
  });

  it('of one user are twenty at most: the one that was used least lately ends', async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 20; i++) {
      tokens.push(await start('owner'));
      world.clock.advance(1);
    }
    world.identity.sessions.verify(tokens[0] as string);
    world.clock.advance(1);
    await start('owner');
    assert.equal(world.identity.sessions.list('owner').length, 20);
    assert.notEqual(world.identity.sessions.verify(tokens[0] as string), null);
    assert.equal(world.identity.sessions.verify(tokens[1] as string), null);
  });

  it('end with a change of role, and all of them when the user goes', async () => {
    const editor = await userOf('editor');
    const before = await start(editor.subject);
    await world.identity.changeUser(OWNER, editor.subject, { name: 'New name' });
    assert.notEqual(world.identity.sessions.verify(before), null, 'a name is no privilege');
    await world.identity.changeUser(OWNER, editor.subject, { role: 'admin' });
    assert.equal(world.identity.sessions.verify(before), null);
    const after = await start(editor.subject);
    await world.identity.removeUser(OWNER, editor.subject);
    assert.equal(world.identity.sessions.verify(after), null);
  });

  it('hold no control characters of what a browser calls itself', async () => {
    await world.identity.sessions.start({
      subject: 'owner',
      scopes: null,
      how: 'link',
      key: null,
      address: 'a',
      agent: '\u001b[31m\nx'.padEnd(500, 'y'),
    });
    const [session] = world.identity.sessions.list('owner');
    assert.match(session?.agent ?? '', /^[\x20-\x7e]{200}$/);
  });
});

describe('users', () => {
  it('of no role above or beside one are made, changed or removed by him', async () => {
    const [admin, other, editor] = [await userOf('admin'), await userOf('admin'), await userOf('editor')];
    const { users } = world.identity;
    for (const role of ['admin', 'owner'] as const)
      await assert.rejects(users.create(admin, { name: 'x', role, nostr: null }), isError('forbidden'));
    await assert.rejects(users.change(admin, other.subject, { name: 'x' }), isError('forbidden'));
    await assert.rejects(users.remove(admin, other.subject), isError('forbidden'));
    await assert.rejects(users.change(admin, editor.subject, { role: 'admin' }), isError('forbidden'));
    await assert.rejects(users.change(admin, admin.subject, { role: 'owner' }), isError('forbidden'));
    await assert.rejects(users.create(editor, { name: 'x', role: 'guest', nostr: null }), isError('forbidden'));
    assert.equal((await users.change(admin, editor.subject, { role: 'reader' })).user.role, 'reader');
  });

  it('keep the owner as he is', async () => {
    await assert.rejects(world.identity.users.change(OWNER, 'owner', { role: 'reader' }), isError('identity_conflict'));
    await assert.rejects(world.identity.users.remove(OWNER, 'owner'), isError('identity_conflict'));
  });

  it('share no public key', async () => {
    const nostr = digest('key');
    await world.identity.users.create(OWNER, { name: 'a', role: 'reader', nostr });
    await assert.rejects(
      world.identity.users.create(OWNER, { name: 'b', role: 'reader', nostr }),
      isError('identity_conflict'),
    );
  });
});

describe('owner links', () => {
  it('open a session of the owner once', async () => {
    const { token } = world.identity.signIn.createLink('owner');
    const session = tokenOf(await world.identity.signIn.withLink(token, CLIENT));
    assert.equal(world.identity.sessions.verify(session)?.role, 'owner');
    await assert.rejects(world.identity.signIn.withLink(token, CLIENT), isError('sign_in_refused'));
    assert.deepEqual(world.events.at(-1), { type: 'sign_in_refused', how: 'link', subject: null });
  });

  it('are good for ten minutes', async () => {
    const { token, expiresInMs } = world.identity.signIn.createLink('owner');
    assert.equal(expiresInMs, 600_000);
    world.clock.advance(expiresInMs);
    await assert.rejects(world.identity.signIn.withLink(token, CLIENT), isError('sign_in_refused'));
  });
});

describe('keys as a way in', () => {
  it('open a session that may do what the key may', async () => {
    const { key } = await world.identity.keys.create(OWNER, wish({ scopes: ['look'] }));
    const principal = world.identity.bearer(key) as Principal;
    const session = tokenOf(await world.identity.signIn.withKey(principal, CLIENT));
    assert.deepEqual([...(world.identity.sessions.verify(session)?.permissions ?? [])], ['public', 'look']);
  });

  it('end with the key that began them, whether it is revoked or over', async () => {
    const begin = async (more: object) => {
      const { key, record } = await world.identity.keys.create(OWNER, wish(more));
      const token = tokenOf(await world.identity.signIn.withKey(world.identity.bearer(key) as Principal, CLIENT));
      assert.notEqual(world.identity.sessions.verify(token), null);
      return { token, id: record.id };
    };
    const revoked = await begin({});
    const told: string[] = [];
    world.identity.onRevoked((credential) => told.push(credential));
    await world.identity.revokeKey(OWNER, revoked.id);
    assert.equal(world.identity.sessions.verify(revoked.token), null);
    assert.equal(told.length, 2, 'the session and the key');
    const over = await begin({ expiresAt: world.clock.now() + 60_000 });
    world.clock.advance(60_000);
    assert.equal(world.identity.sessions.verify(over.token), null);
  });

  it('are needed: no session comes of none, and none of a session', async () => {
    const session = world.identity.sessions.verify(await start('owner')) as Principal;
    await assert.rejects(world.identity.signIn.withKey(session, CLIENT), isError('sign_in_refused'));
  });
});

describe('the second factor', () => {
  const secretOf = (base32: string): Buffer => {
    const bits = Array.from(base32, (letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  };
  let secret: Buffer;
  let recovery: readonly string[];
  const owner = () => world.identity.users.require('owner');
  const code = (away = 0): string => codeOf(secret, stepAt(world.clock.now()) + away);
  const half = async (): Promise<string> => {
    const { token } = world.identity.signIn.createLink('owner');
    const signed = await world.identity.signIn.withLink(token, CLIENT);
    assert.equal(signed.kind, 'second_factor');
    return (signed as { ticket: string }).ticket;
  };
  beforeEach(async () => {
    secret = secretOf(world.identity.secondFactor.enrol(owner()).secret);
    recovery = await world.identity.secondFactor.confirm(owner(), code());
    world.clock.advance(60_000);
  });

  it('is asked for at every sign-in, and completes it once', async () => {
    const ticket = await half();
    const session = tokenOf(await world.identity.signIn.withSecondFactor(ticket, code()));
    assert.equal(world.identity.sessions.verify(session)?.role, 'owner');
    world.clock.advance(30_000);
    await assert.rejects(world.identity.signIn.withSecondFactor(ticket, code()), isError('sign_in_refused'));
  });

  it('takes each code once, also in another sign-in', async () => {
    const used = code();
    await world.identity.signIn.withSecondFactor(await half(), used);
    await assert.rejects(world.identity.signIn.withSecondFactor(await half(), used), isError('second_factor_refused'));
    await assert.rejects(
      world.identity.signIn.withSecondFactor(await half(), code(-1)),
      isError('second_factor_refused'),
    );
  });

  it('takes each recovery code once', async () => {
    assert.equal(recovery.length, 10);
    assert.match(recovery[0] as string, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    await world.identity.signIn.withSecondFactor(await half(), (recovery[0] as string).toUpperCase());
    await assert.rejects(
      world.identity.signIn.withSecondFactor(await half(), recovery[0] as string),
      isError('second_factor_refused'),
    );
    await world.identity.signIn.withSecondFactor(await half(), recovery[1] as string);
    assert.ok(!(await readFile(world.file, 'utf8')).includes(recovery[2] as string));
    assert.deepEqual(world.identity.secondFactor.view(owner()), { enrolled: true, recovery_codes_left: 8 });
  });

  it('is locked after ten wrong codes, for a right one too, also after a start', async () => {
    const ticket = await half();
    for (let i = 0; i < 9; i++)
      await assert.rejects(world.identity.signIn.withSecondFactor(ticket, '000000x'), isError('second_factor_refused'));
    await assert.rejects(world.identity.signIn.withSecondFactor(ticket, '000000x'), isError('second_factor_locked'));
    await assert.rejects(world.identity.signIn.withSecondFactor(await half(), code()), isError('second_factor_locked'));
    await assert.rejects(
      world.identity.signIn.withSecondFactor(await half(), recovery[0] as string),
      isError('second_factor_locked'),
    );
    const again = await world.reopen();
    await assert.rejects(
      again.secondFactor.check(again.users.require('owner'), code()),
      isError('second_factor_locked'),
    );
    world.clock.advance(15 * 60_000);
    tokenOf(await world.identity.signIn.withSecondFactor(await half(), code()));
    assert.equal(owner().second_factor?.failures, 0);
  });

  it('is not asked of the owner key, which is above it', async () => {
    tokenOf(await world.identity.signIn.withKey(OWNER, CLIENT));
  });

  it('is taken away by who stands above, and then is asked for no more', async () => {
    const admin = await userOf('admin');
    await assert.rejects(world.identity.removeSecondFactor(admin, 'owner'), isError('forbidden'));
    await world.identity.removeSecondFactor(OWNER, 'owner');
    tokenOf(await world.identity.signIn.withLink(world.identity.signIn.createLink('owner').token, CLIENT));
  });

  it('is not in use before a code of it was shown', async () => {
    const { subject } = await userOf('reader');
    const user = world.identity.users.require(subject);
    world.identity.secondFactor.enrol(user);
    await assert.rejects(world.identity.secondFactor.confirm(user, '000000'), isError('second_factor_refused'));
    assert.equal(world.identity.users.require(subject).second_factor, null);
  });
});

describe('tickets', () => {
  it('are good once, for half a minute', () => {
    const { tickets } = world.identity;
    const used = tickets.create(OWNER);
    assert.equal(tickets.redeem(used), OWNER);
    assert.equal(tickets.redeem(used), null);
    const late = tickets.create(OWNER);
    world.clock.advance(30_000);
    assert.equal(tickets.redeem(late), null);
    assert.equal(tickets.redeem('vft_x'), null);
  });
});

describe('the file', () => {
  it('that holds something else is not replaced', async () => {
    await world.identity.keys.create(OWNER, wish());
    for (const text of [
      '{',
      '{}',
      '{"version":2,"users":[],"keys":[],"sessions":[]}',
      '{"version":1,"users":[{"id":"owner"}],"keys":[],"sessions":[]}',
    ]) {
      await writeFile(world.file, text);
      await assert.rejects(world.reopen(), /does not hold what it should/);
      assert.equal(await readFile(world.file, 'utf8'), text);
    }
  });

  it('that cannot be written lets nothing of a user who is removed go on', async () => {
    const editor = await userOf('editor');
    const { key, record } = await world.identity.keys.create(editor, wish());
    const session = await start(editor.subject);
    const id = world.identity.sessions.verify(session)?.credential;
    const told: string[] = [];
    world.identity.onRevoked((credential) => told.push(credential));
    await world.close();
    await assert.rejects(world.identity.removeUser(editor, editor.subject), isError('forbidden'));
    assert.deepEqual(told, []);
    await assert.rejects(world.identity.removeUser(OWNER, editor.subject), isError('identity_unavailable'));
    assert.deepEqual(new Set(told), new Set([record.id, id]));
    assert.deepEqual([world.identity.bearer(key), world.identity.sessions.verify(session)], [null, null]);
    assert.deepEqual(world.identity.keys.list(null), []);
  });

  it('that cannot be written lets nothing be made, and takes away what was to be taken away', async () => {
    const { key, record } = await world.identity.keys.create(OWNER, wish());
    await world.close();
    await assert.rejects(world.identity.keys.create(OWNER, wish()), isError('identity_unavailable'));
    assert.equal(world.identity.keys.list(null).length, 1);
    await assert.rejects(world.identity.revokeKey(OWNER, record.id), isError('identity_unavailable'));
    assert.equal(world.identity.bearer(key), null);
  });

  it('has every change that was acknowledged, however many come at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, i) => world.identity.keys.create(OWNER, wish({ name: `k${i}` }))),
    );
    const again = await world.reopen();
    for (const { key } of made) assert.notEqual(again.bearer(key), null);
  });
});
