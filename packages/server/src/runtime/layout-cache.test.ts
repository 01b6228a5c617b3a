import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { emptyImage, type KnowledgeImage } from '@vortexflow/knowledge';
import { loadLayout, saveLayout } from './layout-cache.ts';

let folder: string;
let file: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vortexflow-layout-'));
  file = join(folder, 'layout.bin');
});
after(() => rm(folder, { recursive: true, force: true }));

/** An image of two joined nodes, as far as the cache looks at it. */
function imageOf(nodes: number, edges: number[]): KnowledgeImage {
  const image = emptyImage();
  return { ...image, graph: { ...image.graph, nodes }, edges: Uint32Array.from(edges) };
}

describe('layout cache', () => {
  const image = imageOf(2, [0, 1]);
  const positions = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

  it('keeps the positions of the image and leaves those of documents to the layout', async () => {
    await saveLayout(file, image, positions);
    const loaded = await loadLayout(file, image, 3);
    assert.deepEqual(loaded, Float32Array.of(1, 2, 3, 4, 5, 6, Number.NaN, Number.NaN, Number.NaN));
  });

  it('is not used for another graph, when cut short, garbled or missing', async () => {
    await saveLayout(file, image, positions);
    assert.equal(await loadLayout(file, imageOf(2, [1, 0]), 2), null);
    assert.equal(await loadLayout(file, imageOf(3, [0, 1]), 3), null);
    await truncate(file, 20);
    assert.equal(await loadLayout(file, image, 2), null);
    await writeFile(file, Buffer.alloc(40));
    assert.equal(await loadLayout(file, image, 2), null);
    assert.equal(await loadLayout(join(folder, 'none'), image, 2), null);
  });
});
