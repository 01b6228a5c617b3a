/** One row of the table of settings. */
import type { SettingType } from './setting-type.ts';

/**
 * When a new value holds. `at once`: while the server runs. `roll`: in serving processes that start later, so after SIGHUP
 * where there are several, else after a restart. `restart`: after a restart.
 */
export type Applies = 'at once' | 'roll' | 'restart';

/** Who may change a setting at run time; see `mayChange`. */
type SettingRole = 'admin' | 'owner';

/** What is known of a setting besides its value. */
export interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  readonly type: SettingType<NonNullable<T>>;
  /** A few words, for a form. */
  readonly title: string;
  readonly help: string;
  /** Of a number, for a form; null where it has none. */
  readonly unit: string | null;
  readonly applies: Applies;
  /** Why it cannot hold at once, where that needs saying; goes on "cannot change ..., because". */
  readonly reason: string | null;
  readonly role: SettingRole;
  /** Its value is never shown: it may hold a secret, by mistake if not by intent. */
  readonly isSecret: boolean;
  /** Why it cannot stand in the file, and where else to say it; null: it can. */
  readonly elsewhere: string | null;
}

type Row<T> = Pick<Setting<T>, 'variable' | 'fallback' | 'type' | 'title' | 'help'> &
  Partial<Pick<Setting<T>, 'unit' | 'applies' | 'reason' | 'role' | 'isSecret' | 'elsewhere'>>;

/** A row with what most rows have. */
export const setting = <T>(row: Row<T>): Setting<T> => ({
  unit: null,
  applies: 'restart',
  reason: null,
  role: 'owner',
  isSecret: false,
  elsewhere: null,
  ...row,
});
