/** A disk that is full while the server runs, with a real file system. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorResponse, HealthResponse } from '@vortexflow/protocol';
import {
  head,
  launchServer,
  type LaunchedServer,
  mountSmallDisk,
  openSlowClient,
  type SmallDisk,
  smallDiskMissing,
  spawnServer,
} from '@vortexflow/testkit';
import { add, ask } from './test-questions.ts';

/** In CI nothing may be skipped: there the mount fails with the reason. */
const skip = process.env['CI'] ? false : (smallDiskMissing ?? false);
/** Room for the index, 37 MB, and what comes with a start. */
const DISK_BYTES = 80 << 20;

/** Lines are written soon after what they tell of. */
async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await check()) return;
    await pause(50);
  }
  assert.fail(`never: ${what}`);
}

async function diskFor(t: TestContext): Promise<SmallDisk> {
  const disk = await mountSmallDisk(DISK_BYTES);
  t.after(() => disk.remove());
  return disk;
}

const storedIds = async (url: string, key: string): Promise<string[]> => {
  const response = await fetch(`${url}/api/v1/documents?prefix=full/`, { headers: { authorization: `Bearer ${key}` } });
  return ((await response.json()) as { documents: { id: string }[] }).documents.map(({ id }) => id);
};

async function health(url: string): Promise<HealthResponse> {
  return (await fetch(`${url}/health`)).json() as Promise<HealthResponse>;
}

describe('a full disk', { skip, timeout: 180_000 }, () => {
  it('under the data: questions are answered, writes are refused in words, none that was acknowledged is lost', async (t) => {
    const disk = await diskFor(t);
    const acknowledged: string[] = [];
    const write = async (server: LaunchedServer, name: string, text = 'It is about nothing.'): Promise<Response> => {
      const response = await add(server, `full/${name}`, text);
      if (response.status === 200) acknowledged.push(`full/${name}`);
      return response;
    };
    const first = await launchServer({ dataFolder: disk.folder });
    t.after(() => first.kill());
    for (let i = 0; i < 5; i++) assert.equal((await write(first, `before-${i}`)).status, 200);

    // The audit log notes every change first: some pages are left for that. The write-ahead log has pages of its own, which
    // may take a small write; a large one has no room anywhere.
    disk.fill(65_536);
    let refused: ErrorResponse | null = null;
    for (let i = 0; i < 50 && refused === null; i++) {
      const response = await write(first, `during-${i}`, 'It is about little. '.repeat(5_000));
      if (response.status !== 200) refused = (await response.json()) as ErrorResponse;
    }
    assert.equal(refused?.code, 'store_full');
    assert.equal(refused.status, 507);
    assert.equal(refused.recovery_strategy, 'Retry');
    assert.match(refused.hint ?? '', /space/);
    for (let i = 0; i < 10; i++) {
      const answer = await ask(first.url, `What is a whale? ${i}`);
      assert.equal(answer.status, 200);
    }
    const { status, components, degradation } = await health(first.url);
    assert.equal(status, 'Degraded');
    assert.deepEqual(degradation, { level: 'read-only', answers: 'full', writes: false });
    assert.equal(components['store']?.status, 'Degraded');
    assert.deepEqual((await storedIds(first.url, first.key)).sort(), acknowledged.sort());

    await disk.empty();
    assert.equal((await write(first, 'after')).status, 200);
    assert.equal((await health(first.url)).components['store']?.status, 'Healthy');
    while ((await health(first.url)).degradation.level !== 'full') await pause(200);

    // A power cut on a full disk: what was acknowledged is there when the server comes back on it.
    disk.fill();
    await write(first, 'last', 'It is about a lot. '.repeat(5_000));
    await first.kill();
    await disk.empty();
    const second = await launchServer({ dataFolder: disk.folder });
    t.after(() => second.kill());
    assert.deepEqual((await storedIds(second.url, second.key)).sort(), acknowledged.sort());
  });

  it('under the data at the start: the server says what is wrong; with room it starts, with all documents', async (t) => {
    const disk = await diskFor(t);
    const first = await launchServer({ dataFolder: disk.folder });
    t.after(() => first.kill());
    assert.equal((await add(first, 'full/kept', 'It is kept.')).status, 200);
    await first.stop();
    disk.fill();
    const refused = await spawnServer({ dataFolder: disk.folder });
    await assert.rejects(refused.ready(90_000), /the server ended with 1:\s+vortexflow: .*has free space/);
    await disk.empty();
    const second = await launchServer({ dataFolder: disk.folder });
    t.after(() => second.kill());
    assert.deepEqual(await storedIds(second.url, second.key), ['full/kept']);
  });

  it('under the log: lines are lost, no request is, and later lines are written again', async (t) => {
    const disk = await diskFor(t);
    const log = join(disk.folder, 'server.log');
    const server = await launchServer({ within: ['sh', '-c', 'log=$1; shift; exec "$@" 2>>"$log"', 'sh', log] });
    t.after(() => server.stop());
    const lines = async (): Promise<number> => (await readFile(log, 'utf8')).split('\n').length;
    assert.equal((await ask(server.url, 'What is a dog?')).status, 200);
    await until('a line is there', async () => (await lines()) > 1);
    disk.fill();
    // More lines than a page of the file may still have room for.
    for (let i = 0; i < 100; i++) assert.equal((await ask(server.url, `What is a cat? ${i}`)).status, 200);
    // Its end is noted in the middle of nowhere, where no request could take the blame for a line that cannot be written.
    const leaving = openSlowClient({
      url: server.url,
      request: head('GET', '/api/v1/graph/export?format=graphml&built_in=true'),
      read: 'never',
    });
    await pause(100);
    leaving.close();
    await pause(100);
    assert.equal((await ask(server.url, 'What is a horse?')).status, 200);
    const whenFull = await lines();
    assert.ok(whenFull < 100, 'the disk was not full');
    await disk.empty();
    for (let i = 0; i < 5; i++) assert.equal((await ask(server.url, `What is a cow? ${i}`)).status, 200);
    await until('later lines are there', async () => (await lines()) >= whenFull + 5);
  });
});
