import { dataFiles } from './data-folder.ts';
import { usableOverrides } from './changes.ts';
import { readConfigFile } from './file.ts';
import { type Environment, readSettings, type Settings } from './settings.ts';
import { VersionLog } from './version-log.ts';

/**
 * All settings as a server that starts now would have them: with those that were set while the last one ran.
 * @throws SettingError for what the file or the environment cannot hold
 */
export async function readSettingsAtRest(environment: Environment): Promise<Settings> {
  const file = readConfigFile(environment);
  const settings = readSettings(environment, file);
  const log = await VersionLog.read({
    file: dataFiles(settings.values.dataFolder).configHistory,
    onNotice: () => undefined,
  });
  const overrides = usableOverrides(log.last?.overrides ?? {});
  return readSettings(environment, file, { overrides });
}
