import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KnowledgeBase } from '../base.ts';
import { relation } from '../relations.ts';
import { SMALL_SOURCE, smallImage } from '../small-source.ts';
import { buildImage, emptyImage } from './image.ts';

/** Every typed array of a value, however deep. */
function arraysOf(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysOf) : [];
}

describe('buildImage', () => {
  const base = new KnowledgeBase(smallImage());

  test('keeps ids, names, texts and groups of each node', () => {
    SMALL_SOURCE.nodes.forEach((node, index) => {
      assert.equal(base.indexOf(node.id), index);
      assert.equal(base.idOf(index), node.id);
      assert.deepEqual(base.namesOf(index), node.names);
      assert.equal(base.labelOf(index), node.names[0]);
      assert.equal(base.textOf(index), node.text);
      assert.equal(base.groupOf(index), node.group);
    });
    assert.equal(base.indexOf('wn:unicorn.n.01'), -1);
  });

  test('sorts the senses of a name by frequency, then by rank', () => {
    assert.deepEqual(base.senses('dog'), [
      { node: 0, frequency: 42, rank: 1 },
      { node: 3, frequency: 0, rank: 1 },
      { node: 2, frequency: 0, rank: 2 },
    ]);
    assert.deepEqual(base.senses('unicorn'), []);
  });

  test('finds a name in any case, with any blanks', () => {
    assert.deepEqual(
      base.senses('  Domestic\n DOG ').map(({ node }) => node),
      [0],
    );
    assert.deepEqual([base.isName('domestic dog'), base.isName('domestic')], [true, false]);
  });

  test('keeps a rank above 255 in its byte', () => assert.equal(base.senses('animal')[0]?.rank, 255));

  test('joins the nodes: arcs with relation and words, edges once', () => {
    const arcs: number[][] = [];
    base.forEachArc(2, (...arc) => arcs.push(arc));
    assert.deepEqual(arcs, [[3, relation('antonym'), 0x0101]]);
    assert.deepEqual(base.related(0, relation('hypernym')), [1]);
    assert.deepEqual(base.image.edges, Uint32Array.of(0, 1, 2, 3));
    assert.equal(base.edgeCount, 2);
  });

  test('indexes names and texts', () => {
    const hits = base.search.search(base.search.weigh(['bark']), 5);
    assert.deepEqual(
      hits.map(({ node }) => node),
      [0],
    );
  });

  test('lies in shared memory as a whole, so that threads need no copy', () => {
    const arrays = arraysOf(smallImage());
    assert.ok(arrays.length >= 20);
    for (const array of arrays) assert.ok(array.buffer instanceof SharedArrayBuffer);
  });

  test('takes other memory where it is asked to', () => {
    const arrays = arraysOf(buildImage(SMALL_SOURCE, (bytes) => new ArrayBuffer(bytes)));
    for (const array of arrays) assert.ok(array.buffer instanceof ArrayBuffer);
  });
});

test('emptyImage has nothing, and answers every question with nothing', () => {
  const base = new KnowledgeBase(emptyImage());
  assert.deepEqual([base.nodeCount, base.liveNodes, base.edgeCount, base.revision], [0, 0, 0, 0]);
  assert.deepEqual([base.has(0), base.indexOf(''), base.senses('dog'), base.isName('dog')], [false, -1, [], false]);
  assert.deepEqual(base.search.search(base.search.weigh(['dog']), 5), []);
});
