/** Thread that builds the WordNet image, hands it over, then writes the cache file. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { BuildMessage } from './build.ts';
import { writeImage } from './image/file.ts';
import { buildImage } from './image/image.ts';
import { loadWordNet } from './wordnet/load.ts';

const { cacheFile, fingerprint } = workerData as { cacheFile: string; fingerprint: string };
const say = (message: BuildMessage): void => parentPort?.postMessage(message);

say({ type: 'progress', stage: 'reading WordNet' });
const source = await loadWordNet();
say({ type: 'progress', stage: `indexing ${source.nodes.length.toLocaleString('en')} concepts` });
const image = buildImage(source);
say({ type: 'image', image });
try {
  await mkdir(dirname(cacheFile), { recursive: true });
  await writeImage(cacheFile, image, fingerprint);
  say({ type: 'saved', error: null });
} catch (failure) {
  say({ type: 'saved', error: String(failure) });
}
