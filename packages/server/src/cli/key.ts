/** `vortexflow key`: prints the owner key, making it when there is none. */
import { openDataFolder, readOwnerKey } from '../config/data-folder.ts';
import type { Settings } from '../config/settings.ts';
import type { Command } from './arguments.ts';

export async function runKey(command: Command, settings: Settings): Promise<number> {
  const { key } = await readOwnerKey(await openDataFolder(settings.values.dataFolder), settings.values);
  process.stdout.write(command.json ? `${JSON.stringify({ key })}\n` : `${key}\n`);
  return 0;
}
