import { VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emptyImage } from '../image/image.ts';
import { Knowledge } from '../knowledge.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { PassageIndex } from './passage-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-untitled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Labels of what the passage of a node names. */
function namedBy({ base }: Knowledge, id: string): string[] {
  const { passages } = base;
  const { offsets, targets } = passages.graph.out;
  const row = passages.passageOf(base.indexOf(id));
  return [...targets.subarray(offsets[row], offsets[row + 1])].map((passage) =>
    base.labelOf(passages.passage(passage)!.node),
  );
}

test('texts under names that say nothing are linked by what they say of themselves, in every format', async () => {
  const store = await openSqliteStore({ file: join(folder, 'a.db'), clock: new VirtualClock() });
  const knowledge = await Knowledge.open(emptyImage(), store, new VirtualClock());
  const records = [
    { id: '1951', text: 'Kestrel Bay is a fishing town on the northern coast.' },
    { id: 'r2', text: 'The Orlan Opera is an opera house. Edgar Valmont directed there in 1951.' },
  ];
  await knowledge.addDocuments([
    {
      id: 'IMG_0423.md',
      title: 'IMG_0423',
      text: 'Silver Harbour is a drama directed by Edgar Valmont.',
      format: 'markdown',
    },
    {
      id: '2024-03-01.txt',
      title: '2024-03-01',
      text: 'Edgar Valmont was a director. He was born in Kestrel Bay.',
      format: 'text',
    },
    {
      id: 'towns.jsonl',
      title: 'towns',
      text: records.map((record) => JSON.stringify(record)).join('\n'),
      format: 'jsonl',
    },
  ]);
  const { base } = knowledge;
  assert.deepEqual(namedBy(knowledge, 'IMG_0423.md'), ['2024-03-01']);
  const town = [...base.addedNodes].find(({ text }) => text.startsWith('Kestrel'))!;
  const opera = [...base.addedNodes].find(({ text }) => text.startsWith('The Orlan'))!;
  assert.deepEqual(namedBy(knowledge, '2024-03-01.txt'), [base.labelOf(town.index)]);
  // A year in a text is hardly the record of that number.
  assert.deepEqual(namedBy(knowledge, opera.id)[0], '2024-03-01');
  const { out } = base.passages.graph;
  const row = base.passages.passageOf(opera.index);
  for (let at = out.offsets[row]! + 1; at < out.offsets[row + 1]!; at++) assert.ok(out.weights[at]! < 0.1);
  await knowledge.close();
});

test('a text that names itself is as easy to find as under that title, and keeps the one that it has', () => {
  const text = 'Edgar Valmont was a director. He was born in Kestrel Bay.';
  const [titled, untitled] = [new PassageIndex(), new PassageIndex()];
  titled.add(0, ['Edgar Valmont'], text);
  untitled.add(0, ['note 17'], text);
  const scoreOf = (index: PassageIndex): number => {
    const stems = ['edgar', 'valmont'].map(
      (word) => [index.vocabulary.stemOf(index.vocabulary.find(word)), 1] as const,
    );
    return index.search(stems).scores[0]!;
  };
  assert.equal(titled.passage(0)!.ownName, '');
  assert.equal(untitled.passage(0)!.ownName, 'Edgar Valmont');
  assert.ok(scoreOf(untitled) > 0.95 * scoreOf(titled));
  const { vocabulary } = untitled;
  assert.deepEqual(
    [...untitled.passage(0)!.title.words].map((word) => vocabulary.word(word)),
    ['note', '17'],
  );
});

test('what was learned of a text goes with it', () => {
  const index = new PassageIndex();
  index.add(0, ['7'], 'Edgar Valmont was a director.');
  index.add(1, ['8'], 'Silver Harbour is a film by Edgar Valmont.');
  assert.equal(index.graph.out.targets.length, 1);
  index.remove(0);
  assert.equal(index.graph.out.targets.length, 0);
  index.add(2, ['9'], 'Edgar Valmont is a painter.');
  assert.equal(index.graph.out.targets.length, 1);
});
