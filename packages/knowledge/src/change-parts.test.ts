import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase, type KnowledgeChange } from './base.ts';
import { type ChangeContent, changeParts } from './change-parts.ts';
import { emptyImage } from './image/image.ts';
import { englishVectors } from './vectors/word-vectors.ts';

const nodeOf = (index: number, text: string) => ({ index, id: `n${index}`, names: [`N ${index}`], text, group: 0 });
const edgeOf = (source: number, target: number, text = '') => ({
  source,
  target,
  kind: 1,
  origin: { document: 'd', line: null, text },
});

/** Nodes with texts of these lengths, each joined to the one before it. */
function chain(lengths: readonly number[]): ChangeContent {
  const nodes = lengths.map((length, index) => nodeOf(index, 'x'.repeat(length)));
  const edges = lengths.slice(1).map((length, i) => edgeOf(i, i + 1, 'y'.repeat(length % 300)));
  return { removedEdges: [], removedNodes: [], nodes, edges };
}

const vectors = englishVectors();
function applied(steps: readonly ChangeContent[]): { base: KnowledgeBase; changes: KnowledgeChange[] } {
  const base = new KnowledgeBase(emptyImage(), vectors);
  const changes = steps.map((step) => ({ ...step, revision: base.revision + 1 }));
  for (const change of changes) base.apply(change);
  return { base, changes };
}

const pictureOf = (base: KnowledgeBase): unknown => ({
  nodes: [...base.addedNodes],
  edges: [...base.edgesOfDocuments],
  relations: base.relations.added(),
  pairs: base.addedEdges(),
});

test('parts do together what the change does, and no part is large', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(200), fc.nat(200_000)), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(1_000_000), { maxLength: 20 }),
      (lengths, gone) => {
        const first = chain(lengths);
        const removedNodes = [...new Set(gone.map((one) => one % lengths.length))];
        const isGone = new Set(removedNodes);
        const removedEdges = first.edges.filter(({ source, target }) => isGone.has(source) || isGone.has(target));
        const second = { ...chain([]), removedEdges, removedNodes, nodes: [nodeOf(lengths.length, 'new')] };
        const whole = applied([first, second]);
        const parts = [...changeParts(first), ...changeParts(second)];
        assert.deepEqual(pictureOf(applied(parts).base), pictureOf(whole.base));
        for (const { nodes, edges } of parts) {
          const texts = [...nodes.map(({ text }) => text), ...edges.map(({ origin }) => origin?.text ?? '')];
          const size = texts.reduce((sum, text) => sum + text.length, 0);
          assert.ok(size <= 131_072 || texts.length === 1, `${size} characters in ${texts.length} texts`);
        }
      },
    ),
    { numRuns: 50, seed: 7 },
  );
});

test('all but the last say that there is more, and only the first brings relations', () => {
  const relations = [{ name: 'feeds', inverse: 'fed_by' }] as unknown as NonNullable<ChangeContent['relations']>;
  const parts = [...changeParts({ ...chain([100_000, 100_000, 100_000]), relations })];
  assert.deepEqual(
    parts.map(({ hasMore }) => hasMore === true),
    [true, true, false],
  );
  assert.deepEqual(
    parts.map((part) => part.relations?.length),
    [1, 0, 0],
  );
});

test('a change of nothing is one part of nothing', () => {
  assert.deepEqual(
    [...changeParts(chain([]))],
    [{ relations: [], removedEdges: [], removedNodes: [], nodes: [], edges: [] }],
  );
});
