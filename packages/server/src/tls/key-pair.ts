/** A certificate and its key as they stand in two files, read and held against each other. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { SettingError } from '../config/setting-error.ts';
import { SETTINGS } from '../config/table.ts';

export interface KeyPair {
  /** In PEM: the server's own certificate, then those of its issuers. */
  readonly cert: string;
  /** In PEM. */
  readonly key: string;
  /** The server's own. */
  readonly leaf: X509Certificate;
}

const CERT = SETTINGS.tlsCertFile.variable;
const KEY = SETTINGS.tlsKeyFile.variable;

/** Largest file that is read, bytes: a chain of certificates has some thousand. */
const MAX_BYTES = 262_144;

/** @throws SettingError that names the variable and what is wrong with its file, never what is in it */
export async function readKeyPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const cert = await readText(CERT, certFile);
  const key = await readText(KEY, keyFile, refuseOpenKey);
  const leaf = certificateOf(cert);
  if (!leaf.checkPrivateKey(privateKeyOf(key)))
    throw new SettingError(
      `The key in ${KEY} does not fit the first certificate in ${CERT}. The server's own certificate comes first, then those of its issuers.`,
    );
  try {
    // What is behind the first certificate, and whether the key is strong enough.
    createSecureContext({ cert, key });
  } catch (failure) {
    throw new SettingError(`${CERT} and ${KEY} cannot be used for TLS (${codeOf(failure)}).`, { cause: failure });
  }
  return { cert, key, leaf };
}

/** @param check looks at the rights of the file that is open, before it is read */
async function readText(variable: string, file: string, check?: (mode: number) => void): Promise<string> {
  let bytes: Buffer;
  try {
    const handle = await open(file);
    try {
      const { mode, size } = await handle.stat();
      check?.(mode);
      if (size > MAX_BYTES) throw new SettingError(`${variable} names a file of more than ${MAX_BYTES} bytes.`);
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (failure) {
    if (failure instanceof SettingError) throw failure;
    throw new SettingError(`${variable} names a file that cannot be read (${codeOf(failure)}).`, { cause: failure });
  }
  return bytes.toString('latin1');
}

/** Its owner may read and write it, its group may read it: as `ssl-cert` of Debian has it. */
function refuseOpenKey(mode: number): void {
  if (process.platform === 'win32' || (mode & 0o027) === 0) return;
  const shown = (mode & 0o777).toString(8);
  throw new SettingError(
    `${KEY} names a file that others may read or change (mode ${shown}). Make it "chmod 600", or 640 for a group.`,
  );
}

function certificateOf(text: string): X509Certificate {
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new SettingError(
      `${CERT} names a file without a certificate in PEM ("-----BEGIN CERTIFICATE-----"). "openssl x509 -inform der -in FILE" writes DER as PEM.`,
    );
  try {
    return new X509Certificate(text);
  } catch (failure) {
    throw new SettingError(`${CERT} names a file whose certificate cannot be read (${codeOf(failure)}).`, {
      cause: failure,
    });
  }
}

function privateKeyOf(text: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new SettingError(
      `${KEY} names a file without a private key in PEM ("-----BEGIN PRIVATE KEY-----"). "openssl pkey -inform der -in FILE" writes DER as PEM.`,
    );
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4,ENCRYPTED/m.test(text))
    throw new SettingError(
      `${KEY} names a key behind a passphrase, which nobody could type at a restart. "openssl pkey -in FILE -out NEW" takes it off.`,
    );
  try {
    return createPrivateKey(text);
  } catch (failure) {
    throw new SettingError(`${KEY} names a file whose key cannot be read (${codeOf(failure)}).`, { cause: failure });
  }
}

const codeOf = (failure: unknown): string => (failure as NodeJS.ErrnoException).code ?? 'it is damaged';
