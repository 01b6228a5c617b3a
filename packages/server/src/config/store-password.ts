/** The password of the database, which the settings name but never hold. */
import { readSecretFile } from './secret-file.ts';
import { SettingError, type Settings } from './settings.ts';
import { SETTINGS } from './table.ts';

/**
 * Reads it anew at every call: it may be changed while the server runs. A file's first line counts.
 * @returns undefined when the settings name none
 * @throws SettingError that names the variable or file setting, never what is in it
 */
export async function readStorePassword({ values }: Settings): Promise<string | undefined> {
  const { storePasswordEnv, storePasswordFile } = values;
  if (storePasswordEnv !== null) {
    const password = process.env[storePasswordEnv];
    if (!password) throw new SettingError(`${SETTINGS.storePasswordEnv.variable} names a variable that is not set.`);
    return password;
  }
  if (storePasswordFile === null) return undefined;
  return readSecretFile(storePasswordFile, SETTINGS.storePasswordFile.variable);
}
