import assert from 'node:assert/strict';
import test from 'node:test';
import { countShapes, type Lighting, markedNodes, overlayShapes, type Placed } from './lighting.ts';

const NONE: Lighting = { lit: [], joined: false, pulse: [], pulseStrength: 0, selected: -1, around: [], hovered: -1 };
const place = (index: number): Placed | null => (index < 10 ? { position: [index, 0, 0], pixels: 20, size: 0 } : null);
const count = (change: Partial<Lighting>) => countShapes(overlayShapes({ ...NONE, ...change }, place, 1));

test('a dark scene has no shapes', () => {
  assert.deepEqual(count({}), { beams: 0, stars: 0 });
});

test('a path has a star a node and a beam a step; loose nodes have no beams', () => {
  assert.deepEqual(count({ lit: [1, 2, 3], joined: true }), { beams: 2, stars: 3 });
  assert.deepEqual(count({ lit: [1, 2, 3], joined: false }), { beams: 0, stars: 3 });
  const { beams } = overlayShapes({ ...NONE, lit: [4, 7], joined: true }, place, 1);
  assert.deepEqual([...beams.subarray(0, 6)], [4, 0, 0, 7, 0, 0]);
});

test('a node that is not there breaks nothing', () => {
  assert.deepEqual(count({ lit: [1, 99, 3], joined: true }), { beams: 0, stars: 2 });
});

test('a selected node is joined to those around it, and is not drawn twice when the pointer is on it', () => {
  assert.deepEqual(count({ selected: 1, around: [2, 3], hovered: 1 }), { beams: 2, stars: 1 });
  assert.deepEqual(count({ selected: 1, hovered: 2 }), { beams: 0, stars: 2 });
});

test('a pulse fades with its strength and is fainter than the own answer', () => {
  const opacity = (change: Partial<Lighting>) => overlayShapes({ ...NONE, ...change }, place, 1).stars[7]!;
  assert.ok(opacity({ pulse: [1], pulseStrength: 1 }) > opacity({ pulse: [1], pulseStrength: 0.5 }));
  assert.ok(opacity({ lit: [1] }) > opacity({ pulse: [1], pulseStrength: 1 }));
  assert.deepEqual(count({ pulse: [1, 2], pulseStrength: 0 }), { beams: 0, stars: 0 });
});

test('radii are in device pixels', () => {
  const radius = (ratio: number) => overlayShapes({ ...NONE, lit: [1] }, place, ratio).stars[3]!;
  assert.equal(radius(2), radius(1) * 2);
});

test('marked are the lit nodes and the selected one, each once', () => {
  assert.deepEqual(markedNodes({ ...NONE, lit: [4, 7], selected: 2 }), [4, 7, 2]);
  assert.deepEqual(markedNodes({ ...NONE, lit: [4, 7], selected: 7 }), [4, 7]);
  assert.deepEqual(markedNodes(NONE), []);
});
