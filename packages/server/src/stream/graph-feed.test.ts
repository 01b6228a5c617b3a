import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ChangedNode, emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import type { LayoutChange } from '@vortexflow/layout';
import { VirtualClock } from '@vortexflow/primitives';
import { GraphFeed, type GraphFeedOptions } from './graph-feed.ts';
import { Picture } from './picture.ts';
import type { ViewerSource } from './viewers.ts';

/** A feed whose layout and viewers note what they are told. */
function world() {
  const clock = new VirtualClock();
  const base = new KnowledgeBase(emptyImage());
  const changes: LayoutChange[] = [];
  let source: ViewerSource | null = null;
  const viewers = {
    count: 0,
    picture: new Picture(),
    refresh: () => undefined,
    connect: (to: ViewerSource) => (source = to).onCount(0),
  };
  const layout = { change: (change: LayoutChange) => changes.push(change), setViewers: () => undefined };
  const feed = new GraphFeed({ base, groupNames: ['a'], clock, layout, viewers } as unknown as GraphFeedOptions);
  const watch = (count: number): void => source?.onCount((viewers.count = count));
  const add = (): void => {
    const index = base.nodeCount;
    const node: ChangedNode = { index, id: `n${index}`, names: [`n${index}`], text: '', group: 0 };
    const change = { revision: base.revision + 1, removedEdges: [], removedNodes: [], nodes: [node], edges: [] };
    base.apply(change);
    feed.change(change);
  };
  return { clock, changes, watch, add };
}

describe('changes reach the layout', () => {
  test('within a quarter of a second while somebody watches, several as one', () => {
    const { clock, changes, watch, add } = world();
    watch(1);
    add();
    add();
    clock.advance(249);
    assert.deepEqual(changes, []);
    clock.advance(1);
    assert.deepEqual(
      changes.map(({ nodes }) => nodes),
      [2],
    );
  });

  test('together, every five seconds, while nobody does; at once for who comes', () => {
    const { clock, changes, watch, add } = world();
    for (let second = 0; second < 10; second++) {
      add();
      clock.advance(1000);
    }
    assert.deepEqual(
      changes.map(({ nodes }) => nodes),
      [5, 5],
    );
    add();
    watch(1);
    assert.equal(changes.length, 3);
  });
});
