/** Files of certificate and key: what is wrong with them is said, and nothing of what is in them. */
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { makeCertificate } from '@vortexflow/testkit';
import { SettingError } from '../config/settings.ts';
import { readKeyPair } from './key-pair.ts';

describe('files of certificate and key', () => {
  const own = makeCertificate({ names: ['graph.example'] });
  const other = makeCertificate();
  let folder: string;
  let certFile: string;
  let keyFile: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'vortexflow-pair-'))));
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    certFile = join(folder, 'cert.pem');
    keyFile = join(folder, 'key.pem');
    await write(certFile, own.cert);
    await write(keyFile, own.key);
  });

  async function write(file: string, content: string | Uint8Array): Promise<void> {
    await writeFile(file, content);
    await chmod(file, 0o600);
  }

  const readable = async (): Promise<string> => (await readKeyPair(certFile, keyFile)).leaf.subject;
  async function refused(message: RegExp): Promise<void> {
    await assert.rejects(readKeyPair(certFile, keyFile), (failure) => {
      assert.ok(failure instanceof SettingError, String(failure));
      assert.match(failure.message, message);
      for (const secret of [own.key, other.key]) assert.ok(!failure.message.includes(secret.slice(40, 60)));
      return true;
    });
  }

  it('are taken as they are, also with the issuers behind the certificate, and with texts between', async () => {
    assert.equal(await readable(), 'CN=graph.example');
    await write(certFile, `subject=own\n${own.cert}\nissuer=other\n${other.cert}`);
    assert.equal(await readable(), 'CN=graph.example');
  });

  it('hold keys of any kind that TLS takes', async () => {
    const sec1 = createPrivateKey(own.key).export({ type: 'sec1', format: 'pem' });
    await write(keyFile, sec1);
    assert.equal(await readable(), 'CN=graph.example');
  });

  it('may be read by the group, and by nobody else', { skip: process.platform === 'win32' }, async () => {
    for (const [mode, taken] of [
      [0o600, true],
      [0o400, true],
      [0o640, true],
      [0o644, false],
      [0o604, false],
      [0o660, false],
      [0o602, false],
    ] as const) {
      await chmod(keyFile, mode);
      if (taken) assert.equal(await readable(), 'CN=graph.example');
      else
        await refused(
          new RegExp(`TLS_KEY_FILE names a file that others may read or change \\(mode ${mode.toString(8)}\\)`),
        );
    }
    await chmod(certFile, 0o644);
    await chmod(keyFile, 0o600);
    assert.equal(await readable(), 'CN=graph.example');
  });

  it('are refused when they are not there', async () => {
    await rm(certFile);
    await refused(/^TLS_CERT_FILE names a file that cannot be read \(ENOENT\)/);
    await write(certFile, own.cert);
    await rm(keyFile);
    await refused(/^TLS_KEY_FILE names a file that cannot be read \(ENOENT\)/);
    keyFile = folder;
    await chmod(folder, 0o700);
    await refused(/^TLS_KEY_FILE names a file that cannot be read \(EISDIR\)/);
  });

  it('are refused when the key belongs to another certificate, or the issuer comes first', async () => {
    await write(keyFile, other.key);
    await refused(/TLS_KEY_FILE does not fit the first certificate in TLS_CERT_FILE/);
    await write(keyFile, own.key);
    await write(certFile, other.cert + own.cert);
    await refused(/comes first/);
  });

  it('are refused when a passphrase is needed, in the old form and in the new one', async () => {
    const hint = /TLS_KEY_FILE names a key behind a passphrase.*openssl pkey/;
    const [cipher, passphrase] = ['aes-256-cbc', 'secret'];
    await write(keyFile, createPrivateKey(own.key).export({ type: 'pkcs8', format: 'pem', cipher, passphrase }));
    await refused(hint);
    const old = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const text = old.export({ type: 'pkcs1', format: 'pem', cipher, passphrase });
    assert.match(String(text), /Proc-Type: 4,ENCRYPTED/);
    await write(keyFile, text);
    await refused(hint);
  });

  it('are refused when they hold something else: DER, nothing, each other', async () => {
    await write(certFile, new X509Certificate(own.cert).raw);
    await refused(/TLS_CERT_FILE names a file without a certificate in PEM.*inform der/);
    await write(certFile, '');
    await refused(/without a certificate/);
    await write(certFile, own.key);
    await refused(/TLS_CERT_FILE names a file without a certificate/);
    await write(certFile, own.cert);
    await write(keyFile, own.cert);
    await refused(/TLS_KEY_FILE names a file without a private key/);
    await write(keyFile, createPrivateKey(own.key).export({ type: 'pkcs8', format: 'der' }));
    await refused(/TLS_KEY_FILE names a file without a private key.*inform der/);
  });

  it('are refused when they are damaged, or cut short', async () => {
    await write(certFile, own.cert.slice(0, own.cert.length / 2));
    await refused(/TLS_CERT_FILE names a file whose certificate cannot be read/);
    await write(certFile, own.cert);
    await write(keyFile, own.key.slice(0, own.key.length / 2));
    await refused(/TLS_KEY_FILE names a file whose key cannot be read/);
  });

  it('are refused when an issuer behind the certificate is damaged, or the file is huge', async () => {
    await write(keyFile, own.key);
    await write(certFile, own.cert + other.cert.replace(/\n[\w+/=]+\n-----END/, '\n-----END'));
    await refused(/cannot be used for TLS/);
    await write(certFile, own.cert + '\n'.repeat(300_000));
    await refused(/more than 262144 bytes/);
  });
});
