/** Picking against an oracle that shares nothing with it: trigonometry instead of matrices, sorting instead of a scan. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { REMOVED_GROUP } from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { type Camera, type Viewport, viewProjection } from './camera.ts';
import { pick, type Pickable } from './picking.ts';

const VIEW: Viewport = { width: 800, height: 600, left: 200, right: 0, top: 0, bottom: 0 };
const SCENE = { center: [0, 0, 0], radius: 60 } as const;
const FOCAL = 600 * 1.18;

interface Spot {
  readonly index: number;
  readonly gap: number;
  readonly depth: number;
}

/** Turns the world about the target instead of the camera: first by yaw, then by pitch. */
function oracle(nodes: Pickable, camera: Camera, x: number, y: number): Spot[] {
  const spots: Spot[] = [];
  for (let i = 0; i < nodes.sizes.length; i++) {
    const [px, py, pz] = [0, 1, 2].map((axis) => {
      const p = i * 3 + axis;
      return nodes.from[p]! * (1 - nodes.blend) + nodes.to[p]! * nodes.blend - camera.target[axis]!;
    }) as [number, number, number];
    const turnedX = px * Math.cos(camera.yaw) - pz * Math.sin(camera.yaw);
    const forward = px * Math.sin(camera.yaw) + pz * Math.cos(camera.yaw);
    const turnedY = py * Math.cos(camera.pitch) - forward * Math.sin(camera.pitch);
    const depth = camera.distance - (py * Math.sin(camera.pitch) + forward * Math.cos(camera.pitch));
    if (depth <= 0 || nodes.groups[i] === REMOVED_GROUP) continue;
    const screenX = 500 + (turnedX * FOCAL) / depth;
    const screenY = 300 - (turnedY * FOCAL) / depth;
    const world = (0.05 + 0.34 * (nodes.sizes[i]! / 255) ** 2.2) * nodes.spacing;
    const radius = Math.min(26, Math.max(0.8, (world * FOCAL) / depth));
    spots.push({ index: i, gap: Math.max(0, Math.hypot(screenX - x, screenY - y) - radius), depth });
  }
  return spots.sort((a, b) => a.gap - b.gap || a.depth - b.depth);
}

const cloud = (n: number) =>
  fc.record({
    from: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: n * 3, maxLength: n * 3 }),
    to: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: n * 3, maxLength: n * 3 }),
    sizes: fc.array(fc.nat(255), { minLength: n, maxLength: n }),
    removed: fc.nat(n - 1),
    blend: fc.double({ min: 0, max: 1, noNaN: true }),
    yaw: fc.double({ min: -3, max: 3, noNaN: true }),
    pitch: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    x: fc.nat(800),
    y: fc.nat(600),
  });

test('the node that the oracle finds is picked', () => {
  let hits = 0;
  fc.assert(
    fc.property(cloud(250), ({ from, to, sizes, removed, blend, yaw, pitch, x, y }) => {
      const nodes: Pickable = {
        from: Float32Array.from(from),
        to: Float32Array.from(to),
        sizes: Uint8Array.from(sizes),
        groups: Uint8Array.from(sizes, (_, i) => (i === removed ? REMOVED_GROUP : 0)),
        blend,
        spacing: 20,
      };
      const camera: Camera = { target: [4, 2, -3], distance: 120, yaw, pitch };
      const [best, second] = oracle(nodes, camera, x, y);
      const picked = pick(nodes, viewProjection(camera, VIEW, SCENE), VIEW, x, y);
      assert.ok(best && second);
      // Matrices of 32 bits and trigonometry of 64 differ in the last digits: near ties prove nothing.
      if (
        Math.abs(best.gap - 7) < 0.01 ||
        (second.gap - best.gap < 0.01 && (best.gap > 0 || second.depth - best.depth < 0.01))
      )
        return;
      if (best.gap < 7) hits++;
      assert.equal(picked, best.gap < 7 ? best.index : -1);
    }),
    { numRuns: 300, seed: 7 },
  );
  assert.ok(hits > 50, `only ${hits} of the cases hit a node`);
});

const two = (depths: readonly [number, number], groups = [0, 0]): Pickable => ({
  from: Float32Array.of(0, 0, depths[0], 0, 0, depths[1]),
  to: Float32Array.of(0, 0, depths[0], 0, 0, depths[1]),
  blend: 1,
  sizes: Uint8Array.of(200, 200),
  groups: Uint8Array.from(groups),
  spacing: 20,
});
const straight = viewProjection({ target: [0, 0, 0], distance: 100, yaw: 0, pitch: 0 }, VIEW, SCENE);

test('of two nodes behind each other the nearer is picked, whatever their order', () => {
  assert.equal(pick(two([10, -10]), straight, VIEW, 500, 300), 0);
  assert.equal(pick(two([-10, 10]), straight, VIEW, 500, 300), 1);
});

test('a removed node and empty space are not picked', () => {
  assert.equal(pick(two([10, -10], [REMOVED_GROUP, 0]), straight, VIEW, 500, 300), 1);
  assert.equal(pick(two([10, -10]), straight, VIEW, 20, 20), -1);
});
