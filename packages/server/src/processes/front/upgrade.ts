/** WebSockets: the bytes of a connection pass between the caller and the leader, which speaks the protocol. */
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
  const serving = await reachLeader({ fleet, clock }, Buffer.concat([headOf(request), head]), left.signal);
  if (!serving)
    return void caller.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\r\n');
  serving.on('error', () => caller.destroy());
  // What it said last is still to be read.
  serving.once('close', () => caller.end());
  caller.once('close', () => serving.destroy());
  serving.pipe(caller).pipe(serving);
}

/**
 * A connection to a leader that has begun to answer what was said; null when there is none in time, or nobody waits for
 * it any more. One that dies takes connections until the system has cleared it away: only what it says shows that it lives.
 */
async function reachLeader({ fleet, clock }: Behind, said: Buffer, left: AbortSignal): Promise<Socket | null> {
  const deadline = clock.elapsed() + HOLD_MS;
  while (clock.elapsed() < deadline && !left.aborted) {
    const leader = await fleet.await('leader', deadline, left);
    if (!leader || left.aborted) return null;
    const serving = connect(leader.requests);
    serving.write(said);
    if (await isAnswering(serving, clock, deadline)) return serving;
    serving.destroy();
    // It has died, and that is not known yet.
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
  }
  return null;
}

/** Resolves when there is something to read, or there will not be in time. */
async function isAnswering(serving: Socket, clock: Clock, deadline: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const leave = (): void => resolve(false);
  const timer = clock.after(deadline - clock.elapsed(), leave);
  serving.once('readable', () => resolve(serving.readableLength > 0));
  serving.once('error', leave).once('close', leave);
  const isThere = await promise;
  timer.cancel();
  return isThere;
}

function headOf({ method, url, rawHeaders, socket }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`, `${PEER_HEADER}: ${socket.remoteAddress ?? ''}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== PEER_HEADER) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
