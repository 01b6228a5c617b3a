/** Keys by reference: read when a request is made, so that a changed key needs no restart and none lies in memory. */
import { readFile } from 'node:fs/promises';
import { ModelFailure } from './failure.ts';
import type { KeyReference } from './settings.ts';

/** Reads the key that a reference names. */
export type ReadKey = (reference: KeyReference) => string | Promise<string>;

/** Printable ASCII without blanks: anything else could break out of the header that it is put into. */
const KEY = /^[\x21-\x7e]{1,4096}$/;

/** Reads keys from the given environment and from files. */
export function keyReader(environment: Readonly<Record<string, string | undefined>>): ReadKey {
  return (reference) => ('env' in reference ? checked(environment[reference.env]) : readKeyFile(reference.file));
}

async function readKeyFile(file: string): Promise<string> {
  return checked(await readFile(file, 'utf8').catch(() => undefined));
}

/** @throws ModelFailure `key_missing` when there is none, or none that fits into a header */
function checked(text: string | undefined): string {
  const key = text?.trim() ?? '';
  if (!KEY.test(key)) throw new ModelFailure('key_missing');
  return key;
}
