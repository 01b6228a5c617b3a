/** One event to one relay (NIP-01), over a connection that lasts as long as that takes. */
import type { NostrEvent } from '@vortexflow/identity';
import type { Clock } from '@vortexflow/primitives';
import { WebSocket } from 'ws';

/** Longest that a relay may take in all, ms. */
const LONGEST_MS = 10_000;
/** Largest message of a relay, bytes: an answer to an event is short. */
const MAX_MESSAGE = 65_536;

/** Why a relay has not taken an event: a short code, for health and logs. */
export class RelayFailure extends Error {
  override readonly name = 'RelayFailure';
  readonly code: string;

  constructor(code: string) {
    super(`the relay did not take it: ${code}`);
    this.code = code;
  }
}

/**
 * Resolves when the relay says that it has the event.
 * @throws RelayFailure `RELAY_REFUSED`, `RELAY_SILENT`, `RELAY_CLOSED`, or the code of the system, such as ECONNREFUSED
 */
export function sendToRelay(url: string, event: NostrEvent, clock: Clock): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Redirects are not followed: no relay sends this server elsewhere.
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_MESSAGE, followRedirects: false });
  const timer = clock.after(LONGEST_MS, () => reject(new RelayFailure('RELAY_SILENT')));
  socket.once('open', () => socket.send(JSON.stringify(['EVENT', event])));
  socket.on('message', (data) => {
    const isTaken = verdictOn(event.id, (data as Buffer).toString());
    if (isTaken === true) resolve();
    else if (isTaken === false) reject(new RelayFailure('RELAY_REFUSED'));
  });
  socket.once('close', () => reject(new RelayFailure('RELAY_CLOSED')));
  // Also of what is torn down below.
  socket.on('error', (failure: NodeJS.ErrnoException) => reject(new RelayFailure(failure.code ?? 'RELAY_CLOSED')));
  return promise.finally(() => {
    timer.cancel();
    socket.terminate();
  });
}

/** What `["OK", ID, true | false, REASON]` says; null for all else that a relay may tell. */
function verdictOn(id: string, text: string): boolean | null {
  try {
    const message: unknown = JSON.parse(text);
    if (!Array.isArray(message) || message[0] !== 'OK' || message[1] !== id) return null;
    return message[2] === true;
  } catch {
    return null;
  }
}
