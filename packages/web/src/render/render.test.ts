/** What the backends share, without a browser; pictures are compared in `render.e2e.ts`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { REMOVED_GROUP, type TopologyFrame } from '@vortexflow/protocol';
import { groupColour } from '../math/palette.ts';
import { backendOrder, rendererWish } from './backends.ts';
import { type PictureStyle, strengthOfEdge } from './contract.ts';
import { packLooks } from './looks.ts';
import { targetSizes } from './targets.ts';

test('the address may ask for a backend, and nonsense asks for none', () => {
  assert.equal(rendererWish('?renderer=webgl'), 'webgl');
  assert.equal(rendererWish('?a=b&renderer=webgpu'), 'webgpu');
  for (const query of ['', '?', '?renderer=', '?renderer=canvas']) assert.equal(rendererWish(query), 'auto');
});

test('WebGPU comes first until its device has been lost too often, and a wish is obeyed', () => {
  assert.deepEqual(backendOrder('auto', 0), ['webgpu', 'webgl2']);
  assert.deepEqual(backendOrder('auto', 2), ['webgpu', 'webgl2']);
  assert.deepEqual(backendOrder('auto', 3), ['webgl2']);
  assert.deepEqual(backendOrder('webgpu', 9), ['webgpu']);
  assert.deepEqual(backendOrder('webgl', 0), ['webgl2']);
});

test('a node carries the root of its colour and its size; a removed one is black', () => {
  const topology: TopologyFrame = {
    type: 'topology',
    sequence: 0,
    revision: 0,
    edges: new Uint32Array(0),
    groupNames: ['noun.plant'],
    groups: Uint8Array.of(0, REMOVED_GROUP, 7),
    sizes: Uint8Array.of(200, 9, 9),
  };
  const looks = packLooks(topology, 4);
  assert.equal(looks.length, 16);
  const [red, green, blue] = groupColour('noun.plant');
  for (const [channel, value] of [red, green, blue].entries())
    assert.ok(Math.abs((looks[channel]! / 255) ** 2 - value) < 0.01);
  assert.equal(looks[3], 200);
  assert.ok(looks.subarray(4).every((byte) => byte === 0));
});

test('fewer edges are drawn brighter, though not as much as would make up for it', () => {
  const style = { edgeStrength: 0.2 } as PictureStyle;
  assert.equal(strengthOfEdge({ ...style, edgeShare: 1 }), 0.2);
  const half = strengthOfEdge({ ...style, edgeShare: 0.5 });
  assert.ok(half > 0.2 && half < 0.4);
});

test('a coarse picture has half the size and the same glow, and nothing is empty', () => {
  assert.deepEqual(targetSizes(1280, 720, false), { scene: [1280, 720], glow: [320, 180] });
  assert.deepEqual(targetSizes(1280, 720, true), { scene: [640, 360], glow: [320, 180] });
  assert.deepEqual(targetSizes(1, 1, true), { scene: [1, 1], glow: [1, 1] });
});
