/** On whose account what somebody uses and stores is counted. */
import { OWNER_ID, type Principal } from './principal.ts';

/**
 * `user:ID` with all keys and sessions of his, so that a further key gives him nothing more; `key:ID` of a key that the
 * owner made, sessions that it began included, for the owner makes keys for programs; `service:NAME`. null: nobody counts,
 * because it is the owner himself, or somebody without an account, whose requests are limited by his address.
 */
export function accountOf({ how, subject, credential, key }: Principal): string | null {
  if (how === 'service') return subject;
  if (how !== 'api-key' && how !== 'session') return null;
  if (subject !== OWNER_ID) return `user:${subject}`;
  const shown = how === 'api-key' ? credential : (key ?? null);
  return shown === null ? null : `key:${shown}`;
}
