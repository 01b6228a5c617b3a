/** Counts the links behind each edge and tells which edges came and went. */

/** An edge between two nodes, by their ids. */
export interface LinkEdge {
  readonly source: string;
  readonly target: string;
}

/** Edges that a step brought and took. Nothing is in both. */
export interface EdgeChanges {
  readonly added: readonly LinkEdge[];
  readonly removed: readonly LinkEdge[];
}

/** Several links may make the same edge; it is there as long as one of them is. */
export class EdgeLedger {
  readonly #counts = new Map<string, { readonly edge: LinkEdge; count: number }>();
  /** Edges touched since the last {@link takeChanges}, and whether they were there then. */
  readonly #before = new Map<string, { readonly edge: LinkEdge; readonly existed: boolean }>();

  add(edge: LinkEdge): void {
    this.#change(edge, 1);
  }

  remove(edge: LinkEdge): void {
    this.#change(edge, -1);
  }

  /** What changed since the last call. */
  takeChanges(): EdgeChanges {
    const added: LinkEdge[] = [];
    const removed: LinkEdge[] = [];
    for (const [key, { edge, existed }] of this.#before) {
      const exists = this.#counts.has(key);
      if (exists && !existed) added.push(edge);
      if (existed && !exists) removed.push(edge);
    }
    this.#before.clear();
    return { added, removed };
  }

  #change(edge: LinkEdge, difference: number): void {
    // With the length in front, no two pairs of ids run together to the same key.
    const key = `${edge.source.length}:${edge.source}${edge.target}`;
    const entry = this.#counts.get(key);
    if (!this.#before.has(key)) this.#before.set(key, { edge, existed: entry !== undefined });
    const count = (entry?.count ?? 0) + difference;
    if (count === 0) this.#counts.delete(key);
    else if (entry) entry.count = count;
    else this.#counts.set(key, { edge, count });
  }
}
