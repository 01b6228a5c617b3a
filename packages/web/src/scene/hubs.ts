/** Which nodes may have a name, found a slice a frame: a look at all of them at once would be felt. */
import { HubSearch, type HubView } from '../math/hubs.ts';

/** Nodes looked at in a frame, a fraction of a millisecond. */
const SLICE = 8192;

export class Hubs {
  readonly #search = new HubSearch();
  readonly #most: number;
  #found: readonly number[] = [];
  #searching = false;
  /** The picture that the search began with. */
  #picture = -1;

  /** @param names how many names are shown at most */
  constructor(names: number) {
    this.#most = names;
  }

  /** What the last complete search found: the largest of all, then those of each part of the screen. */
  get found(): readonly number[] {
    return this.#found;
  }

  /** Another graph: nothing is known. */
  forget(): void {
    this.#found = [];
    this.#searching = false;
    this.#picture = -1;
  }

  /**
   * Searches on. While the picture moves, each slice looks at where its nodes are then; the last search is one of a
   * picture at rest.
   *
   * @param picture number of the picture shown
   * @returns whether there is more to be done for this picture
   */
  advance(view: HubView, picture: number): boolean {
    if (!this.#searching) {
      if (this.#picture === picture) return false;
      this.#search.start(view.sizes.length);
      this.#searching = true;
      this.#picture = picture;
    }
    if (!this.#search.look(view, SLICE)) return true;
    this.#found = [...new Set([...this.#search.best(this.#most), ...this.#search.everywhere()])];
    this.#searching = false;
    return this.#picture !== picture;
  }
}
