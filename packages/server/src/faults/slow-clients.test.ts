/** Clients that are slow, on a real server: none of them may cost the others anything. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { head, launchServer, type LaunchedServer, openSlowClient, residentBytesOfTree } from '@vortexflow/testkit';
import { ask } from './test-questions.ts';

describe('slow clients', () => {
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer();
  });
  after(() => server.stop());

  it(
    'with headers that never end are closed, all of them, with an answer that says so',
    { timeout: 60_000 },
    async () => {
      const request = head('GET', '/health', { 'x-slow': 'x'.repeat(4000) });
      const clients = Array.from({ length: 30 }, () =>
        openSlowClient({ url: server.url, request, send: { bytes: 1, everyMs: 250 } }),
      );
      assert.equal((await ask(server.url, 'What is a dog?')).status, 200);
      for (const client of clients) {
        assert.notEqual(await client.closed, '', 'closed');
        assert.ok(client.sent() < request.length);
      }
      for (const client of clients) assert.match(client.text(), /^HTTP\/1\.1 4\d\d /);
    },
  );

  it('with a body that never ends are closed, and others are answered meanwhile', { timeout: 90_000 }, async () => {
    const body = JSON.stringify({ input: 'x'.repeat(8000) });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const request = head('POST', '/api/v1/process', headers) + body;
    const client = openSlowClient({ url: server.url, request, send: { bytes: 100, everyMs: 1000 } });
    assert.equal((await ask(server.url, 'What is a cat?')).status, 200);
    await client.closed;
    assert.ok(client.sent() < request.length, 'it was closed before its body was complete');
  });

  it('that read a big export slowly stop nobody, and it is not gathered in memory for them', async () => {
    const request = head('GET', '/api/v1/graph/export?format=graphml&built_in=true');
    const pid = server.process.pid as number;
    const slow = Array.from({ length: 5 }, () => openSlowClient({ url: server.url, request, read: 'never' }));
    const dripping = openSlowClient({ url: server.url, request, read: { bytes: 1000, everyMs: 10 } });
    while (dripping.received() < 10_000) await new Promise((resolve) => setTimeout(resolve, 20));
    const before = residentBytesOfTree(pid);
    for (let i = 0; i < 20; i++) assert.equal((await ask(server.url, `What is a horse? ${i}`)).status, 200);
    // The export has some 60 MB: were it written ahead for them, six times that would be here.
    const grown = residentBytesOfTree(pid) - before;
    assert.ok(grown < 150e6, `${Math.round(grown / 1e6)} MB more`);
    assert.match(dripping.text(), /^HTTP\/1\.1 200/);
    for (const client of [...slow, dripping]) client.close();
    assert.equal((await ask(server.url, 'What is a bird?')).status, 200);
  });
});
