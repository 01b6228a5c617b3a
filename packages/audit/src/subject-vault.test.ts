import assert from 'node:assert/strict';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SubjectVault } from './subject-vault.ts';
import { testFolder } from './test-log.ts';

describe('subject vault', () => {
  it('gives back what was sealed, to the subject it was sealed for, also after it was opened anew', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.string()), async (name, personal) => {
        const plain = JSON.parse(JSON.stringify({ ...personal })) as Record<string, string>;
        const { subject, sealed } = await vault.seal(name, plain);
        assert.deepEqual(vault.unseal(subject, sealed as string), plain);
        assert.equal(vault.pseudonym(name), subject);
        assert.ok(!subject.includes(name) || name.length < 8);
      }),
      { numRuns: 30 },
    );
    const { subject, sealed } = await vault.seal('alice', { name: 'alice' });
    const again = await SubjectVault.open(folder);
    assert.deepEqual(again.unseal(subject, sealed as string), { name: 'alice' });
    assert.equal(again.size, vault.size);
    assert.equal(again.pseudonymOfThing('/x'), vault.pseudonymOfThing('/x'));
    assert.notEqual(vault.pseudonymOfThing('/x'), vault.pseudonymOfThing('/y'));
  });

  it('gives nothing back for another subject, or for a ciphertext that was changed', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    const alice = await vault.seal('alice', { name: 'alice' });
    const bob = await vault.seal('bob', { name: 'bob' });
    assert.notEqual(alice.subject, bob.subject);
    assert.equal(vault.unseal(bob.subject, alice.sealed as string), null);
    const bytes = Buffer.from(alice.sealed as string, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] as number) ^ 1;
      assert.equal(vault.unseal(alice.subject, changed.toString('base64url')), null, `byte ${i}`);
    }
    assert.equal(vault.unseal(alice.subject, ''), null);
    assert.equal(vault.unseal('nobody', alice.sealed as string), null);
  });

  it('forgets a subject for good, and no other; who comes again is somebody else', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    const alice = await vault.seal('alice', { name: 'alice' });
    const bob = await vault.seal('bob', { name: 'bob' });
    const before = await readFile(join(folder, 'subjects.jsonl'), 'utf8');
    assert.equal(await vault.erase('alice'), alice.subject);
    assert.equal(await vault.erase('alice'), null);
    for (const one of [vault, await SubjectVault.open(folder)]) {
      assert.equal(one.unseal(alice.subject, alice.sealed as string), null);
      assert.equal(one.pseudonym('alice'), null);
      assert.deepEqual(one.unseal(bob.subject, bob.sealed as string), { name: 'bob' });
    }
    const left = await readFile(join(folder, 'subjects.jsonl'), 'utf8');
    assert.equal(left.split('\n').length, before.split('\n').length - 1);
    assert.ok(left.split('\n').every((line) => before.includes(line)));
    const again = await vault.seal('alice', { name: 'alice' });
    assert.notEqual(again.subject, alice.subject);
  });

  it('has names for things that go with the subject whose they are', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.string(), async (name, thing) => {
        const { subject } = await vault.seal(name, {});
        const before = vault.pseudonymOfThing(thing, subject);
        assert.equal(vault.pseudonymOfThing(thing, subject), before);
        assert.notEqual(before, vault.pseudonymOfThing(thing));
        assert.equal((await SubjectVault.open(folder)).pseudonymOfThing(thing, subject), before);
        await vault.erase(name);
        for (const one of [vault, await SubjectVault.open(folder)])
          assert.notEqual(one.pseudonymOfThing(thing, subject), before);
      }),
      { numRuns: 10 },
    );
  });

  it('makes one key of a subject who is told of many times at once', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    const sealed = await Promise.all(Array.from({ length: 50 }, () => vault.seal('alice', {})));
    assert.equal(new Set(sealed.map(({ subject }) => subject)).size, 1);
    assert.equal(vault.size, 1);
  });

  it('passes over a key that a crash has cut off; nobody else may read the others', async (t) => {
    const { folder } = await testFolder(t);
    const vault = await SubjectVault.open(folder);
    const alice = await vault.seal('alice', { name: 'alice' });
    const file = join(folder, 'subjects.jsonl');
    await appendFile(file, '{"who":"0123');
    const again = await SubjectVault.open(folder);
    await again.seal('bob', {});
    const third = await SubjectVault.open(folder);
    assert.equal(third.size, 2);
    assert.deepEqual(third.unseal(alice.subject, alice.sealed as string), { name: 'alice' });
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o077, 0);
  });
});
