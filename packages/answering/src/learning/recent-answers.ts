/** The latest answers, so that feedback on them can be understood; bounded. */
import { BoundedMap, sizeOf } from '../bounded-map.ts';
import { type AnsweredItem, type PackedItem, unpackItem } from './item.ts';

/** Most answers, and their bytes in memory. */
const ITEMS = { entries: 20_000, bytes: 48 * 1024 * 1024 };
/** Which request got which answer. */
const ALIASES = { entries: 50_000, bytes: 16 * 1024 * 1024 };

export class RecentAnswers {
  readonly #items = new BoundedMap<string>(ITEMS);
  readonly #aliases = new BoundedMap<string>(ALIASES);

  /** Keeps an answer, to be found by the id of its request. An id that comes again means the newer answer. */
  add({ id, request, json }: PackedItem): void {
    this.#items.set(id, json, sizeOf(json));
    this.addAlias(request, id);
  }

  /** A request that got an answer, made for it or from the cache. */
  addAlias(request: string, answer: string): void {
    this.#aliases.set(request, answer, 32 + 2 * (request.length + answer.length));
  }

  /** Id of the answer that a request got. */
  answerOf(request: string): string | undefined {
    return this.#aliases.get(request);
  }

  has(request: string): boolean {
    return this.#items.get(this.answerOf(request) ?? '') !== undefined;
  }

  find(request: string): AnsweredItem | null {
    const answer = this.answerOf(request);
    const json = answer === undefined ? undefined : this.#items.get(answer);
    return json === undefined ? null : unpackItem(json);
  }
}
