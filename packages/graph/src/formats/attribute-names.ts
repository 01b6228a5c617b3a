/** Names of attributes as files declare them: with an id each, before the first node. */

/** An id for each name, in the order of the names. */
export const numbered = (names: readonly string[]): ReadonlyMap<string, string> =>
  new Map([...new Set(names)].map((name, place) => [name, `a${place}`]));

/** @throws RangeError when the name was not among those declared */
export function requireId(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new RangeError(`the attribute "${name}" was not named in advance`);
  return id;
}
