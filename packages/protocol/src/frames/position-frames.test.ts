/** Positions over the wire: encoder, frames and decoder together, as a server and its viewers use them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FrameDecoder, type PositionFrame } from './frame-decoder.ts';
import { FrameFormatError } from './header.ts';
import { PositionEncoder } from './position-encoder.ts';
import { assembleFrame, type EncodedTick, SECTION, sectionsOf, sectionWords } from './tick.ts';

fc.configureGlobal({ seed: 21 });

const NOTHING: ReadonlySet<number> = new Set();
const EVERY: ReadonlySet<number> = new Set(Array.from({ length: 40 }, (_, block) => block));
const buffer = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;

/** A layout of a few nodes, in blocks of four, and the ticks that were encoded of it. */
class Sender {
  readonly encoder: PositionEncoder;
  readonly order: Uint32Array;
  #sequence = 40;

  constructor(positions: Float32Array, blockNodes = 4) {
    const nodes = positions.length / 3;
    // Any order will do; this one is not the nodes' own.
    this.order = Uint32Array.from({ length: nodes }, (_, i) => nodes - 1 - i);
    this.encoder = new PositionEncoder({
      order: this.order,
      blockNodes,
      positions,
      sequence: this.#sequence,
      revision: 3,
    });
  }

  tick(positions: Float32Array, settled = false, keys = NOTHING): EncodedTick {
    return this.encoder.encode(positions, { sequence: this.#sequence++, revision: 3, time: 1e12, settled, keys });
  }
}

const keysOf = (tick: EncodedTick): ArrayBuffer => buffer(assembleFrame(tick, sectionsOf(tick, SECTION.key)));
const deltasOf = (tick: EncodedTick): ArrayBuffer => buffer(assembleFrame(tick, sectionsOf(tick, SECTION.delta)));

function decodePositions(decoder: FrameDecoder, bytes: ArrayBuffer): PositionFrame {
  const frame = decoder.decode(bytes);
  assert.ok(frame.type === 'positions');
  return frame;
}

/** Steps of the grid a coordinate may be off: half a step when settled, else half a quantum of at most 64 steps more. */
const withinSteps = (settled: boolean): number => (settled ? 0.51 : 32.51);

function assertNear(got: Float32Array, wanted: Float32Array, first: Float32Array, settled: boolean): void {
  const usable = [...first].map((value) => (Math.abs(value) < 1.7e38 ? value : null));
  const axes = [0, 1, 2].map((axis) => usable.filter((value, i) => value !== null && i % 3 === axis) as number[]);
  const sides = axes.map((values) => (values.length === 0 ? 0 : Math.max(...values) - Math.min(...values)));
  const step = Math.max(...sides) / 65_535;
  assert.equal(got.length, wanted.length);
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i]! - value);
    const allowed = step * withinSteps(settled) + Math.abs(value) * 2 ** -21 + 2 ** -140;
    assert.ok(error <= allowed, `value ${i}: ${value} became ${got[i]}, off by ${error / step} steps`);
  });
}

/** Two nodes that hold the cube open. */
const ANCHORS = [-100, -100, -100, 100, 100, 100];

/** Layouts of 3 to 22 nodes that move in any way, out of the cube too, first to last. */
const moves = fc.integer({ min: 1, max: 20 }).chain((nodes) => {
  const still = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), {
    minLength: nodes * 3,
    maxLength: nodes * 3,
  });
  const jump = fc.record({
    node: fc.nat(nodes - 1),
    by: fc.float({ min: -50, max: 50, noNaN: true }),
    drift: fc.float({ min: -1, max: 1, noNaN: true }),
  });
  return fc.tuple(still, fc.array(jump, { minLength: 1, maxLength: 30 })).map(([start, jumps]) => {
    const layouts = [Float32Array.from([...start, ...ANCHORS])];
    for (const { node, by, drift } of jumps) {
      const next = layouts.at(-1)!.map((value) => value + drift);
      next[node * 3] = next[node * 3]! + by;
      layouts.push(next);
    }
    return layouts;
  });
});

describe('position frames', () => {
  test('keep every coordinate within the bound, whatever moves how, and exact to half a step once settled', () => {
    fc.assert(
      fc.property(moves, (layouts) => {
        const sender = new Sender(layouts[0]!);
        const decoder = new FrameDecoder();
        decoder.decode(sender.encoder.blocksFrame);
        const last = layouts.length - 1;
        layouts.forEach((positions, i) => {
          const tick = sender.tick(positions, i === last);
          const frame = decodePositions(decoder, i === 0 ? keysOf(tick) : deltasOf(tick));
          assert.deepEqual([frame.revision, frame.settled, frame.time], [3, i === last, 1e12]);
          assertNear(frame.positions, positions, layouts[0]!, i === last || i === 0);
        });
      }),
    );
  });

  test('a decoder that has skipped frames continues from keys with the same positions as one that has not', () => {
    fc.assert(
      fc.property(moves, fc.array(fc.boolean()), (layouts, skips) => {
        const sender = new Sender(layouts[0]!);
        const [steady, skipping] = [new FrameDecoder(), new FrameDecoder()];
        for (const decoder of [steady, skipping]) decoder.decode(sender.encoder.blocksFrame);
        let behind = true;
        layouts.forEach((positions, i) => {
          const tick = sender.tick(positions, false, EVERY);
          const expected = decodePositions(steady, i === 0 ? keysOf(tick) : deltasOf(tick)).positions;
          if (!skips[i])
            assert.deepEqual(decodePositions(skipping, behind ? keysOf(tick) : deltasOf(tick)).positions, expected);
          behind = skips[i] ?? false;
        });
      }),
    );
  });

  test('a late joiner of a settled layout has the very positions of who was there from the beginning', () => {
    fc.assert(
      fc.property(moves, (layouts) => {
        const sender = new Sender(layouts[0]!);
        const [early, late] = [new FrameDecoder(), new FrameDecoder()];
        early.decode(sender.encoder.blocksFrame);
        late.decode(sender.encoder.blocksFrame);
        decodePositions(early, keysOf(sender.tick(layouts[0]!)));
        for (const positions of layouts.slice(1)) decodePositions(early, deltasOf(sender.tick(positions)));
        const settled = sender.tick(layouts.at(-1)!, true);
        const seen = decodePositions(early, deltasOf(settled)).positions;
        assert.deepEqual(decodePositions(late, keysOf(settled)).positions, seen);
        // What moves again moves for both alike.
        const again = sender.tick(layouts[0]!);
        assert.deepEqual(
          decodePositions(early, deltasOf(again)).positions,
          decodePositions(late, deltasOf(again)).positions,
        );
      }),
    );
  });

  test('rough keys are near, come round to every block, and no delta follows on them', () => {
    const grid = Float32Array.from({ length: 40 * 3 }, (_, i) => Math.floor(i / 3) * (1 + (i % 3)));
    const sender = new Sender(grid);
    const decoder = new FrameDecoder();
    decoder.decode(sender.encoder.blocksFrame);
    sender.tick(grid);
    const seen = new Set<number>();
    let tick = sender.tick(grid);
    for (let i = 0; i < 3; i++, tick = sender.tick(grid)) {
      const frame = decodePositions(decoder, buffer(assembleFrame(tick, sectionsOf(tick, SECTION.rough))));
      for (const block of frame.changed) {
        seen.add(block);
        for (const node of sender.order.subarray(block * 4, block * 4 + 4)) {
          for (const p of [node * 3, node * 3 + 1, node * 3 + 2])
            assert.ok(Math.abs(frame.positions[p]! - grid[p]!) < 2, `${frame.positions[p]} for ${grid[p]}`);
        }
      }
    }
    assert.equal(seen.size, 10);
    assert.throws(() => decoder.decode(deltasOf(tick)), { name: 'FrameFormatError', message: /has not come/ });
  });

  test('hold nothing, and many nodes at one place', () => {
    for (const positions of [new Float32Array(0), Float32Array.of(1.5, -2.25, 7, 1.5, -2.25, 7)]) {
      const sender = new Sender(positions);
      const decoder = new FrameDecoder();
      decoder.decode(sender.encoder.blocksFrame);
      const frame = decodePositions(decoder, keysOf(sender.tick(positions)));
      assert.deepEqual(frame.positions, positions);
    }
  });

  test('put coordinates that are not finite, or far too far out, at the corner of the cube and spoil no other', () => {
    const hostile = Float32Array.of(NaN, 1, 2, Infinity, -1, 5, 3e38, 3, -4);
    const sender = new Sender(hostile);
    const decoder = new FrameDecoder();
    decoder.decode(sender.encoder.blocksFrame);
    const { positions } = decodePositions(decoder, keysOf(sender.tick(hostile)));
    assertNear(positions, Float32Array.of(0, 1, 2, 0, -1, 5, 0, 3, -4), hostile, true);
  });

  test('carry old nodes over to new blocks', () => {
    const few = Float32Array.of(1, 2, 3, 4, 5, 6);
    const more = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const decoder = new FrameDecoder();
    const before = new Sender(few);
    decoder.decode(before.encoder.blocksFrame);
    const kept = decodePositions(decoder, keysOf(before.tick(few))).positions.slice();
    const after = new Sender(more, 1);
    decoder.decode(after.encoder.blocksFrame);
    const { positions } = decodePositions(decoder, buffer(assembleFrame(after.tick(more), [])));
    assert.deepEqual(positions, Float32Array.of(...kept, 0, 0, 0));
  });

  test('an encoder says when its grid no longer fits: grown, shrunk, drifted away', () => {
    const start = Float32Array.of(0, 0, 0, 10, 10, 10);
    const spot = Float32Array.of(5, 5, 5);
    const scaled = (factor: number) => start.map((value) => value * factor);
    for (const [from, to, fits] of [
      [start, scaled(1), true],
      [start, scaled(1.4), true],
      [start, scaled(1.6), false],
      [start, scaled(0.5), false],
      [start, start.map((value) => value - 4), true],
      [start, start.map((value) => value + 1000), false],
      [spot, spot, true],
      [spot, Float32Array.of(9, 9, 9), false],
    ] as const) {
      const sender = new Sender(from);
      sender.tick(from);
      assert.equal(sender.encoder.fits, true);
      sender.tick(to, true);
      assert.equal(sender.encoder.fits, fits, `from ${from.join()} to ${to.join()}`);
    }
  });

  test('an encoder says beforehand which places its grid does not cover', () => {
    const { encoder } = new Sender(Float32Array.of(0, 0, 0, 10, 10, 10));
    for (const [places, covered] of [
      [[], true],
      [[0, 0, 0, 10, 10, 10], true],
      [[-4.9, 14.9, 5], true],
      [[5, -5.1, 5], false],
      [[1, 1, 1, 5, 5, 15.1], false],
      [[NaN, 0, 0], false],
    ] as const) {
      assert.equal(encoder.covers(Float32Array.from(places)), covered, places.join());
    }
  });

  test('a block of the greatest size fits its frame even when nothing in it can be foreseen', () => {
    const wild = Float32Array.from({ length: 512 * 3 }, (_, i) => ((i * 7919) % 1009) * (i % 2 ? 1 : -1));
    const sender = new Sender(wild, 512);
    const decoder = new FrameDecoder();
    decoder.decode(sender.encoder.blocksFrame);
    decodePositions(decoder, keysOf(sender.tick(wild)));
    const far = wild.map((value, i) => value * (i % 3 ? -30 : 30));
    const tick = sender.tick(far, true);
    assertNear(decodePositions(decoder, deltasOf(tick)).positions, far, wild, true);
    assert.ok(sectionWords(tick, 0) > 512 * 3, 'as long as floats, nearly');
    assert.throws(() => new Sender(wild, 513), RangeError);
  });

  test('bounds hold every node of their block', () => {
    fc.assert(
      fc.property(moves, ([positions]) => {
        const sender = new Sender(positions!);
        const { bounds } = sender.tick(positions!);
        assert.ok(bounds);
        sender.order.forEach((node, place) => {
          const block = Math.floor(place / 4);
          for (let axis = 0; axis < 3; axis++) {
            const value = positions![node * 3 + axis]!;
            assert.ok(value >= bounds[block * 6 + axis]! - 0.01 && value <= bounds[block * 6 + 3 + axis]! + 0.01);
          }
        });
      }),
    );
  });
});

describe('decoding what is no good frame', () => {
  const start = Float32Array.from({ length: 30 }, (_, i) => (i * 37) % 11);
  const moved = start.map((value, i) => value + (i % 5));

  /** Decodes, and lets nothing pass but a frame or a FrameFormatError. */
  function tryDecode(decoder: FrameDecoder, bytes: ArrayBuffer): boolean {
    try {
      decoder.decode(bytes);
      return true;
    } catch (error) {
      assert.ok(error instanceof FrameFormatError, `threw ${String(error)}`);
      return false;
    }
  }

  function ready(): { decoder: FrameDecoder; keys: ArrayBuffer; deltas: ArrayBuffer; blocks: ArrayBuffer } {
    const sender = new Sender(start);
    const decoder = new FrameDecoder();
    const blocks = sender.encoder.blocksFrame;
    decoder.decode(blocks);
    const keys = keysOf(sender.tick(start));
    decoder.decode(keys);
    return { decoder, keys, blocks, deltas: deltasOf(sender.tick(moved)) };
  }

  test('refuses frames that are cut short or have a tail', () => {
    const { keys, deltas, blocks } = ready();
    for (const whole of [keys, deltas, blocks]) {
      for (let length = 0; length < whole.byteLength; length++)
        assert.equal(tryDecode(ready().decoder, whole.slice(0, length)), false, `${length} bytes`);
      for (const tail of [1, 2, 4]) {
        const longer = new Uint8Array(whole.byteLength + tail);
        longer.set(new Uint8Array(whole));
        assert.equal(tryDecode(ready().decoder, longer.buffer), false);
      }
    }
  });

  test('throws nothing but FrameFormatError when bytes are flipped, and recovers with the next blocks', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom('keys', 'deltas', 'blocks'), flips, (which, changes) => {
        const { decoder, ...frames } = ready();
        const bytes = new Uint8Array(frames[which]);
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        tryDecode(decoder, bytes.buffer);
        const fresh = ready();
        assert.ok(tryDecode(decoder, fresh.blocks) && tryDecode(decoder, fresh.keys));
      }),
      { numRuns: 2_000 },
    );
  });

  test('throws nothing but FrameFormatError on noise behind a valid header', () => {
    const body = fc.uint8Array({ minLength: 4, maxLength: 120 });
    fc.assert(
      fc.property(fc.constantFrom('keys', 'blocks'), fc.nat(60), body, (which, at, noise) => {
        const { decoder, ...frames } = ready();
        const bytes = new Uint8Array(Math.max(frames[which].byteLength, 16 + at + noise.length));
        bytes.set(new Uint8Array(frames[which]));
        bytes.set(noise, 16 + at);
        tryDecode(decoder, bytes.buffer);
      }),
      { numRuns: 2_000 },
    );
  });

  test('says what is wrong', () => {
    const { decoder, keys, deltas } = ready();
    assert.throws(() => new FrameDecoder().decode(keys), { message: /without its blocks/ });
    decoder.decode(deltas);
    assert.throws(() => decoder.decode(deltas), { message: /has not come/ });
    assert.throws(() => decoder.decode(keys), { message: /without its blocks/ }, 'until blocks come again');
  });
});
