import assert from 'node:assert/strict';
import test from 'node:test';
import { project } from '../math/camera.ts';
import { Director } from './director.ts';

const WHOLE = { center: [0, 0, 0], radius: 100 } as const;
const PART = { center: [40, 10, 0], radius: 5 } as const;

function directed(still = false): Director {
  const director = new Director(still);
  director.resize(1000, 600, 0);
  director.setScene(WHOLE, true, 0);
  return director;
}

const spotOf = (director: Director, point: readonly [number, number, number]) => {
  const spot = project(director.matrix(), director.viewport, ...point);
  assert.ok(spot);
  return spot;
};

test('the first scene is shown at once', () => {
  const director = directed();
  assert.equal(director.advance(0), false);
  assert.ok(director.camera.distance > 100 && director.camera.distance < 400);
});

test('a flight takes its time and ends with the subject in the middle', () => {
  const director = directed();
  const before = director.camera.distance;
  director.show(PART, 1000);
  assert.equal(director.advance(1000), true);
  assert.ok(Math.abs(director.camera.distance - before) < 1e-6);
  assert.equal(director.advance(1600), true);
  assert.equal(director.advance(2200), false);
  assert.deepEqual(director.camera.target, PART.center);
  assert.ok(director.camera.distance < before / 5);
});

test('the growing cloud is followed until a hand takes the camera', () => {
  const director = directed();
  director.setScene({ center: [0, 0, 0], radius: 200 }, false, 100);
  director.advance(5000);
  const followed = director.camera.distance;
  director.orbit(10, 0, 6000);
  director.setScene({ center: [0, 0, 0], radius: 400 }, false, 7000);
  director.advance(9000);
  assert.equal(director.camera.distance, followed);
  director.show('whole', 10_000);
  director.advance(20_000);
  assert.ok(director.camera.distance > followed * 1.9);
});

test('a panel that opens moves the subject out from under it, unless a hand holds the camera', () => {
  const director = directed();
  director.show(PART, 0);
  director.advance(2000);
  director.setMargins({ left: 400, right: 0, top: 0, bottom: 0 }, 2000);
  director.advance(4000);
  assert.ok(Math.abs(spotOf(director, PART.center).x - 700) < 0.5);
  director.orbit(5, 5, 5000);
  const held = director.camera;
  director.setMargins({ left: 0, right: 0, top: 0, bottom: 0 }, 6000);
  director.advance(9000);
  assert.deepEqual(director.camera, held);
});

test('what a hand moves counts as moving for a moment, and for one picture however late it comes', () => {
  const director = directed();
  director.pan(3, 3, 1000);
  assert.equal(director.advance(9000), true);
  assert.equal(director.advance(9001), false);
  director.zoom(0.9, 500, 300, 10_000);
  assert.equal(director.advance(10_001), true);
  assert.equal(director.advance(10_100), true);
  assert.equal(director.advance(10_300), false);
});

test('with reduced motion there are no flights', () => {
  const director = directed(true);
  director.show(PART, 0);
  assert.deepEqual(director.camera.target, PART.center);
  assert.equal(director.advance(0), false);
});
