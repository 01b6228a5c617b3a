import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isMainThread, Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { stem } from '../text/analysis.ts';
import { encodeVectors, readVectors } from './file.ts';
import { englishVectors, quantiseTo, TEXT_SCALE, WordVectors } from './word-vectors.ts';

const SHIPPED = new URL('../../data/english.vectors', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
after(() => rmSync(folder, { recursive: true }));

function written(bytes: Uint8Array): string {
  const file = join(folder, 'some.vectors');
  writeFileSync(file, bytes);
  return file;
}

const small = encodeVectors({
  dimensions: 2,
  stems: ['ant', 'bee', 'çelik'],
  weights: Uint8Array.of(255, 51, 1),
  rows: Int8Array.of(127, 0, 0, -127, 90, 90),
});

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('what is written is read again, every stem under its row', () => {
  const stems = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      stems,
      fc.integer({ min: 1, max: 8 }),
      fc.infiniteStream(fc.integer({ min: -127, max: 127 })),
      (raw, dimensions, numbers) => {
        const sorted = [...new Set(raw.map((text) => text.toWellFormed().replaceAll('\n', '')))].sort(byBytes);
        const rows = Int8Array.from({ length: sorted.length * dimensions }, () => numbers.next().value as number);
        const weights = Uint8Array.from(sorted, (_, i) => 1 + (i % 255));
        const vectors = new WordVectors(
          readVectors(written(encodeVectors({ dimensions, stems: sorted, weights, rows }))),
        );
        assert.deepEqual([vectors.count, vectors.dimensions], [sorted.length, dimensions]);
        sorted.forEach((text, row) => {
          assert.equal(vectors.find(text), row);
          assert.equal(vectors.weightOf(row), weights[row]! / 255);
        });
        assert.deepEqual([...vectors.data.rows], [...rows]);
        assert.equal(vectors.find('no such stem'), -1);
      },
    ),
  );
});

test('a file that is damaged anywhere or cut short is refused', () => {
  fc.assert(
    fc.property(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(small);
      bytes[at]! ^= change;
      assert.throws(() => readVectors(written(bytes)), { code: 'vectors_unreadable' });
      assert.throws(() => readVectors(written(small.subarray(0, at))), { code: 'vectors_unreadable' });
    }),
  );
});

test('what is wrong with a file is said, without its path', () => {
  const newer = Buffer.from(small);
  newer.writeUInt32LE(2, 4);
  assert.throws(() => readVectors(written(newer)), /it has version 2, this program reads 1/);
  assert.throws(() => readVectors(written(small.subarray(0, 80))), /it is not as long as it says/);
  assert.throws(() => readVectors(written(Buffer.from('{"words":["ant"]}'.repeat(9)))), /it is no such file/);
  assert.throws(
    () => readVectors(join(folder, 'missing')),
    (failure: Error) => {
      assert.match(failure.message, /ENOENT/);
      return !failure.message.includes(folder);
    },
  );
});

test('threads share the memory', async () => {
  assert.ok(isMainThread);
  const { data } = englishVectors();
  for (const { buffer } of [data.rows, data.weights, data.stems.bytes, data.stems.offsets])
    assert.ok(buffer instanceof SharedArrayBuffer);
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(workerData.rows.length);`,
    { eval: true, workerData: data },
  );
  const [length] = await Promise.all([
    new Promise((resolve) => worker.once('message', resolve)),
    new Promise((resolve) => worker.once('exit', resolve)),
  ]);
  assert.equal(length, data.rows.length);
});

test('the vectors of the package know which words are near', () => {
  const vectors = englishVectors();
  const near = (a: string, b: string): number => vectors.similarity(vectors.find(stem(a)), vectors.find(stem(b)));
  for (const [a, b, far] of [
    ['booze', 'alcohol', 'bridge'],
    ['wife', 'spouse', 'engine'],
    ['car', 'automobile', 'poetry'],
    ['physician', 'doctor', 'river'],
    ['quickly', 'rapidly', 'castle'],
  ] as const)
    assert.ok(near(a, b) > 0.4 && near(a, far) < 0.2, `${a} ${b} ${near(a, b)}, ${far} ${near(a, far)}`);
  assert.ok(vectors.weightOf(vectors.find('film')) < vectors.weightOf(vectors.find('booz')));
  assert.ok(readFileSync(SHIPPED).length < 4e6);
});

test('every vector of the package has the length that its cosines count on', () => {
  const vectors = englishVectors();
  for (let row = 0; row < vectors.count; row++) {
    const own = vectors.similarity(row, row);
    assert.ok(own > 0.85 && own < 1.1, `${row}: ${own}`);
  }
});

test('a sum of vectors keeps its direction as bytes, and zero stays zero', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 4, maxLength: 64 }),
      (numbers) => {
        const sum = Float32Array.from(numbers);
        const bytes = new Int8Array(sum.length);
        quantiseTo(bytes, 0, sum);
        const length = Math.hypot(...sum);
        sum.forEach((value, k) => assert.ok(Math.abs((value / (length || 1)) * TEXT_SCALE - bytes[k]!) <= 0.51));
      },
    ),
  );
});
