/** Getting the image: from the cache file when it fits, else built anew on a worker thread and cached. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readImage } from './image/file.ts';
import type { KnowledgeImage } from './image/image.ts';
import { wordNetFolder } from './wordnet/load.ts';

/** How far the loading is, for people. */
export type ReportProgress = (stage: string) => void;

/** What {@link openWordNetImage} did. */
export interface OpenedImage {
  readonly image: KnowledgeImage;
  /** True when the image came from the cache file. */
  readonly cached: boolean;
  /** Resolves when the cache file is written, false when it could not be; at once when the image came from it. */
  readonly saved: Promise<boolean>;
}

/** Messages of the building thread. */
export type BuildMessage =
  | { readonly type: 'progress'; readonly stage: string }
  | { readonly type: 'image'; readonly image: KnowledgeImage }
  | { readonly type: 'saved'; readonly error: string | null };

/**
 * Opens the WordNet image.
 *
 * @param cacheFile where the image is kept between starts; its folder is made when missing
 * @throws Error when WordNet cannot be read
 */
export async function openWordNetImage(cacheFile: string, report: ReportProgress): Promise<OpenedImage> {
  const fingerprint = await wordNetFingerprint();
  report('reading the cached index');
  const cached = await readImage(cacheFile, fingerprint);
  if (cached) return { image: cached, cached: true, saved: Promise.resolve(true) };
  return buildOnThread({ cacheFile, fingerprint }, report);
}

/** Files that decide what the image holds: when one of them changes, a cached image is out of date. */
const BUILDERS = [
  './image/image.ts',
  './image/strings.ts',
  './relations.ts',
  './text/analysis.ts',
  './text/postings.ts',
  './wordnet/format.ts',
  './wordnet/load.ts',
];

/** Of the release and of the code that reads it, not of 33 MB of text: a start must not read them all. */
async function wordNetFingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(wordNetFolder(), '..', 'package.json')));
  for (const file of BUILDERS) hash.update(await readFile(new URL(file, import.meta.url)));
  return hash.digest('hex');
}

function buildOnThread(
  workerData: { cacheFile: string; fingerprint: string },
  report: ReportProgress,
): Promise<OpenedImage> {
  // A thread of its own: parsing leaves half a gigabyte of garbage, which goes with the thread.
  const worker = new Worker(new URL('./build.worker.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    const saved = Promise.withResolvers<boolean>();
    worker.on('message', (message: BuildMessage) => {
      if (message.type === 'progress') report(message.stage);
      else if (message.type === 'image') resolve({ image: message.image, cached: false, saved: saved.promise });
      else saved.resolve(message.error === null);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      saved.resolve(false);
      reject(new Error(`the index builder ended early (${code})`));
    });
  });
}
