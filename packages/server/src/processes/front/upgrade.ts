/** WebSockets: the bytes of a connection pass between the caller and the leader, which speaks the protocol. */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, CodedError } from '@vortexflow/primitives';
import type { Principal } from '@vortexflow/identity';
import { type Access, requirePermission } from '../../access/access.ts';
import { PEER_HEADER, PRINCIPAL_HEADER } from '../../access/passed.ts';
import { refusedUpgrade } from '../../audit/refused-upgrade.ts';
import type { AuditSink } from '../../audit/sink.ts';
import type { Fleet } from '../fleet.ts';
import { callerHeaders, type KnownCaller } from './heads.ts';

/** Longest wait for a leader, ms, and before it is tried again. */
const HOLD_MS = 10_000;
const PAUSE_MS = 50;

interface Behind {
  readonly fleet: Fleet;
  readonly clock: Clock;
}

interface Door extends Behind {
  readonly access: Access;
  readonly audit: Pick<AuditSink, 'note'>;
}

export async function passUpgrade(
  request: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  { fleet, clock, access, audit }: Door,
): Promise<void> {
  const left = new AbortController();
  caller.once('close', () => left.abort());
  caller.on('error', () => undefined);
  let principal: Principal | null = null;
  try {
    principal = access.admitSocket(request);
    requirePermission(principal, 'look');
  } catch (failure) {
    audit.note(refusedUpgrade(request, principal, access, failure));
    return refuse(caller, failure);
  }
  // It ends when he counts no more.
  access.hold(principal, caller);
  const known = { principal, address: access.addressOf(request) };
  const serving = await reachLeader({ fleet, clock }, Buffer.concat([headOf(request, known), head]), left.signal);
  if (!serving)
    return void caller.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\r\n');
  serving.on('error', () => caller.destroy());
  // What it said last is still to be read.
  serving.once('close', () => caller.end());
  caller.once('close', () => serving.destroy());
  serving.pipe(caller).pipe(serving);
}

function refuse(caller: Duplex, failure: unknown): void {
  const status = failure instanceof CodedError ? `${failure.definition.status} ${failure.code}` : '400 Bad Request';
  caller.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
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

/** As it came, but for who is calling and the ticket, which has been used. */
function headOf({ method, url = '/', rawHeaders }: IncomingMessage, known: KnownCaller): Buffer {
  const lines = [`${method} ${withoutTicket(url)} HTTP/1.1`];
  const given = callerHeaders(known);
  for (let i = 0; i < given.length; i += 2) lines.push(`${given[i]}: ${given[i + 1]}`);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!OURS.has((rawHeaders[i] as string).toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function withoutTicket(url: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const kept = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('ticket='));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

const OURS = new Set([PEER_HEADER, PRINCIPAL_HEADER]);
