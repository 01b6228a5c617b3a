/** Names and texts of nodes, fetched when needed and remembered. */
import type { GraphNode } from '@vortexflow/protocol';

/** Where nodes come from; the client's graph calls fit. */
export interface NodeSource {
  node(id: string): Promise<GraphNode>;
  nodeAt(index: number): Promise<GraphNode>;
}

const AT_ONCE = 4;
/** Wishes beyond this are forgotten: the picture has moved on by the time their turn would come. */
const QUEUE = 240;

export class NodeDirectory {
  readonly #source: NodeSource;
  readonly #learned: () => void;
  readonly #names = new Map<number, string>();
  readonly #byId = new Map<string, Promise<GraphNode>>();
  readonly #byIndex = new Map<number, Promise<GraphNode>>();
  readonly #asked = new Set<number>();
  #queue: number[] = [];
  #running = 0;

  /** @param learned called whenever a wanted name has become known */
  constructor(source: NodeSource, learned: () => void) {
    this.#source = source;
    this.#learned = learned;
  }

  /** Forgets everything: the graph has changed. */
  clear(): void {
    for (const map of [this.#names, this.#byId, this.#byIndex, this.#asked]) map.clear();
    this.#queue = [];
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

  /** Asks for a name in the background, newest wishes first, a few at a time. */
  want(index: number): void {
    if (this.#asked.has(index) || this.#names.has(index)) return;
    this.#asked.add(index);
    this.#queue.push(index);
    for (const forgotten of this.#queue.splice(0, Math.max(0, this.#queue.length - QUEUE)))
      this.#asked.delete(forgotten);
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const index = this.#queue.pop();
      if (index === undefined) return;
      this.#running++;
      void this.#learn(index);
    }
  }

  async #learn(index: number): Promise<void> {
    try {
      await this.nodeAt(index);
      this.#learned();
    } catch {
      // A name is an ornament: without it the picture stands, and the next picture asks again.
      this.#asked.delete(index);
    } finally {
      this.#running--;
      this.#next();
    }
  }
}
