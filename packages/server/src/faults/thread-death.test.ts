/** Reasoning threads of a real server die under questions, ended from outside as a crash would end them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { HealthResponse } from '@vortexflow/protocol';
import { createThreadKiller, descendants, launchServer } from '@vortexflow/testkit';
import { ask } from './test-questions.ts';

it('a dead reasoning thread costs no question, and comes back', { timeout: 120_000 }, async (t) => {
  const killer = await createThreadKiller();
  t.after(() => killer.remove());
  const server = await launchServer({ env: killer.env });
  t.after(() => server.stop());
  const root = server.process.pid as number;
  const health = async (): Promise<HealthResponse> =>
    (await fetch(`${server.url}/health`)).json() as Promise<HealthResponse>;
  const restarts = ({ components }: HealthResponse): number =>
    Object.values(components).reduce((sum, { detail }) => sum + Number(/(\d+) restarts/.exec(detail)?.[1] ?? 0), 0);
  /** A part that is only just starting counts as healthy, too, but cannot yet stand in for another one. */
  const isWhole = ({ status, components }: HealthResponse): boolean =>
    status === 'Healthy' && !Object.values(components).some(({ detail }) => /^(re)?starting/.test(detail));
  const untilSo = async (isSo: (now: HealthResponse) => boolean): Promise<void> => {
    while (!isSo(await health())) await pause(20);
  };
  /** In whichever process there is one. */
  const killOne = async (): Promise<boolean> => {
    for (const pid of [root, ...descendants(root)])
      if (await killer.kill(pid, 'reason').catch(() => false)) return true;
    return false;
  };
  await untilSo(isWhole);

  const over = new AbortController();
  const statuses: number[] = [];
  const asking = (async () => {
    for (let i = 0; !over.signal.aborted; i++) statuses.push((await ask(server.url, `What is a dog? ${i}`)).status);
  })();
  for (let kill = 1; kill <= 2; kill++) {
    assert.equal(await killOne(), true, 'there is no reasoning thread');
    const asked = statuses.length;
    await untilSo((now) => restarts(now) >= kill && isWhole(now) && statuses.length > asked);
  }
  over.abort();
  await asking;
  assert.deepEqual(
    statuses.filter((status) => status !== 200),
    [],
  );
});
