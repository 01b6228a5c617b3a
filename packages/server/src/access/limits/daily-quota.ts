/**
 * How much each account asks on one day (UTC), in the units of the rate limits: questions. Nothing is counted while there is
 * no limit. What was used is kept in a file, so that a restart forgives nobody; a crash loses the last half minute of it.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Clock, Timer } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import type { DailyUse } from '../auth.ts';

export interface DailyQuotaOptions {
  /** Where what was used is kept; made when missing. */
  readonly file: string;
  readonly clock: Clock;
  /** Questions of one account a day, as it is set now; 0: any number. */
  readonly limit: () => number;
  /** Told of every request that is refused. */
  readonly onRefused: () => void;
  /** Told when the file could not be read or written: counting goes on. */
  readonly onFailure: (failure: Error) => void;
}

const DAY_MS = 86_400_000;
/** What was used is on disk after so long, ms. */
const LAZY_MS = 30_000;
/** Accounts that are counted; beyond, those who have not asked for longest are forgotten. About 100 bytes each. */
const MOST_ACCOUNTS = 10_000;

export class DailyQuota {
  readonly #options: DailyQuotaOptions;
  /** Those who asked last at the end. */
  #used: Map<string, number>;
  /** Since the Unix epoch. */
  #day: number;
  #lazy: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: DailyQuotaOptions, { day, used }: KeptUse) {
    this.#options = options;
    this.#used = used;
    this.#day = day;
  }

  /** Never throws: a file that cannot be read counts as empty, and is told. */
  static async open(options: DailyQuotaOptions): Promise<DailyQuota> {
    return new DailyQuota(options, await readUsed(options, dayOf(options.clock)));
  }

  /** Charges a request to an account; null: to none. @throws CodedError `quota_exceeded`, and then nothing was charged */
  charge(account: string | null, cost: number): void {
    const { limit, onRefused } = this.#options;
    const most = limit();
    if (account === null || most === 0) return;
    this.#turnDay();
    const used = this.#used.get(account) ?? 0;
    // What costs more than a whole day has is had for a whole day.
    const price = Math.min(cost, most);
    if (used + price > most) {
      onRefused();
      throw wireError('quota_exceeded', { limit: most, used, retry_after_s: Math.ceil(this.#leftMs / 1000) });
    }
    this.#used.delete(account);
    if (this.#used.size >= MOST_ACCOUNTS) this.#used.delete(this.#used.keys().next().value as string);
    this.#used.set(account, used + price);
    this.#saveLater();
  }

  use(account: string | null): DailyUse {
    this.#turnDay();
    const used = account === null ? 0 : (this.#used.get(account) ?? 0);
    return { account, used, limit: this.#options.limit(), resetsAt: (this.#day + 1) * DAY_MS };
  }

  /** Writes what has not been written yet. */
  async close(): Promise<void> {
    if (this.#lazy !== null) this.#save();
    await this.#writing;
  }

  get #leftMs(): number {
    return Math.max(1, (this.#day + 1) * DAY_MS - this.#options.clock.now());
  }

  /** A clock that is set back to yesterday, and forward again, gives nobody a new day. What was used stays used in any case. */
  #turnDay(): void {
    const day = dayOf(this.#options.clock);
    if (day > this.#day) this.#used = new Map();
    this.#day = goesOn(this.#day, day) ? this.#day : day;
  }

  #saveLater(): void {
    this.#lazy ??= this.#options.clock.after(LAZY_MS, () => this.#save());
  }

  #save(): void {
    this.#lazy?.cancel();
    this.#lazy = null;
    const { file, onFailure } = this.#options;
    const text = JSON.stringify({ day: this.#day, used: [...this.#used] });
    this.#writing = this.#writing.then(() => replaceFile(file, text)).catch(onFailure);
  }
}

/** Whether a day goes on although the clock says an earlier one. Farther back the clock was wrong before, and is mended. */
const goesOn = (day: number, now: number): boolean => day > now && day - now <= 1;

const dayOf = (clock: Clock): number => Math.floor(clock.now() / DAY_MS);

/** A whole file takes the place of the old one. Not synced: a power cut may lose the last half minute anyway. */
async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, text, { mode: 0o600 });
  await rename(partial, file);
}

interface KeptUse {
  readonly day: number;
  readonly used: Map<string, number>;
}

async function readUsed({ file, onFailure }: DailyQuotaOptions, today: number): Promise<KeptUse> {
  try {
    const { day, used } = JSON.parse(await readFile(file, 'utf8')) as { day: unknown; used: unknown };
    if (!Number.isSafeInteger(day) || !Array.isArray(used)) throw new Error(`${file} does not hold what it should`);
    const kept = day as number;
    return {
      day: goesOn(kept, today) ? kept : today,
      used: new Map(kept < today ? [] : used.filter(isUse).slice(-MOST_ACCOUNTS)),
    };
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') onFailure(failure as Error);
    return { day: today, used: new Map() };
  }
}

const isUse = (entry: unknown): entry is [string, number] =>
  Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]) && (entry[1] as number) >= 0;
