import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { refuseGarbage } from './garbage.ts';

describe('what is no request', () => {
  const [patient, hasty] = [
    createServer(),
    createServer({ headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 }),
  ];
  for (const server of [patient, hasty])
    server.on('clientError', (failure, socket) => refuseGarbage(failure, socket as Socket));
  after(() => [patient, hasty].forEach((server) => server.close()));

  /** What comes back for raw bytes: status, and code of the body. */
  async function answerTo(server: Server, text: string): Promise<[status: number, code: string]> {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const part of socket) answer += String(part);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    assert.match(head, /^x-content-type-options: nosniff$/m);
    assert.match(head, /^content-security-policy: default-src 'none'/m);
    return [Number(head.split(' ')[1]), (JSON.parse(body) as ErrorResponse).code];
  }

  it('is refused as that', async () => {
    assert.deepEqual(await answerTo(patient, 'no HTTP\r\n\r\n'), [400, 'request_invalid']);
  });

  it('is told that it came too late, when it is one', async () => {
    assert.deepEqual(await answerTo(hasty, 'GET / HTTP/1.1\r\nhost: a\r\n'), [408, 'request_late']);
  });
});
