/** Names of documents and sections: how they are compared, shortened and joined. */

/** What people call documents; a link may leave the extension out. */
const DOCUMENT_EXTENSION = /\.(?:md|markdown|txt|text|html?|xhtml|pdf)$/i;

/** Same letters, same name: NFC (Unicode Annex 15), lower case, blanks collapsed. */
export function foldName(name: string): string {
  return name.toLowerCase().normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** `folder/Note.md` -> `folder/Note` */
export function withoutExtension(id: string): string {
  return id.replace(DOCUMENT_EXTENSION, '');
}

/** `folder/Note.md` -> `Note.md` */
export function baseName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** `a/b/Note.md` -> `a/b`; an empty string at the top */
export function folderOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('/')));
}

/** Resolves `.` and `..` of a relative path; null when it leaves the top folder. A leading `/` starts at the top. */
export function joinPath(folder: string, path: string): string | null {
  const parts = path.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

/** How many folders one goes up and down to get from one to the other. */
export function folderDistance(from: string, to: string): number {
  const left = from === '' ? [] : from.split('/');
  const right = to === '' ? [] : to.split('/');
  let shared = 0;
  while (shared < left.length && shared < right.length && left[shared] === right[shared]) shared++;
  return left.length + right.length - 2 * shared;
}

/** The anchor of a heading as GitHub makes it: lower case, blanks to hyphens, no punctuation. Slugs are their own slugs. */
export function slugOf(heading: string): string {
  return foldName(heading)
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .trim()
    .replace(/ /g, '-');
}

/** Makes a name that `taken` does not hold, by GitHub's rule (`name`, `name-1`, `name-2`, ...), and puts it there. */
export function uniqueName(name: string, taken: Map<string, number>): string {
  let candidate = name;
  // The count is remembered per name: a thousand equal headings stay linear.
  for (let next = taken.get(name); next !== undefined && taken.has(candidate); next++) {
    candidate = `${name}-${next}`;
    taken.set(name, next + 1);
  }
  taken.set(candidate, 1);
  return candidate;
}
