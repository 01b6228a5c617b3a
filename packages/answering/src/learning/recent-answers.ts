/** The latest answers, so that feedback on them can be understood; bounded. */
import { BoundedMap, sizeOf } from '../bounded-map.ts';
import type { AnsweredItem } from './item.ts';

/** Most answers, and their bytes in memory. */
const ITEMS = { entries: 20_000, bytes: 48 * 1024 * 1024 };
/** Answers from the cache: an id each for an answer that is kept once. */
const ALIASES = { entries: 50_000, bytes: 16 * 1024 * 1024 };

export class RecentAnswers {
  readonly #items = new BoundedMap<AnsweredItem>(ITEMS);
  readonly #aliases = new BoundedMap<string>(ALIASES);

  /** Keeps an answer under its id. An id that comes again means the newer answer. */
  add(item: AnsweredItem): void {
    this.#aliases.delete(item.id);
    this.#items.set(item.id, item, sizeOf(item));
  }

  /** A request that got the answer of an earlier one from the cache. */
  addAlias(id: string, original: string): void {
    if (id === original) return;
    this.#items.delete(id);
    this.#aliases.set(id, original, 32 + 2 * (id.length + original.length));
  }

  /** The id under which the answer was reasoned: the given one, unless it came from the cache. */
  originalOf(id: string): string {
    return this.#aliases.get(id) ?? id;
  }

  find(id: string): AnsweredItem | null {
    return this.#items.get(this.originalOf(id)) ?? null;
  }
}
