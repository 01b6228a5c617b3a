/**
 * Viewers of the live graph. A frame is encoded once and the same bytes go to everybody; a viewer that is behind skips
 * frames and gets the newest one when it has caught up, so that nothing queues without bound.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError } from '@vortexflow/primitives';
import { WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../access/access.ts';
import { hostCount, isForwarded, requirePermission } from '../access/access.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export type FrameKind = 'topology' | 'positions' | 'highlight';

/** A viewer with more than this waiting, bytes, skips frames. Two frames of a graph of 120,000 nodes. */
const MAX_WAITING = 2 * 1024 * 1024;
/** Viewers send nothing but small control messages. */
const MAX_MESSAGE = 1024;
const MAX_VIEWERS = 1000;
/** A viewer that answers no ping for this long is gone, ms. */
const PING_MS = 15_000;

interface Viewer {
  readonly socket: WebSocket;
  /** Newest frame of each kind that was skipped; sent when there is room again. */
  readonly missed: Map<FrameKind, ArrayBuffer>;
  alive: boolean;
}

/** What a newcomer must get first, oldest first. */
export type Greeting = () => readonly { kind: FrameKind; frame: ArrayBuffer }[];

export class Viewers {
  readonly #metrics: () => Metrics;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE });
  readonly #viewers = new Set<Viewer>();
  #greeting: Greeting = () => [];
  #onCount: (count: number) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(metrics: () => Metrics) {
    this.#metrics = metrics;
    this.#timer = setInterval(() => this.#dropSilent(), PING_MS);
    this.#timer.unref();
  }

  /** True when no more viewers are taken. */
  get full(): boolean {
    return this.#viewers.size >= MAX_VIEWERS;
  }

  get count(): number {
    return this.#viewers.size;
  }

  /** Says what newcomers get, and who is told how many viewers there are. */
  connect(greeting: Greeting, onCount: (count: number) => void): void {
    this.#greeting = greeting;
    this.#onCount = onCount;
    onCount(this.count);
  }

  /** Takes upgrades of `/ws/graph` on the server; refuses all others. */
  listen(server: Server, access: Access): void {
    server.on('upgrade', (request, socket, head) => {
      const refusal = this.#refusalOf(request, access);
      if (refusal) return refuse(socket, refusal);
      this.#server.handleUpgrade(request, socket, head, (websocket) => this.#welcome(websocket));
    });
  }

  /** Sends a frame to every viewer. */
  broadcast(kind: FrameKind, frame: ArrayBuffer): void {
    for (const viewer of this.#viewers) this.#send(viewer, kind, frame);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const { socket } of this.#viewers) socket.close(1001, 'the server is stopping');
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        for (const { socket } of this.#viewers) socket.terminate();
      }, 500);
      this.#server.close(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  #refusalOf(request: IncomingMessage, access: Access): string | null {
    if (request.url?.split('?')[0] !== '/ws/graph') return '404 Not Found';
    if (this.full) return '503 Service Unavailable';
    if (hostCount(request) !== 1) return '400 Bad Request';
    const { headers, socket } = request;
    try {
      const role = access.roleOf({
        authorization: headers.authorization,
        host: headers.host,
        origin: headers.origin,
        forwarded: isForwarded(headers),
        remoteAddress: socket.remoteAddress,
      });
      requirePermission(role, 'look');
      return null;
    } catch (failure) {
      return failure instanceof CodedError ? `${failure.definition.status} ${failure.code}` : '400 Bad Request';
    }
  }

  #welcome(socket: WebSocket): void {
    const viewer: Viewer = { socket, missed: new Map(), alive: true };
    this.#viewers.add(viewer);
    socket.on('pong', () => (viewer.alive = true));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#viewers.delete(viewer);
      this.#onCount(this.count);
    });
    for (const { kind, frame } of this.#greeting()) this.#send(viewer, kind, frame);
    this.#onCount(this.count);
  }

  #send(viewer: Viewer, kind: FrameKind, frame: ArrayBuffer): void {
    const { socket, missed } = viewer;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_WAITING) {
      missed.set(kind, frame);
      return this.#metrics().frameDropped();
    }
    missed.delete(kind);
    this.#metrics().frameSent(kind, frame.byteLength);
    socket.send(frame, () => this.#catchUp(viewer));
  }

  /** Room again: what was skipped last goes out, the topology before the positions that belong to it. */
  #catchUp(viewer: Viewer): void {
    if (viewer.socket.bufferedAmount > MAX_WAITING) return;
    for (const kind of ['topology', 'positions', 'highlight'] as const) {
      const frame = viewer.missed.get(kind);
      if (frame) return this.#send(viewer, kind, frame);
    }
  }

  #dropSilent(): void {
    for (const viewer of this.#viewers) {
      if (!viewer.alive) viewer.socket.terminate();
      viewer.alive = false;
      viewer.socket.ping();
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
