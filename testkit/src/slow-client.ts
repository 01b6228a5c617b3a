/** An HTTP client that is slow: with its headers, with its body, or with reading the answer. */
import { connect, type Socket } from 'node:net';
import { type Clock, systemClock } from '@vortexflow/primitives';

/** So many bytes at a time, with a pause after each. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

export interface SlowClientOptions {
  /** Address of the server; only host and port count. */
  readonly url: string;
  /** What to send, byte for byte. */
  readonly request: string;
  /** How fast to send. Default: all at once. */
  readonly send?: Pace;
  /** How fast to read; `never`: nothing at all. Default: as it comes. */
  readonly read?: Pace | 'never';
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

export interface SlowClient {
  /** Bytes sent, and bytes of the answer that were read. */
  sent(): number;
  received(): number;
  /** What was read. */
  text(): string;
  /** Resolves when the connection is over, with `end`, `close`, or the code of an error. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Head of a request; its end is what a client with slow headers never sends. */
export function head(method: string, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export function openSlowClient(options: SlowClientOptions): SlowClient {
  const { url, request, send, read, clock = systemClock } = options;
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const state = { sent: 0, received: 0, text: '' };
  const take = (data: Buffer): void => {
    state.received += data.length;
    state.text += data.toString('latin1');
  };
  const closed = endOf(socket);
  sendAt(socket, Buffer.from(request), send, clock, (bytes) => (state.sent += bytes));
  if (read === undefined) socket.on('data', take);
  else if (read === 'never') socket.pause();
  else readAt(socket, read, clock, take);
  return {
    sent: () => state.sent,
    received: () => state.received,
    text: () => state.text,
    closed,
    close: () => socket.destroy(),
  };
}

function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message));
    socket.once('end', () => resolve('end'));
    socket.once('close', () => resolve('close'));
  });
}

function sendAt(
  socket: Socket,
  bytes: Buffer,
  pace: Pace = { bytes: bytes.length, everyMs: 0 },
  clock: Clock,
  onSent: (count: number) => void,
): void {
  const next = (start: number): void => {
    if (start >= bytes.length || socket.destroyed) return;
    const piece = bytes.subarray(start, start + pace.bytes);
    socket.write(piece, (failure) => {
      if (failure) return;
      onSent(piece.length);
      clock.after(pace.everyMs, () => next(start + piece.length));
    });
  };
  next(0);
}

function readAt(socket: Socket, pace: Pace, clock: Clock, take: (data: Buffer) => void): void {
  // Without a listener for data the stream stays paused, and fills only its own small buffer.
  const next = (): void => {
    if (socket.destroyed) return;
    const data = socket.read(Math.min(pace.bytes, socket.readableLength || 1)) as Buffer | null;
    if (data) take(data);
    clock.after(pace.everyMs, next);
  };
  socket.once('readable', next);
}
