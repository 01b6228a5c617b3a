import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from './checkpoint.ts';
import { exportLog, signDocument, verifyDocument, verifyExport } from './export.ts';
import { verifyConsistency } from './merkle.ts';
import { readPage } from './pages.ts';
import { holds, proveConsistency, proveInclusion } from './proofs.ts';
import { openSigningKey, readPublicKey } from './signing-key.ts';
import { fill, testFolder } from './test-log.ts';

describe('export', () => {
  it('holds what is signed, and shows when it was changed', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const log = await open({ rotateBytes: 5_000 });
    for (let i = 0; i < 10; i++) await fill(log, 5, 5 * i);
    await log.close();
    let text = '';
    for await (const piece of exportLog(folder, publicKey)) text += piece;
    const file = join(folder, 'export.jsonl');
    const problemOf = async (changed: string, key = publicKey): Promise<string | null> => {
      await writeFile(file, changed);
      return (await verifyExport(file, key)).problem;
    };
    assert.equal(await problemOf(text), null);
    const lines = text.split('\n').slice(0, -1);
    assert.equal(lines.length, 54);
    assert.match((await problemOf(text.replace('"number":7', '"number":8'))) ?? '', /^entry 9: /);
    assert.notEqual(await problemOf(`${lines.toSpliced(8, 1).join('\n')}\n`), null);
    assert.notEqual(await problemOf(`${lines.slice(0, -1).join('\n')}\n`), null);
    assert.notEqual(await problemOf(text.slice(0, -1)), null);
    assert.notEqual(await problemOf(''), null);
    assert.notEqual(await problemOf(text, generateKeyPairSync('ed25519').publicKey), null);
  });

  it('signs documents', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signed = signDocument({ subject: 'naïve', entries: [{ seq: 1 }] }, privateKey);
    const read = JSON.parse(JSON.stringify(signed)) as typeof signed;
    assert.ok(verifyDocument(read, publicKey));
    assert.ok(!verifyDocument({ ...read, subject: 'other' }, publicKey));
    assert.ok(!verifyDocument({ ...read, signature: undefined }, publicKey));
  });
});

describe('proofs', () => {
  it('show that an entry is in the log and that the log has only grown', async (t) => {
    const { folder, open, publicKey } = await testFolder(t);
    const log = await open({ rotateBytes: 3_000 });
    const verifier = { name: log.origin, publicKey };
    const before = openCheckpoint(log.latest ?? '', verifier);
    await fill(log, 25);
    await log.checkpoint();
    const latest = openCheckpoint(log.latest ?? '', verifier);
    for (const seq of [0, 1, 13, 26]) {
      const proof = await proveInclusion(folder, seq, latest.size);
      assert.ok(holds(proof, latest));
      assert.ok(!holds({ ...proof, line: proof.line.replace('log', 'lag').replace('done', 'gone') }, latest));
      assert.ok(!holds({ ...proof, seq: seq + 1 }, latest));
      assert.ok(!holds(proof, before));
    }
    const steps = (await proveConsistency(folder, before.size, latest.size)).map((step) => Buffer.from(step, 'base64'));
    assert.ok(verifyConsistency(before.size, latest.size, steps, before.root, latest.root));
    await assert.rejects(proveInclusion(folder, 27, 27), { code: 'audit_entry_not_found' });
    await assert.rejects(proveInclusion(folder, 27, 99), { code: 'audit_entry_not_found' });
    await log.close();
  });
});

describe('pages', () => {
  it('go through all entries from the newest to the oldest, each once, whatever their size', async (t) => {
    const { folder, open } = await testFolder(t);
    const log = await open({ rotateBytes: 3_000 });
    await fill(log, 40);
    for (const [limit, most] of [
      [1, 50],
      [7, 50],
      [7, 3],
      [100, 50],
    ] as const) {
      const seen: number[] = [];
      let before: number | null = log.size;
      while (before !== null) {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(folder, log.size, { before, limit, most });
        seen.push(...page.entries.map(({ seq }) => seq));
        before = page.next;
      }
      assert.deepEqual(
        seen,
        Array.from({ length: log.size }, (_, i) => log.size - 1 - i),
      );
    }
    await log.close();
  });
});

describe('signing key', () => {
  it('is made once, is read by its owner alone, and is never replaced', async (t) => {
    const { folder } = await testFolder(t);
    const file = join(folder, 'keys', 'audit.key');
    const [one, other] = await Promise.all([openSigningKey(file), openSigningKey(file)]);
    const again = await openSigningKey(file);
    const raw = ({ publicKey }: typeof one): unknown => publicKey.export({ format: 'jwk' });
    assert.deepEqual([raw(one), raw(other)], [raw(again), raw(again)]);
    assert.deepEqual(
      [one.created, other.created].toSorted((a, b) => Number(a) - Number(b)),
      [false, true],
    );
    assert.equal(again.created, false);
    for (const path of [file, `${file}.pub`]) assert.ok((await readPublicKey(path)).equals(again.publicKey));
    if (process.platform !== 'win32') {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      await chmod(file, 0o644);
      await assert.rejects(openSigningKey(file), { code: 'audit_key_invalid' });
      await chmod(file, 0o600);
    }
    const text = await readFile(file, 'utf8');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    for (const wrong of ['', 'no key', text.slice(0, 60), rsa]) {
      await writeFile(file, wrong);
      await assert.rejects(openSigningKey(file), { code: 'audit_key_invalid' });
    }
    await rm(file);
    assert.equal((await openSigningKey(file)).created, true);
  });
});
