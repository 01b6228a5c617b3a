/**
 * The process that the durability tests kill: opens a store, writes, and prints the id of a write once it is acknowledged.
 *
 * Arguments: FILE, then `sequential` (one awaited put after another), `concurrent` (all puts at once), `bursts` (20 at
 * once, again and again) or `hold` (none, until stdin ends), then the number of puts. A put holds {@link DOCUMENTS_PER_PUT} documents.
 * Or `walk` and a number: stores so many MB of text and reads all of them.
 */
import { systemClock } from '@vortexflow/primitives';
import { once } from 'node:events';
import { record } from './conformance.ts';
import { openSqliteStore } from './sqlite.ts';
import type { DocumentRecord, DocumentStore } from './store.ts';

/** More than one, so that a test can see a put that was stored in half. */
export const DOCUMENTS_PER_PUT = 3;

/** The documents of one put, recognisable by its number. */
export function documentsOf(put: number): DocumentRecord[] {
  return Array.from({ length: DOCUMENTS_PER_PUT }, (_, part) => record(`put-${put}-${part}`, put));
}

/** What the parent has read was acknowledged; what it has not read may have been. */
const say = (line: string | number) => void process.stdout.write(`${line}\n`);

async function acknowledged(store: DocumentStore, put: number): Promise<void> {
  try {
    await store.put(documentsOf(put));
    say(put);
  } catch (error) {
    say(`failed ${(error as { code: string }).code} ${String(error)}`);
  }
}

const MODES: Readonly<Record<string, (store: DocumentStore, count: number) => Promise<void>>> = {
  async sequential(store, count) {
    for (let put = 0; put < count; put++) await acknowledged(store, put);
  },
  async concurrent(store, count) {
    await Promise.all(Array.from({ length: count }, (_, put) => acknowledged(store, put)));
  },
  async bursts(store, count) {
    for (let first = 0; first < count; first += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, offset) => acknowledged(store, first + offset)));
    }
  },
  async walk(store, megabytes) {
    const text = 'x'.repeat(10_000);
    for (let megabyte = 0; megabyte < megabytes; megabyte++) {
      await store.put(Array.from({ length: 100 }, (_, part) => ({ ...record(`${megabyte}-${part}`), text })));
    }
    // The place of a slow reader: everything that it has seen may go.
    let length = 0;
    for await (const document of store.all()) length += document.text.length;
    say(`${length / 1_000_000} MB`);
  },
  async hold() {
    await once(process.stdin.resume(), 'end');
  },
};

async function main(file: string, mode: string, count: number): Promise<void> {
  const store = await openSqliteStore({ file, clock: systemClock });
  say('open');
  await MODES[mode]?.(store, count);
  await store.close();
}

if (import.meta.main) {
  const [file = '', mode = '', count = ''] = process.argv.slice(2);
  // The superuser may write anywhere. Once all code is loaded, which another user may not be able to read, become one.
  const user = Number(process.env['BECOME'] ?? 0);
  if (user !== 0) {
    process.setgid?.(user);
    process.setuid?.(user);
  }
  await main(file, mode, Number(count));
}
