import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { blockCount, decodeBlocksFrame, encodeBlocks } from './blocks.ts';
import { type Frame, FrameDecoder } from './frame-decoder.ts';
import { encodeHighlight, encodeTopology } from './graph-frames.ts';
import { FRAME_TYPE, FrameFormatError } from './header.ts';

fc.configureGlobal({ seed: 21 });

const uint32 = fc.nat(0xffff_ffff);
const head = { sequence: 7, revision: 9 };

const anyTopology = fc
  .record({
    sequence: uint32,
    revision: uint32,
    nodes: fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 20 }),
    edges: fc.array(fc.tuple(uint32, uint32), { maxLength: 20 }),
    groupNames: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }),
  })
  .map(({ nodes, edges, ...rest }) => ({
    ...rest,
    groups: Uint8Array.from(nodes, ([group]) => group),
    sizes: Uint8Array.from(nodes, ([, size]) => size),
    edges: Uint32Array.from(edges.flat()),
  }));

const decodeFrame = (bytes: ArrayBuffer): Frame => new FrameDecoder().decode(bytes);

describe('topology frames', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        assert.deepEqual(decodeFrame(encodeTopology(topology)), { type: 'topology', ...topology });
      }),
    );
  });

  test('are 28 bytes, 2 a node up to a multiple of four, 8 an edge, and the names as JSON', () => {
    const size = (nodes: number, edges: number): number =>
      encodeTopology({
        ...head,
        groups: new Uint8Array(nodes),
        sizes: new Uint8Array(nodes),
        edges: new Uint32Array(edges * 2),
        groupNames: [],
      }).byteLength;
    assert.deepEqual([size(0, 0), size(2, 0), size(3, 0), size(3, 5)], [30, 34, 38, 78]);
  });
});

describe('blocks frames', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  const anyBlocks = fc.record({
    sequence: uint32,
    revision: uint32,
    blockNodes: fc.integer({ min: 1, max: 4096 }),
    origin: fc.tuple(float, float, float),
    step: fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }),
    order: fc
      .nat(300)
      .chain((nodes) => fc.shuffledSubarray([...Array(nodes).keys()], { minLength: nodes }))
      .map((order) => Uint32Array.from(order)),
  });

  test('come back as they were', () => {
    fc.assert(
      fc.property(anyBlocks, (blocks) => {
        const bytes = encodeBlocks(blocks);
        assert.deepEqual(decodeBlocksFrame(bytes), { type: 'blocks', ...blocks });
        assert.deepEqual(decodeFrame(bytes), decodeBlocksFrame(bytes));
        assert.equal(blockCount(blocks), Math.ceil(blocks.order.length / blocks.blockNodes));
      }),
    );
  });

  test('take as many bits a node as the greatest needs, beyond 16 too', () => {
    const size = (nodes: number): number => {
      const order = Uint32Array.from({ length: nodes }, (_, i) => nodes - 1 - i);
      const bytes = encodeBlocks({ ...head, blockNodes: 512, origin: [0, 0, 0], step: 1, order });
      assert.deepEqual(decodeBlocksFrame(bytes).order, order);
      return bytes.byteLength;
    };
    assert.deepEqual([size(0), size(1), size(16), size(80_000)], [40, 42, 48, 40 + (80_000 * 17) / 8]);
  });

  test('that hold a node twice, or none of it, or too many blocks, are refused', () => {
    const grid = { ...head, origin: [0, 0, 0], step: 1 } as const;
    const refused = (order: number[], blockNodes: number, message: RegExp) =>
      assert.throws(() => decodeBlocksFrame(encodeBlocks({ ...grid, blockNodes, order: Uint32Array.from(order) })), {
        name: 'FrameFormatError',
        message,
      });
    refused([0, 1, 1], 2, /each node once/);
    refused([0, 1, 3], 2, /each node once/);
    refused([0, 1, 2], 0, /blocks of 0/);
    refused([0, 1, 2], 5000, /blocks of 5000/);
    refused([...Array(65_537).keys()], 1, /blocks of 1/);
    const highlight = encodeHighlight({ ...head, path: new Uint32Array(9) });
    assert.throws(() => decodeBlocksFrame(highlight), { name: 'FrameFormatError', message: /no blocks frame/ });
  });
});

describe('highlight frames', () => {
  test('come back as they were, in 20 bytes and 4 a node', () => {
    fc.assert(
      fc.property(uint32, uint32, fc.array(uint32), (sequence, revision, nodes) => {
        const path = Uint32Array.from(nodes);
        const bytes = encodeHighlight({ sequence, revision, path });
        assert.equal(bytes.byteLength, 20 + 4 * nodes.length);
        assert.deepEqual(decodeFrame(bytes), { type: 'highlight', sequence, revision, path });
      }),
    );
  });
});

test('every frame begins with the documented header, little-endian', () => {
  const bytes = new Uint8Array(encodeHighlight({ sequence: 0x01020304, revision: 5, path: new Uint32Array(0) }));
  assert.equal(new TextDecoder().decode(bytes.slice(0, 4)), 'VXF2');
  assert.deepEqual(Array.from(bytes.subarray(4, 16)), [FRAME_TYPE.highlight, 0, 0, 0, 4, 3, 2, 1, 5, 0, 0, 0]);
});

describe('a decoder given bytes that are no whole frame', () => {
  /** Decodes, and lets nothing pass but a frame or a FrameFormatError. */
  function tryDecode(bytes: ArrayBuffer): Frame | null {
    try {
      return decodeFrame(bytes);
    } catch (error) {
      assert.ok(error instanceof FrameFormatError, `threw ${String(error)}`);
      return null;
    }
  }
  const anyFrame = fc.oneof(
    anyTopology.map(encodeTopology),
    fc.array(uint32).map((path) => encodeHighlight({ ...head, path: Uint32Array.from(path) })),
  );

  test('refuses every frame that is cut short or has a tail', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        assert.ok(tryDecode(frame));
        assert.equal(tryDecode(frame.slice(0, cut % frame.byteLength)), null);
        const longer = new Uint8Array(frame.byteLength + 1 + (cut % 9));
        longer.set(new Uint8Array(frame));
        assert.equal(tryDecode(longer.buffer), null);
      }),
    );
  });

  test('throws nothing but FrameFormatError when bytes are flipped', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyFrame, flips, (frame, changes) => {
        const bytes = new Uint8Array(frame.slice(0));
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        tryDecode(bytes.buffer);
      }),
      { numRuns: 2_000 },
    );
  });

  test('throws nothing but FrameFormatError on noise behind a valid header, whatever counts it claims', () => {
    const count = fc.oneof(uint32, fc.constantFrom(0x8000_0000, 0xffff_ffff, 0x4000_0000, 0, 1));
    const body = fc.tuple(count, count, count, fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.nat(4), body, (type, [first, second, third, tail]) => {
        const bytes = new Uint8Array(28 + tail.length);
        bytes.set(new TextEncoder().encode('VXF2'));
        bytes[4] = type;
        const view = new DataView(bytes.buffer);
        [first, second, third].forEach((value, i) => view.setUint32(16 + 4 * i, value, true));
        bytes.set(tail, 28);
        tryDecode(bytes.buffer);
      }),
      { numRuns: 2_000 },
    );
  });

  test('says what is wrong', () => {
    const frame = encodeHighlight({ ...head, path: Uint32Array.of(1, 2) });
    const changed = (place: number, value: number): ArrayBuffer => {
      const bytes = new Uint8Array(frame.slice(0));
      bytes[place] = value;
      return bytes.buffer;
    };
    assert.throws(() => decodeFrame(new ArrayBuffer(0)), { name: 'FrameFormatError', message: /too short/ });
    assert.throws(() => decodeFrame(changed(0, 0)), { name: 'FrameFormatError', message: /magic number/ });
    assert.throws(() => decodeFrame(changed(4, 99)), { name: 'FrameFormatError', message: /frame type 99/ });
    assert.throws(() => decodeFrame(changed(16, 3)), { name: 'FrameFormatError', message: '28 bytes instead of 32' });
  });

  test('refuses group names that are no list of strings', () => {
    const groups = new Uint8Array(0);
    for (const names of ['nonsense', '{"a":1}', '[1]', '[{"toString":1}]', 'null']) {
      const text = new TextEncoder().encode(names);
      const empty = encodeTopology({ ...head, groups, sizes: groups, edges: new Uint32Array(0), groupNames: [] });
      const bytes = new Uint8Array(28 + text.length);
      bytes.set(new Uint8Array(empty).slice(0, 28));
      bytes.set(text, 28);
      new DataView(bytes.buffer).setUint32(24, text.length, true);
      assert.throws(() => decodeFrame(bytes.buffer), { name: 'FrameFormatError', message: /group names/ }, names);
    }
  });

  test('refuses more nodes than there are bytes', () => {
    const bytes = encodeTopology({
      ...head,
      groups: new Uint8Array(0),
      sizes: new Uint8Array(0),
      edges: new Uint32Array(0),
      groupNames: [],
    });
    // 2^31 nodes are 2^32 bytes, which is zero in 32-bit arithmetic.
    new DataView(bytes).setUint32(16, 0x8000_0000, true);
    assert.throws(() => decodeFrame(bytes), { name: 'FrameFormatError', message: /cannot hold 2147483648 nodes/ });
  });
});
