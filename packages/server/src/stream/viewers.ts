/**
 * All viewers of the live graph. A tick is encoded once, beside the layout; here its blocks are only copied into frames.
 * Viewers are served in slices, so that a thousand of them do not hold up everything else.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, CodedError, type Timer } from '@vortexflow/primitives';
import type { Principal } from '@vortexflow/identity';
import { MAX_VIEWER_MESSAGE } from '@vortexflow/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Access, requirePermission } from '../access/access.ts';
import { hostCount } from '../access/caller.ts';
import { refusedUpgrade } from '../audit/refused-upgrade.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Picture } from './picture.ts';
import { Viewer, type ViewerHooks } from './viewer.ts';

const MAX_VIEWERS = 1000;
/** Viewers served at a time, about a millisecond; then other events have their turn. */
const SLICE = 25;
/** A viewer that has not answered a ping by the next one is gone, ms: what it holds up is given back within twice that. */
const PING_MS = 15_000;
/** Viewers that do not say goodbye when the server stops are cut off after this, ms. */
const GOODBYE_MS = 500;

/** What viewers are fed from. */
export interface ViewerSource {
  /** Encodes the graph as it is now: asked for when a viewer comes and there is no topology. */
  readonly topology: () => ArrayBuffer;
  /** Keys of these blocks are needed in the next tick. */
  readonly wish: (blocks: readonly number[]) => void;
  readonly onCount: (viewers: number) => void;
  /** All viewers that were ready for it have been sent the newest picture. */
  readonly onServed: () => void;
}

/** Who lets viewers in. */
export interface ViewerGate {
  readonly access: Access;
  /** Told who was not let in; null where another process is. */
  readonly audit: Pick<AuditSink, 'note'> | null;
}

export interface ViewersOptions {
  readonly metrics: () => Metrics;
  readonly clock: Clock;
}

export class Viewers {
  /** Change it, then {@link refresh}. */
  picture = new Picture();
  readonly #clock: Clock;
  readonly #hooks: ViewerHooks;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_VIEWER_MESSAGE });
  readonly #viewers = new Map<Viewer, WebSocket>();
  /** Viewers to be served, those of an earlier round first. */
  #queue = new Set<Viewer>();
  #sweeping = false;
  #wishes = new Set<number>();
  #source: ViewerSource | null = null;
  #pinging: Timer;

  constructor({ metrics, clock }: ViewersOptions) {
    this.#clock = clock;
    this.#hooks = {
      clock,
      sent: (kind, bytes) => metrics().frameSent(kind, bytes),
      dropped: (ticks) => metrics().framesDropped(ticks),
      delivered: (ageMs) => metrics().frameDelivered(ageMs / 1000),
      wish: (block) => this.#wish(block),
    };
    this.#pinging = clock.after(PING_MS, () => this.#ping());
  }

  /** True when no more viewers are taken. */
  get full(): boolean {
    return this.#viewers.size >= MAX_VIEWERS;
  }

  get count(): number {
    return this.#viewers.size;
  }

  /** Says where topologies come from, and who is told how many viewers there are. */
  connect(source: ViewerSource): void {
    this.#source = source;
    source.onCount(this.count);
  }

  /** There is nothing to see for a while: sends everybody away, to come back. */
  disconnect(): void {
    this.#source = null;
    this.picture = new Picture();
    for (const socket of this.#viewers.values()) socket.close(1012, 'the graph is being loaded anew');
  }

  /** Takes upgrades of `/ws/graph` on the server; refuses all others. */
  listen(server: Server, gate: ViewerGate): void {
    server.on('upgrade', (request, socket, head) => {
      const refusal = this.#refusalOf(request, socket, gate);
      if (refusal) return refuse(socket, refusal);
      this.#server.handleUpgrade(request, socket, head, (websocket) => this.#welcome(websocket));
    });
  }

  /** The picture has changed: sends viewers what they lack. */
  refresh(): void {
    this.#queue = new Set([...this.#queue, ...this.#viewers.keys()]);
    if (!this.#sweeping) this.#sweep();
  }

  async stop(): Promise<void> {
    this.#pinging.cancel();
    this.#queue.clear();
    for (const socket of this.#viewers.values()) socket.close(1001, 'the server is stopping');
    await new Promise<void>((resolve) => {
      const force = this.#clock.after(GOODBYE_MS, () => {
        for (const socket of this.#viewers.values()) socket.terminate();
      });
      this.#server.close(() => {
        force.cancel();
        resolve();
      });
    });
  }

  #sweep(): void {
    let left = SLICE;
    for (const viewer of this.#queue) {
      if (left-- === 0) break;
      this.#queue.delete(viewer);
      viewer.advance();
    }
    this.#sweeping = this.#queue.size > 0;
    if (this.#sweeping) setImmediate(() => this.#sweep());
    else this.#source?.onServed();
  }

  #wish(block: number): void {
    if (this.#wishes.size === 0) setImmediate(() => this.#tellWishes());
    this.#wishes.add(block);
  }

  #tellWishes(): void {
    this.#source?.wish([...this.#wishes]);
    this.#wishes.clear();
  }

  #refusalOf(request: IncomingMessage, socket: Duplex, { access, audit }: ViewerGate): string | null {
    if (request.url?.split('?')[0] !== '/ws/graph') return '404 Not Found';
    if (this.full || !this.#source) return '503 Service Unavailable';
    if (hostCount(request) !== 1) return '400 Bad Request';
    let principal: Principal | null = null;
    try {
      principal = access.admitSocket(request);
      requirePermission(principal, 'look');
      access.hold(principal, socket);
      return null;
    } catch (failure) {
      audit?.note(refusedUpgrade(request, principal, access, failure));
      return failure instanceof CodedError ? `${failure.definition.status} ${failure.code}` : '400 Bad Request';
    }
  }

  #welcome(socket: WebSocket): void {
    const viewer = new Viewer(socket, this.picture, this.#hooks);
    this.#viewers.set(viewer, socket);
    // Changes that nobody had to see yet are shown now, before there is a topology to be sent.
    this.#source?.onCount(this.count);
    if (this.#source) this.picture.topology ??= this.#source.topology();
    socket.on('pong', () => (viewer.alive = true));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) viewer.receive(data);
      else socket.close(1003, 'messages are binary');
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#viewers.delete(viewer);
      this.#queue.delete(viewer);
      this.#source?.onCount(this.count);
    });
    viewer.advance();
  }

  #ping(): void {
    for (const [viewer, socket] of this.#viewers) {
      if (!viewer.alive) socket.terminate();
      viewer.alive = false;
      socket.ping();
    }
    this.#pinging = this.#clock.after(PING_MS, () => this.#ping());
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
