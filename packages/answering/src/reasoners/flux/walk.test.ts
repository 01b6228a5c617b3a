import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase, relation } from '@vortexflow/knowledge';
import { wordNetImage } from '../../test-knowledge.ts';
import { UPWARD } from '../senses.ts';
import { digitalRoot, trail, Walk } from './walk.ts';

describe('digitalRoot', () => {
  it('is what summing digits again and again gives', () => {
    const sumDigits = (value: number): number =>
      String(value)
        .split('')
        .reduce((sum, digit) => sum + Number(digit), 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (value) => {
        let root = value;
        while (root > 9) root = sumDigits(root);
        assert.equal(digitalRoot(value), root);
      }),
    );
  });

  it('runs 1 2 4 8 7 5 over doubled budgets', () => {
    assert.deepEqual([1, 2, 4, 8, 16, 32, 64].map(digitalRoot), [1, 2, 4, 8, 7, 5, 1]);
  });
});

describe('Walk', () => {
  let knowledge: KnowledgeBase;
  before(async () => {
    knowledge = new KnowledgeBase(await wordNetImage());
  });
  const node = (id: string): number => knowledge.indexOf(id);
  const visits = (walk: Walk, count: number): void => {
    for (let i = 0; i < count; i++) walk.visit();
  };

  it('settles where the top answer last changed', () => {
    const walk = new Walk(knowledge, 100);
    assert.equal(walk.position, 0);
    visits(walk, 3);
    walk.settle('a');
    assert.equal(walk.position, 4);
    visits(walk, 9);
    walk.settle('a');
    assert.equal(walk.position, 4);
    walk.settle('b');
    assert.equal(walk.position, 7);
  });

  it('climbs nearest first, each node once, with the way there', () => {
    const climb = new Walk(knowledge, 1000).climb(node('wn:dog.n.01'), UPWARD);
    const depths = climb.map(({ depth }) => depth);
    assert.deepEqual(
      depths,
      [...depths].sort((a, b) => a - b),
    );
    assert.equal(new Set(climb.map((reached) => reached.node)).size, climb.length);
    const animal = climb.find((reached) => reached.node === node('wn:animal.n.01'));
    assert.ok(animal);
    assert.deepEqual(
      trail(animal).map((way) => knowledge.idOf(way)),
      ['wn:dog.n.01', 'wn:domestic_animal.n.01', 'wn:animal.n.01'],
    );
  });

  it('stops at its depth and at its budget', () => {
    const start = node('wn:dog.n.01');
    assert.ok(new Walk(knowledge, 1000).climb(start, UPWARD, 1).every(({ depth }) => depth <= 1));
    const walk = new Walk(knowledge, 3);
    walk.climb(node('wn:entity.n.01'), [relation('hyponym')]);
    assert.equal(walk.visited, 3);
    assert.deepEqual(walk.step(start, UPWARD), []);
  });
});
