/** A real server behind a network that loses packets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { inNetwork, launchServer, networkMissing } from '@vortexflow/testkit';

/** In CI nothing may be skipped: there the making fails with the reason. */
const skip = process.env['CI'] ? false : (networkMissing ?? false);
const QUESTIONS = 30;

/** Runs inside the network, where the server is. */
const CLIENT = `
const statuses = await Promise.all(Array.from({ length: ${QUESTIONS} }, async (_, i) => (await fetch(process.argv[1] + '/api/v1/process', {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ input: 'What is a dog? ' + i }),
})).status));
process.stdout.write(JSON.stringify(statuses));`;

it('every question is answered when a fifth of the packets is lost', { skip, timeout: 120_000 }, async () => {
  await inNetwork(async (network) => {
    const server = await launchServer({ within: network.enter });
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
