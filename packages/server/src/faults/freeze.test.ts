/** A server that stands still for a moment, as in a paused virtual machine: it goes on where it was. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freeze, launchServer } from '@vortexflow/testkit';
import { ask } from './test-questions.ts';

const FROZEN_MS = 1000;

it(
  'a server that was frozen for a second answers what came before, meanwhile and after',
  { timeout: 120_000 },
  async (t) => {
    const server = await launchServer({ env: { TIMEOUT_MS: '60000' } });
    t.after(() => server.stop());
    const { url } = server;
    const before = Array.from({ length: 10 }, (_, i) => ask(url, `What is a dog? ${i}`));
    const thaw = freeze(server.process.pid as number);
    const meanwhile = Array.from({ length: 10 }, (_, i) => ask(url, `What is a cat? ${i}`));
    await pause(FROZEN_MS);
    thaw();
    const after = ask(url, 'What is a horse?');
    for (const response of await Promise.all([...before, ...meanwhile, after])) assert.equal(response.status, 200);
    const health = (await (await fetch(`${url}/health`)).json()) as { status: string };
    assert.equal(health.status, 'Healthy');
  },
);
