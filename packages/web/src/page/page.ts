/** Everything behind the page: wires the client, the stream and the scene, and keeps what the components show. */
import { createClient, type VortexflowClient } from '@vortexflow/client';
import type { WebGpuLayout } from '@vortexflow/layout/internal';
import {
  type BlocksFrame,
  type Frame,
  type GraphNode,
  type GraphNodeSummary,
  type GraphStats,
  type HealthResponse,
} from '@vortexflow/protocol';
import type { Sphere } from '../math/camera.ts';
import { hasMoved, interestOf } from '../math/interest.ts';
import { Rate } from '../math/meter.ts';
import { rendererWish } from '../render/backends.ts';
import type { BackendName } from '../render/contract.ts';
import type { LineState } from '../scene/connection.ts';
import type { Margins } from '../scene/director.ts';
import { GraphScene } from '../scene/scene.ts';
import { GraphStream } from '../scene/stream.ts';
import { Account } from './account.ts';
import { Cell } from './cell.ts';
import { Movement } from './movement.ts';
import { namesWish } from './names.ts';
import { NodeDirectory } from './directory.ts';
import { Asker } from './question.ts';

/** How far the page is. `starting`: the server is still loading, `detail` says how far. */
export interface Status {
  readonly line: LineState | 'starting';
  readonly detail: string;
}

/** The node under the pointer, CSS pixels. `node` is null until its text has come. */
export interface Hover {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly node: GraphNode | null;
}

/** All numbers measured. */
export interface Readout {
  readonly nodes: number;
  readonly edges: number;
  readonly settled: boolean | null;
  readonly fps: number;
  /** Own work on the main thread for a frame, median ms. */
  readonly frameMs: number;
  /** The part of it inside the call that draws. */
  readonly drawMs: number;
  /** What draws; null while nothing does. */
  readonly renderer: BackendName | null;
  readonly edgeShare: number;
  /** Bytes of all frames so far. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** Ticks of the layout that the server skipped for this viewer. */
  readonly dropped: number;
  /** How much later the newest positions came than the quickest ones, ms. */
  readonly behindMs: number;
}

const READY_MS = 1000;
const STATS_MS = 3000;
const HEALTH_MS = 5000;
const ACCOUNT_MS = 30_000;
const READOUT_MS = 500;
const RATE_MS = 2000;
const EMPTY: Readout = {
  nodes: 0,
  edges: 0,
  settled: null,
  fps: 0,
  frameMs: 0,
  drawMs: 0,
  renderer: null,
  edgeShare: 1,
  bytes: 0,
  bytesPerSecond: 0,
  dropped: 0,
  behindMs: 0,
};

/** Rounded, so that the read-out changes only when it shows something else. */
const hundredths = (ms = 0): number => Math.round(ms * 100) / 100;

export class Page {
  readonly status = new Cell<Status>({ line: 'starting', detail: '' });
  readonly stats = new Cell<GraphStats | null>(null);
  readonly readout = new Cell<Readout>(EMPTY);
  /** How much the server offers now. */
  readonly offered = new Cell<HealthResponse['degradation']['level']>('full');
  readonly hover = new Cell<Hover | null>(null);
  readonly selected = new Cell<GraphNode | null>(null);
  readonly groups = new Cell<readonly { readonly name: string; readonly count: number }[]>([]);
  /** Why there is no picture; empty when there is one. */
  readonly sceneProblem = new Cell('');
  readonly client: VortexflowClient;
  readonly nodes: NodeDirectory;
  readonly asker: Asker;
  readonly account: Account;
  readonly movement = new Movement({
    engine: () => this.#engine(),
    show: (positions) => this.#scene?.setPositions(positions),
    frame: () => new Promise((resolve) => void requestAnimationFrame(() => resolve())),
    now: () => performance.now(),
  });
  readonly #stream: GraphStream;
  #scene: GraphScene | null = null;
  readonly #rate = new Rate(RATE_MS);
  /** Radius of the cloud, layout units. */
  #radius = 0;
  #interest: Sphere | null = null;
  #revision = 0;
  #ownPath = '';
  #stopped = false;

  /** @param origin where the server is, e.g. `http://127.0.0.1:7000` */
  constructor(origin: string) {
    this.client = createClient({ baseUrl: origin });
    const { graph } = this.client;
    this.account = new Account({
      origin,
      fetch: (input, init) => fetch(input, init),
      signer: () => window.nostr ?? null,
      now: Date.now,
      changed: () => window.location.reload(),
    });
    this.nodes = new NodeDirectory(
      {
        node: (id) => graph.node(id),
        nodeAt: (index) => graph.nodeAt(index),
        names: (indices) => this.#charged(() => graph.names(indices)),
      },
      () => this.#scene?.relabel(),
      (ms, run) => void window.setTimeout(run, ms),
    );
    this.account.state.watch(() => {
      // Somebody from outside would be refused again and again.
      if (this.account.isOutside) this.#stream.close();
    });
    this.asker = new Asker(this.client, this.nodes, (nodes, joined) => this.#light(nodes, joined));
    this.#stream = new GraphStream(origin, {
      frame: (frame) => this.#take(frame),
      state: (line) => this.status.set({ line, detail: '' }),
    });
  }

  /** What the picture needs costs the picture: the time in which a request is made is its own work, too. */
  #charged<T>(call: () => T): T {
    const before = performance.now();
    const result = call();
    this.#scene?.timings.charge(performance.now() - before);
    return result;
  }

  /** Waits until the server is ready, then connects. */
  async start(): Promise<void> {
    window.setInterval(() => this.#measure(), READOUT_MS);
    window.setInterval(() => void this.#askStats(), STATS_MS);
    window.setInterval(() => void this.#askHealth(), HEALTH_MS);
    window.setInterval(() => this.#checkAccount(), ACCOUNT_MS);
    document.addEventListener('visibilitychange', () => this.#checkAccount());
    while (!this.#stopped && !(await this.#isReady())) await new Promise((resolve) => setTimeout(resolve, READY_MS));
    void this.account.start(takeLink());
    this.#stream.connect();
    await this.#askStats();
  }

  async #isReady(): Promise<boolean> {
    try {
      const { ready, progress } = await this.client.ready();
      if (!ready) this.status.set({ line: 'starting', detail: progress });
      return ready;
    } catch {
      this.status.set({ line: 'starting', detail: 'The server does not answer yet.' });
      return false;
    }
  }

  async #askStats(): Promise<void> {
    if (document.hidden || this.status.get().line !== 'open') return;
    try {
      this.stats.set(await this.client.graph.stats());
    } catch {
      this.stats.set(null);
    }
  }

  async #askHealth(): Promise<void> {
    if (document.hidden || this.status.get().line === 'starting') return;
    try {
      this.offered.set((await this.client.health()).degradation.level);
    } catch {
      // That the connection is lost is said already.
    }
  }

  /** A hidden page does not keep a session alive. */
  #checkAccount(): void {
    if (!document.hidden) void this.account.check();
  }

  /** Gives the page its stage, and the layer of names over it. @returns a function that takes both back */
  attach(stage: HTMLElement, labels: HTMLElement): () => void {
    this.#scene = new GraphScene(stage, labels, {
      renderer: rendererWish(window.location.search),
      names: namesWish(window.location.search),
      reducedMotion: window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      name: (index) => this.nodes.name(index),
      wantName: (index) => this.nodes.want(index),
      hovered: (index, x, y) => void this.#hovered(index, x, y),
      clicked: (index) => void (index < 0 ? this.unselect() : this.select(index)),
      problem: (why) => this.sceneProblem.set(why),
    });
    return () => {
      this.#scene?.dispose();
      this.#scene = null;
    };
  }

  #take(frame: Frame): void {
    if (frame.type === 'topology') this.#takeTopology(frame);
    else if (frame.type === 'highlight') this.#takeHighlight([...frame.path]);
    else if (frame.type === 'blocks') this.#radius = radiusOf(frame);
    else {
      this.readout.set({ ...this.readout.get(), settled: frame.settled });
      this.movement.takePositions(frame);
    }
  }

  #takeTopology(frame: Extract<Frame, { type: 'topology' }>): void {
    this.nodes.clear();
    // Indices hold while the server runs; a revision that went back means that it has been started anew.
    const anew = frame.revision < this.#revision;
    if (anew) this.#dropLights();
    this.#revision = frame.revision;
    this.movement.takeTopology(frame, anew);
    this.#scene?.setTopology(frame);
    const counts = new Uint32Array(256);
    for (const group of frame.groups) counts[group]!++;
    this.groups.set(
      frame.groupNames
        .map((name, i) => ({ name, count: counts[i]! }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count),
    );
    this.readout.set({ ...this.readout.get(), nodes: frame.groups.length, edges: frame.edges.length / 2 });
  }

  /** The own answer comes back as a highlight too; only those of others pulse. */
  #takeHighlight(path: readonly number[]): void {
    const question = this.asker.question.get();
    if (question.phase === 'asking') return;
    if (this.#ownPath !== path.join()) this.#scene?.pulse(path);
  }

  #light(nodes: readonly GraphNode[], joined: boolean): void {
    const indices = nodes.map(({ index }) => index);
    this.#ownPath = indices.join();
    this.unselect();
    if (indices.length > 0) this.#scene?.light(indices, joined);
    else this.#scene?.darken();
  }

  async #hovered(index: number, x: number, y: number): Promise<void> {
    if (index < 0) {
      this.hover.set(null);
      return;
    }
    const before = this.hover.get();
    this.hover.set({ index, x, y, node: before?.index === index ? before.node : null });
    const node = await this.nodes.nodeAt(index).catch(() => null);
    const now = this.hover.get();
    if (now?.index === index) this.hover.set({ ...now, node });
  }

  /** Opens a node and marks it. */
  async select(index: number): Promise<void> {
    this.#scene?.select(index, []);
    const node = await this.nodes.nodeAt(index).catch(() => null);
    if (!node) return;
    this.selected.set(node);
    this.#scene?.select(
      index,
      node.neighbours.map((neighbour) => neighbour.index),
    );
  }

  /** Opens a node and flies there. */
  async visit(node: Pick<GraphNodeSummary, 'index' | 'label'>): Promise<void> {
    this.nodes.learn(node.index, node.label);
    this.#scene?.flyTo([node.index]);
    await this.select(node.index);
  }

  /** As {@link visit}, for a node of which only the id is known. */
  async visitId(id: string): Promise<void> {
    const node = await this.nodes.node(id).catch(() => null);
    if (node) await this.visit(node);
  }

  unselect(): void {
    this.selected.set(null);
    this.#scene?.select(-1, []);
  }

  /** Drops the answer and puts the lights out. */
  clear(): void {
    if (this.selected.get()) {
      this.unselect();
      return;
    }
    this.#dropLights();
  }

  #dropLights(): void {
    this.asker.clear();
    this.#ownPath = '';
    this.#scene?.darken();
  }

  fit(): void {
    this.#scene?.fit();
  }

  setMargins(margins: Margins): void {
    this.#scene?.setMargins(margins);
  }

  /** What computes is fetched only now: most viewers never ask for it. */
  #engine(): (() => Promise<WebGpuLayout>) | null {
    const gpu = this.#scene?.renderer?.gpu;
    return gpu ? async () => (await import('../gpu/engine.ts')).openEngine(gpu.device) : null;
  }

  /** Numbers for the read-out: set only when one differs, so that an idle page renders nothing. */
  #measure(): void {
    const scene = this.#scene;
    const { bytes, dropped, behindMs } = this.#stream.traffic;
    this.#look();
    const old = this.readout.get();
    const next: Readout = {
      ...old,
      fps: Math.round(scene?.timings.fps ?? 0),
      frameMs: hundredths(scene?.timings.own.quantile(0.5)),
      drawMs: hundredths(scene?.timings.draw.quantile(0.5)),
      renderer: scene?.renderer?.backend ?? null,
      edgeShare: scene?.edgeShare ?? 1,
      bytes,
      bytesPerSecond: this.#rate.measure(performance.now(), bytes),
      dropped,
      behindMs,
    };
    if (Object.entries(next).some(([key, value]) => old[key as keyof Readout] !== value)) this.readout.set(next);
  }

  /** What the camera is near to is streamed at full rate, the rest of a large graph now and then. */
  #look(): void {
    if (!this.#scene) return;
    const interest = interestOf(this.#scene.camera, this.readout.get().nodes, this.#radius);
    if (!hasMoved(this.#interest, interest)) return;
    this.#interest = interest;
    this.#stream.look(interest);
  }

  get scene(): GraphScene | null {
    return this.#scene;
  }

  stop(): void {
    this.#stopped = true;
    this.movement.stop();
    this.#stream.close();
  }
}

/** The owner link in the address, which it leaves at once: it is good for one sign-in, and no bookmark. */
function takeLink(): string | null {
  const { hash, pathname, search } = window.location;
  const link = new URLSearchParams(hash.slice(1)).get('link');
  if (link !== null) window.history.replaceState(null, '', pathname + search);
  return link;
}

/** Half the side of the cube around all nodes: a few far ones count too. */
const radiusOf = ({ step }: BlocksFrame): number => (step * 65_535) / 2;
