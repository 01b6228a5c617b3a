/**
 * What was typed and not saved, kept over a new sign-in, which loads the page anew: as long as the tab is open, and for the one
 * who typed it.
 */
import type { ConfigState } from '@vortexflow/client';

/** What was typed; null: what was set at run time is to be taken back. */
export type Draft = string | null;

interface Unsaved {
  /** What was read when it was typed. */
  readonly config: ConfigState;
  /** By the names of settings. */
  readonly drafts: Readonly<Record<string, Draft>>;
}

export interface UnsavedStore {
  read(): Unsaved | null;
  /** null: there is nothing to keep. */
  write(unsaved: Unsaved | null): void;
}

const KEY = 'vortexflow.settings.unsaved';

/**
 * @param storage of the tab; one that the browser denies (by throwing) keeps nothing
 * @param subject who types; what somebody else has typed is thrown away
 */
export function unsavedIn(
  storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  subject: string,
): UnsavedStore {
  return {
    read() {
      try {
        const kept = JSON.parse(storage().getItem(KEY) ?? 'null') as (Unsaved & { readonly subject: string }) | null;
        if (kept === null) return null;
        if (kept.subject === subject) return { config: kept.config, drafts: kept.drafts };
        storage().removeItem(KEY);
      } catch {
        // As if there were none.
      }
      return null;
    },
    write(unsaved) {
      try {
        if (unsaved === null) storage().removeItem(KEY);
        else storage().setItem(KEY, JSON.stringify({ subject, ...unsaved }));
      } catch {
        // It is still there until the page is loaded anew.
      }
    },
  };
}
