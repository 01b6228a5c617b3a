/** Whom a path is about: an account by its id, a key or a session by whose it is. */

type OwnedThing = 'users' | 'keys' | 'sessions';
/** Whose something is, by its id; null when there is none. */
export type OwnerOf = (thing: OwnedThing, id: string) => string | null;

const OWNED: ReadonlySet<string> = new Set<OwnedThing>(['users', 'keys', 'sessions']);

/** @param path without the query, in whatever spelling */
export function concernedBy(path: string, ownerOf: OwnerOf): string | null {
  const plain = path.split('#', 1)[0] as string;
  // Split before escapes are resolved: one that stands for a slash is part of an id.
  const [, api, version, auth, thing = '', id = ''] = plain.split('/').map(decoded);
  const isOwned = api === 'api' && version === 'v1' && auth === 'auth' && OWNED.has(thing) && id !== '';
  return isOwned ? ownerOf(thing as OwnedThing, id) : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
