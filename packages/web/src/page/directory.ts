/** Names and texts of nodes, fetched when needed and remembered. */
import type { GraphNamesResponse, GraphNode } from '@vortexflow/protocol';

/** Where nodes come from; the client's graph calls fit. */
export interface NodeSource {
  node(id: string): Promise<GraphNode>;
  nodeAt(index: number): Promise<GraphNode>;
  names(indices: readonly number[]): Promise<Pick<GraphNamesResponse, 'names'>>;
}

/** Wishes of so long go into one request, ms. */
const COLLECT_MS = 120;
/** Names a request: each costs the main thread a millisecond, however many it asks for. */
const BATCH = 100;
/** Wishes beyond this are forgotten: the picture has moved on by the time their turn would come. */
const QUEUE = 600;

export class NodeDirectory {
  readonly #source: NodeSource;
  readonly #learned: () => void;
  readonly #after: (ms: number, run: () => void) => void;
  readonly #names = new Map<number, string>();
  readonly #byId = new Map<string, Promise<GraphNode>>();
  readonly #byIndex = new Map<number, Promise<GraphNode>>();
  readonly #asked = new Set<number>();
  #queue: number[] = [];
  #asking = false;
  /** Counts graphs: an answer about the one before says nothing about this one. */
  #graph = 0;

  /** @param learned called whenever wanted names have become known @param after calls back in so many ms */
  constructor(source: NodeSource, learned: () => void, after: (ms: number, run: () => void) => void) {
    this.#source = source;
    this.#learned = learned;
    this.#after = after;
  }

  /** Forgets everything: the graph has changed. */
  clear(): void {
    for (const map of [this.#names, this.#byId, this.#byIndex, this.#asked]) map.clear();
    this.#queue = [];
    this.#graph++;
  }

  node(id: string): Promise<GraphNode> {
    return this.#remembered(this.#byId, id, () => this.#source.node(id));
  }

  nodeAt(index: number): Promise<GraphNode> {
    return this.#remembered(this.#byIndex, index, () => this.#source.nodeAt(index));
  }

  /** Failures are not remembered: the next wish tries again. */
  #remembered<K>(map: Map<K, Promise<GraphNode>>, key: K, fetch: () => Promise<GraphNode>): Promise<GraphNode> {
    const known = map.get(key);
    if (known) return known;
    const made = fetch().then(
      (node) => {
        this.#names.set(node.index, node.label);
        return node;
      },
      (error: unknown) => {
        map.delete(key);
        throw error;
      },
    );
    map.set(key, made);
    return made;
  }

  /** Name of a node if it is known. */
  name(index: number): string | undefined {
    return this.#names.get(index);
  }

  /** Notes a name learned elsewhere, e.g. from a search. */
  learn(index: number, name: string): void {
    this.#names.set(index, name);
  }

  /** Asks for a name in the background, newest wishes first; wishes that come together go into one request. */
  want(index: number): void {
    if (this.#asked.has(index) || this.#names.has(index)) return;
    this.#asked.add(index);
    this.#queue.push(index);
    for (const forgotten of this.#queue.splice(0, Math.max(0, this.#queue.length - QUEUE)))
      this.#asked.delete(forgotten);
    if (this.#asking) return;
    this.#asking = true;
    this.#after(COLLECT_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    await this.#learnSome(this.#queue.splice(-BATCH).toReversed());
    if (this.#queue.length > 0) this.#after(COLLECT_MS, () => void this.#ask());
    else this.#asking = false;
  }

  async #learnSome(indices: readonly number[]): Promise<void> {
    const graph = this.#graph;
    try {
      const { names } = await this.#source.names(indices);
      if (graph !== this.#graph) return;
      for (const [place, name] of names.entries()) if (name !== null) this.#names.set(indices[place]!, name);
      this.#learned();
    } catch {
      // A name is an ornament: without it the picture stands, and the next picture asks again.
      for (const index of indices) this.#asked.delete(index);
    }
  }
}
