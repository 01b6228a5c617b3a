/**
 * The wall clock jumps while documents are written. In this process, with the real store: for a whole server nothing
 * that is on every machine can move the clock.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { emptyImage, Knowledge } from '@vortexflow/knowledge';
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { CodedError, systemClock } from '@vortexflow/primitives';
import { JumpingClock } from '@vortexflow/testkit';

const YEAR_MS = 365 * 86_400_000;

it('documents keep their order and are all there, whatever the clock says; a date before 1970 is refused, not kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-clock-'));
  const clock = new JumpingClock(systemClock);
  const store = await openSqliteStore({ file: join(folder, 'x.db'), clock });
  const knowledge = await Knowledge.open(emptyImage(), store, clock);
  t.after(async () => {
    await knowledge.close();
    await rm(folder, { recursive: true, force: true });
  });
  const add = (id: string) => knowledge.addDocuments([{ id, title: id, text: `The text of ${id}.` }]);
  const dateOf = async (id: string): Promise<number> => (await knowledge.document(id))?.updatedAt ?? Number.NaN;

  await add('now');
  clock.jump(YEAR_MS);
  await add('next-year');
  clock.jump(-2 * YEAR_MS);
  await add('last-year');
  await add('now');
  assert.ok((await dateOf('next-year')) - (await dateOf('last-year')) > 1.9 * YEAR_MS);
  assert.ok((await dateOf('now')) < (await dateOf('next-year')), 'a newer version may bear an older date');
  assert.ok((knowledge.storeStatus().lastCommitMs ?? -1) >= 0, 'durations are not taken from the wall clock');

  clock.jump(-100 * YEAR_MS);
  await assert.rejects(
    add('before-1970'),
    (error) => error instanceof CodedError && error.code === 'store_document_refused',
  );
  clock.jump(101 * YEAR_MS);
  await add('after');
  const order: string[] = [];
  for await (const { id } of store.all()) order.push(id);
  assert.deepEqual(order, ['now', 'next-year', 'last-year', 'after']);
  assert.equal(knowledge.documentCount, 4);
  assert.equal(knowledge.failure, null);
});
