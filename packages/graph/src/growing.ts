/** A graph that grows and shrinks on top of an immutable CSR base. */
import type { CsrGraph } from './csr.ts';
import { ArcSet } from './arc-set.ts';
import { NumberSet } from './number-set.ts';
import type { ArcVisitor, GraphView } from './paths.ts';

/**
 * The base stays as it is, in memory that threads may share; additions live in maps beside it. Removed nodes keep
 * their number and lose their arcs, so numbers never move.
 */
export class GrowingGraph implements GraphView {
  readonly base: CsrGraph;
  #nodes: number;
  readonly #added = new Map<number, ArcSet>();
  readonly #removed = new NumberSet();
  /** Number of added arcs between two nodes, either way, by the pair as one number. */
  readonly #pairs = new Map<number, number>();

  constructor(base: CsrGraph) {
    this.base = base;
    this.#nodes = base.nodes;
  }

  get nodeCount(): number {
    return this.#nodes;
  }

  /** Nodes beyond the base, removed ones included. */
  get addedNodes(): number {
    return this.#nodes - this.base.nodes;
  }

  isRemoved(node: number): boolean {
    return this.#removed.has(node);
  }

  /** Adds a node without arcs and returns its number. */
  addNode(): number {
    return this.#nodes++;
  }

  /**
   * Adds both arcs of an edge; adding the same edge again changes nothing.
   * @returns true when the edge is new
   */
  addEdge(source: number, target: number, kind: number, inverseKind: number): boolean {
    if (!this.#addArc(source, target, kind, inverseKind)) return false;
    this.#addArc(target, source, inverseKind, kind);
    return true;
  }

  /** Removes an added edge, both arcs. Edges of the base cannot be removed one by one. */
  removeEdge(source: number, target: number, kind: number, inverseKind: number): void {
    this.#dropArc(source, target, kind);
    this.#dropArc(target, source, inverseKind);
  }

  /** Removes an added node with all its arcs. Its number is not given out again, see {@link restoreNode}. O(its arcs). */
  removeNode(node: number): void {
    this.#added.get(node)?.forEach(({ target, inverse }) => {
      this.#pairs.delete(pairKey(node, target));
      if (target !== node) this.#added.get(target)?.delete(node, inverse);
    });
    this.#added.delete(node);
    this.#removed.add(node);
  }

  /** Gives the number of a removed node to a new one, without arcs. */
  restoreNode(node: number): void {
    this.#removed.delete(node);
  }

  forEachArc(node: number, visit: ArcVisitor): void {
    const { base } = this;
    if (node < base.nodes) {
      const end = base.offsets[node + 1] as number;
      for (let arc = base.offsets[node] as number; arc < end; arc++) {
        visit(base.targets[arc] as number, base.kinds[arc] as number, base.labels[arc] as number);
      }
    }
    this.#added.get(node)?.forEach(({ target, kind }) => visit(target, kind, 0));
  }

  /** Number of arcs that leave the node. */
  degree(node: number): number {
    const { base } = this;
    const fixed = node < base.nodes ? (base.offsets[node + 1] as number) - (base.offsets[node] as number) : 0;
    return fixed + (this.#added.get(node)?.size ?? 0);
  }

  /** Number of added edges, each joined pair once. */
  get addedEdgeCount(): number {
    return this.#pairs.size;
  }

  /** Pairs of added edges, each once, smaller node first. Length 2k. */
  addedEdges(): Uint32Array {
    const pairs = new Uint32Array(this.#pairs.size * 2);
    let place = 0;
    for (const key of this.#pairs.keys()) {
      pairs[place++] = Math.floor(key / MAX_NODES);
      pairs[place++] = key % MAX_NODES;
    }
    return pairs;
  }

  #addArc(source: number, target: number, kind: number, inverse: number): boolean {
    let arcs = this.#added.get(source);
    if (!arcs) this.#added.set(source, (arcs = new ArcSet()));
    if (!arcs.add({ target, kind, inverse })) return false;
    this.#count(source, target, 1);
    return true;
  }

  #dropArc(source: number, target: number, kind: number): void {
    if (this.#added.get(source)?.delete(target, kind)) this.#count(source, target, -1);
  }

  #count(source: number, target: number, difference: 1 | -1): void {
    if (source === target) return;
    const key = pairKey(source, target);
    const count = (this.#pairs.get(key) ?? 0) + difference;
    if (count > 0) this.#pairs.set(key, count);
    else this.#pairs.delete(key);
  }
}

/** More nodes than a graph in memory can have; two numbers below it fit into one exact double. */
const MAX_NODES = 2 ** 26;

const pairKey = (a: number, b: number): number => Math.min(a, b) * MAX_NODES + Math.max(a, b);
