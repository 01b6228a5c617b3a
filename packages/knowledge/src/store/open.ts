/** Opens the store that a configuration names. */
import type { Clock } from '@vortexflow/primitives';
import { parsePostgresUrl } from './postgres/url.ts';
import type { Store } from './store.ts';

/** Where the documents are. */
export interface StoreOptions {
  /** `postgres://…`; null: the file. Checked with {@link checkStoreUrl}. */
  readonly url: string | null;
  /** The SQLite file in the data folder. With a URL it stays untouched, and `file.lock` beside it locks the folder. */
  readonly file: string;
  /** The password when the URL holds none; asked at every connection, so that it may change meanwhile. */
  readonly readPassword: () => Promise<string | undefined>;
  readonly clock: Clock;
  /** Told what an operator should know, in sentences without secrets. */
  readonly onNotice: (text: string) => void;
}

/** @throws Error that says what would be right and repeats nothing of the text */
export function checkStoreUrl(text: string): void {
  parsePostgresUrl(text);
}

/**
 * Looks whether a store that is elsewhere could be opened, while another process may have it open.
 * @throws CodedError as `openPostgresStore` does, but not `store_in_use`, `store_foreign` or `store_newer`
 */
export async function tryStore({ url, readPassword }: Pick<StoreOptions, 'url' | 'readPassword'>): Promise<void> {
  if (url === null) return;
  const { tryConnect } = await import('./postgres/connect.ts');
  await tryConnect({ place: parsePostgresUrl(url), readPassword });
}

/** @throws CodedError as `openSqliteStore` and `openPostgresStore` do */
export async function openStore({ url, file, readPassword, clock, onNotice }: StoreOptions): Promise<Store> {
  // Read only where documents are kept: the threads of the reasoners must not wait for its 250 modules.
  if (url === null) return (await import('./sqlite.ts')).openSqliteStore({ file, clock });
  const { lockFolder } = await import('./folder-lock.ts');
  const unlock = lockFolder(`${file}.lock`);
  try {
    // The driver costs memory and start-up time, which most installations need not pay.
    const { openPostgresStore } = await import('./postgres.ts');
    const store = await openPostgresStore({ place: parsePostgresUrl(url), readPassword, clock, onNotice });
    const close = store.close.bind(store);
    return Object.assign(store, { close: () => close().finally(unlock) });
  } catch (error) {
    unlock();
    throw error;
  }
}
