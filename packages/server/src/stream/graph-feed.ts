/** From changes of the knowledge and ticks of the layout to frames for the viewers. */
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { LayoutChange, LayoutHost } from '@vortexflow/layout';
import type { Clock, Timer } from '@vortexflow/primitives';
import { encodeHighlight, type EncodedTick, encodeTopology, REMOVED_GROUP } from '@vortexflow/protocol';
import type { Viewers } from './viewers.ts';

/** Changes are collected for this long, ms: a thousand documents make a few frames, not a thousand. */
const COLLECT_MS = 250;
/**
 * The same while nobody watches, ms. Every change costs the layout work in proportion to the whole graph, and moves all of
 * it for a while: somebody who writes a note a second would keep it from ever coming to rest.
 */
const COLLECT_UNWATCHED_MS = 5_000;

/** What the feed works with. */
export interface GraphFeedOptions {
  readonly base: KnowledgeBase;
  readonly groupNames: readonly string[];
  readonly layout: LayoutHost;
  readonly viewers: Viewers;
  readonly clock: Clock;
}

export class GraphFeed {
  readonly #options: GraphFeedOptions;
  #sequence = 0;
  #laidOutNodes: number;
  /** Pairs of the layout that the image does not have, by a key. */
  #laidOutPairs: ReadonlyMap<number, readonly [number, number]>;
  #removedNodes: number[] = [];
  #changeTimer: Timer | null = null;
  #highlightTimer: Timer | null = null;
  #newestPath: readonly string[] | null = null;

  constructor(options: GraphFeedOptions) {
    this.#options = options;
    this.#laidOutNodes = options.base.nodeCount;
    this.#laidOutPairs = pairsOf(options.base);
    options.viewers.connect({
      topology: () => this.#encodeTopology(),
      wish: (blocks) => options.layout.requestKeys(blocks),
      onCount: (count) => {
        options.layout.setViewers(count);
        if (count > 0) this.flush();
      },
      onServed: () => options.layout.ready(),
    });
  }

  /** Takes the blocks that the ticks after it count on. */
  blocks(frame: ArrayBuffer): void {
    this.#options.viewers.picture.showBlocks(frame);
  }

  /** Takes an encoded tick of the layout. */
  tick(tick: EncodedTick): void {
    const { viewers } = this.#options;
    viewers.picture.showTick(tick);
    viewers.refresh();
  }

  /** Takes a change of the knowledge; viewers see it within a quarter of a second. */
  change({ removedNodes }: KnowledgeChange): void {
    const { clock, viewers } = this.#options;
    this.#removedNodes.push(...removedNodes);
    const wait = viewers.count > 0 ? COLLECT_MS : COLLECT_UNWATCHED_MS;
    this.#changeTimer ??= clock.after(wait, () => this.#flushChanges());
  }

  /** Shows viewers the path of an answer; of many in a short time, the newest. */
  highlight(path: readonly string[]): void {
    if (path.length === 0 || this.#options.viewers.count === 0) return;
    this.#newestPath = path;
    this.#highlightTimer ??= this.#options.clock.after(COLLECT_MS, () => this.#flushHighlight());
  }

  /** Gives the layout now what has been collected, for whoever names nodes that it may not have yet. */
  flush(): void {
    if (!this.#changeTimer) return;
    this.#changeTimer.cancel();
    this.#flushChanges();
  }

  stop(): void {
    this.#changeTimer?.cancel();
    this.#highlightTimer?.cancel();
  }

  #flushChanges(): void {
    this.#changeTimer = null;
    const { base, layout, viewers } = this.#options;
    viewers.picture.topology = viewers.count > 0 ? this.#encodeTopology() : null;
    viewers.refresh();
    for (const change of this.#layoutChanges()) layout.change(change, base.revision);
  }

  /** What the layout does not know yet. Nodes that came and went in the meantime take a change of their own. */
  #layoutChanges(): LayoutChange[] {
    const { base } = this.#options;
    const pairs = pairsOf(base);
    const fresh = [...pairs].filter(([key]) => !this.#laidOutPairs.has(key)).flatMap(([, pair]) => pair);
    const gone = [...this.#laidOutPairs].filter(([key]) => !pairs.has(key)).flatMap(([, pair]) => pair);
    const known = this.#removedNodes.filter((node) => node < this.#laidOutNodes);
    const unknown = this.#removedNodes.filter((node) => node >= this.#laidOutNodes);
    const change: LayoutChange = {
      nodes: base.nodeCount - this.#laidOutNodes,
      edges: Uint32Array.from(fresh),
      removedNodes: Uint32Array.from(known),
      removedEdges: Uint32Array.from(gone),
    };
    this.#laidOutNodes = base.nodeCount;
    this.#laidOutPairs = pairs;
    this.#removedNodes = [];
    if (unknown.length === 0) return [change];
    return [change, { nodes: 0, edges: new Uint32Array(), removedNodes: Uint32Array.from(unknown) }];
  }

  #flushHighlight(): void {
    this.#highlightTimer = null;
    const { base, viewers } = this.#options;
    const nodes = Uint32Array.from(
      (this.#newestPath ?? []).map((id) => base.indexOf(id)).filter((index) => index >= 0),
    );
    const bytes = encodeHighlight({ sequence: this.#sequence++, revision: base.revision, path: nodes });
    viewers.picture.highlight = { bytes, nodes };
    viewers.refresh();
  }

  #encodeTopology(): ArrayBuffer {
    const { base, groupNames } = this.#options;
    const count = base.nodeCount;
    const groups = new Uint8Array(count);
    const sizes = new Uint8Array(count);
    for (let node = 0; node < count; node++) {
      groups[node] = base.has(node) ? base.groupOf(node) : REMOVED_GROUP;
      sizes[node] = Math.min(255, Math.round(24 * Math.log2(1 + base.degree(node))));
    }
    const edges = base.edgePairs();
    return encodeTopology({ sequence: this.#sequence++, revision: base.revision, groups, sizes, edges, groupNames });
  }
}

/** Pairs that documents have joined, each once. Two indices fit into one exact number. */
function pairsOf(base: KnowledgeBase): ReadonlyMap<number, readonly [number, number]> {
  const edges = base.addedEdges();
  const pairs = new Map<number, readonly [number, number]>();
  for (let e = 0; e < edges.length; e += 2) {
    const [low, high] = [Math.min(edges[e]!, edges[e + 1]!), Math.max(edges[e]!, edges[e + 1]!)];
    pairs.set(low * 2 ** 26 + high, [low, high]);
  }
  return pairs;
}
