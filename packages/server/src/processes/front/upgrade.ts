/** WebSockets: the bytes of a connection pass between the caller and the leader, which speaks the protocol. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@vortexflow/primitives';
import { PEER_HEADER } from '../../access/access.ts';
import type { Fleet } from '../fleet.ts';

/** Longest wait for a leader, ms, and before it is tried again. */
const HOLD_MS = 10_000;
const PAUSE_MS = 50;

interface Behind {
  readonly fleet: Fleet;
  readonly clock: Clock;
}

export async function passUpgrade(
  request: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  { fleet, clock }: Behind,
): Promise<void> {
  const left = new AbortController();
  caller.once('close', () => left.abort());
  caller.on('error', () => undefined);
  const serving = await reachLeader({ fleet, clock }, left.signal);
  if (!serving)
    return void caller.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\r\n');
  serving.on('error', () => caller.destroy());
  // What it said last is still to be read.
  serving.once('close', () => caller.end());
  caller.once('close', () => serving.destroy());
  serving.write(headOf(request));
  serving.write(head);
  serving.pipe(caller).pipe(serving);
}

/** A connection to the leader; null when there is none in time, or nobody waits for it any more. */
async function reachLeader({ fleet, clock }: Behind, left: AbortSignal): Promise<Socket | null> {
  const deadline = clock.elapsed() + HOLD_MS;
  while (clock.elapsed() < deadline && !left.aborted) {
    const leader = await fleet.await('leader', deadline, left);
    if (!leader || left.aborted) return null;
    const serving = connect(leader.requests);
    try {
      await once(serving, 'connect', { signal: left });
      return serving;
    } catch {
      // It has died, and that is not known yet.
      serving.destroy();
      await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
    }
  }
  return null;
}

function headOf({ method, url, rawHeaders, socket }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`, `${PEER_HEADER}: ${socket.remoteAddress ?? ''}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== PEER_HEADER) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
