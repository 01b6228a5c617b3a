/** A real server behind a network that loses packets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { inNetwork, launchServer, networkMissing } from '@vortexflow/testkit';

/** In CI nothing may be skipped: there the making fails with the reason. */
const skip = process.env['CI'] ? false : (networkMissing ?? false);
const QUESTIONS = 30;

/**
 * Runs inside the network, where the server is. By `node:http`, which leaves it to TCP how often a connection is tried: `fetch`
 * gives up after ten seconds, which one of many reaches when four attempts in a row are lost.
 */
const CLIENT = `
import { request } from 'node:http';
const ask = (i) => new Promise((resolve, reject) => {
  const headers = { 'content-type': 'application/json' };
  const sent = request(process.argv[1] + '/api/v1/process', { method: 'POST', headers }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode)).on('error', reject);
  });
  sent.on('error', reject).end(JSON.stringify({ input: 'What is a dog? ' + i }));
});
// A head that took longer than eight seconds on its way is late, as a slow one would be: that question is asked again.
const patiently = async (i) => {
  let status = await ask(i);
  for (let tries = 0; status === 408 && tries < 4; tries++) status = await ask(i);
  return status;
};
const statuses = await Promise.all(Array.from({ length: ${QUESTIONS} }, (_, i) => patiently(i)));
process.stdout.write(JSON.stringify(statuses));`;

it('every question is answered when a fifth of the packets is lost', { skip, timeout: 120_000 }, async () => {
  await inNetwork(async (network) => {
    const server = await launchServer({ within: network.enter, env: { TIMEOUT_MS: '60000' } });
    try {
      await network.lose({ port: Number(new URL(server.url).port) }, 0.2);
      const args = ['--input-type=module', '-e', CLIENT, server.url];
      const client = network.spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let printed = '';
      client.stdout?.on('data', (data: Buffer) => (printed += data.toString()));
      await once(client, 'close');
      assert.deepEqual(
        JSON.parse(printed),
        Array.from({ length: QUESTIONS }, () => 200),
      );
    } finally {
      await server.stop();
    }
  });
});
