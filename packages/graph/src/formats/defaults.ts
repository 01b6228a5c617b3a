/** Values that a file gives to all its nodes or edges that have none of their own: GraphML's and GEXF's defaults. */
import { fileError } from './file-graph.ts';

/** What has values. */
export type ElementKind = 'node' | 'edge';

/** An element whose values are being read. */
export interface ValuedElement {
  readonly kind: ElementKind;
  readonly line: number;
  /** Name and value. */
  readonly values: [string, string][];
  /** Ids of the keys that it has values of. */
  readonly given: ReadonlySet<string>;
}

/**
 * Most defaults that are looked at for the elements of one file, all together. A file of a few megabytes can have a hundred
 * thousand keys and as many nodes, and would hold ten thousand million values.
 */
const MAX_DEFAULTS = 5_000_000;

export class Defaults {
  readonly #byKey: Readonly<Record<ElementKind, Map<string, readonly [name: string, value: string]>>> = {
    node: new Map(),
    edge: new Map(),
  };
  #looked = 0;

  /** A key without a default takes back that of an earlier one with its id. */
  forget(kinds: readonly ElementKind[], id: string): void {
    for (const kind of kinds) this.#byKey[kind].delete(id);
  }

  set(kinds: readonly ElementKind[], id: string, name: string, value: string): void {
    for (const kind of kinds) this.#byKey[kind].set(id, [name, value]);
  }

  /**
   * Adds to an element what it does not have itself. O(keys with a default).
   * @throws CodedError `file_malformed` when that comes to more than {@link MAX_DEFAULTS} for the file
   */
  addTo({ kind, line, values, given }: ValuedElement): void {
    const defaults = this.#byKey[kind];
    this.#looked += defaults.size;
    if (this.#looked > MAX_DEFAULTS) {
      const reason = `${defaults.size} keys with a default for every ${kind}: more than ${MAX_DEFAULTS} values in all`;
      throw fileError('file_malformed', { line, reason });
    }
    for (const [id, named] of defaults) if (!given.has(id)) values.push([...named]);
  }
}
