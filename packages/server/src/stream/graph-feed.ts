/** From changes of the knowledge and ticks of the layout to frames for the viewers. */
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { LayoutChange, LayoutHost } from '@vortexflow/layout';
import type { Clock, Timer } from '@vortexflow/primitives';
import { encodeHighlight, encodeTopology, REMOVED_GROUP } from '@vortexflow/protocol';
import type { Viewers } from './viewers.ts';

/** Changes are collected for this long, ms: a thousand documents make a few frames, not a thousand. */
const COLLECT_MS = 250;

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
  #topology: ArrayBuffer | null = null;
  #positions: ArrayBuffer | null = null;
  #sequence = 0;
  #laidOutNodes: number;
  #pendingEdges: number[] = [];
  #changeTimer: Timer | null = null;
  #highlightTimer: Timer | null = null;
  #newestPath: readonly string[] | null = null;

  constructor(options: GraphFeedOptions) {
    this.#options = options;
    this.#laidOutNodes = options.base.nodeCount;
    options.viewers.connect(
      () => this.#greeting(),
      (count) => options.layout.setViewers(count),
    );
  }

  /** Takes an encoded position frame from the layout. */
  positions(frame: ArrayBuffer): void {
    this.#positions = frame;
    this.#options.viewers.broadcast('positions', frame);
  }

  /** Takes a change of the knowledge; viewers see it within a quarter of a second. */
  change({ edges }: KnowledgeChange): void {
    for (const { source, target } of edges) this.#pendingEdges.push(source, target);
    this.#changeTimer ??= this.#options.clock.after(COLLECT_MS, () => this.#flushChanges());
  }

  /** Shows viewers the path of an answer; of many in a short time, the newest. */
  highlight(path: readonly string[]): void {
    if (path.length === 0 || this.#options.viewers.count === 0) return;
    this.#newestPath = path;
    this.#highlightTimer ??= this.#options.clock.after(COLLECT_MS, () => this.#flushHighlight());
  }

  stop(): void {
    this.#changeTimer?.cancel();
    this.#highlightTimer?.cancel();
  }

  /** A newcomer gets the whole graph, then where everything is. */
  #greeting() {
    this.#topology ??= this.#encodeTopology();
    const greeting = [{ kind: 'topology' as const, frame: this.#topology }];
    if (!this.#positions) {
      this.#options.layout.requestFrame();
      return greeting;
    }
    return [...greeting, { kind: 'positions' as const, frame: this.#positions }];
  }

  #flushChanges(): void {
    this.#changeTimer = null;
    const { base, layout, viewers } = this.#options;
    const change: LayoutChange = {
      nodes: base.nodeCount - this.#laidOutNodes,
      edges: Uint32Array.from(this.#pendingEdges),
    };
    this.#laidOutNodes = base.nodeCount;
    this.#pendingEdges = [];
    this.#topology = viewers.count > 0 ? this.#encodeTopology() : null;
    // Frames of the old size would not fit the new topology.
    this.#positions = null;
    if (this.#topology) viewers.broadcast('topology', this.#topology);
    layout.change(change, base.revision);
  }

  #flushHighlight(): void {
    this.#highlightTimer = null;
    const { base, viewers } = this.#options;
    const path = Uint32Array.from((this.#newestPath ?? []).map((id) => base.indexOf(id)).filter((index) => index >= 0));
    viewers.broadcast('highlight', encodeHighlight({ sequence: this.#sequence++, revision: base.revision, path }));
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
