import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FrameFormatError } from './header.ts';
import {
  decodeViewerMessage,
  encodeAcknowledgement,
  encodeInterest,
  type Interest,
  MAX_INTEREST,
  MAX_VIEWER_MESSAGE,
} from './viewer-messages.ts';

fc.configureGlobal({ seed: 21 });

const uint32 = fc.nat(0xffff_ffff);
const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const anyInterest: fc.Arbitrary<Interest> = fc.record(
  {
    maxNodes: fc.integer({ min: 1, max: MAX_INTEREST }),
    nodes: fc.array(uint32, { maxLength: 30 }).map((nodes) => Uint32Array.from(nodes)),
    sphere: fc.record(
      { center: fc.tuple(float, float, float), radius: fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }) },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: ['maxNodes', 'nodes'], noNullPrototype: true },
);

describe('messages of viewers', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(anyInterest, uint32, (interest, frames) => {
        assert.deepEqual(decodeViewerMessage(encodeInterest(interest)), { type: 'interest', interest });
        assert.deepEqual(decodeViewerMessage(encodeAcknowledgement(frames)), { type: 'acknowledgement', frames });
      }),
    );
    assert.deepEqual(decodeViewerMessage(encodeInterest(null)), { type: 'interest', interest: null });
  });

  test('are read wherever they lie in memory', () => {
    const message = encodeInterest({ maxNodes: 5, nodes: Uint32Array.of(7, 8) });
    const odd = new Uint8Array(message.length + 3);
    odd.set(message, 3);
    assert.deepEqual(decodeViewerMessage(odd.subarray(3)), decodeViewerMessage(message));
  });

  test('are at most as long as promised', () => {
    const longest = encodeInterest({ maxNodes: 1, nodes: new Uint32Array(MAX_INTEREST) });
    assert.equal(longest.length, MAX_VIEWER_MESSAGE);
    assert.equal(decodeViewerMessage(longest).type, 'interest');
    const longer = encodeInterest({ maxNodes: 1, nodes: new Uint32Array(MAX_INTEREST + 1) });
    assert.throws(() => decodeViewerMessage(longer), { name: 'FrameFormatError', message: /cannot hold 10001/ });
  });

  test('that ask for no node, too many, or a sphere that is none, are refused', () => {
    const refused: [Interest, RegExp][] = [
      [{ maxNodes: 0 }, /in 0 nodes/],
      [{ maxNodes: MAX_INTEREST + 1 }, /in 10001 nodes/],
      [{ maxNodes: 1, sphere: { center: [NaN, 0, 0], radius: 1 } }, /not finite/],
      [{ maxNodes: 1, sphere: { center: [0, 0, 0], radius: Infinity } }, /not finite/],
    ];
    for (const [interest, message] of refused)
      assert.throws(() => decodeViewerMessage(encodeInterest(interest)), { name: 'FrameFormatError', message });
  });

  test('of any other bytes give a FrameFormatError and nothing else', () => {
    const noise = fc.uint8Array({ maxLength: 60 });
    const nearly = fc.tuple(anyInterest.map(encodeInterest), fc.nat(), fc.nat(255)).map(([bytes, place, value]) => {
      bytes[place % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(noise, nearly), (bytes) => {
        try {
          decodeViewerMessage(bytes);
        } catch (error) {
          assert.ok(error instanceof FrameFormatError, `threw ${String(error)}`);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
