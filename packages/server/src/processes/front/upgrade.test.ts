/** WebSockets on their way to a leader that may be dying, with leaders that do what the test says. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { GUEST, OWNER, type Principal } from '@vortexflow/identity';
import { type Clock, systemClock, VirtualClock } from '@vortexflow/primitives';
import { CircuitBreaker, DEFAULT_POLICY } from '@vortexflow/resilience';
import type { AuditRecord } from '../../audit/sink.ts';
import { Fleet } from '../fleet.ts';
import type { ServingProcess } from '../serving-process.ts';
import { passUpgrade } from './upgrade.ts';

const ASKED =
  'GET /ws/graph?ticket=t&x=1 HTTP/1.1\r\nhost: a\r\nx-vortexflow-peer: 127.0.0.1\r\nX-Vortexflow-Principal: me\r\nx-own: ü\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';

let folder: string;
const servers: Server[] = [];
const sockets: Socket[] = [];
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'upgrade-'))));
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await rm(folder, { recursive: true });
});

/** A leader behind a local socket. */
async function leader(number: number, taken: (socket: Socket) => void): Promise<ServingProcess> {
  const requests = join(folder, `${number}.sock`);
  const server = createRawServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    taken(socket);
  }).listen(requests);
  servers.push(server);
  await once(server, 'listening');
  const breaker = new CircuitBreaker(DEFAULT_POLICY.breaker, systemClock);
  const serving = { number, kind: 'leader', state: 'ready', attempts: new Set(), breaker, requests };
  return serving as unknown as ServingProcess;
}

/** A caller's connection that has asked for another protocol, through a front over this fleet. */
/** What the log was told. */
const noted: AuditRecord[] = [];

async function ask(fleet: Fleet, clock: Clock = systemClock, principal: Principal = OWNER): Promise<Socket> {
  const access = {
    admit: () => principal,
    admitSocket: () => principal,
    hold: () => undefined,
    refused: () => null,
    addressOf: () => '192.0.2.7',
  };
  const server = createServer().on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    void passUpgrade(request, socket, head, {
      fleet,
      clock,
      access,
      audit: { note: (record) => void noted.push(record) },
    });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(caller);
  caller.write(ASKED, 'latin1');
  return caller;
}

async function firstOf(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString('latin1');
}

/** Says whom it heard, then what it hears. */
function echo(socket: Socket): void {
  socket.once('data', (head: Buffer) => {
    socket.write(head.toString('latin1'), 'latin1');
    socket.pipe(socket);
  });
}

describe('a WebSocket through the front', () => {
  it('reaches the leader with its head as it was, but for who is calling and his ticket, then passes both ways', async () => {
    const fleet = new Fleet(systemClock);
    fleet.add(await leader(1, echo));
    const caller = await ask(fleet);
    const head = await firstOf(caller);
    const who =
      'x-vortexflow-peer: 192.0.2.7\r\nx-vortexflow-principal: owner-key owner - owner public,look,ask,contribute,change,' +
      'account,configure,audit,manage,own';
    assert.equal(head.split('\r\nconnection')[0], `GET /ws/graph?x=1 HTTP/1.1\r\n${who}\r\nhost: a\r\nx-own: ü`);
    caller.write('more');
    assert.equal(await firstOf(caller), 'more');
  });

  it('waits for the next leader when the first takes the connection and dies', async () => {
    const fleet = new Fleet(systemClock);
    let deaths = 0;
    const dying = await leader(1, (socket) => {
      // What the system does with connections that a dead process had not taken.
      socket.destroy();
      if (++deaths === 2) fleet.remove(dying);
    });
    fleet.add(dying);
    const caller = await ask(fleet);
    const answer = firstOf(caller);
    while (fleet.processes.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    fleet.add(await leader(2, echo));
    assert.match(await answer, /^GET /);
  });

  it('is refused to who may not look, without a word to the leader', async () => {
    const fleet = new Fleet(systemClock);
    let isReached = false;
    fleet.add(await leader(1, () => void (isReached = true)));
    assert.match(await firstOf(await ask(fleet, systemClock, GUEST)), /^HTTP\/1.1 401 unauthenticated\r\n/);
    assert.deepEqual(
      noted.map(({ actor, detail }) => [actor.role, actor.address, detail?.['status'], detail?.['code']]),
      [['guest', '192.0.2.7', 401, 'unauthenticated']],
    );
    assert.equal(isReached, false);
  });

  it('is refused when the leader says nothing for ten seconds', async () => {
    const clock = new VirtualClock(0);
    const fleet = new Fleet(clock);
    const heard = Promise.withResolvers<Socket>();
    fleet.add(await leader(1, (socket) => void socket.once('data', () => heard.resolve(socket))));
    const answer = firstOf(await ask(fleet, clock));
    const left = once(await heard.promise, 'close');
    clock.advance(10_000);
    await left;
    clock.advance(50);
    assert.match(await answer, /^HTTP\/1.1 503/);
  });
});
