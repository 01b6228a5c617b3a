import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  decodeFrame,
  encodeHighlight,
  encodePositions,
  encodeTopology,
  type Frame,
  FRAME_TYPE,
  FrameFormatError,
} from './frames.ts';

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

const coordinate = fc.oneof(
  fc.float({ min: -1000, max: 1000, noNaN: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 126), max: 2 ** 126 }),
);
const anyPositions = fc
  .array(fc.tuple(coordinate, coordinate, coordinate), { maxLength: 20 })
  .map((points) => Float32Array.from(points.flat()));

function decodePositions(positions: Float32Array, settled = false): Float32Array {
  const frame = decodeFrame(encodePositions({ ...head, positions, settled }));
  assert.ok(frame.type === 'positions');
  assert.deepEqual([frame.sequence, frame.revision, frame.settled], [7, 9, settled]);
  return frame.positions;
}

/** What each coordinate should decode to, and how far it may be off. The plain definition, axis by axis. */
function expectedOf(positions: Float32Array): { wanted: number[]; tolerance: (value: number) => number } {
  const usable = [...positions].map((value) => (Math.abs(value) < 1.7e38 ? value : null));
  const axes = [0, 1, 2].map((axis) => usable.filter((value, i) => value !== null && i % 3 === axis) as number[]);
  const lows = axes.map((values) => (values.length === 0 ? 0 : Math.min(...values)));
  const side = Math.max(
    ...axes.map((values, axis) => Math.max(...values, lows[axis] as number) - (lows[axis] as number)),
  );
  return {
    wanted: usable.map((value, i) => value ?? (lows[i % 3] as number)),
    // The last two terms are the rounding of a 32-bit float, normal and subnormal.
    tolerance: (value) => (side / 131_070) * 1.01 + Math.abs(value) * 2 ** -23 + 2 ** -149,
  };
}

function assertKept(positions: Float32Array): void {
  const decoded = decodePositions(positions);
  assert.equal(decoded.length, positions.length);
  const { wanted, tolerance } = expectedOf(positions);
  wanted.forEach((value, i) => {
    const error = Math.abs((decoded[i] as number) - value);
    assert.ok(error <= tolerance(value), `axis ${i % 3}: ${positions[i]} became ${decoded[i]}, not ${value}`);
  });
}

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

describe('position frames', () => {
  test('are exact to 1/131,070 of the side of the bounding cube, and the rounding of a 32-bit float', () => {
    fc.assert(fc.property(anyPositions, assertKept), { numRuns: 500 });
  });

  test('keep the corners of the cube', () => {
    const positions = Float32Array.of(-8, -8, -8, 8, 0, -4);
    const decoded = decodePositions(positions);
    assert.deepEqual([...decoded.slice(0, 3), decoded[3]], [-8, -8, -8, 8]);
  });

  test('hold nothing, one node, and many at one place without loss', () => {
    assert.deepEqual(decodePositions(new Float32Array(0)), new Float32Array(0));
    const one = Float32Array.of(1.5, -2.25, 1e30);
    assert.deepEqual(decodePositions(one), one);
    assert.deepEqual(decodePositions(Float32Array.of(...one, ...one)), Float32Array.of(...one, ...one));
  });

  test('with coordinates that are not finite, or too far out, put those at the corner and spoil no other', () => {
    const hostile = fc.oneof(coordinate, fc.constantFrom(NaN, Infinity, -Infinity, 3e38, -3e38));
    const points = fc.array(fc.tuple(hostile, hostile, hostile), { maxLength: 20 });
    fc.assert(
      fc.property(points, (list) => assertKept(Float32Array.from(list.flat()))),
      { numRuns: 500 },
    );
  });

  test('say whether the layout has settled', () => {
    decodePositions(Float32Array.of(1, 2, 3), true);
    decodePositions(Float32Array.of(1, 2, 3), false);
  });

  test('are 40 bytes and 6 a node', () => {
    const size = (nodes: number): number =>
      encodePositions({ ...head, positions: new Float32Array(nodes * 3), settled: true }).byteLength;
    assert.deepEqual([size(0), size(1), size(1000)], [40, 46, 6040]);
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
  assert.equal(new TextDecoder().decode(bytes.slice(0, 4)), 'VXF1');
  assert.deepEqual(Array.from(bytes.subarray(4, 16)), [FRAME_TYPE.highlight, 0, 0, 0, 4, 3, 2, 1, 5, 0, 0, 0]);
});

describe('decodeFrame on bytes that are no whole frame', () => {
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
    anyPositions.map((positions) => encodePositions({ ...head, positions, settled: false })),
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
        bytes.set(new TextEncoder().encode('VXF1'));
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
