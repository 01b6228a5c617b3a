/** The key that signs checkpoints. It lies where whoever may write the data does not come by itself. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { auditError } from './errors.ts';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Where it lies; the public key is beside it, in `FILE.pub`. */
  readonly file: string;
  /** Made just now. */
  readonly created: boolean;
}

/**
 * The key of a file, made when there is none: PKCS 8 in PEM, mode 600, in a folder of mode 700.
 * @throws CodedError `audit_key_invalid`; Error of the file system when it can neither be read nor made
 */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const kept = await readKey(file);
  if (kept) return keyOf(kept, file, false);
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.${randomBytes(4).toString('hex')}.partial`;
  const handle = await open(partial, 'wx', 0o600);
  try {
    await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await handle.sync();
    // Whole or not at all, and only where there is none.
    await link(partial, file);
  } catch (failure) {
    // Another server made one in the meantime.
    const made = (failure as NodeJS.ErrnoException).code === 'EEXIST' ? await readKey(file) : null;
    if (!made) throw failure;
    return keyOf(made, file, false);
  } finally {
    await handle.close();
    await rm(partial, { force: true });
  }
  const key = keyOf(privateKey, file, true);
  // Only for whoever wants to give it away: nothing reads it that decides anything.
  await writeFile(`${file}.pub`, key.publicKey.export({ type: 'spki', format: 'pem' })).catch(() => undefined);
  return key;
}

/** The key that checks, of a file with either key in PEM. @throws CodedError `audit_key_invalid` */
export async function readPublicKey(file: string): Promise<KeyObject> {
  const text = await readFile(file, 'utf8');
  try {
    return checked(text.includes('PRIVATE KEY') ? createPublicKey(createPrivateKey(text)) : createPublicKey(text));
  } catch (failure) {
    throw auditError('audit_key_invalid', { problem: 'the file holds no Ed25519 key in PEM' }, failure);
  }
}

async function readKey(file: string): Promise<KeyObject | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failure;
  }
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw auditError('audit_key_invalid', { problem: 'others than its owner can read it; set its mode to 600' });
  try {
    return checked(createPrivateKey(text));
  } catch (failure) {
    throw auditError('audit_key_invalid', { problem: 'the file holds no private Ed25519 key in PEM' }, failure);
  }
}

function checked(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not Ed25519');
  return key;
}

const keyOf = (privateKey: KeyObject, file: string, created: boolean): SigningKey => ({
  privateKey,
  publicKey: createPublicKey(privateKey),
  file,
  created,
});
