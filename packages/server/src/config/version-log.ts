/**
 * The versions of the configuration on disk: JSON lines that are only ever appended to. A full file becomes the older one
 * of two, so there are never more than two files' worth.
 */
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConfigVersionHead } from '@vortexflow/protocol';
import { contentHash } from './canonical.ts';
import type { Content } from './content.ts';
import type { Overrides } from './settings.ts';

/** One accepted configuration. */
export interface ConfigVersion extends Readonly<ConfigVersionHead>, Content {
  readonly overrides: Overrides;
}

export interface VersionLogOptions {
  readonly file: string;
  /** Bytes at which the file turns over; about 2 KB a version. Default 512 KiB. */
  readonly limit?: number;
  /** For the log: lines that cannot be read are left out. */
  readonly onNotice: (text: string) => void;
}

const DEFAULT_LIMIT = 512 * 1024;

export class VersionLog {
  readonly #options: VersionLogOptions;
  readonly #limit: number;
  /** Oldest first. */
  #older: readonly ConfigVersion[] = [];
  #current: ConfigVersion[] = [];
  #bytes = 0;
  /** The file ends within a line, which a crash cut off. */
  #isTorn = false;

  private constructor(options: VersionLogOptions) {
    this.#options = options;
    this.#limit = options.limit ?? DEFAULT_LIMIT;
  }

  /** Reads what is there and writes nothing. What cannot be read is told as a notice: a server starts without it. */
  static async read(options: VersionLogOptions): Promise<VersionLog> {
    const log = new VersionLog(options);
    const older = await log.#textOf(olderOf(options.file));
    const current = await log.#textOf(options.file);
    log.#older = log.#parse(older);
    log.#current = log.#parse(current);
    log.#bytes = Buffer.byteLength(current);
    log.#isTorn = current !== '' && !current.endsWith('\n');
    return log;
  }

  /** The newest; null before the first. */
  get last(): ConfigVersion | null {
    return this.#current.at(-1) ?? this.#older.at(-1) ?? null;
  }

  find(version: number): ConfigVersion | null {
    const is = (one: ConfigVersion): boolean => one.version === version;
    return this.#current.findLast(is) ?? this.#older.findLast(is) ?? null;
  }

  /** Newest first. @param before only older ones */
  list(limit: number, before = Infinity): ConfigVersion[] {
    const all = [...this.#older, ...this.#current].filter(({ version }) => version < before);
    return all.slice(-limit).toReversed();
  }

  /** Resolves when it is on disk. @throws Error of the system; then it is as if nothing had been tried */
  async append(version: ConfigVersion): Promise<void> {
    if (this.#bytes >= this.#limit) await this.#turnOver();
    const line = `${this.#isTorn ? '\n' : ''}${JSON.stringify(version)}\n`;
    const file = await open(this.#options.file, 'a', 0o600);
    try {
      await write(file, line);
    } catch (failure) {
      this.#isTorn = true;
      throw failure;
    } finally {
      await file.close();
    }
    if (this.#bytes === 0) await syncFolder(dirname(this.#options.file));
    this.#bytes += Buffer.byteLength(line);
    this.#isTorn = false;
    this.#current.push(version);
  }

  async #turnOver(): Promise<void> {
    await rename(this.#options.file, olderOf(this.#options.file));
    this.#older = this.#current;
    this.#current = [];
    this.#bytes = 0;
    this.#isTorn = false;
  }

  async #textOf(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#options.onNotice(`the versions of the configuration cannot be read (${code})`);
      return '';
    }
  }

  #parse(text: string): ConfigVersion[] {
    const versions: ConfigVersion[] = [];
    let unread = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const version = parseVersion(line);
      if (version) versions.push(version);
      else unread++;
    }
    if (unread > 0) this.#options.onNotice(`${unread} versions of the configuration cannot be read and are left out`);
    return versions;
  }
}

/** What cannot be written whole must not be there in part: the next start would take it for accepted. */
async function write(file: FileHandle, line: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(line);
    await file.sync();
  } catch (failure) {
    await file.truncate(size).catch(() => undefined);
    throw failure;
  }
}

/** A new file is on disk once its folder is. Some systems cannot open folders; they order such things themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  try {
    await handle?.sync();
  } catch {
    // Not every file system can.
  } finally {
    await handle?.close();
  }
}

const olderOf = (file: string): string => `${file}.older`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** null for a line that was cut off, or whose values are not those that its hash was made of. */
function parseVersion(line: string): ConfigVersion | null {
  try {
    const one: unknown = JSON.parse(line);
    if (!isObject(one)) return null;
    const { version, values, sources, overrides, hash } = one;
    if (!Number.isSafeInteger(version) || !isObject(values) || !isObject(sources) || !isObject(overrides)) return null;
    return contentHash(values as Content['values']) === hash ? (one as unknown as ConfigVersion) : null;
  } catch {
    return null;
  }
}
