/**
 * Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. One algorithm, Ed25519, and one
 * key: what is signed otherwise is not looked at.
 */
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { auditError } from './errors.ts';

/** Signs notes under a name. */
export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** Checks notes of one name and key. */
export interface NoteVerifier {
  readonly name: string;
  readonly publicKey: KeyObject;
}

const ED25519 = 1;
const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const NAME = /^[^\s+]{1,128}$/;

/** The 32 bytes of an Ed25519 key. */
function rawKey(publicKey: KeyObject): Buffer {
  const { x } = publicKey.export({ format: 'jwk' }) as { x?: string };
  return Buffer.from(x ?? '', 'base64url');
}

/** First bytes of SHA-256(name, line feed, algorithm, key): says which key to try, proves nothing. */
function keyId(name: string, publicKey: KeyObject): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), rawKey(publicKey)]);
  return hash('sha256', bytes, 'buffer').subarray(0, ID_BYTES);
}

/** The key as one word, as tools of transparency logs take it: NAME+ID+KEY. */
export function verifierKey({ name, publicKey }: NoteVerifier): string {
  const key = Buffer.concat([Buffer.of(ED25519), rawKey(publicKey)]).toString('base64');
  return `${name}+${keyId(name, publicKey).toString('hex')}+${key}`;
}

/** @throws CodedError `note_invalid` */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name = '', id = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519) throw invalid('the verifier key is not one of Ed25519');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  if (keyId(name, publicKey).toString('hex') !== id) throw invalid('the verifier key does not fit its id');
  return { name, publicKey };
}

/** @param text ends with a line feed */
export function signNote(text: string, { name, privateKey }: NoteSigner): string {
  if (!NAME.test(name)) throw invalid('the name of the key holds blanks or a plus sign');
  const signature = sign(null, Buffer.from(text), privateKey);
  const id = keyId(name, createPublicKey(privateKey));
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/**
 * The text of a note that the verifier's key has signed. Exactly one signature of that name must be there.
 * @throws CodedError `note_invalid`
 */
export function openNote(note: string, { name, publicKey }: NoteVerifier): string {
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw invalid('it has no signature');
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2, -1).split('\n');
  const [line, ...others] = lines.filter((one) => one.startsWith(`— ${name} `));
  if (line === undefined || others.length > 0) throw invalid(`it has no signature, or several, of ${name}`);
  const given = line.slice(`— ${name} `.length);
  const bytes = Buffer.from(given, 'base64');
  // Another spelling of the same bytes is another note.
  if (bytes.length !== ID_BYTES + SIGNATURE_BYTES || bytes.toString('base64') !== given)
    throw invalid('its signature is not well-formed');
  if (!bytes.subarray(0, ID_BYTES).equals(keyId(name, publicKey))) throw invalid('it is signed by another key');
  if (!verify(null, Buffer.from(text), publicKey, bytes.subarray(ID_BYTES))) throw invalid('its signature is wrong');
  return text;
}

const invalid = (problem: string) => auditError('note_invalid', { problem });
