/** WebSockets: the bytes of a connection pass between the caller and the leader, which speaks the protocol. */
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@vortexflow/primitives';
import { PEER_HEADER } from '../../access/access.ts';
import type { Fleet } from '../fleet.ts';

/** Longest wait for a leader, ms. */
const HOLD_MS = 10_000;

export async function passUpgrade(
  request: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  { fleet, clock }: { readonly fleet: Fleet; readonly clock: Clock },
): Promise<void> {
  const left = new AbortController();
  caller.once('close', () => left.abort());
  caller.on('error', () => undefined);
  const leader = await fleet.await('leader', clock.elapsed() + HOLD_MS, left.signal);
  if (left.signal.aborted) return;
  if (!leader)
    return void caller.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\r\n');
  const serving = connect(leader.requests);
  serving.on('error', () => caller.destroy());
  serving.once('close', () => caller.destroy());
  caller.once('close', () => serving.destroy());
  serving.write(headOf(request));
  serving.write(head);
  serving.pipe(caller).pipe(serving);
}

function headOf({ method, url, rawHeaders, socket }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`, `${PEER_HEADER}: ${socket.remoteAddress ?? ''}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== PEER_HEADER) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
