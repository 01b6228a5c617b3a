/** The version of this package, as its manifest says it. */
import { readFile } from 'node:fs/promises';

export async function ownVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
