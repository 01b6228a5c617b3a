import assert from 'node:assert/strict';
import test from 'node:test';
import { viewProjection } from '../math/camera.ts';
import type { HubView } from '../math/hubs.ts';
import { Hubs } from './hubs.ts';

const VIEWPORT = { width: 800, height: 600, left: 0, right: 0, top: 0, bottom: 0 };
const SCENE = { center: [0, 0, 0], radius: 60 } as const;

/** A cloud in which only node `hub` is large. */
function viewOf(nodes: number, hub: number): HubView {
  const places = Float32Array.from({ length: nodes * 3 }, (_, i) => ((i * 7919) % 80) - 40);
  return {
    from: places,
    to: places,
    blend: 1,
    spacing: 5,
    depth: 400,
    viewport: VIEWPORT,
    sizes: Uint8Array.from({ length: nodes }, (_, i) => (i === hub ? 255 : 3)),
    groups: new Uint8Array(nodes),
    matrix: viewProjection({ target: [0, 0, 0], distance: 200, yaw: 0, pitch: 0 }, VIEWPORT, SCENE),
  };
}

test('a picture at rest is searched once, in slices', () => {
  const hubs = new Hubs(1);
  const view = viewOf(40_000, 30_000);
  assert.equal(hubs.advance(view, 1), true);
  assert.deepEqual(hubs.found, [], 'not before all have been looked at');
  assert.equal(hubs.advance(view, 1), true);
  assert.equal(hubs.advance(view, 1), false);
  assert.equal(hubs.found[0], 30_000);
  assert.equal(hubs.advance(view, 1), false);
});

test('a picture that has moved on since the search began is searched again', () => {
  const hubs = new Hubs(1);
  assert.equal(hubs.advance(viewOf(20_000, 5), 1), true);
  assert.equal(hubs.advance(viewOf(20_000, 5), 2), true, 'found, but of an older picture');
  assert.equal(hubs.found[0], 5);
  assert.equal(hubs.advance(viewOf(20_000, 6), 2), true);
  assert.equal(hubs.advance(viewOf(20_000, 6), 2), false);
  assert.equal(hubs.found[0], 6);
});

test('another graph starts with nothing', () => {
  const hubs = new Hubs(1);
  hubs.advance(viewOf(100, 5), 1);
  hubs.forget();
  assert.deepEqual(hubs.found, []);
  hubs.advance(viewOf(50, 7), 1);
  assert.equal(hubs.found[0], 7);
});
