import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Interest } from '@vortexflow/protocol';
import { resolveInterest } from './interest.ts';

/** Ten blocks of ten nodes, unit cubes along the x axis, two apart. */
const COUNT = 10;
const surroundings = {
  blocks: {
    bytes: new ArrayBuffer(0),
    epoch: 0,
    count: COUNT,
    blockNodes: 10,
    blockOf: Uint16Array.from({ length: 100 }, (_, node) => node / 10),
  },
  bounds: Float32Array.from({ length: COUNT }, (_, block) => block).reduce(
    (bounds, block) => {
      bounds.set([block * 2, 0, 0, block * 2 + 1, 1, 1], block * 6);
      return bounds;
    },
    new Float32Array(COUNT * 6),
  ),
  lit: new Uint32Array(),
};

const blocksOf = (interest: Interest, lit: number[] = []): number[] =>
  [...resolveInterest(interest, { ...surroundings, lit: Uint32Array.from(lit) })].flatMap((wanted, block) =>
    wanted ? [block] : [],
  );

describe('interest', () => {
  it('in a sphere is in the blocks that it touches, the nearest first', () => {
    const sphere = (x: number, radius: number) => ({ sphere: { center: [x, 0.5, 0.5] as const, radius } });
    assert.deepEqual(blocksOf({ maxNodes: 100, ...sphere(4.5, 0) }), [2]);
    assert.deepEqual(blocksOf({ maxNodes: 100, ...sphere(4.5, 1.6) }), [1, 2, 3]);
    assert.deepEqual(blocksOf({ maxNodes: 20, ...sphere(4.6, 100) }), [2, 3]);
    assert.deepEqual(blocksOf({ maxNodes: 21, ...sphere(4.6, 100) }), [1, 2, 3], 'rounded up to whole blocks');
    assert.deepEqual(blocksOf({ maxNodes: 100, ...sphere(-50, 3) }), []);
  });

  it('in nodes is in their blocks, those with most of them first; nodes that are not there count for nothing', () => {
    assert.deepEqual(blocksOf({ maxNodes: 10, nodes: Uint32Array.of(5, 31, 32, 99) }), [3]);
    assert.deepEqual(blocksOf({ maxNodes: 100, nodes: Uint32Array.of(5, 31, 32, 99, 100, 4e9) }), [0, 3, 9]);
  });

  it('comes on top of what is lit', () => {
    assert.deepEqual(blocksOf({ maxNodes: 10, nodes: Uint32Array.of(5, 6, 71) }, [70, 88]), [0, 7, 8]);
  });
});
