/** Files that hold a secret, which the settings name. */
import { readFile } from 'node:fs/promises';
import { SettingError } from './setting-error.ts';

/**
 * Its first line.
 * @param setting the variable that names the file
 * @throws SettingError that names the setting
 */
export async function readSecretFile(file: string, setting: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0] as string;
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    throw new SettingError(`${setting} names a file that cannot be read (${code}).`, { cause: failure });
  }
}
