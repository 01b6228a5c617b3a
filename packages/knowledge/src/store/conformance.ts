/** The laws of {@link DocumentStore}: every adapter runs them. Those of the table beside it: `values/conformance.ts`. */
import { CodedError } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoreErrorCode } from './errors.ts';
import type { DocumentRecord, Store } from './store.ts';

/** Opens one store: empty at the first call, after a `close` with what was put before. */
export type OpenStore = () => Promise<Store>;

type Law = (open: OpenStore) => Promise<void>;

/**
 * @param newPlace makes an empty place and returns how to open the store in it
 * @param runs how many random sequences to try; each needs a new place
 */
export function describeDocumentStore(name: string, newPlace: () => OpenStore, runs = 25): void {
  void describe(`${name} keeps the laws of a document store`, () => {
    for (const [law, check] of Object.entries(LAWS)) void test(law, () => check(newPlace()));
    void test('does what a Map does, through any writes and reopenings', () => behavesLikeMap(newPlace, runs));
  });
}

/** A record whose other fields follow from its id and version. */
export function record(id: string, version = 1): DocumentRecord {
  const updatedAt = 1_700_000_000_000 + version;
  return { id, title: `Title of ${id}`, text: `Text ${version} of ${id}`, updatedAt, format: 'markdown' };
}

/** Asserts that a promise rejects with this code of the store's table. */
export async function rejectsWith(promise: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof CodedError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });
}

/** Every id in the store's own order. */
export async function idsOf(store: Store): Promise<string[]> {
  return (await documentsOf(store)).map(({ id }) => id);
}

/** Every document in the store's own order. */
export async function documentsOf(store: Store): Promise<DocumentRecord[]> {
  const documents = [];
  for await (const document of store.all()) documents.push(document);
  return documents;
}

const LAWS: Readonly<Record<string, Law>> = {
  'a new store is empty': withStore(async (store) => {
    assert.equal(await store.count(), 0);
    assert.equal(await store.get('a'), null);
    assert.equal(await store.remove('a'), false);
    assert.deepEqual(await idsOf(store), []);
    assert.equal(store.status().lastError, null);
  }),

  'a replaced document keeps its place, a removed one loses it': withStore(async (store) => {
    await store.put([record('a'), record('b'), record('c')]);
    await store.put([record('b', 2)]);
    assert.deepEqual(await store.get('b'), record('b', 2));
    assert.deepEqual(await idsOf(store), ['a', 'b', 'c']);
    assert.equal(await store.remove('a'), true);
    await store.put([record('a', 2)]);
    assert.deepEqual(await idsOf(store), ['b', 'c', 'a']);
  }),

  'more documents than a page or a statement holds': withStore(async (store) => {
    const records = Array.from({ length: 1001 }, (_, index) => record(`doc-${index}`));
    await store.put(records);
    assert.equal(await store.count(), 1001);
    assert.deepEqual(await documentsOf(store), records);
    assert.equal(store.status().commits, 1);
  }),

  'all documents of a put or none': withStore(async (store) => {
    await rejectsWith(store.put([record('a'), { ...record('b'), updatedAt: Number.NaN }]), 'store_document_refused');
    assert.equal(await store.count(), 0);
  }),

  'all of a put that takes several statements or none, and nobody sees half of it': withStore(async (store) => {
    const large = Array.from({ length: 5 }, (_, i) => ({ ...record(`large-${i}`), text: 'x'.repeat(600_000) }));
    await rejectsWith(store.put([...large, { ...record('b'), updatedAt: Number.NaN }]), 'store_document_refused');
    assert.equal(await store.count(), 0);
    const counts = new Set<number>();
    const watch = setInterval(() => void store.count().then((count) => counts.add(count)), 1);
    await store.put(large);
    clearInterval(watch);
    counts.add(await store.count());
    assert.ok(
      [...counts].every((count) => count === 0 || count === large.length),
      [...counts].join(),
    );
    assert.deepEqual(await documentsOf(store), large);
  }),

  'refuses what it could not give back unchanged': withStore(async (store) => {
    const badIds = ['', '\ud800', 'x'.repeat(2049), 'ä'.repeat(1025)].map((id) => ({ id }));
    const badTimes = [1.5, -1, 1e18, 1e22, Number.NaN, Infinity].map((updatedAt) => ({ updatedAt }));
    const badFormats = ['', 'two words', 'ä', 'x'.repeat(65)].map((format) => ({ format }));
    const badAccounts = ['', 'two words', 'ä', 'x'.repeat(129)].map((account) => ({ account }));
    for (const bad of [...badIds, ...badTimes, ...badFormats, ...badAccounts]) {
      await rejectsWith(store.put([{ ...record('a'), ...bad }]), 'store_document_refused');
    }
    assert.equal(await store.count(), 0);
    assert.equal(await store.get('\ud800'), null);
    await store.put([record('\ufffd')]);
    assert.equal(await store.remove('\ud800'), false);
  }),

  'takes the longest id, and texts larger than a page': withStore(async (store) => {
    const long = record('\0'.repeat(1000) + 'ä'.repeat(524));
    const large = { ...record('large'), text: 'x'.repeat(5_000_000) };
    const records = [record('a'), large, record('b'), long, { ...large, id: 'larger' }, record('c')];
    await store.put(records);
    assert.deepEqual(await documentsOf(store), records);
    assert.deepEqual(await store.get(long.id), long);
  }),

  'the last of two versions in one put counts, at the place of the first': withStore(async (store) => {
    await store.put([record('a'), record('b'), record('a', 2)]);
    assert.deepEqual(await documentsOf(store), [record('a', 2), record('b')]);
  }),

  'one bad write among concurrent ones fails alone': withStore(async (store) => {
    const writes = ['a', 'b', '', 'c', 'd'].map((id) => store.put([record(id)]));
    const outcomes = (await Promise.allSettled(writes)).map(({ status }) => status);
    assert.deepEqual(outcomes, ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    assert.deepEqual(await idsOf(store), ['a', 'b', 'c', 'd']);
    assert.equal(store.status().writes, 4);
  }),

  'concurrent writes share commits, awaited ones do not': withStore(async (store) => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.put([record(`doc-${index}`)])));
    const together = store.status();
    assert.equal(together.writes, 100);
    assert.ok(together.commits < 10, `${together.commits} commits`);
    for (let index = 0; index < 5; index++) await store.put([record('a', index)]);
    assert.equal(store.status().commits, together.commits + 5);
    assert.equal(await store.count(), 101);
  }),

  'concurrent writes are applied in the order of the calls': withStore(async (store) => {
    const removals = [];
    void store.put([record('a', 1)]);
    void store.put([record('a', 2)]);
    removals.push(store.remove('a'), store.remove('a'));
    void store.put([record('b')]);
    await store.put([record('a', 3)]);
    assert.deepEqual(await Promise.all(removals), [true, false]);
    assert.deepEqual(await documentsOf(store), [record('b'), record('a', 3)]);
  }),

  'the last error is forgotten after the next success': withStore(async (store) => {
    await rejectsWith(store.put([record('')]), 'store_document_refused');
    assert.ok(store.status().lastError);
    await store.put([record('a')]);
    assert.equal(store.status().lastError, null);
    assert.ok(store.status().lastCommitMs !== null);
  }),

  'a caller may reuse its objects at once': withStore(async (store) => {
    const mutable = { ...record('a') };
    const list = [mutable];
    const stored = store.put(list);
    mutable.text = 'overwritten';
    list.push(record('b'));
    await stored;
    assert.deepEqual(await documentsOf(store), [record('a')]);
  }),

  'a walk over all documents does not hold up writes': withStore(async (store) => {
    await store.put(['a', 'b', 'c'].map((id) => record(id)));
    const seen = [];
    for await (const { id } of store.all()) {
      seen.push(id);
      if (id === 'a') await store.put([record('a', 2)]);
    }
    assert.deepEqual(seen, ['a', 'b', 'c']);
  }),

  'close waits for what is pending': async (open) => {
    const store = await open();
    const pending = store.put([record('a')]);
    await store.close();
    await pending;
    await store.close();
    const again = await open();
    assert.deepEqual(await again.get('a'), record('a'));
    await again.close();
  },

  'a closed store refuses everything': async (open) => {
    const store = await open();
    await store.close();
    await rejectsWith(store.put([record('a')]), 'store_closed');
    await rejectsWith(store.put([]), 'store_closed');
    await rejectsWith(store.remove('a'), 'store_closed');
    await rejectsWith(store.get('a'), 'store_closed');
    await rejectsWith(store.count(), 'store_closed');
    await rejectsWith(idsOf(store), 'store_closed');
  },
};

function withStore(law: (store: Store) => Promise<void>): Law {
  return async (open) => {
    const store = await open();
    try {
      await law(store);
    } finally {
      await store.close();
    }
  };
}

type Step = { readonly put: readonly DocumentRecord[] } | { readonly remove: string } | { readonly reopen: true };

/** Any text that is valid Unicode, U+0000 and the sign that stands for it in PostgreSQL more often than chance would. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.constantFrom('\0', '\u001a', '0', '1') },
  );
  return fc.string({ unit, maxLength });
}

/** Few ids, so that they meet again; any text that is valid Unicode. */
function steps(): fc.Arbitrary<Step[]> {
  const anyRecord = fc.record(
    {
      id: fc.constantFrom('a', 'b', 'B', 'ä', 'folder/c.md', '\u{1f30d}', 'a\0', 'a\u001a'),
      title: anyText(20),
      text: anyText(50),
      updatedAt: fc.integer({ min: 0, max: 8.64e15 }),
      format: fc.constantFrom('markdown', 'text/x-org', 'v2'),
      account: fc.constantFrom('user:ada', 'key:1'),
    },
    { noNullPrototype: true, requiredKeys: ['id', 'title', 'text', 'updatedAt', 'format'] },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(anyRecord, { maxLength: 5 }).map((put) => ({ put })) },
    { weight: 3, arbitrary: anyRecord.map(({ id }) => ({ remove: id })) },
    { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
  );
  return fc.array<Step>(step, { maxLength: 12 });
}

/** A Map has the same rules: a replaced key keeps its place, a deleted and set one goes to the end. */
async function behavesLikeMap(newPlace: () => OpenStore, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(steps(), async (sequence) => {
    const open = newPlace();
    const model = new Map<string, DocumentRecord>();
    let store = await open();
    for (const step of sequence) {
      if ('reopen' in step) {
        await store.close();
        store = await open();
      } else await applyStep(step, store, model);
    }
    assert.deepEqual(await documentsOf(store), [...model.values()]);
    assert.equal(await store.count(), model.size);
    for (const [id, expected] of model) assert.deepEqual(await store.get(id), expected);
    await store.close();
  });
  await fc.assert(property, { numRuns, seed: 20_260_101 });
}

async function applyStep(step: Exclude<Step, { reopen: true }>, store: Store, model: Map<string, DocumentRecord>) {
  if ('put' in step) {
    await store.put(step.put);
    for (const document of step.put) model.set(document.id, document);
  } else assert.equal(await store.remove(step.remove), model.delete(step.remove));
}
