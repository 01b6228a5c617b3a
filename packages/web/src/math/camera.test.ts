import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import {
  type Camera,
  flight,
  frame,
  orbit,
  pan,
  project,
  type Sphere,
  viewProjection,
  type Viewport,
  zoom,
  zoomAt,
} from './camera.ts';

const VIEW: Viewport = { width: 1280, height: 720, left: 0, right: 0, top: 0, bottom: 0 };
const PANELS: Viewport = { ...VIEW, left: 396, right: 336, top: 72, bottom: 30 };
const SCENE: Sphere = { center: [0, 0, 0], radius: 100 };
const CAMERA: Camera = { target: [3, -4, 5], distance: 200, yaw: 0.4, pitch: 0.2 };

const cameras = fc.record({
  target: fc.tuple(
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: -50, max: 50, noNaN: true }),
  ),
  distance: fc.double({ min: 20, max: 500, noNaN: true }),
  yaw: fc.double({ min: -7, max: 7, noNaN: true }),
  pitch: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
});

const at = (camera: Camera, viewport: Viewport, point: readonly [number, number, number]) => {
  const spot = project(viewProjection(camera, viewport, SCENE), viewport, ...point);
  assert.ok(spot);
  return spot;
};

const near = (actual: number, expected: number, tolerance = 0.05) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`);

test('the target is in the middle of what panels leave free, at its distance', () => {
  fc.assert(
    fc.property(cameras, (camera) => {
      const spot = at(camera, PANELS, camera.target);
      near(spot.x, (396 + 1280 - 336) / 2);
      near(spot.y, (72 + 720 - 30) / 2);
      near(spot.depth, camera.distance, camera.distance * 1e-4);
    }),
  );
});

test('without yaw and pitch, x is right, y is up, and z is towards the eye', () => {
  const camera: Camera = { target: [0, 0, 0], distance: 10, yaw: 0, pitch: 0 };
  assert.ok(at(camera, VIEW, [1, 0, 0]).x > 640);
  assert.ok(at(camera, VIEW, [0, 1, 0]).y < 360);
  assert.ok(at(camera, VIEW, [0, 0, 1]).depth < 10);
});

test('what is behind the eye is nowhere', () => {
  const camera: Camera = { target: [0, 0, 0], distance: 10, yaw: 0, pitch: 0 };
  assert.equal(project(viewProjection(camera, VIEW, SCENE), VIEW, 0, 0, 11), null);
});

test('a framed sphere fits into the free part of the screen and touches its narrower side', () => {
  const sphere: Sphere = { center: [10, 20, -5], radius: 30 };
  fc.assert(
    fc.property(cameras, fc.constantFrom(VIEW, PANELS, { ...VIEW, width: 360 }), (camera, viewport) => {
      const framed = frame(camera, sphere, viewport);
      const half =
        Math.min(viewport.width - viewport.left - viewport.right, viewport.height - viewport.top - viewport.bottom) / 2;
      // The silhouette of a sphere of radius r at distance d has tangent r / sqrt(d^2 - r^2).
      const silhouette =
        (viewport.height * 1.18 * sphere.radius) / Math.sqrt(framed.distance ** 2 - sphere.radius ** 2);
      near(silhouette, half, 0.01);
      near(at(framed, viewport, sphere.center).x, (viewport.left + viewport.width - viewport.right) / 2);
    }),
  );
});

test('what is dragged follows the pointer', () => {
  fc.assert(
    fc.property(cameras, fc.integer({ min: -300, max: 300 }), fc.integer({ min: -300, max: 300 }), (camera, dx, dy) => {
      const before = at(camera, VIEW, camera.target);
      const after = at(pan(camera, VIEW, dx, dy), VIEW, camera.target);
      near(after.x - before.x, dx, 0.2);
      near(after.y - before.y, dy, 0.2);
    }),
  );
});

test('zooming keeps what is under the pointer there', () => {
  fc.assert(
    fc.property(cameras, fc.double({ min: 0.5, max: 2, noNaN: true }), (camera, factor) => {
      // A point beside the target, at the same depth.
      const beside = pan(camera, PANELS, -120, 70).target;
      const before = at(camera, PANELS, beside);
      const after = at(zoomAt(camera, PANELS, [before.x, before.y], factor, 100), PANELS, beside);
      near(after.x, before.x, 0.3);
      near(after.y, before.y, 0.3);
    }),
  );
});

test('zoom stays within sight of the scene', () => {
  assert.equal(zoom(CAMERA, 1e9, 100).distance, 800);
  assert.equal(zoom(CAMERA, 1e-9, 100).distance, 0.2);
});

test('turning never goes over the pole', () => {
  assert.ok(orbit(CAMERA, 0, 1e6).pitch < Math.PI / 2);
  assert.ok(orbit(CAMERA, 0, -1e6).pitch > -Math.PI / 2);
});

test('a flight begins and ends where it should, and turns the short way', () => {
  const to: Camera = { target: [50, 0, 0], distance: 20, yaw: CAMERA.yaw + 2 * Math.PI - 0.1, pitch: -0.5 };
  const start = flight(CAMERA, to, 0);
  assert.deepEqual({ ...start, distance: 0 }, { ...CAMERA, distance: 0 });
  near(start.distance, CAMERA.distance, 1e-9);
  const end = flight(CAMERA, to, 1);
  near(end.target[0], 50, 1e-9);
  near(end.distance, 20, 1e-9);
  near(Math.sin(end.yaw), Math.sin(to.yaw), 1e-9);
  near(end.yaw - CAMERA.yaw, -0.1, 1e-9);
});
