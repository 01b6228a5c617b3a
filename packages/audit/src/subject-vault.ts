/**
 * Who it was, for those who may know, until it is to be forgotten. Each subject has a key of its own; its pseudonym is
 * derived from that key, and what is personal is encrypted with it. To erase a subject is to destroy the key: pseudonyms
 * and ciphertexts in the log are then noise, nobody can tell whose, and the chain is what it was.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './segments.ts';

/** What is sealed. */
export type Personal = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** How a subject appears in the log. */
export interface SealedSubject {
  readonly subject: string;
  /** null when there is no room for the key of yet another subject. */
  readonly sealed: string | null;
}

/** Most subjects with keys: callers from many addresses must not fill the memory. */
const MAX_SUBJECTS = 100_000;
/** Of those who only pass by: they must leave room for the others. */
const MAX_PASSING = 50_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface KeptKey {
  /** HMAC of the subject's name under the log key: finds the key of a name, and gives no name away. */
  readonly who: string;
  readonly key: string;
}

export class SubjectVault {
  readonly #file: string;
  readonly #logKey: Buffer;
  /** By {@link KeptKey.who}. */
  readonly #keys: Map<string, Buffer>;
  readonly #byPseudonym = new Map<string, Buffer>();
  /** Writes to the file, one after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: string, logKey: Buffer, keys: Map<string, Buffer>) {
    this.#file = file;
    this.#logKey = logKey;
    this.#keys = keys;
    for (const key of keys.values()) this.#byPseudonym.set(pseudonymOf(key), key);
  }

  /** Opens the keys of a folder, made when there are none. @throws Error of the file system, or when the file is damaged */
  static async open(folder: string): Promise<SubjectVault> {
    const file = join(folder, 'subjects.jsonl');
    const text = await readFile(file, 'utf8').catch((failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT') return null;
      throw failure;
    });
    if (text === null) {
      const logKey = randomBytes(32);
      await replaceFile(file, headOf(logKey));
      return new SubjectVault(file, logKey, new Map());
    }
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [head = '', ...lines] = whole.split('\n').slice(0, -1);
    const logKey = Buffer.from((JSON.parse(head) as { log_key: string }).log_key, 'base64');
    const keys = new Map<string, Buffer>();
    for (const line of lines) {
      const { who, key } = JSON.parse(line) as KeptKey;
      keys.set(who, Buffer.from(key, 'base64'));
    }
    // A key whose line was cut off by a crash has sealed nothing that is in the log.
    if (whole !== text) await replaceFile(file, whole);
    return new SubjectVault(file, logKey, keys);
  }

  get size(): number {
    return this.#keys.size;
  }

  /**
   * Pseudonym and ciphertext of a subject; its key is on disk before it is used.
   * @param isPassing nobody who is known, such as an address  @throws Error of the file system
   */
  async seal(name: string, personal: Personal, isPassing = false): Promise<SealedSubject> {
    const who = this.#whoIs(name);
    const key = this.#keys.get(who) ?? (await this.#add(who, isPassing ? MAX_PASSING : MAX_SUBJECTS));
    if (!key) return { subject: 'unnamed', sealed: null };
    return { subject: pseudonymOf(key), sealed: encrypt(key, personal) };
  }

  /**
   * A pseudonym for a thing, the same each time: tells apart, and gives no name away without the key that it is made with.
   * @param whose pseudonym of the subject that it belongs to: made with the key of that one, it goes when he is forgotten
   */
  pseudonymOfThing(name: string, whose: string | null = null): string {
    // Of somebody who is forgotten by now nothing may be left that could be made again.
    const key = whose === null ? this.#logKey : (this.#byPseudonym.get(whose) ?? randomBytes(32));
    return createHmac('sha256', key).update(`thing\0${name}`).digest('hex').slice(0, 32);
  }

  /** Pseudonym of a subject that is known; null when there is none, or it has been erased. */
  pseudonym(name: string): string | null {
    const key = this.#keys.get(this.#whoIs(name));
    return key ? pseudonymOf(key) : null;
  }

  /** What was sealed for a pseudonym; null when its key is gone, or it was not sealed with it. */
  unseal(subject: string, sealed: string): Personal | null {
    const key = this.#byPseudonym.get(subject);
    return key ? decrypt(key, sealed) : null;
  }

  /**
   * Destroys the key of a subject. Resolves with the pseudonym that it had; null when it is not known.
   * Copies of the file elsewhere, such as backups, are beyond its reach.
   */
  async erase(name: string): Promise<string | null> {
    const who = this.#whoIs(name);
    const key = this.#keys.get(who);
    if (!key) return null;
    await this.#inTurn(async () => {
      const left = [...this.#keys].filter(([one]) => one !== who);
      await replaceFile(this.#file, headOf(this.#logKey) + left.map(([one, its]) => lineOf(one, its)).join(''));
      this.#keys.delete(who);
    });
    const subject = pseudonymOf(key);
    this.#byPseudonym.delete(subject);
    key.fill(0);
    return subject;
  }

  #whoIs(name: string): string {
    return createHmac('sha256', this.#logKey).update(`subject\0${name}`).digest('hex').slice(0, 32);
  }

  #add(who: string, most: number): Promise<Buffer | null> {
    return this.#inTurn(async () => {
      const known = this.#keys.get(who);
      if (known) return known;
      if (this.#keys.size >= most) return null;
      const key = randomBytes(32);
      await appendLine(this.#file, lineOf(who, key));
      this.#keys.set(who, key);
      this.#byPseudonym.set(pseudonymOf(key), key);
      return key;
    });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(run);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}

const headOf = (logKey: Buffer): string => `${JSON.stringify({ version: 1, log_key: logKey.toString('base64') })}\n`;
const lineOf = (who: string, key: Buffer): string => `${JSON.stringify({ who, key: key.toString('base64') })}\n`;

const pseudonymOf = (key: Buffer): string => createHmac('sha256', key).update('pseudonym').digest('hex').slice(0, 32);
/** The key itself is for pseudonyms only. */
const cipherKeyOf = (key: Buffer): Buffer => createHmac('sha256', key).update('cipher').digest();

function encrypt(key: Buffer, personal: Personal): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', cipherKeyOf(key), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(personal)), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
}

function decrypt(key: Buffer, sealed: string): Personal | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', cipherKeyOf(key), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString()) as Personal;
  } catch {
    return null;
  }
}

async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  const { size } = await handle.stat();
  try {
    await handle.writeFile(line);
    await handle.datasync();
  } catch (failure) {
    // Half a line would spoil the next one.
    await handle.truncate(size).catch(() => undefined);
    throw failure;
  } finally {
    await handle.close();
  }
}

/** Whole or not at all. */
async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
  await syncFolder(dirname(file));
}
