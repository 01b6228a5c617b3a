import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NODE_FLAG } from '../kernel.ts';
import { createMover, moveFully, moveNodes } from './move.ts';

const FREE = new Uint8Array(1);

it('never moves a node further than the limit, nor in another direction than its force', () => {
  const position = new Float32Array(3);
  assert.ok(Math.abs(moveNodes(createMover(1), FREE, position, Float32Array.of(300, 400, 0), 2) - 2) < 1e-6);
  assert.ok(Math.abs(position[0]! - 1.2) < 1e-6 && Math.abs(position[1]! - 1.6) < 1e-6 && position[2] === 0);
});

it('brings a stiff spring to rest that a fixed step would shake for ever', () => {
  const mover = createMover(1);
  const position = Float32Array.of(1, 0, 0);
  for (let k = 0; k < 60; k++) moveNodes(mover, FREE, position, Float32Array.of(-8 * position[0]!, 0, 0), 5);
  assert.ok(Math.abs(position[0]!) < 1e-3, `${position[0]}`);
});

it('leaves pinned nodes where they are', () => {
  const position = Float32Array.of(1, 2, 3);
  assert.equal(moveNodes(createMover(1), Uint8Array.of(NODE_FLAG.pinned), position, Float32Array.of(1, 1, 1), 5), 0);
  assert.deepEqual([...position], [1, 2, 3]);
});

it('moves fully whatever the force', () => {
  const positions = new Float32Array(6);
  moveFully(positions, Float32Array.of(300, 400, 0, 0, 0, 1e-3), 5);
  assert.deepEqual(
    [...positions].map((value) => Math.round(value * 1000) / 1000),
    [3, 4, 0, 0, 0, 5],
  );
});
