/** Where the key lies that signs the log: outside the data folder, unless there is no other place. */
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { openSigningKey, type SigningKey } from '@vortexflow/audit';
import { CodedError } from '@vortexflow/primitives';
import { SettingError } from '../config/setting-error.ts';

export interface LogKey extends SigningKey {
  /** It lies in the data folder: whoever can write there can sign there. */
  readonly isInside: boolean;
}

/** In the user's configuration folder, as the system has it. */
export function standardKeyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const folder =
    process.platform === 'win32'
      ? (environment['APPDATA'] ?? homedir())
      : (environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'));
  return join(folder, 'vortexflow', 'audit.key');
}

/** The file that is used when the standard one cannot be. */
export const insideKeyFile = (dataFolder: string): string => join(dataFolder, 'audit.key');

/**
 * The configured key, else the standard one, else one in the data folder; made when there is none.
 * @throws SettingError for a configured file that cannot be used; CodedError `audit_key_invalid`
 */
export async function openLogKey(configured: string | null, dataFolder: string): Promise<LogKey> {
  if (configured !== null) {
    try {
      return placed(await openSigningKey(resolve(configured)), dataFolder);
    } catch (failure) {
      const reason = failure instanceof CodedError ? failure.message : (failure as NodeJS.ErrnoException).code;
      throw new SettingError(`AUDIT_KEY_FILE cannot be used (${reason}).`, { cause: failure });
    }
  }
  try {
    return placed(await openSigningKey(standardKeyFile()), dataFolder);
  } catch (failure) {
    // A key that is there and wrong must not be replaced by another one without a word.
    if (failure instanceof CodedError) throw failure;
    return placed(await openSigningKey(insideKeyFile(dataFolder)), dataFolder);
  }
}

function placed(key: SigningKey, dataFolder: string): LogKey {
  const way = relative(resolve(dataFolder), key.file);
  return { ...key, isInside: !way.startsWith('..') && !isAbsolute(way) };
}
