/** For siblings that measure one part alone. */
export { NostrHttpAuth } from './nostr/http-auth.ts';
