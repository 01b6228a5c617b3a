/** Who moves the picture: the server's stream, or a layout that runs here. */
import type { WebGpuLayout } from '@vortexflow/layout/internal';
import { type PositionFrame, REMOVED_GROUP, type TopologyFrame } from '@vortexflow/protocol';
import { Cell } from './cell.ts';
import { type LocalGraph, LocalLayout, type LocalLayoutOptions, type LocalState } from './local-layout.ts';

/** What movement is given. */
export interface MovementOptions extends Pick<LocalLayoutOptions, 'frame' | 'now' | 'show'> {
  /** Opens an engine on what draws; null when that cannot compute. */
  readonly engine: () => (() => Promise<WebGpuLayout>) | null;
}

export class Movement {
  /** Whether the viewer holds the picture. */
  readonly paused = new Cell(false);
  readonly local = new Cell<LocalState>({ phase: 'off', problem: '' });
  readonly #options: MovementOptions;
  #graph: LocalGraph | null = null;
  /** The server's newest positions, whether or not they are shown. */
  #latest: Float32Array | null = null;
  #run: LocalLayout | null = null;

  constructor(options: MovementOptions) {
    this.#options = options;
  }

  /** @param anew the server was started anew: its nodes are others, and only it knows where they are */
  takeTopology({ groups, edges }: Pick<TopologyFrame, 'groups' | 'edges'>, anew: boolean): void {
    if (anew) this.#run?.stop();
    this.#latest = null;
    const nodes = Uint32Array.from(groups.keys());
    this.#graph = { nodes: groups.length, edges, removed: nodes.filter((node) => groups[node] === REMOVED_GROUP) };
    this.#run?.setGraph(this.#graph);
  }

  takePositions({ positions }: Pick<PositionFrame, 'positions'>): void {
    this.#latest = positions;
    if (!this.paused.get() && this.local.get().phase !== 'on') this.#options.show(positions);
  }

  togglePause(): void {
    this.paused.set(!this.paused.get());
    this.#run?.hold(this.paused.get());
    if (!this.paused.get() && this.local.get().phase !== 'on') this.#showLatest();
  }

  /** Runs the layout here, or lets the server do it again. Without effect where it cannot run, and before there is a graph. */
  toggleLocal(): void {
    if (this.#run) {
      this.#run.stop();
      return;
    }
    const open = this.#options.engine();
    if (!open || !this.#graph || this.#latest?.length !== 3 * this.#graph.nodes) return;
    this.paused.set(false);
    const { frame, now, show } = this.#options;
    this.#run = new LocalLayout({ open, frame, now, show, state: (state) => this.#told(state) });
    void this.#run.run(this.#graph, this.#latest);
  }

  #told(state: LocalState): void {
    this.local.set(state);
    if (state.phase !== 'off') return;
    this.#run = null;
    this.paused.set(false);
    this.#showLatest();
  }

  #showLatest(): void {
    if (this.#latest) this.#options.show(this.#latest);
  }

  /** Ends what runs here. */
  stop(): void {
    this.#run?.stop();
  }
}
