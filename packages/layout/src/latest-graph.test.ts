import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatestGraph } from './latest-graph.ts';
import type { Command } from './messages.ts';
import { DEFAULT_PARAMETERS } from './parameters.ts';
import { pathGraph } from './test-graphs.ts';

/** Three nodes with a checkpoint at rest. */
function atRest(): LatestGraph {
  const latest = new LatestGraph();
  const generation = latest.load(pathGraph(3), 1);
  latest.keep({ positions: Float32Array.of(0, 0, 0, 1, 0, 1, 2, 0, 0), settled: true }, generation);
  return latest;
}

const typesOf = (commands: readonly Command[]): string[] => commands.map(({ type }) => type);
const isUnsettled = (latest: LatestGraph): boolean[] =>
  latest.commands().flatMap((command) => (command.type === 'load' ? [command.unsettled] : []));

describe('latest graph', () => {
  it('brings back the parameters first, so that nodes are placed by them, then the graph, then its pins', () => {
    const latest = new LatestGraph();
    latest.setParameters({ gravity: 0.2 });
    assert.deepEqual(latest.commands(), [{ type: 'parameters', change: { ...DEFAULT_PARAMETERS, gravity: 0.2 } }]);
    latest.load(pathGraph(3), 1);
    assert.deepEqual(typesOf(latest.commands()), ['parameters', 'load']);
    latest.pin(Uint32Array.of(2, 0), Float32Array.of(1, 2, 3, 4, 5, 6));
    latest.pin(Uint32Array.of(2), Float32Array.of(7, 8, 9));
    assert.deepEqual(typesOf(latest.commands()), ['parameters', 'load', 'pin']);
    const places = Float32Array.of(7, 8, 9, 4, 5, 6);
    assert.deepEqual(latest.commands().at(-1), { type: 'pin', nodes: Uint32Array.of(2, 0), places });
  });

  it('takes a layout at rest for one that moves once something has changed', () => {
    const changes: ((latest: LatestGraph) => unknown)[] = [
      (latest) => latest.setParameters({ repulsion: 2 }),
      (latest) => latest.pin(Uint32Array.of(1), Float32Array.of(5, 5, 5)),
      (latest) => {
        latest.pin(Uint32Array.of(1), Float32Array.of(5, 5, 5));
        return latest.unpin(Uint32Array.of(1));
      },
    ];
    for (const change of changes) {
      const latest = atRest();
      assert.deepEqual(isUnsettled(latest), [false]);
      change(latest);
      assert.deepEqual(isUnsettled(latest), [true]);
    }
    const latest = atRest();
    assert.deepEqual(latest.unpin(Uint32Array.of(1)), new Uint32Array());
    assert.deepEqual(isUnsettled(latest), [false]);
  });

  it('lets the engine see that a flat layout is to become deep', () => {
    const latest = new LatestGraph();
    const generation = latest.load(pathGraph(3), 1);
    latest.setParameters({ dimensions: 2 });
    latest.keep({ positions: Float32Array.of(0, 0, 0, 1, 1, 0, 2, 0, 0), settled: true }, generation);
    assert.deepEqual(typesOf(latest.commands()), ['parameters', 'load']);
    latest.setParameters({ dimensions: 3 });
    const told = latest.commands().map((one) => (one.type === 'parameters' ? one.change.dimensions : one.type));
    assert.deepEqual(told, [2, 'load', 3]);
  });
});
