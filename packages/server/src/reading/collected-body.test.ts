/** Bodies as they come: whatever the chunks, the same bytes; what does not fit is refused as the HTTP library does it. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { bytesOf, collectBody, SMALL } from './collected-body.ts';

const MIB = 1_048_576;

/** Bytes that differ from place to place, in chunks of these sizes. */
function chunked(sizes: readonly number[]): { readonly bytes: Buffer; readonly stream: Readable } {
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 0xff;
  let at = 0;
  const chunks = sizes.map((size) => bytes.subarray(at, (at += size)));
  return { bytes, stream: Readable.from(chunks, { objectMode: false }) };
}

describe('a body that is collected', () => {
  it('is the bytes that came, in one piece or in blocks', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 * MIB }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 8 }), fc.boolean(), async (sizes, isAnnounced) => {
        const { bytes, stream } = chunked(sizes);
        const body = await collectBody(stream, 64 * MIB, isAnnounced ? bytes.length : null);
        assert.equal(body.length, bytes.length);
        assert.equal('bytes' in body, bytes.length <= SMALL);
        assert.ok(bytesOf(body).equals(bytes));
      }),
      { numRuns: 40 },
    );
  });

  it('fits its limit to the byte, whether its length is announced or not', async () => {
    for (const announced of [null, 10]) {
      assert.equal((await collectBody(chunked([4, 6]).stream, 10, announced)).length, 10);
      await assert.rejects(collectBody(chunked([4, 6]).stream, 9, announced), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
    }
  });

  it('is refused before it comes when its head says that it is too large', async () => {
    const stream = new Readable({ read: () => undefined });
    await assert.rejects(collectBody(stream, 9, 10), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
  });

  it('is refused when it is not of the length that is announced', async () => {
    for (const announced of [3, 5])
      await assert.rejects(collectBody(chunked([4]).stream, 9, announced), {
        code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
      });
  });

  it('fails with its stream, as a fault of the caller', async () => {
    const stream = new Readable({ read: () => undefined });
    const collected = collectBody(stream, 9, null);
    stream.destroy(new Error('cut off'));
    await assert.rejects(collected, { message: 'cut off', statusCode: 400 });
  });
});
