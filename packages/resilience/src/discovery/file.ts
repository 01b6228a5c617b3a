/** Endpoints from a file: one a line, with priority and weight behind it if they are not the usual ones. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '@vortexflow/primitives';
import type { Endpoint } from '../endpoint.ts';
import { resilienceError } from '../errors.ts';
import type { Discovery } from './contract.ts';
import { PollingDiscovery } from './polling.ts';

export interface FileDiscoveryOptions {
  readonly path: string;
  readonly clock: Clock;
  /** How often the file is read, ms. Default 1,000. */
  readonly intervalMs?: number;
  /** Reads the file; default: the file system. */
  readonly read?: (path: string) => Promise<string>;
}

/**
 * Reads the file again and again rather than watching it: renames, link swaps and network file systems all look alike
 * then, and a small file costs nothing. What cannot be read or understood leaves the endpoints as they are.
 */
export function fileDiscovery({ path, clock, intervalMs = 1_000, read = readText }: FileDiscoveryOptions): Discovery {
  return new PollingDiscovery({ name: 'file', clock, intervalMs, read: async () => parseEndpoints(await read(path)) });
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8');

/**
 * `http://10.0.0.1:8080 priority=1 weight=2`; empty lines and what follows `#` are left out.
 * @throws CodedError `endpoint_invalid` for a line that is nothing of the kind, or when there is no endpoint at all
 */
export function parseEndpoints(text: string): Endpoint[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  const endpoints = lines.filter((line) => line !== '').map(parseLine);
  // An empty file is one that is being written, far more often than a wish to call nobody.
  if (endpoints.length === 0) throw resilienceError('endpoint_invalid', { id: '', problem: 'the file names none' });
  return endpoints;
}

function parseLine(line: string): Endpoint {
  const [id = '', ...fields] = line.split(/\s+/);
  if (!URL.canParse(id)) throw resilienceError('endpoint_invalid', { id, problem: 'it is no URL' });
  const values = fields.map((field): [string, number] => {
    const [, name, value] = /^(priority|weight)=(\d+(?:\.\d+)?)$/.exec(field) ?? [];
    if (name === undefined)
      throw resilienceError('endpoint_invalid', { id, problem: `"${field}" is neither priority=N nor weight=N` });
    return [name, Number(value)];
  });
  return { id, ...Object.fromEntries(values) };
}
