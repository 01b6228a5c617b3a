import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyMoves, createMover, forcesToMoves, removeDrift } from './move.ts';

it('never moves a node further than the limit, nor in another direction than its force', () => {
  const forces = Float32Array.of(300, 400, 0);
  forcesToMoves(createMover(1), forces, 2);
  assert.ok(Math.abs(forces[0]! - 1.2) < 1e-6 && Math.abs(forces[1]! - 1.6) < 1e-6 && forces[2] === 0);
});

it('brings a stiff spring to rest that a fixed step would shake for ever', () => {
  const mover = createMover(1);
  const position = Float32Array.of(1, 0, 0);
  for (let k = 0; k < 60; k++) {
    const move = Float32Array.of(-8 * position[0]!, 0, 0);
    forcesToMoves(mover, move, 5);
    applyMoves(position, move);
  }
  assert.ok(Math.abs(position[0]!) < 1e-3, `${position[0]}`);
});

it('takes out the common part of the moves', () => {
  const moves = Float32Array.of(1, 0, 3, 3, 0, 5);
  removeDrift(moves);
  assert.deepEqual([...moves], [-1, 0, -1, 1, 0, 1]);
});

it('reports the mean distance moved', () => {
  const positions = new Float32Array(6);
  assert.equal(applyMoves(positions, Float32Array.of(3, 4, 0, 0, 0, 1)), 3);
  assert.deepEqual([...positions], [3, 4, 0, 0, 0, 1]);
  assert.equal(applyMoves(new Float32Array(), new Float32Array()), 0);
});
