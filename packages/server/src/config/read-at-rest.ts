/** Reading the configuration file together with what tells whether it has changed since. */
import { type ConfigFile, configPath, readConfigFile } from './file.ts';
import { signatureOf } from './file-watch.ts';
import type { Environment } from './settings.ts';

export interface FileRead {
  /** null: there is none. */
  readonly file: ConfigFile | null;
  readonly signature: string;
}

/** Times that a file is read again that has changed meanwhile; then it is taken as it is, and the watch tells of the rest. */
const TRIES = 5;

/** @throws SettingError as `readConfigFile`, for a file that was at rest when it was read */
export async function readAtRest(environment: Environment): Promise<FileRead> {
  const { path } = configPath(environment);
  let signature = await signatureOf(path);
  for (let left = TRIES; ; left--) {
    const read = attempt(environment);
    const after = await signatureOf(path);
    if (after === signature || left === 0) return { file: read(), signature: after };
    signature = after;
  }
}

/** What is wrong with a file counts only once it is known that it was at rest. */
function attempt(environment: Environment): () => ConfigFile | null {
  try {
    const file = readConfigFile(environment);
    return () => file;
  } catch (failure) {
    return () => {
      throw failure;
    };
  }
}
