import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { rangesOf } from './analytics.ts';

const asking = (query: object): FastifyRequest => ({ query }) as unknown as FastifyRequest;

const mostOf = (measure: string, nodes: number): unknown => {
  const state = { nodes, has: () => false, nearest: () => null };
  const [range] = rangesOf(asking({ measure, k: '5' }), state);
  return range?.is === 'range' && [range.pointer, range.least, range.most];
};

it('there are no more clusters than nodes, where nodes are what is clustered', () => {
  assert.deepEqual(mostOf('kmeans', 4), ['/querystring/k', 2, 4]);
  assert.deepEqual(mostOf('outliers', 4), ['/querystring/k', 2, 4]);
  assert.deepEqual(mostOf('kmeans', 0), ['/querystring/k', 2, 2]);
  assert.deepEqual(mostOf('kmeans', 100_000), ['/querystring/k', 2, 64]);
  assert.deepEqual(mostOf('degree', 4), ['/querystring/k', 2, 64]);
});

it('what is not said is not held against the state', () => {
  const state = { nodes: 1, has: () => false, nearest: () => null };
  assert.deepEqual(rangesOf(asking({ measure: 'kmeans' }), state), []);
});
