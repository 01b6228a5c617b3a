/** The data folder: where its files are, and the owner key that protects them. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecretFile } from './secret-file.ts';
import { SettingError, type Settings } from './settings.ts';
import { OWNER_KEY, SETTINGS } from './table.ts';

/** Files of the data folder. */
export interface DataFolder {
  readonly folder: string;
  readonly database: string;
  readonly ownerKey: string;
  /** Users, keys and sessions. */
  readonly identity: string;
  /** What accounts have used of their quotas today. */
  readonly quota: string;
  /** Index of WordNet, made anew when missing. */
  readonly image: string;
  /** How long the start took that built the index, seconds. */
  readonly buildTime: string;
  /** Positions of the settled layout, made anew when missing. */
  readonly layout: string;
  /** What was learned from feedback. */
  readonly learned: string;
  /** The latest answers, for feedback on them. */
  readonly answers: string;
  /** Versions of the configuration. */
  readonly configHistory: string;
  /** Address of the running server, for the command line. */
  readonly address: string;
}

/** Opens the data folder, making it when missing; only its owner can look inside. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  await mkdir(join(folder, 'cache'), { recursive: true, mode: 0o700 });
  return dataFiles(folder);
}

/** Where the files of a data folder are. */
export function dataFiles(folder: string): DataFolder {
  return {
    folder,
    database: join(folder, 'vortexflow.db'),
    ownerKey: join(folder, 'owner.key'),
    identity: join(folder, 'identity.json'),
    quota: join(folder, 'quota.json'),
    image: join(folder, 'cache', 'wordnet.image'),
    buildTime: join(folder, 'cache', 'build-seconds'),
    layout: join(folder, 'cache', 'layout.bin'),
    learned: join(folder, 'learned.json'),
    answers: join(folder, 'cache', 'answers.jsonl'),
    configHistory: join(folder, 'config-history.jsonl'),
    address: join(folder, 'server.json'),
  };
}

/** The owner key with whether it was made just now. */
export interface OwnerKey {
  readonly key: string;
  readonly created: boolean;
}

/**
 * The key of the installation's owner: the configured one, else the one in the data folder, else a new one of 256
 * random bits that is kept there, readable by its owner alone.
 * @throws SettingError for a configured file that holds none; it names the setting, never what is in the file
 */
export async function readOwnerKey(
  files: DataFolder,
  { ownerKey, ownerKeyFile }: Pick<Settings['values'], 'ownerKey' | 'ownerKeyFile'>,
): Promise<OwnerKey> {
  if (ownerKey !== null) return { key: ownerKey, created: false };
  if (ownerKeyFile !== null) return { key: await namedKey(ownerKeyFile), created: false };
  const kept = await keptKey(files.ownerKey);
  if (kept !== null) return { key: kept, created: false };
  const key = `vf_${randomBytes(32).toString('base64url')}`;
  try {
    await writeFile(files.ownerKey, `${key}\n`, { mode: 0o600, flag: 'wx' });
  } catch (failure) {
    // Another process made one in the meantime.
    if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
    return { key: (await keptKey(files.ownerKey)) ?? key, created: false };
  }
  return { key, created: true };
}

async function namedKey(file: string): Promise<string> {
  const { variable } = SETTINGS.ownerKeyFile;
  const key = (await readSecretFile(file, variable)).trim();
  try {
    return OWNER_KEY.parse(key);
  } catch {
    throw new SettingError(`${variable} names a file whose first line is no owner key: it takes ${OWNER_KEY.takes}.`);
  }
}

/** null only when there is no file: a key that cannot be read must not be replaced by another one. */
async function keptKey(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim() || null;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failure;
  }
}
