/** Finding the server that runs with this data folder, if one does. */
import { readFile } from 'node:fs/promises';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { dataFiles, openDataFolder, readOwnerKey } from '../config/data-folder.ts';
import type { Settings } from '../config/settings.ts';

/** A client with the owner key, or null when no server answers. */
export async function runningServer(settings: Settings): Promise<VortexflowClient | null> {
  const files = dataFiles(settings.values.dataFolder);
  const note = await readFile(files.address, 'utf8').catch(() => null);
  if (note === null) return null;
  const { url } = JSON.parse(note) as { url: string };
  const alive = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
  if (!alive?.ok) return null;
  const { key } = await readOwnerKey(await openDataFolder(settings.values.dataFolder), settings.values.ownerKey);
  return createClient({ baseUrl: url, key });
}
