import assert from 'node:assert/strict';
import test from 'node:test';
import { pictureStyle, type Shot } from './style.ts';

const SHOT: Shot = {
  matrix: new Float32Array(16),
  camera: { target: [0, 0, 0], distance: 100, yaw: 0, pitch: 0 },
  viewport: { width: 1280, height: 720, left: 0, right: 0, top: 0, bottom: 0 },
  scene: { center: [0, 0, 0], radius: 40 },
  spacing: 2,
  ratio: 2,
  blend: 1,
  dimmed: false,
  edgeUnit: 3,
  edgeShare: 1,
  coarse: false,
};

test('a coarse picture shows the same in half the pixels', () => {
  const [fine, coarse] = [pictureStyle(SHOT), pictureStyle({ ...SHOT, coarse: true })];
  assert.equal(coarse.ratio, fine.ratio / 2);
  assert.equal(coarse.focal, fine.focal / 2);
  assert.deepEqual(coarse.fog, fine.fog);
});

test('the graph steps back behind what is lit', () => {
  const [plain, dimmed] = [pictureStyle(SHOT), pictureStyle({ ...SHOT, dimmed: true })];
  assert.ok(dimmed.nodeStrength < plain.nodeStrength && dimmed.edgeStrength < plain.edgeStrength);
});

test('nearer, single edges are brighter, and fog begins beyond the eye', () => {
  const near = pictureStyle({ ...SHOT, camera: { ...SHOT.camera, distance: 10 } });
  assert.ok(near.edgeStrength > pictureStyle(SHOT).edgeStrength);
  assert.ok(near.fog[0] > 0 && near.fog[0] < 10 && near.fog[1] > 10);
});
