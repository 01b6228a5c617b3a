import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase } from '../base.ts';
import { smallImage } from '../small-source.ts';
import { readImage, writeImage } from './file.ts';
import { emptyImage, type KnowledgeImage } from './image.ts';

fc.configureGlobal({ seed: 44 });

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-image-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = (): string => join(folder, `image-${files++}.bin`);

async function written(image: KnowledgeImage): Promise<{ file: string; bytes: Buffer }> {
  const file = newFile();
  await writeImage(file, image, 'print');
  return { file, bytes: readFileSync(file) };
}

/** Reads bytes as a cache file. */
async function readBytes(bytes: Uint8Array): Promise<KnowledgeImage | null> {
  const file = newFile();
  writeFileSync(file, bytes);
  const image = await readImage(file, 'print');
  rmSync(file);
  return image;
}

/** Gives altered bytes a checksum that fits, as a file of another version would have. */
function signed(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, bytes.length - 32);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

describe('writeImage and readImage', () => {
  for (const [name, make] of Object.entries({ smallImage, emptyImage })) {
    test(`${name} comes back as it was, in shared memory`, async () => {
      const { file } = await written(make());
      const image = await readImage(file, 'print');
      assert.deepEqual(image, make());
      assert.ok(image?.postings.impacts.buffer instanceof SharedArrayBuffer);
    });
  }

  test('an image that was read works like the one that was built', async () => {
    const { file } = await written(smallImage());
    const base = new KnowledgeBase((await readImage(file, 'print')) as KnowledgeImage);
    assert.equal(base.idOf(base.senses('dog')[0]?.node ?? -1), 'wn:dog.n.01');
    assert.deepEqual(
      base.search.search(base.search.weigh(['bark']), 1).map(({ node }) => node),
      [0],
    );
  });

  test('the same image gives the same bytes, and a second write replaces the first', async () => {
    const { file, bytes } = await written(smallImage());
    await writeImage(file, emptyImage(), 'print');
    assert.deepEqual(await readImage(file, 'print'), emptyImage());
    await writeImage(file, smallImage(), 'print');
    assert.ok(readFileSync(file).equals(bytes));
  });

  test('a write that fails leaves no partial file', async () => {
    const target = join(folder, 'in-the-way');
    mkdirSync(join(target, 'full'), { recursive: true });
    await assert.rejects(writeImage(target, smallImage(), 'print'));
    await assert.rejects(writeImage(join(folder, 'missing', 'image.bin'), smallImage(), 'print'));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('partial')),
      [],
    );
  });
});

describe('readImage gives null, and never throws, for', () => {
  test('another fingerprint', async () => {
    const { file } = await written(smallImage());
    assert.equal(await readImage(file, 'other'), null);
  });

  test('another version of the format', async () => {
    const { bytes } = await written(smallImage());
    const place = bytes.indexOf('"version":') + '"version":'.length;
    bytes[place] = (bytes[place] as number) + 1;
    assert.equal(await readBytes(signed(bytes)), null);
  });

  test('no file, an empty one, a folder, and one below a file', async () => {
    assert.equal(await readImage(join(folder, 'nowhere'), 'print'), null);
    assert.equal(await readBytes(new Uint8Array(0)), null);
    assert.equal(await readImage(folder, 'print'), null);
    const { file } = await written(emptyImage());
    assert.equal(await readImage(join(file, 'below'), 'print'), null);
  });

  test('a file cut short anywhere', async () => {
    const { bytes } = await written(smallImage());
    const cuts = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(cuts, async (length) => assert.equal(await readBytes(bytes.subarray(0, length)), null)),
      { numRuns: 60 },
    );
  });

  test('a file with any byte changed, or with a tail', async () => {
    const { bytes } = await written(smallImage());
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ flip;
        assert.equal(await readBytes(changed), null);
      }),
      { numRuns: 60 },
    );
    assert.equal(await readBytes(Buffer.concat([bytes, Buffer.alloc(8)])), null);
  });

  test('noise of any length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => assert.equal(await readBytes(noise), null)),
      { numRuns: 60 },
    );
  });
});
