import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openWordNetImage } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-build-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('openWordNetImage builds the image once, then reads it from the cache file', async () => {
  const file = join(folder, 'made', 'when', 'missing', 'image.bin');
  const stages: string[] = [];
  const built = await openWordNetImage(file, (stage) => stages.push(stage));
  assert.equal(built.cached, false);
  assert.equal(await built.saved, true);
  assert.deepEqual(stages, ['reading the cached index', 'reading WordNet', 'indexing 117,791 concepts']);

  stages.length = 0;
  const read = await openWordNetImage(file, (stage) => stages.push(stage));
  assert.deepEqual([read.cached, await read.saved], [true, true]);
  assert.deepEqual(stages, ['reading the cached index']);
  assert.deepEqual(read.image.graph, built.image.graph);
  assert.deepEqual(read.image.postings, built.image.postings);
});

test('openWordNetImage gives the image all the same when it cannot be cached', async () => {
  const inTheWay = join(folder, 'a-file');
  writeFileSync(inTheWay, '');
  const opened = await openWordNetImage(join(inTheWay, 'image.bin'), () => undefined);
  assert.deepEqual([opened.cached, await opened.saved], [false, false]);
  assert.equal(opened.image.graph.nodes, 117_791);
});
