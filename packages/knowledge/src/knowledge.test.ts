import { CodedError, VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { KnowledgeChange } from './base.ts';
import { emptyImage } from './image/image.ts';
import { Knowledge, type NewDocument } from './knowledge.ts';
import { relation } from './relations.ts';
import { smallImage } from './small-source.ts';
import { openSqliteStore } from './store/sqlite.ts';
import type { DocumentRecord, DocumentStore } from './store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-knowledge-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const openStore = (file = join(folder, `${files++}.db`)): Promise<DocumentStore> =>
  openSqliteStore({ file, clock: new VirtualClock() });

async function open(image = emptyImage(), clock = new VirtualClock()): Promise<Knowledge> {
  return Knowledge.open(image, await openStore(), clock);
}

const doc = (id: string, text = '', title = `Title of ${id}`): NewDocument => ({ id, title, text });

/** A clock that says each time it is asked that a long time has passed: parsing gives way after every document. */
class HurryingClock extends VirtualClock {
  override elapsed(): number {
    this.advance(1_000);
    return super.elapsed();
  }
}

/** The store as on a disk that takes its time: each of the first `count` puts waits until its release is run. */
function onSlowDisk(store: DocumentStore, count: number, releases: (() => void)[]): DocumentStore {
  const put: DocumentStore['put'] = async (documents) => {
    if (releases.length < count) await new Promise<void>((resolve) => releases.push(resolve));
    await store.put(documents);
  };
  return new Proxy(store, {
    get: (target, key) => (key === 'put' ? put : (Reflect.get(target, key) as () => unknown).bind(target)),
  });
}

async function refusedWith(promise: Promise<unknown>, code: string, id: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof CodedError, String(error));
    assert.equal(error.code, code);
    assert.deepEqual(error.details, { id });
    return true;
  });
}

/** Somebody who may replace nobody else's documents. */
const by = (account: string | null, documents = 0, bytes = 0) => ({
  account,
  quota: { documents, bytes },
  mayReplaceOthers: false,
});

function edgesOf({ base }: Knowledge, name: 'contains' | 'links'): string[] {
  return [...base.addedNodes]
    .flatMap(({ index, id }) => base.related(index, relation(name)).map((target) => `${id} > ${base.idOf(target)}`))
    .sort();
}

describe('documents in the knowledge', () => {
  test('become nodes, sections too, each in its group, below one another', async () => {
    const knowledge = await open();
    const text = 'Intro.\n\n# One\n\nFirst.\n\n## Inner\n\nDeep.\n\n# Two\n\nSecond.';
    const added = await knowledge.addDocuments([doc('a.md', text, 'A')]);
    assert.deepEqual(added, { stored: 1, replaced: 0, nodes: 4, edges: 3, unresolvedLinks: [], problems: [] });
    const { base, groupNames } = knowledge;
    assert.deepEqual(groupNames, ['document', 'section', 'tag', 'entity']);
    assert.deepEqual(
      [...base.addedNodes].map(({ id, names, text, group }) => [id, names, text, groupNames[group]]),
      [
        ['a.md', ['A'], 'Intro.', 'document'],
        ['a.md#one', ['One', 'A – One'], 'First.', 'section'],
        ['a.md#inner', ['Inner', 'A – Inner'], 'Deep.', 'section'],
        ['a.md#two', ['Two', 'A – Two'], 'Second.', 'section'],
      ],
    );
    assert.deepEqual(edgesOf(knowledge, 'contains'), ['a.md > a.md#one', 'a.md > a.md#two', 'a.md#one > a.md#inner']);
    await knowledge.close();
  });

  test('come after the groups and nodes of a built-in source', async () => {
    const knowledge = await open(smallImage());
    await knowledge.addDocuments([doc('a', '', 'Dog')]);
    assert.deepEqual(knowledge.groupNames, ['animal', 'quality', 'document', 'section', 'tag', 'entity']);
    const { base } = knowledge;
    assert.deepEqual([base.indexOf('a'), base.groupOf(4), base.groupOf(0)], [4, 2, 0]);
    assert.deepEqual(
      base.senses('dog').map(({ node }) => base.idOf(node)),
      ['a', 'wn:dog.n.01', 'wn:cold.a.01', 'wn:hot.a.01'],
    );
    await knowledge.close();
  });

  test('link as soon as both are there, and lead elsewhere when one goes', async () => {
    const knowledge = await open();
    const first = await knowledge.addDocuments([doc('a', '[[B]]'), doc('c', '[[B]] [[nowhere]]')]);
    assert.deepEqual([first.edges, first.unresolvedLinks], [0, ['B', 'nowhere']]);
    const second = await knowledge.addDocuments([doc('b', '', 'B')]);
    assert.deepEqual([second.nodes, second.edges, second.unresolvedLinks], [1, 2, ['nowhere']]);
    assert.deepEqual(edgesOf(knowledge, 'links'), ['a > b', 'c > b']);
    await knowledge.addDocuments([doc('d', '', 'B')]);
    assert.equal(await knowledge.removeDocument('b'), true);
    assert.deepEqual(edgesOf(knowledge, 'links'), ['a > d', 'c > d']);
    await knowledge.close();
  });

  test('replaced, keep the indices of what stays, lose what went, and gain only what is new', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('a', '# One\n\nold words\n\n# Two'), doc('b', '[[a#Two]]')]);
    const one = knowledge.base.indexOf('a#one');
    const replaced = await knowledge.addDocuments([doc('a', '# One\n\nnew words\n\n# Three')]);
    assert.deepEqual(replaced, { stored: 1, replaced: 1, nodes: 1, edges: 2, unresolvedLinks: [], problems: [] });
    const { base } = knowledge;
    assert.deepEqual([base.indexOf('a#one'), base.indexOf('a#two'), base.indexOf('a#three')], [one, -1, 4]);
    assert.equal(base.textOf(one), 'new words');
    assert.deepEqual(edgesOf(knowledge, 'contains'), ['a > a#one', 'a > a#three']);
    assert.deepEqual(edgesOf(knowledge, 'links'), ['b > a'], 'a link to a lost section leads to its document');
    const same = await knowledge.addDocuments([doc('a', '# One\n\nnew words\n\n# Three')]);
    assert.deepEqual(same, { stored: 1, replaced: 1, nodes: 0, edges: 0, unresolvedLinks: [], problems: [] });
    assert.equal(knowledge.documentCount, 2);
    await knowledge.close();
  });

  test('removed, are gone from the graph, the search and the store', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('a', '# Sec\n\nquat'), doc('b')]);
    assert.equal(await knowledge.removeDocument('a'), true);
    const { base } = knowledge;
    assert.deepEqual([knowledge.documentCount, base.liveNodes, base.indexOf('a#sec')], [1, 1, -1]);
    assert.deepEqual(base.search.search(base.search.weigh(['quat']), 5), []);
    assert.equal(await knowledge.document('a'), null);
    const revision = base.revision;
    assert.equal(await knowledge.removeDocument('a'), false);
    assert.equal(base.revision, revision);
    await knowledge.close();
  });

  test('are given back as they were sent, with the time', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const knowledge = await open(emptyImage(), clock);
    await knowledge.addDocuments([doc('a', 'text')]);
    assert.deepEqual(await knowledge.document('a'), {
      ...doc('a', 'text'),
      updatedAt: 1_700_000_000_000,
      format: 'markdown',
    });
    assert.equal(knowledge.storeStatus().writes, 1);
    await knowledge.close();
  });
});

describe('documents on accounts', { timeout: 60_000 }, () => {
  const refused = (promise: Promise<unknown>): Promise<void> =>
    assert.rejects(promise, (error) => error instanceof CodedError && error.code === 'storage_quota_exceeded');

  test('are counted, also after the store is opened again, and given up when they go', async () => {
    const file = join(folder, 'accounts.db');
    const first = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    await first.addDocuments([doc('a', 'four', ''), doc('b', 'five5', '')], by('user:1'));
    await first.addDocuments([doc('c', 'x', '')], by('key:2'));
    await first.addDocuments([doc('d', 'of nobody', '')]);
    await first.addDocuments([doc('b', 'of nobody', '')]);
    assert.deepEqual(first.storedBy('user:1'), { documents: 1, bytes: 4 });
    assert.deepEqual(first.storedBy('key:2'), { documents: 1, bytes: 1 });
    await first.close();
    const again = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    assert.deepEqual(again.storedBy('user:1'), { documents: 1, bytes: 4 });
    assert.equal((await again.document('a'))?.account, 'user:1');
    await again.removeDocument('a');
    assert.deepEqual(again.storedBy('user:1'), { documents: 0, bytes: 0 });
    await again.close();
  });

  test('are refused beyond the quota before anything is stored, also when requests overlap', async () => {
    const knowledge = await open();
    const added = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((id) => knowledge.addDocuments([doc(id)], by('user:1', 2))),
    );
    assert.deepEqual(
      added.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    assert.equal(knowledge.storeStatus().writes, 2);
    await refused(knowledge.addDocuments([doc('c')], by('user:1', 2)));
    await knowledge.removeDocument('a');
    await knowledge.addDocuments([doc('c')], by('user:1', 2));
    await knowledge.close();
  });

  test('are not counted when they could not be stored or read, and their room is free again', async () => {
    const knowledge = await open();
    const bad = { ...doc('bad.json', '{'), format: 'json' };
    for (const documents of [[doc('\ud800')], [bad], [doc('a'), doc('a')]])
      await assert.rejects(knowledge.addDocuments(documents, by('user:1', 2)), (error) => {
        return error instanceof CodedError && error.code !== 'storage_quota_exceeded';
      });
    assert.deepEqual(knowledge.storedBy('user:1'), { documents: 0, bytes: 0 });
    await knowledge.addDocuments([doc('a'), doc('b')], by('user:1', 2));
    await knowledge.close();
  });
});

describe('documents are refused', { timeout: 60_000 }, () => {
  /** Nothing has changed: not the store, not the graph, and no follower has heard of anything. */
  async function refusedEntirely(knowledge: Knowledge, documents: readonly NewDocument[], code: string, id: string) {
    const before = [knowledge.base.revision, knowledge.documentCount, knowledge.storeStatus().writes];
    let heard = 0;
    knowledge.follow(() => void heard++);
    await refusedWith(knowledge.addDocuments(documents), code, id);
    assert.deepEqual([knowledge.base.revision, knowledge.documentCount, knowledge.storeStatus().writes], before);
    assert.equal(heard, 0);
    await knowledge.close();
  }

  test('when an id belongs to the built-in source', async () => {
    const knowledge = await open(smallImage());
    await refusedEntirely(knowledge, [doc('a'), doc('wn:dog.n.01')], 'document_id_taken', 'wn:dog.n.01');
  });

  test('when an id comes twice in one request', async () => {
    await refusedEntirely(await open(), [doc('a'), doc('b'), doc('a')], 'document_repeated', 'a');
  });

  test('when an id is on another account, or on none, and the caller may not change those', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('nobody')]);
    await knowledge.addDocuments([doc('ada', 'one')], by('user:ada'));
    await knowledge.addDocuments([doc('ada', 'two')], by('user:ada'));
    await refusedWith(knowledge.addDocuments([doc('ada')], by(null)), 'document_of_another', 'ada');
    await refusedWith(knowledge.addDocuments([doc('nobody')], by(null)), 'document_of_another', 'nobody');
    await refusedWith(knowledge.addDocuments([doc('nobody')], by('user:ada')), 'document_of_another', 'nobody');
    await refusedWith(knowledge.addDocuments([doc('b'), doc('ada')], by('user:bob')), 'document_of_another', 'ada');
    assert.deepEqual([await knowledge.document('b'), (await knowledge.document('ada'))?.text], [null, 'two']);
    await knowledge.addDocuments([doc('ada', 'three')], { ...by('user:bob'), mayReplaceOthers: true });
    await refusedWith(knowledge.addDocuments([doc('ada')], by('user:ada')), 'document_of_another', 'ada');
    await knowledge.removeDocument('ada');
    await knowledge.addDocuments([doc('ada', 'four')], by('user:ada'));
    await knowledge.close();
  });

  test('when an id has been taken on another account by a write under way', async () => {
    const knowledge = await open();
    const graph = { id: 'g.csv', title: 'g', text: 'source,target\na,b\n', format: 'csv' };
    const first = knowledge.addDocuments([doc('a', 'first'), graph], by('user:ada'));
    const again = knowledge.addDocuments([doc('a', 'again')], by('user:ada'));
    await Promise.all([
      first,
      again,
      refusedWith(knowledge.addDocuments([doc('a')], by('user:bob')), 'document_of_another', 'a'),
      refusedWith(knowledge.addDocuments([graph], by('user:bob')), 'document_of_another', 'g.csv'),
    ]);
    assert.equal((await knowledge.document('a'))?.text, 'again');
    await knowledge.close();
  });

  test('when an id belongs to a section of another document', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('a', '# One')]);
    await refusedEntirely(knowledge, [doc('a#one')], 'document_id_taken', 'a#one');
  });

  test('when a section would take the id of another document', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('a#one')]);
    await refusedEntirely(knowledge, [doc('a', '# One')], 'document_id_taken', 'a#one');
  });

  test('when a section and a document of one request have the same id, in either order', async () => {
    await refusedEntirely(await open(), [doc('a', '# One'), doc('a#one')], 'document_id_taken', 'a#one');
    await refusedEntirely(await open(), [doc('a#one'), doc('a', '# One')], 'document_id_taken', 'a#one');
  });

  test('when a request under way takes the id, and only until it is done or has failed', async () => {
    const knowledge = await open();
    const first = knowledge.addDocuments([doc('a', '# One')]);
    await refusedWith(knowledge.addDocuments([doc('a#one')]), 'document_id_taken', 'a#one');
    await first;
    await knowledge.removeDocument('a');
    await knowledge.addDocuments([doc('a#one')]);
    assert.equal(knowledge.documentCount, 1);
    // The store refuses an id that is no valid Unicode, and with it the whole request.
    const failing = knowledge.addDocuments([doc('\ud800'), doc('b', '# Two')]);
    await assert.rejects(failing, { code: 'store_document_refused' });
    await knowledge.addDocuments([doc('b#two')]);
    await knowledge.close();
  });

  test('when the second of two overlapping requests still takes the id, after the first has failed', async () => {
    const releases: (() => void)[] = [];
    const store = onSlowDisk(await openStore(), 2, releases);
    const knowledge = await Knowledge.open(emptyImage(), store, new VirtualClock());
    const failing = knowledge.addDocuments([doc('a', '# One'), doc('\ud800')]);
    const second = knowledge.addDocuments([doc('a', '# One')]);
    while (releases.length < 2) await new Promise(setImmediate);
    releases[0]?.();
    await assert.rejects(failing, { code: 'store_document_refused' });
    await refusedWith(knowledge.addDocuments([doc('a#one')]), 'document_id_taken', 'a#one');
    releases[1]?.();
    assert.equal((await second).nodes, 2);
    await knowledge.close();
  });

  test('but a section may move to a document of its own once the first has let it go', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([doc('a', '# One')]);
    await knowledge.addDocuments([doc('a', '')]);
    const added = await knowledge.addDocuments([doc('a#one')]);
    assert.equal(added.nodes, 1);
    await knowledge.close();
  });
});

describe('overlapping changes', { timeout: 60_000 }, () => {
  test('take effect in the order of the calls, however long each takes to parse', async () => {
    const knowledge = await open(emptyImage(), new HurryingClock());
    const revisions: string[][] = [];
    knowledge.follow(({ nodes }) => void revisions.push(nodes.map(({ id }) => id)));
    const long = [doc('a', 'first'), ...Array.from({ length: 20 }, (_, i) => doc(`x${i}`))];
    const calls = [
      knowledge.addDocuments(long),
      knowledge.addDocuments([doc('a', 'second'), doc('b')]),
      knowledge.removeDocument('b'),
      knowledge.addDocuments([doc('c')]),
    ];
    assert.deepEqual((await Promise.all(calls)).length, 4);
    assert.deepEqual(revisions, [long.map(({ id }) => id), ['a', 'b'], [], ['c']]);
    assert.equal(knowledge.base.textOf(knowledge.base.indexOf('a')), 'second');
    assert.equal((await knowledge.document('a'))?.text, 'second');
    assert.deepEqual([await knowledge.document('b'), knowledge.base.indexOf('b')], [null, -1]);
    await knowledge.close();
  });

  test('come in parts where they are large, one behind the other, and are whole in the end', async () => {
    const knowledge = await open();
    const small = await open();
    const heard: { ids: string[]; hasMore: boolean; there: number }[] = [];
    let isTaken = true;
    knowledge.follow(async ({ nodes, hasMore = false }) => {
      assert.ok(isTaken, 'the part before it is still being taken in');
      isTaken = false;
      heard.push({ ids: nodes.map(({ id }) => id), hasMore, there: knowledge.base.liveNodes });
      await new Promise(setImmediate);
      isTaken = true;
    });
    const texts = Array.from({ length: 5 }, (_, i) =>
      doc(`d${i}`, `See [[d${(i + 1) % 5}]]. ${'word '.repeat(20_000)}`),
    );
    const added = await knowledge.addDocuments(texts);
    assert.deepEqual([added.nodes, added.edges, added.unresolvedLinks], [5, 5, []]);
    assert.deepEqual(
      heard.map(({ hasMore }) => hasMore),
      [true, true, true, true, false],
    );
    assert.deepEqual(
      heard.flatMap(({ ids }) => ids),
      texts.map(({ id }) => id),
    );
    assert.deepEqual(
      heard.map(({ there }) => there),
      [1, 2, 3, 4, 5],
    );
    for (const text of texts) await small.addDocuments([text]);
    assert.deepEqual(edgesOf(knowledge, 'links'), edgesOf(small, 'links'));
    assert.deepEqual(
      [...knowledge.base.addedNodes].map(({ id, text }) => [id, text]),
      [...small.base.addedNodes].map(({ id, text }) => [id, text]),
    );
    for (const one of [knowledge, small]) await one.close();
  });

  test('wait for every follower, and a change waits for those of the one before', async () => {
    const knowledge = await open();
    const gates: (() => void)[] = [];
    const heard: number[] = [];
    knowledge.follow((change) => void heard.push(change.revision));
    knowledge.follow(() => new Promise<void>((resolve) => gates.push(resolve)));
    let done = 0;
    const first = knowledge.addDocuments([doc('a')]).then(() => done++);
    const second = knowledge.addDocuments([doc('b')]).then(() => done++);
    const reached = async (count: number): Promise<void> => {
      while (gates.length < count) await new Promise(setImmediate);
    };
    await reached(1);
    assert.deepEqual([done, heard, knowledge.base.indexOf('b')], [0, [1], -1]);
    gates[0]?.();
    await first;
    await reached(2);
    assert.deepEqual([done, heard], [1, [1, 2]]);
    gates[1]?.();
    await second;
    await knowledge.close();
  });

  test('count once toward a quota while a follower has yet to answer', async () => {
    const knowledge = await open();
    let letGo = (): void => undefined;
    knowledge.follow(({ revision }) => (revision === 1 ? new Promise((resolve) => (letGo = resolve)) : undefined));
    const ada = by('user:ada', 3);
    const slow = knowledge.addDocuments([doc('a'), doc('b')], ada);
    while (knowledge.storedBy('user:ada').documents < 2) await new Promise(setImmediate);
    const third = knowledge.addDocuments([doc('c')], ada);
    await assert.rejects(knowledge.addDocuments([doc('d')], ada), { code: 'storage_quota_exceeded' });
    letGo();
    await Promise.all([slow, third]);
    assert.equal(knowledge.storedBy('user:ada').documents, 3);
    await knowledge.close();
  });

  test('a follower gets what makes its own copy equal', async () => {
    const knowledge = await open();
    const changes: KnowledgeChange[] = [];
    await knowledge.addDocuments([doc('before')]);
    knowledge.follow((change) => void changes.push(structuredClone(change)));
    await knowledge.addDocuments([doc('a', '[[before]]')]);
    await knowledge.removeDocument('before');
    assert.deepEqual(
      changes.map(({ revision, nodes, edges, removedNodes }) => [revision, nodes.length, edges.length, removedNodes]),
      [
        [2, 1, 1, []],
        [3, 0, 0, [0]],
      ],
    );
    await knowledge.close();
  });

  test('a follower that fails fails that call alone, and the other followers still hear of it', async () => {
    const knowledge = await open();
    knowledge.follow(({ revision }) => (revision === 1 ? Promise.reject(new Error('lost thread')) : undefined));
    knowledge.follow(({ revision }) => {
      if (revision === 2) throw new Error('threw at once');
    });
    const heard: number[] = [];
    knowledge.follow(({ revision }) => void heard.push(revision));
    await assert.rejects(knowledge.addDocuments([doc('a')]), /lost thread/);
    await assert.rejects(knowledge.addDocuments([doc('b')]), /threw at once/);
    await knowledge.addDocuments([doc('c')]);
    assert.deepEqual([knowledge.base.revision, knowledge.documentCount, heard], [3, 3, [1, 2, 3]]);
    await knowledge.close();
  });

  test('a write that the store refuses applies nothing, even while an earlier change still waits', async () => {
    const knowledge = await open();
    let release = (): void => undefined;
    knowledge.follow(({ revision }) => (revision === 1 ? new Promise((resolve) => (release = resolve)) : undefined));
    const slow = knowledge.addDocuments([doc('a')]);
    // Refused by the store long before its turn comes: that must not end the process as an unhandled rejection.
    const refused = knowledge.addDocuments([doc('b'), doc('\udc00')]);
    const outcome = assert.rejects(refused, { code: 'store_document_refused' });
    const last = knowledge.addDocuments([doc('c')]);
    while (knowledge.storeStatus().writes < 2) await new Promise(setImmediate);
    release();
    await Promise.all([slow, outcome, last]);
    assert.deepEqual([knowledge.base.revision, knowledge.documentCount, knowledge.base.indexOf('b')], [2, 2, -1]);
    assert.equal(await knowledge.document('b'), null);
    await knowledge.close();
  });

  test('close waits for changes under way and refuses later ones', async () => {
    const file = join(folder, 'closing.db');
    const knowledge = await Knowledge.open(emptyImage(), await openStore(file), new HurryingClock());
    const added = knowledge.addDocuments([doc('a'), doc('b'), doc('c')]);
    await knowledge.close();
    assert.equal((await added).stored, 3);
    await assert.rejects(knowledge.addDocuments([doc('d')]), { code: 'store_closed' });
    assert.deepEqual([knowledge.documentCount, knowledge.base.indexOf('d')], [3, -1]);
    const again = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    assert.equal(again.documentCount, 3);
    await again.close();
  });
});

test('one request may bring more links than a call can take arguments', async () => {
  const knowledge = await open();
  const titles = Array.from({ length: 100 }, (_, i) => `T${i}`);
  const links = titles.map((title) => `[[${title}]]`).join(' ');
  const sections = Array.from({ length: 15 }, (_, i) => `## S${i}\n\n${links}`).join('\n\n');
  const added = await knowledge.addDocuments(titles.map((title) => doc(title, sections, title)));
  assert.equal(added.nodes, 1600);
  assert.equal(added.edges, 1500 + 150_000);
  // A section and its own document are joined twice, by its place and by its link.
  assert.equal(knowledge.base.edgeCount, 150_000);
  assert.equal(knowledge.failure, null);
  await knowledge.close();
});

describe('opening', { timeout: 60_000 }, () => {
  test('puts thousands of documents with one tag in few steps, and comes to the same graph', async () => {
    const file = join(folder, 'tagged.db');
    const count = 3_000;
    const before = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    const documents = Array.from({ length: count }, (_, i) => doc(`n${i}`, `#shared [[n${(i * 7) % count}]]`));
    await before.addDocuments(documents);
    const graphOf = ({ base }: Knowledge): unknown => [
      [...base.addedNodes],
      [...base.edgesOfDocuments].map((edge) => JSON.stringify(edge)).sort(),
    ];
    const graph = graphOf(before);
    await before.close();
    const again = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    // Every step looks at all that is said of the tag: one for each document would take quadratic time.
    assert.ok(again.base.revision <= 4, `${again.base.revision} steps`);
    assert.deepEqual(graphOf(again), graph);
    assert.deepEqual([again.documentCount, again.unreadDocuments], [count, []]);
    assert.equal(again.documentsBelow('n1', '', 1)[0]?.id, 'n1');
    await again.close();
  });

  test('names the stored documents that it cannot read; the others are there, and all stay stored', async () => {
    const file = join(folder, 'unread.db');
    const store = await openStore(file);
    const record = (id: string, format: string, text: string): DocumentRecord => {
      return { id, title: `Title of ${id}`, text, format, updatedAt: 1 };
    };
    const bad = [record('b.json', 'json', '{"nodes": ['), record('c.xyz', 'xyz', 'of a later version')];
    await store.put([record('a.md', 'markdown', 'words [[b.json]]'), ...bad, record('d.md', 'markdown', 'more')]);
    await store.close();
    const knowledge = await Knowledge.open(emptyImage(), await openStore(file), new VirtualClock());
    assert.deepEqual(
      knowledge.unreadDocuments.map(({ id }) => id),
      ['b.json', 'c.xyz'],
    );
    assert.match(knowledge.unreadDocuments[0]?.reason ?? '', /Line 1: not JSON/);
    assert.match(knowledge.unreadDocuments[1]?.reason ?? '', /no format "xyz"/);
    const { base } = knowledge;
    assert.equal(base.textOf(base.indexOf('d.md')), 'more');
    assert.equal(base.labelOf(base.indexOf('b.json')), 'Title of b.json');
    assert.deepEqual(edgesOf(knowledge, 'links'), ['a.md > b.json']);
    assert.deepEqual(await knowledge.document('c.xyz'), bad[1]);
    await knowledge.close();
  });
});
