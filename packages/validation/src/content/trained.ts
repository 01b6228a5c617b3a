/** The scanner with the trained model, read once per thread. */
import { readFileSync } from 'node:fs';
import { readModel } from './model.ts';
import { ContentScanner } from './scanner.ts';

let scanner: ContentScanner | undefined;

/** Weights by `bench/src/validation/train.ts`. */
export function contentScanner(): ContentScanner {
  scanner ??= new ContentScanner(readModel(readFileSync(new URL('./tokens.tsv', import.meta.url), 'utf8')));
  return scanner;
}
