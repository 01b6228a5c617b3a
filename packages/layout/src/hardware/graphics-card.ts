/** Whether it is worth starting a process to look for a graphics card. */
import { readdirSync } from 'node:fs';

/**
 * False only where the operating system would show a card and shows none: on Linux a render node or an NVIDIA device.
 * @param devices folder of the devices
 */
export function mayHaveGraphicsCard(devices = '/dev', platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== 'linux') return true;
  return list(`${devices}/dri`).some((name) => name.startsWith('renderD')) || list(devices).some(isNvidia);
}

const isNvidia = (name: string): boolean => /^nvidia\d+$/.test(name);

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
