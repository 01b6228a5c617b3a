/** What every server promises of its documents, whatever database holds them: tried by killing it while it takes them in. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore, type Store } from '@vortexflow/knowledge';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { dataFiles } from '../../config/data-folder.ts';

/** Documents in one request: more than one, so that half a request would be seen. */
const PARTS = 3;
const WRITERS = 4;
/** The runner stops a file of tests after 300 s. */
const LONGEST_MS = 180_000;
const LEAST_KILLS = 4;

/** Where a server keeps its documents. */
export interface Place {
  readonly dataFolder: string;
  readonly url: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/** A folder that goes with the test. */
export async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-store-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Adds a document for each id. */
export async function post(server: LaunchedServer, ids: readonly string[]): Promise<Response> {
  return fetch(`${server.url}/api/v1/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ documents: ids.map((id) => ({ id, title: id, text: `The text of ${id}.` })) }),
  });
}

/** Writes until the server is killed, which happens some time after it has acknowledged `acks` requests. */
async function killDuringIngest(server: LaunchedServer, round: number, acks: number, acknowledged: Set<string>) {
  const state = { count: 0, alive: true };
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let request = 0; state.alive; request++) {
      const ids = Array.from({ length: PARTS }, (__, part) => `${round}-${writer}-${request}/${part}`);
      // The connection breaks when the server is killed; what was not acknowledged is not claimed.
      const response = await post(server, ids).catch(() => null);
      if (response === null) return;
      assert.equal(response.status, 200, await response.text());
      ids.forEach((id) => acknowledged.add(id));
      state.count++;
    }
  });
  while (state.count < acks) await pause(1);
  await server.kill();
  state.alive = false;
  await Promise.all(writers);
}

/** Opens the store itself, once no server has it. */
export const openPlace = ({ dataFolder, url }: Place): Promise<Store> =>
  openStore({
    url,
    file: dataFiles(dataFolder).database,
    readPassword: () => Promise.resolve(undefined),
    clock: systemClock,
    onNotice: (text) => assert.fail(text),
  });

/** Every acknowledged document is there, and no request is there in part. */
async function assertSurvived(place: Place, acknowledged: ReadonlySet<string>): Promise<void> {
  const store = await openPlace(place);
  const partsOf = new Map<string, number>();
  const missing = new Set(acknowledged);
  for await (const { id, text } of store.all()) {
    assert.equal(text, `The text of ${id}.`);
    missing.delete(id);
    const request = id.slice(0, id.indexOf('/'));
    partsOf.set(request, (partsOf.get(request) ?? 0) + 1);
  }
  await store.close();
  assert.deepEqual([...missing], []);
  for (const [request, parts] of partsOf) assert.equal(parts, PARTS, `${request} was stored in part`);
}

/** Starts, fills and kills one server after the other; after each, every acknowledged document of all rounds is there. */
export async function killAgainAndAgain(t: TestContext, place: Place, kills: number): Promise<void> {
  const random = seededRandom(kills);
  const acknowledged = new Set<string>();
  const latest = performance.now() + LONGEST_MS;
  let round = 0;
  // On a machine so busy that a start takes half a minute, some kills must do.
  for (; round < kills && (round < LEAST_KILLS || performance.now() < latest); round++) {
    const server = await launchServer(place);
    try {
      await killDuringIngest(server, round, 1 + Math.floor(random() * 20), acknowledged);
    } finally {
      await server.kill();
    }
    await assertSurvived(place, acknowledged);
  }
  t.diagnostic(`${round} kills, ${acknowledged.size} documents acknowledged, none lost`);
}
