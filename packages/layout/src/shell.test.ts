import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildCsr } from './csr.ts';
import { coreRadius, createShellSums, findShell, isCore, keepOnShell, looseDistance } from './shell.ts';
import { gridGraph, withIsolated } from './test-graphs.ts';

const GRID = gridGraph(10);
const EDGES = Uint32Array.of(...GRID.edges, 100, 101);
const SHELL = findShell(buildCsr(110, EDGES));

it('counts small components as loose when there is a large one', () => {
  assert.equal(SHELL.coreNodes, 100);
  assert.equal(SHELL.depths.length, 9);
  assert.equal(SHELL.looseOf[100], SHELL.looseOf[101]);
  assert.ok(isCore(SHELL, 99) && !isCore(SHELL, 102));
});

it('counts everything as core when no component is large', () => {
  const shell = findShell(buildCsr(30, Uint32Array.of(0, 1, 2, 3)));
  assert.equal(shell.coreNodes, 30);
  assert.equal(findShell(buildCsr(0, new Uint32Array())).coreNodes, 0);
});

it('keeps the place of a loose component when the graph grows', () => {
  const grown = findShell(buildCsr(150, EDGES));
  assert.deepEqual(grown.depths.subarray(0, 9), SHELL.depths);
});

it('places loose components just outside the core, the further the more there are', () => {
  const many = findShell(buildCsr(1100, withIsolated(GRID, 1000).edges));
  for (let component = 0; component < 9; component++) {
    const few = looseDistance(SHELL, component, 10);
    assert.ok(few >= 10 && few <= 11.1, `${few}`);
  }
  const furthest = Math.max(...Array.from({ length: 1000 }, (_, component) => looseDistance(many, component, 10)));
  assert.ok(furthest > 20 && furthest < 30, `${furthest}`);
});

it('lets a loose component slide but not fly off, and moves its nodes alike', () => {
  const positions = new Float32Array(330);
  for (let node = 100; node < 110; node++) positions[node * 3] = 50;
  const moves = new Float32Array(330);
  moves.set([4, 1, 0, 2, 3, 0], 300);
  keepOnShell(SHELL, createShellSums(SHELL), positions, moves, coreRadius(SHELL, positions), 0.5);
  // The mean radial move was 3; now it is the limit, inward. The rest stays as it was.
  assert.deepEqual([...moves.subarray(300, 306)], [0.5, 1, 0, -1.5, 3, 0]);
  assert.ok(moves.subarray(0, 300).every((move) => move === 0));
});
