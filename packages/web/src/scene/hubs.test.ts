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

/** Advances until nothing is left to be done; returns how often there was something. */
function finish(hubs: Hubs, view: HubView, picture: number): number {
  let slices = 0;
  while (hubs.advance(view, picture)) slices++;
  return slices;
}

test('a picture at rest is searched once, in slices', () => {
  const hubs = new Hubs(1);
  const view = viewOf(40_000, 30_000);
  assert.equal(hubs.advance(view, 1), true);
  assert.deepEqual(hubs.found, [], 'not before all have been looked at');
  assert.ok(finish(hubs, view, 1) > 0);
  assert.equal(hubs.found[0], 30_000);
  assert.equal(finish(hubs, view, 1), 0);
});

test('a picture that has moved on since the search began is searched again', () => {
  const hubs = new Hubs(1);
  const before = viewOf(20_000, 5);
  assert.equal(hubs.advance(before, 1), true);
  while (hubs.found.length === 0) assert.equal(hubs.advance(before, 2), true, 'found, but of an older picture');
  assert.equal(hubs.found[0], 5);
  finish(hubs, viewOf(20_000, 6), 2);
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
