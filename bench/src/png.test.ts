import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { binsOf, drawReliability } from './fusion/reliability.ts';
import { Picture, write } from './png.ts';

/** Reads back what `Picture` writes: size, checked chunks, and the colour of a pixel. */
function decode(png: Buffer) {
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    assert.equal(png.readUInt32BE(at + 8 + length), crc32(body));
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += length + 12;
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR')!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  assert.equal(rows.length, height * (width * 3 + 1));
  const pixel = (x: number, y: number) => [...rows.subarray(y * (width * 3 + 1) + 1 + x * 3).subarray(0, 3)];
  return { width, height, pixel };
}

describe('Picture', () => {
  test('is a PNG that holds what was drawn, cut off at its edges', () => {
    const picture = new Picture(7, 5, [1, 2, 3]);
    picture.fill(-3, 3, 5, 9, [9, 8, 7]);
    picture.line(6, 0, 6, 40, [4, 4, 4]);
    write(picture, '1?', 3, 0, [5, 5, 5], 1);
    const { width, height, pixel } = decode(picture.encode());
    assert.deepEqual([width, height], [7, 5]);
    assert.deepEqual(pixel(1, 4), [9, 8, 7]);
    assert.deepEqual(pixel(2, 4), [1, 2, 3]);
    assert.deepEqual(pixel(1, 2), [1, 2, 3]);
    assert.deepEqual(pixel(4, 0), [5, 5, 5]);
  });
});

describe('reliability', () => {
  const rows = [
    { right: true, before: 0.95, after: 0.55 },
    { right: false, before: 1, after: 0.5 },
  ];
  test('bins hold every answer once, the last one also those of confidence 1', () => {
    const [before, after] = [binsOf(rows, 'before'), binsOf(rows, 'after')];
    assert.deepEqual(before[9], { from: 0.9, n: 2, confidence: 0.975, right: 0.5 });
    assert.deepEqual(after[5]?.n, 2);
    assert.equal(
      before.reduce((sum, { n }) => sum + n, 0),
      2,
    );
  });
  test('is drawn', () => {
    const { width, height } = decode(drawReliability(rows));
    assert.ok(width > 600 && height > 300);
  });
});
