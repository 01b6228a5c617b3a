import assert from 'node:assert/strict';
import test from 'node:test';
import { REMOVED_GROUP } from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { nodeRadius } from './appearance.ts';
import { project, viewProjection, type Viewport } from './camera.ts';
import { HubSearch, type HubView, typicalEdge } from './hubs.ts';

const VIEW: Viewport = { width: 800, height: 600, left: 0, right: 0, top: 0, bottom: 0 };
const MATRIX = viewProjection({ target: [0, 0, 0], distance: 100, yaw: 0.3, pitch: 0.1 }, VIEW, {
  center: [0, 0, 0],
  radius: 60,
});

/** All at once, or in slices of so many. */
function largest(view: HubView, most: number, slice: number): number[] {
  const search = new HubSearch();
  search.start(view.sizes.length);
  for (let looks = 1; !search.look(view, slice); looks++) assert.ok(looks * slice < view.sizes.length);
  return search.best(most);
}

test('the largest on the screen are found, as by sorting all', () => {
  const n = 300;
  const cloud = fc.record({
    positions: fc.array(fc.integer({ min: -90, max: 90 }), { minLength: n * 3, maxLength: n * 3 }),
    sizes: fc.array(fc.nat(255), { minLength: n, maxLength: n }),
  });
  fc.assert(
    fc.property(cloud, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 }), (given, most, slice) => {
      const { positions, sizes } = given;
      const to = Float32Array.from(positions);
      const groups = Uint8Array.from(sizes, (_, i) => (i % 17 === 0 ? REMOVED_GROUP : 1));
      const view = {
        matrix: MATRIX,
        viewport: VIEW,
        depth: 150,
        from: to,
        to,
        blend: 1,
        sizes: Uint8Array.from(sizes),
        groups,
        spacing: 10,
      };
      const rank = (i: number) => {
        const spot = project(MATRIX, VIEW, to[i * 3]!, to[i * 3 + 1]!, to[i * 3 + 2]!);
        if (!spot || groups[i] === REMOVED_GROUP || spot.depth > 150) return 0;
        if (spot.x < 0 || spot.y < 0 || spot.x > 800 || spot.y > 600) return 0;
        return Math.min(2047, Math.max(1, (nodeRadius(sizes[i]!) * 10 * 600 * 1.18 * 32) / spot.depth));
      };
      const found = largest(view, most, slice);
      assert.deepEqual(found, largest(view, most, n), 'slices do not matter');
      const ranks = sizes
        .map((_, i) => rank(i))
        .filter((r) => r > 0)
        .sort((a, b) => b - a);
      assert.equal(found.length, Math.min(most, ranks.length));
      // Ranks are rounded to whole steps, so the order may differ by one of them.
      for (const [i, index] of found.entries()) assert.ok(Math.abs(rank(index) - ranks[i]!) <= 1.01);
    }),
    { numRuns: 60 },
  );
});

test('every part of the screen with a node has one with a name, its largest', () => {
  const n = 400;
  const cloud = fc.record({
    positions: fc.array(fc.integer({ min: -90, max: 90 }), { minLength: n * 3, maxLength: n * 3 }),
    sizes: fc.array(fc.nat(255), { minLength: n, maxLength: n }),
  });
  fc.assert(
    fc.property(cloud, fc.integer({ min: 1, max: 500 }), ({ positions, sizes }, slice) => {
      const to = Float32Array.from(positions);
      const [groups, bytes] = [new Uint8Array(n), Uint8Array.from(sizes)];
      const view = {
        matrix: MATRIX,
        viewport: VIEW,
        depth: 150,
        from: to,
        to,
        blend: 1,
        sizes: bytes,
        groups,
        spacing: 10,
      };
      const search = new HubSearch();
      search.start(n);
      while (!search.look(view, slice));
      const found = search.everywhere();
      const spotOf = (i: number) => {
        const spot = project(MATRIX, VIEW, to[i * 3]!, to[i * 3 + 1]!, to[i * 3 + 2]!);
        if (!spot || spot.depth > 150 || spot.x < 0 || spot.y < 0 || spot.x > 800 || spot.y > 600) return null;
        return { ...spot, size: sizes[i]! };
      };
      for (let i = 0; i < n; i++) {
        const spot = spotOf(i);
        if (!spot) continue;
        const near = found
          .map(spotOf)
          .filter((other) => Math.abs(other!.x - spot.x) <= 64 && Math.abs(other!.y - spot.y) <= 24);
        assert.ok(Math.max(...near.map((other) => other!.size)) >= spot.size, `node ${i} of ${found.length}`);
      }
    }),
    { numRuns: 40 },
  );
});

test('a search that is started again forgets what it has seen', () => {
  const at = (z: number) => Float32Array.of(0, 0, z);
  const view = (z: number, size: number): HubView => ({
    matrix: MATRIX,
    viewport: VIEW,
    depth: 150,
    from: at(z),
    to: at(z),
    blend: 1,
    spacing: 10,
    sizes: Uint8Array.of(size),
    groups: Uint8Array.of(1),
  });
  const search = new HubSearch();
  search.start(1);
  search.look(view(0, 200), 10);
  assert.deepEqual(search.best(5), [0]);
  search.start(1);
  search.look(view(-400, 200), 10);
  assert.deepEqual(search.best(5), [], 'it has moved out of sight');
  assert.deepEqual(search.everywhere(), []);
});

test('the typical edge is the median one', () => {
  const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 3, 0, 0, 13, 0, 0);
  assert.equal(typicalEdge(Uint32Array.of(0, 1, 1, 2, 2, 3), positions), 2);
  assert.equal(typicalEdge(new Uint32Array(0), positions), 1);
});
