/** Entry of the stream's worker: socket and decoding stay off the page's thread. */
import type { Frame } from '@vortexflow/protocol';
import { Connection } from './connection.ts';
import type { StreamOrder, StreamReport } from './stream.ts';
import { openTicketedLine, type Ways } from './ticketed-line.ts';

/** This thread, as seen from inside. The page's own types know a window only. */
interface Scope {
  postMessage(report: StreamReport, transfer: readonly ArrayBuffer[]): void;
  addEventListener(type: 'message', run: (event: MessageEvent<StreamOrder>) => void): void;
}

const WAYS: Ways = { fetch: (url, init) => fetch(url, init), socket: (url) => new WebSocket(url) };

const scope = self as unknown as Scope;
let connection: Connection | null = null;

scope.addEventListener('message', ({ data }) => {
  if (data.type === 'look') {
    connection?.look(data.interest);
    return;
  }
  connection = new Connection({
    open: (events) => openTicketedLine(data.origin, events, WAYS),
    after: (ms, run) => setTimeout(run, ms),
    random: Math.random,
    now: Date.now,
    state: (state) => scope.postMessage({ type: 'state', state }, []),
    frame: (frame, traffic) => {
      const handed = ownFrame(frame);
      scope.postMessage({ type: 'frame', frame: handed, traffic }, buffersOf(handed));
    },
  });
  connection.connect();
});

/** The decoder goes on changing its positions: the page gets its own, 12 bytes a node a frame. */
function ownFrame(frame: Frame): Frame {
  return frame.type === 'positions' ? { ...frame, positions: frame.positions.slice() } : frame;
}

/** What need not be copied on the way to the page. */
function buffersOf(frame: Frame): ArrayBuffer[] {
  if (frame.type === 'positions') return [frame.positions.buffer];
  return frame.type === 'topology' ? [frame.edges.buffer as ArrayBuffer] : [];
}
