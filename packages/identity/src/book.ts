/** All records in memory, and the way they get to disk. Records are never changed, only replaced. */
import type { Clock, Timer } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { OWNER_ID } from './principal.ts';
import { readRecords, RecordFile } from './record-file.ts';
import type { KeyRecord, Records, SessionRecord, UserRecord } from './records.ts';

/** When something was used last is on disk after so long, ms. */
const LAZY_MS = 30_000;

export class Book {
  readonly users: Map<string, UserRecord>;
  readonly keys: Map<string, KeyRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly #clock: Clock;
  readonly #file: RecordFile;
  readonly #onFailure: (failure: Error) => void;
  #lazy: Timer | null = null;

  private constructor(records: Records, path: string, clock: Clock, onFailure: (failure: Error) => void) {
    this.users = byId(records.users);
    this.keys = byId(records.keys);
    this.sessions = byId(records.sessions);
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#file = new RecordFile(path, () => this.#records());
  }

  /**
   * @param onFailure told when what may come late could not be written
   * @throws Error when the file cannot be read or holds something else
   */
  static async open(path: string, clock: Clock, onFailure: (failure: Error) => void): Promise<Book> {
    const kept = (await readRecords(path)) ?? { version: 1, users: [], keys: [], sessions: [] };
    const book = new Book(kept, path, clock, onFailure);
    if (!book.users.has(OWNER_ID)) {
      const owner = { name: 'Owner', role: 'owner', nostr: null, second_factor: null } as const;
      book.users.set(OWNER_ID, { id: OWNER_ID, ...owner, created_at: clock.now() });
    }
    return book;
  }

  /**
   * Resolves when all is on disk.
   * @param undo takes back what must not be, if it cannot be kept
   * @throws CodedError `identity_unavailable`
   */
  async save(undo: () => void = () => undefined): Promise<void> {
    this.#lazy?.cancel();
    this.#lazy = null;
    try {
      await this.#file.save();
    } catch (failure) {
      undo();
      throw wireError('identity_unavailable', undefined, failure);
    }
  }

  /** For what may be lost in a crash: when something was used last. */
  saveLater(): void {
    this.#lazy ??= this.#clock.after(LAZY_MS, () => {
      this.#lazy = null;
      this.#file.save().catch(this.#onFailure);
    });
  }

  /** Writes what has not been written yet. */
  async close(): Promise<void> {
    const last = this.#lazy === null ? this.#file.settled : this.save();
    await last.catch(this.#onFailure);
  }

  #records(): Records {
    return {
      version: 1,
      users: [...this.users.values()],
      keys: [...this.keys.values()],
      sessions: [...this.sessions.values()],
    };
  }
}

const byId = <T extends { readonly id: string }>(records: readonly T[]): Map<string, T> =>
  new Map(records.map((record) => [record.id, record]));
