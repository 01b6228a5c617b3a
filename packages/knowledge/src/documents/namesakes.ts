/** Documents that share a name, and which of them is nearest to a folder. */
import { folderDistance, folderOf } from './names.ts';

/** A document that may be the nearest. */
interface Candidate {
  readonly id: string;
  /** Folders that it is in. */
  readonly depth: number;
}

/** So few are looked through one by one. */
const MAX_LIST = 8;

/**
 * Ids of documents with one name. The nearest is the one with the fewest folders up and down, then the first by id.
 *
 * Of every folder it is remembered which document in or below it lies highest. The nearest to a folder is then one of
 * those remembered for it and for the folders around it: thousands of files called `README.md` that link to one another
 * cost no more each than the depth of their folders.
 */
export class Namesakes {
  readonly #ids = new Set<string>();
  /** By the path of a folder; null when it has to be made anew. */
  #highest: Map<string, Candidate> | null = null;

  get size(): number {
    return this.#ids.size;
  }

  /** O(depth of the id). */
  add(id: string): void {
    this.#ids.add(id);
    if (this.#highest) enter(this.#highest, id);
  }

  /** The next {@link nearest} takes O(all ids and their depths). */
  delete(id: string): void {
    if (this.#ids.delete(id)) this.#highest = null;
  }

  /** O(depth of the folder). */
  nearest(folder: string): string | null {
    if (this.#ids.size <= MAX_LIST) return this.nearestOf(folder, () => true);
    const highest = (this.#highest ??= this.#enterAll());
    const paths = pathsOf(folder);
    let best: string | null = null;
    let bestDistance = Infinity;
    for (const [depth, path] of paths.entries()) {
      const candidate = highest.get(path);
      if (!candidate) continue;
      const distance = paths.length - 1 + candidate.depth - 2 * depth;
      if (distance < bestDistance || (distance === bestDistance && best !== null && candidate.id < best))
        [best, bestDistance] = [candidate.id, distance];
    }
    return best;
  }

  /** The nearest of those that fit. O(all ids). */
  nearestOf(folder: string, fits: (id: string) => boolean): string | null {
    let best: string | null = null;
    let bestDistance = Infinity;
    for (const id of this.#ids) {
      if (!fits(id)) continue;
      const distance = folderDistance(folder, folderOf(id));
      if (distance < bestDistance || (distance === bestDistance && best !== null && id < best))
        [best, bestDistance] = [id, distance];
    }
    return best;
  }

  #enterAll(): Map<string, Candidate> {
    const highest = new Map<string, Candidate>();
    for (const id of this.#ids) enter(highest, id);
    return highest;
  }
}

function enter(highest: Map<string, Candidate>, id: string): void {
  const paths = pathsOf(folderOf(id));
  const depth = paths.length - 1;
  for (const path of paths) {
    const other = highest.get(path);
    if (!other || depth < other.depth || (depth === other.depth && id < other.id)) highest.set(path, { id, depth });
  }
}

/** The folder and all around it, outermost first: `a/b` is ``, `a/` and `a/b/`. */
function pathsOf(folder: string): string[] {
  const paths = [''];
  if (folder === '') return paths;
  for (let end = folder.indexOf('/'); end !== -1; end = folder.indexOf('/', end + 1))
    paths.push(folder.slice(0, end + 1));
  paths.push(`${folder}/`);
  return paths;
}
