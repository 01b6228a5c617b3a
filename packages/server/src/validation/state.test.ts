import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { AskServices } from '../http/services.ts';
import { stateView } from './state.ts';

/** Nodes by their places, of which the last has been removed. */
const IDS = ['wn:dog.n.01', 'wn:hot_dog.n.01', 'gone'];
const NAMES: Readonly<Record<string, number>> = { dog: 0, 'hot dog': 1, gone: 2 };
const base = {
  liveNodes: 2,
  has: (index: number) => index >= 0 && index < 2,
  indexOf: (id: string) => IDS.indexOf(id),
  idOf: (index: number) => IDS[index],
  senses: (name: string) => (name in NAMES ? [{ node: NAMES[name], frequency: 1, rank: 1 }] : []),
};
const services = { base, answering: { memory: { knows: (id: string) => id === 'told' } } } as unknown as AskServices;
const state = stateView(() => services);

it('the state knows nodes by id and place, and answers', () => {
  assert.equal(state.nodes, 2);
  for (const [thing, id, isThere] of [
    ['node', 'wn:dog.n.01', true],
    ['node', 'dog', false],
    ['node', 'gone', false],
    ['place', '1', true],
    ['place', '2', false],
    ['place', '999999999', false],
    ['answer', 'told', true],
    ['answer', 'never', false],
  ] as const)
    assert.equal(state.has(thing, id), isThere, `${thing} ${id}`);
});

it('the node that may be meant is found by a name in the id', () => {
  for (const [id, near] of [
    ['dog', 'wn:dog.n.01'],
    ['wn:dog.n.99', 'wn:dog.n.01'],
    ['wn:hot_dog.v.01', 'wn:hot_dog.n.01'],
    ['gone', null],
    ['nobody', null],
    ['', null],
    ['1', null],
    [`dog:${'x'.repeat(200)}`, null],
  ] as const)
    assert.equal(state.nearest('node', id), near, id);
  assert.equal(state.nearest('answer', 'dog'), null);
});
