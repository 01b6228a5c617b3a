import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { readFrames, writeFrame } from './frames.ts';

it('gives back every value, in order, however the bytes are cut', async () => {
  const values = fc.array(fc.oneof(fc.jsonValue(), fc.uint8Array({ maxLength: 300 }), fc.string()), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(values, cuts, async (sent, sizes) => {
      const written = new PassThrough();
      for (const value of sent) writeFrame(written, value);
      written.end();
      const bytes = Buffer.concat(await written.toArray());
      const cut = new PassThrough();
      const heard: unknown[] = [];
      readFrames(cut, (value) => heard.push(value));
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length] as number;
        cut.write(bytes.subarray(at, at + size));
        at += size;
      }
      cut.end();
      await once(cut, 'end');
      assert.deepEqual(heard, sent);
    }),
    { seed: 5, numRuns: 200 },
  );
});
