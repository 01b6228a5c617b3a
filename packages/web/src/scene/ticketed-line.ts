/** A line to the live graph: a ticket first, which is good once, then the socket. */
import type { Line, LineEvents } from './connection.ts';

/** The world around a line. */
export interface Ways {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly socket: (url: string) => WebSocket;
}

/** Longest wait for a ticket, ms: a connection may be dead without anybody knowing. */
const PATIENCE_MS = 10_000;

/** @param origin of the server, e.g. `http://127.0.0.1:7000` */
export function openTicketedLine(origin: string, events: LineEvents, { fetch, socket }: Ways): Line {
  const waiting = new AbortController();
  let open: WebSocket | null = null;
  const begin = (ticket: string): void => {
    if (waiting.signal.aborted) return;
    const query = new URLSearchParams({ ticket });
    open = listened(socket(`${origin.replace(/^http/, 'ws')}/ws/graph?${query}`), events);
  };
  const isInTime = AbortSignal.any([waiting.signal, AbortSignal.timeout(PATIENCE_MS)]);
  void ticketFrom(origin, fetch, isInTime)
    .then(begin)
    .catch(() => events.closed());
  return {
    send: (bytes) => open?.send(bytes),
    close: () => (open ? open.close() : waiting.abort()),
  };
}

/** Rejects also when it is called off. */
async function ticketFrom(origin: string, fetch: Ways['fetch'], signal: AbortSignal): Promise<string> {
  const response = await fetch(`${origin}/api/v1/auth/ticket`, { method: 'POST', signal });
  const { ticket } = (await response.json()) as { readonly ticket?: unknown };
  if (typeof ticket !== 'string') throw new Error(`no ticket: ${response.status}`);
  return ticket;
}

function listened(socket: WebSocket, { opened, received, closed }: LineEvents): WebSocket {
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', opened);
  socket.addEventListener('close', closed);
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.data instanceof ArrayBuffer) received(event.data);
    else socket.close();
  });
  return socket;
}
