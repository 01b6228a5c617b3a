import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { NodeHeap } from './heap.ts';

fc.configureGlobal({ seed: 32 });

const cost = fc.oneof(fc.nat(5), fc.double({ noNaN: true }));

describe('NodeHeap', () => {
  test('gives the nodes back cheapest first', () => {
    fc.assert(
      fc.property(fc.array(cost), (costs) => {
        const heap = new NodeHeap();
        costs.forEach((value, node) => heap.push(node, value));
        const order = costs.map(() => heap.pop() as number);
        assert.deepEqual(
          order.map((node) => costs[node]),
          costs.toSorted((a, b) => a - b),
        );
        assert.equal(new Set(order).size, costs.length, 'each node once');
        assert.equal(heap.pop(), undefined);
      }),
    );
  });

  test('always knows its size and its cheapest cost, through any pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.option(cost, { freq: 2 })), (steps) => {
        const heap = new NodeHeap();
        const costs: number[] = [];
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) {
            const node = heap.pop();
            const cheapest = Math.min(...model);
            assert.equal(node === undefined ? Infinity : costs[node], cheapest);
            if (node !== undefined) model.splice(model.indexOf(cheapest), 1);
          } else {
            heap.push(costs.length, step);
            costs.push(step);
            model.push(step);
          }
          assert.deepEqual([heap.size, heap.cheapest], [model.length, Math.min(...model)]);
        }
      }),
    );
  });
});
