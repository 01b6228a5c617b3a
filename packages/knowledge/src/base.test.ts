import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ChangedNode, KnowledgeBase, type KnowledgeChange, normaliseName } from './base.ts';
import { changeTo } from './change-to.ts';
import { relation } from './relations.ts';
import { smallImage } from './small-source.ts';

const LINKS = relation('links');
const FIRST = 4;

const note = (index: number, title = `Note ${index}`, text = ''): ChangedNode => {
  return { index, id: `note-${index}`, names: [title], text, group: 2 };
};
const change = (revision: number, parts: Partial<KnowledgeChange>): KnowledgeChange => {
  return { revision, removedEdges: [], removedNodes: [], nodes: [], edges: [], ...parts };
};
const hits = (base: KnowledgeBase, term: string): number[] =>
  base.search.search(base.search.weigh([term]), 9).map(({ node }) => node);

describe('KnowledgeBase.apply', () => {
  test('adds nodes after those of the image: found by id, name and text, and told apart', () => {
    const base = new KnowledgeBase(smallImage());
    base.apply(change(1, { nodes: [note(FIRST, 'Zorn and  Blik', 'quat')] }));
    assert.deepEqual([base.revision, base.nodeCount, base.liveNodes], [1, 5, 5]);
    assert.equal(base.indexOf('note-4'), FIRST);
    assert.equal(base.idOf(FIRST), 'note-4');
    assert.deepEqual([base.labelOf(FIRST), base.textOf(FIRST), base.groupOf(FIRST)], ['Zorn and  Blik', 'quat', 2]);
    assert.deepEqual(base.senses('zorn AND blik'), [{ node: FIRST, frequency: 0, rank: 1 }]);
    assert.ok(base.isName('zorn and blik'));
    assert.deepEqual(hits(base, 'quat'), [FIRST]);
    assert.deepEqual([base.isAdded(FIRST), base.isAdded(0), base.has(FIRST), base.has(5)], [true, false, true, false]);
    assert.deepEqual(
      [...base.addedNodes].map(({ id }) => id),
      ['note-4'],
    );
  });

  test('updates a node in place: nothing of the old version is found any more', () => {
    const base = new KnowledgeBase(smallImage());
    base.apply(change(1, { nodes: [note(FIRST, 'Zorn', 'quat')] }));
    base.apply(change(2, { nodes: [note(FIRST, 'Blik', 'fump')] }));
    assert.equal(base.nodeCount, 5);
    assert.deepEqual([base.isName('zorn'), base.isName('blik')], [false, true]);
    assert.deepEqual([hits(base, 'quat'), hits(base, 'fump')], [[], [FIRST]]);
  });

  test('puts the own documents before the senses of the image, in order of their index', () => {
    const base = new KnowledgeBase(smallImage());
    base.apply(change(1, { nodes: [note(4, 'Dog'), note(5, 'DOG')] }));
    base.apply(change(2, { nodes: [note(4, 'Dog', 'replaced')] }));
    assert.deepEqual(
      base.senses('dog').map(({ node }) => node),
      [4, 5, 0, 3, 2],
    );
  });

  test('removes a node with its edges, names and entry; its index stays taken', () => {
    const base = new KnowledgeBase(smallImage());
    const edges = [
      { source: 4, target: 5, kind: LINKS },
      { source: 5, target: 6, kind: LINKS },
    ];
    base.apply(change(1, { nodes: [note(4), note(5, 'Zorn', 'quat'), note(6)], edges }));
    assert.equal(base.edgeCount, 4);
    base.apply(change(2, { removedNodes: [5] }));
    assert.deepEqual([base.nodeCount, base.liveNodes, base.edgeCount], [7, 6, 2]);
    assert.deepEqual(
      [base.has(5), base.indexOf('note-5'), base.isName('zorn'), hits(base, 'quat')],
      [false, -1, false, []],
    );
    assert.deepEqual([base.degree(4), base.degree(6)], [0, 0]);
    assert.deepEqual(base.additions().edges, []);
    base.apply(change(3, { nodes: [{ ...note(7), id: 'note-5' }] }));
    assert.equal(base.indexOf('note-5'), 7);
  });

  test('adds edges with their way back, each once, and removes them', () => {
    const base = new KnowledgeBase(smallImage());
    const edge = { source: 4, target: 5, kind: LINKS };
    base.apply(change(1, { nodes: [note(4), note(5)], edges: [edge, edge] }));
    assert.deepEqual([base.related(4, LINKS), base.related(5, relation('linked_from'))], [[5], [4]]);
    assert.deepEqual([...base.addedEdges()], [4, 5]);
    assert.deepEqual([...base.edgePairs()], [...base.image.edges, 4, 5]);
    assert.equal(base.degree(4), 1);
    base.apply(change(2, { removedEdges: [edge] }));
    assert.deepEqual([base.degree(4), base.degree(5), base.edgeCount], [0, 0, 2]);
    assert.deepEqual(base.additions().edges, []);
  });

  test('refuses a node whose index is not the next: a change was lost', () => {
    const base = new KnowledgeBase(smallImage());
    const message = { name: 'RangeError', message: 'node 5 was announced, but 4 is next' };
    assert.throws(() => base.apply(change(2, { nodes: [note(5)] })), message);
    assert.throws(() => base.apply(change(1, { nodes: [note(0)] })), RangeError, 'a node of the image');
  });

  test('does not touch what the image holds', () => {
    const image = smallImage();
    const before = structuredClone(image);
    const base = new KnowledgeBase(image);
    base.apply(change(1, { nodes: [note(4)], edges: [{ source: 4, target: 0, kind: LINKS }] }));
    assert.deepEqual(base.related(0, relation('linked_from')), [4]);
    assert.deepEqual(image, before);
    assert.equal(new KnowledgeBase(image).degree(0), 1);
  });
});

test('additions lead a new thread to the same state, gaps included, and survive the way between threads', () => {
  const first = new KnowledgeBase(smallImage());
  first.apply(change(1, { nodes: [note(4, 'Zorn'), note(5, 'Blik'), note(6, 'Zorn')] }));
  first.apply(change(2, { edges: [{ source: 4, target: 6, kind: LINKS }], removedNodes: [5] }));
  first.apply(change(7, { nodes: [note(4, 'Zorn', 'replaced')] }));
  const second = new KnowledgeBase(smallImage());
  second.apply(structuredClone(first.additions()));
  assert.deepEqual([second.revision, second.nodeCount, second.liveNodes], [7, 7, 6]);
  assert.deepEqual(
    [4, 5, 6].map((index) => second.has(index)),
    [true, false, true],
  );
  assert.deepEqual(second.senses('zorn'), first.senses('zorn'));
  assert.deepEqual(second.additions(), first.additions());
  const next = change(8, { nodes: [note(7)] });
  for (const base of [first, second]) base.apply(next);
  assert.deepEqual(second.additions(), first.additions());
});

/** Adds, replaces, removes and joins notes by the numbers drawn; what is there is the same whichever base is asked. */
function history(base: KnowledgeBase, steps: readonly (readonly [number, number])[]): void {
  for (const [what, which] of steps) {
    const revision = base.revision + 1;
    const ids = [...base.addedNodes].map(({ index }) => index);
    const picked = ids[which % Math.max(1, ids.length)];
    if (what === 0 || picked === undefined) {
      const id = base.indexOf(`note-${which}`);
      const node = { ...note(id < 0 ? base.nodeCount : id, `Word${which % 5}`, `text${which} of ${revision}`) };
      base.apply(change(revision, { nodes: [{ ...node, id: `note-${which}` }] }));
    } else if (what === 1) base.apply(change(revision, { removedNodes: [picked] }));
    else {
      const target = which % 2 === 0 ? which % 4 : (ids[(which >> 1) % ids.length] as number);
      base.apply(change(revision, { edges: [{ source: picked, target, kind: LINKS, weight: 1 + (which % 3) }] }));
    }
  }
}

/** Everything that can be told about a base, except how many gaps stand at its end. */
const told = (base: KnowledgeBase) => ({
  ...base.additions(),
  nodes: [...base.addedNodes].sort((a, b) => a.index - b.index),
  live: base.liveNodes,
  edgeCount: base.edgeCount,
  arcs: Array.from({ length: 40 }, (_, node) => (base.has(node) ? base.related(node, LINKS) : null)),
  senses: [0, 1, 2, 3, 4].map((word) => base.senses(`word${word}`)),
  hits: Array.from({ length: 12 }, (_, i) => hits(base, `text${i}`)),
  ids: Array.from({ length: 12 }, (_, i) => base.indexOf(`note-${i}`)),
});

describe('changeTo', () => {
  const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(11)), { maxLength: 25 });

  test('leads from any history to any other, and on from there', () => {
    fc.assert(
      fc.property(steps, steps, (ours, theirs) => {
        const [follower, leader] = [new KnowledgeBase(smallImage()), new KnowledgeBase(smallImage())];
        history(follower, ours);
        // Indexes are there already, as in a process that answers questions.
        assert.ok(follower.search);
        history(leader, theirs);
        const step = changeTo(follower, structuredClone(leader.additions()));
        assert.ok(step);
        const before = follower.changes;
        follower.apply(structuredClone(step));
        assert.equal(follower.changes, before + 1, 'what was remembered by it is old, whatever the revision');
        assert.deepEqual(told(follower), told(leader));
        const next = change(leader.revision + 1, { nodes: [{ ...note(leader.nodeCount), id: 'next' }] });
        for (const base of [follower, leader]) base.apply(next);
        assert.deepEqual(told(follower), told(leader));
      }),
    );
  });

  test('is refused where relations have other numbers, and takes those that are missing', () => {
    const named = (name: string) => ({ kind: new KnowledgeBase(smallImage()).relations.size, name, inverse: 0 });
    const [follower, leader] = [new KnowledgeBase(smallImage()), new KnowledgeBase(smallImage())];
    leader.apply(change(1, { relations: [named('employer')] }));
    const gained = changeTo(follower, leader.additions());
    assert.deepEqual(gained?.relations, [named('employer')]);
    follower.apply(change(1, { relations: [named('written by')] }));
    assert.equal(changeTo(follower, leader.additions()), null);
  });
});

test('normaliseName folds case, diacritics and blanks', () => {
  assert.equal(normaliseName('  Alan\t TURING '), 'alan turing');
  assert.equal(normaliseName('Gödel'), normaliseName('GO\u0308DEL'));
});
