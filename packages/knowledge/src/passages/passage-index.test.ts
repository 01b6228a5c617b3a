import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { readWords } from './passage.ts';
import type { LinkRows } from './passage-graph.ts';
import { englishVectors } from '../vectors/word-vectors.ts';
import { PassageIndex } from './passage-index.ts';

interface Text {
  readonly title: string;
  readonly text: string;
}

const TEXTS: readonly Text[] = [
  {
    title: 'Enigma (machine)',
    text: 'The Enigma machine was a cipher device. It was broken by Alan Turing at Bletchley Park.',
  },
  {
    title: 'Alan Turing',
    text: 'Alan Mathison Turing (1912–1954) was an English mathematician. He was born in London.',
  },
  { title: 'Bletchley Park', text: 'Bletchley Park is an estate. The United Kingdom kept its codebreakers there.' },
  { title: 'London', text: 'London is the capital of the United Kingdom. Gordon Welchman lived there.' },
  { title: 'Hut Six', text: 'Gordon Welchman led Hut Six. Its carriers of news were called runners.' },
];

function indexOf(texts: readonly Text[]): PassageIndex {
  const index = new PassageIndex();
  texts.forEach(({ title, text }, node) => index.add(node, [title], text));
  return index;
}

function targets({ offsets, targets: all }: LinkRows, row: number): number[] {
  return [...all.subarray(offsets[row], offsets[row + 1])].sort((a, b) => a - b);
}

/** The nodes that a node's passage names. How strongly follows what all texts together teach, so it may lag behind. */
const linksOf = (index: PassageIndex, node: number): number[] =>
  targets(index.graph.out, index.passageOf(node))
    .map((passage) => index.passage(passage)!.node)
    .sort((a, b) => a - b);

test('a passage leads to those that it names, and back', () => {
  const { graph } = indexOf(TEXTS);
  assert.deepEqual(targets(graph.out, 0), [1, 2]);
  assert.deepEqual(targets(graph.out, 1), [3]);
  assert.deepEqual(targets(graph.into, 2), [0]);
  assert.deepEqual(targets(graph.out, 3), []);
});

test('a name that nobody bears joins those that hold it', () => {
  const { graph } = indexOf(TEXTS);
  const joined = targets(graph.spans, 3).map((span) => targets(graph.members, span));
  assert.deepEqual(joined, [
    [2, 3],
    [3, 4],
  ]);
});

test('a part of a longer name is hardly taken for another name', () => {
  const index = indexOf([
    { title: 'United', text: 'United is an album.' },
    { title: 'Treaty', text: 'The treaty was signed by the United Nations and by United at last.' },
    { title: 'Charter', text: 'The charter binds the United Nations only.' },
  ]);
  const { out } = index.graph;
  assert.equal(out.weights[out.offsets[1]!], 1);
  assert.ok(out.weights[out.offsets[2]!]! < 0.5);
});

test('plural and singular of a name in lower case are one', () => {
  const index = indexOf([
    { title: 'Aircraft carrier', text: 'A warship.' },
    { title: 'Fighter', text: 'It flew from aircraft carriers.' },
  ]);
  assert.deepEqual(targets(index.graph.out, 1), [0]);
});

test('a question names passages, with and without capitals', () => {
  const index = indexOf(TEXTS);
  const find = (word: string): number => index.vocabulary.find(word);
  for (const question of ['Who was Alan Turing?', 'who was alan turing?']) {
    const mentions = index.mentions(readWords(question, find), question.startsWith('W'));
    assert.deepEqual(
      mentions.flatMap(({ bearers }) => bearers.map(({ passage }) => passage)),
      [1],
    );
  }
});

test('passages that are gone are found no more, and named no more', () => {
  const index = indexOf(TEXTS);
  void index.graph;
  index.remove(1);
  assert.equal(index.size, 4);
  assert.equal(index.passageOf(1), -1);
  assert.deepEqual(targets(index.graph.out, 0), [2]);
  const stem = index.vocabulary.findStem('mathematician');
  assert.deepEqual(index.search([[stem, 1]]).touched, []);
  index.remove(1);
  assert.equal(index.size, 4, 'what is gone cannot go again');
  index.add(1, ['Alan Turing'], 'Back again.');
  assert.deepEqual(targets(index.graph.out, 0), [2, index.passageOf(1)]);
});

const WORDS = 'Ada Bob Carol Dan the of The Of in met saw. Turing Park'.split(' ');
const sentence = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '));
const texts = fc.array(
  fc.record({ title: fc.constantFrom('Ada', 'Bob Carol', 'Turing Park', 'Dan (film)', 'The Of'), text: sentence }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

/** How many gaps in the numbers are closed: at once, soon, and not in a test. */
const gaps = fc.constantFrom(1, 3, 1024);
const changes = fc.array(fc.record({ node: fc.nat(7), text: fc.option(sentence) }), { maxLength: 8 });

test('step by step or at once, the same passages name each other', () => {
  fc.assert(
    fc.property(texts, changes, gaps, (list, changed, fewestGaps) => {
      const stepwise = new PassageIndex(null, fewestGaps);
      const present = new Map(list.entries());
      const put = (index: PassageIndex, node: number, { title, text }: Text): void => index.add(node, [title], text);
      for (const [node, text] of present) {
        put(stepwise, node, text);
        void stepwise.graph;
      }
      for (const { node, text } of changed) {
        if (!present.has(node)) continue;
        stepwise.remove(node);
        if (text === null) present.delete(node);
        else {
          present.set(node, { ...list[node]!, text });
          put(stepwise, node, present.get(node)!);
        }
        // Else what has changed waits, also for new numbers.
        if (node % 2 === 0) void stepwise.graph;
      }
      const atOnce = new PassageIndex();
      for (const [node, text] of present) put(atOnce, node, text);
      // What is taken for a name that nobody bears follows the capitals in all texts, so it may lag behind.
      const pictures = [stepwise, atOnce].map((index) => pictureOf(index, present.keys(), false));
      assert.deepEqual(pictures[0], pictures[1]);
      assert.ok(stepwise.capacity - stepwise.size <= Math.max(fewestGaps, stepwise.size));
    }),
    { numRuns: 300 },
  );
});

test('words that come often weigh less, and every passage with a word has a score', () => {
  const index = indexOf(TEXTS);
  const stem = (word: string): number => index.vocabulary.findStem(word);
  assert.ok(index.postings.idf(stem('london')) < index.postings.idf(stem('ciph') < 0 ? stem('cipher') : stem('ciph')));
  const { scores, touched } = index.search([[stem('london'), 1]]);
  assert.deepEqual(new Set(touched), new Set([1, 3]));
  assert.ok(scores[3]! > scores[1]!, 'a name counts more than a word of the text');
});

test('the length of a passage follows what else comes and goes', () => {
  const index = indexOf(TEXTS.slice(0, 2));
  const [before, sum] = [
    index.normOf(0),
    (passage: number) => {
      let squares = 0;
      for (const stem of index.passage(passage)!.stems) squares += index.postings.idf(stem) ** 2;
      return Math.sqrt(squares);
    },
  ];
  assert.equal(before, sum(0));
  index.add(7, ['Cipher'], 'A cipher device.');
  assert.notEqual(index.normOf(0), before);
  for (const passage of [0, 1, 2]) assert.equal(index.normOf(passage), sum(passage));
  index.remove(7);
  assert.equal(index.normOf(0), before);
});

test('a name without a topical word is followed when its bearer comes, goes and comes back', () => {
  const index = indexOf([{ title: 'Note', text: 'He liked The Who a lot.' }]);
  assert.deepEqual(linksOf(index, 0), []);
  index.add(1, ['The Who'], 'A band of London.');
  assert.deepEqual(linksOf(index, 0), [1]);
  index.remove(1);
  assert.deepEqual(targets(index.graph.out, 0), []);
  index.add(1, ['The Who'], 'A band of London.');
  assert.deepEqual(linksOf(index, 0), [1]);
  index.add(2, ['It'], 'A novel about a town.');
  index.add(3, ['Shelf'], 'On it stands the novel It. The other one is lost, and it is missed.');
  index.add(4, ['Other'], 'It stands there, and it is old.');
  assert.deepEqual([linksOf(index, 3), linksOf(index, 4)], [[2], []]);
  index.remove(2);
  assert.deepEqual(linksOf(index, 3), []);
  index.add(2, ['It'], 'A novel about a town.');
  assert.deepEqual([linksOf(index, 3), linksOf(index, 4)], [[2], []]);
});

test('words that no passage uses any more are forgotten, and their numbers given to others', () => {
  const index = new PassageIndex(englishVectors());
  const fill = (from: number): void => {
    for (let node = 0; node < 20; node++)
      index.add(
        node,
        [`Title${from + node} ${from + node}`],
        `Word${from + node} met Paul${from}, also known as Ana${node}.`,
      );
  };
  fill(0);
  const { size, stemCapacity } = index.vocabulary;
  for (let round = 1; round < 50; round++) fill(round * 1000);
  assert.equal(index.vocabulary.find('word3'), -1);
  assert.ok(index.vocabulary.find('word49003') >= 0);
  assert.ok(index.vocabulary.size <= size + 1, `${index.vocabulary.size} words for ${size}`);
  assert.ok(index.vocabulary.stemCapacity <= 2 * stemCapacity, `${index.vocabulary.stemCapacity} for ${stemCapacity}`);
  for (let node = 0; node < 20; node++) index.remove(node);
  assert.equal(index.vocabulary.size, 0);
});

test('an index with a history answers as one without', () => {
  const vectors = englishVectors();
  fc.assert(
    fc.property(texts, fc.array(texts, { maxLength: 4 }), gaps, (list, before, fewestGaps) => {
      const old = new PassageIndex(vectors, fewestGaps);
      for (const others of before) {
        others.forEach(({ title, text }, node) => old.add(node, [title], `${text} Old ${node}`));
        void old.graph;
        for (let node = 0; node < 8; node++) old.remove(node);
      }
      const young = new PassageIndex(vectors);
      for (const index of [old, young]) list.forEach(({ title, text }, node) => index.add(node, [title], text));
      assert.deepEqual(pictureOf(old, list.keys()), pictureOf(young, list.keys()));
    }),
    { numRuns: 200 },
  );
});

/** All that can be asked of an index, without its numbers. */
function pictureOf(index: PassageIndex, nodes: Iterable<number>, withSpans = true): unknown {
  const { vocabulary } = index;
  const nodeOf = (passage: number): number => index.passage(passage)!.node;
  const words = Array.from({ length: 10 }, (_, length) => [...vocabulary.ofLength(length)]).flat();
  return {
    words: words
      .map((word) => ({
        word: vocabulary.word(word),
        stem: vocabulary.stemOf(word) < 0 ? '' : vocabulary.stemText(vocabulary.stemOf(word)),
        capitals: vocabulary.capitalShare(word),
        vector: index.vectors?.rowOf(vocabulary.stemOf(word)),
      }))
      .sort((a, b) => (a.word < b.word ? -1 : 1)),
    passages: Array.from(nodes, (node) => {
      const passage = index.passageOf(node);
      const { stems, vectors, title } = index.passage(passage)!;
      const bearers = index.mentions(title, true).flatMap((mention) => mention.bearers);
      const name = bearers.map((one) => nodeOf(one.passage)).sort((a, b) => a - b);
      const { scores, touched } = index.search([...stems].map((stem) => [stem, index.postings.idf(stem)]));
      const found = touched.map((one) => [nodeOf(one), scores[one]!]).sort((a, b) => a[0]! - b[0]!);
      const { spans } = index.graph;
      const [from, to] = withSpans ? [spans.offsets[passage], spans.offsets[passage + 1]] : [0, 0];
      const names = [...spans.weights.subarray(from, to)].sort((a, b) => a - b);
      return { stems: stems.length, vectors: [...vectors], links: linksOf(index, node), name, names, found };
    }),
  };
}

test('numbers of passages follow those that are there, and what is remembered by them is worked out anew', () => {
  const index = new PassageIndex(null, 8);
  for (let node = 0; node < 40; node++) index.add(node, [`Title ${node}`], `Some words about London, number ${node}.`);
  const stem = index.vocabulary.findStem('london');
  const before = index.search([[stem, 1]]).touched.length;
  assert.equal(before, 40);
  for (let node = 0; node < 35; node++) {
    index.normOf(index.passageOf(39));
    index.remove(node);
  }
  assert.deepEqual([index.size, index.capacity < 13], [5, true]);
  const { touched, scores } = index.search([[stem, 1]]);
  assert.deepEqual(
    touched.map((passage) => index.passage(passage)!.node),
    [35, 36, 37, 38, 39],
  );
  const young = new PassageIndex();
  for (let node = 35; node < 40; node++) young.add(node, [`Title ${node}`], `Some words about London, number ${node}.`);
  assert.equal(index.normOf(index.passageOf(39)), young.normOf(young.passageOf(39)));
  assert.equal(scores[index.passageOf(39)], young.search([[young.vocabulary.findStem('london'), 1]]).scores[4]);
});

test('a graph that is held has no link to what has gone and none of what has come, until it is worked out', () => {
  fc.assert(
    fc.property(texts, texts, fc.array(fc.nat(7)), gaps, (list, coming, going, fewestGaps) => {
      const index = new PassageIndex(null, fewestGaps);
      list.forEach(({ title, text }, node) => index.add(node, [title], text));
      const before = new Map(list.map((_, node) => [node, linksOf(index, node)]));
      index.holdGraph();
      for (const node of going) index.remove(node);
      coming.forEach(({ title, text }, i) => index.add(8 + i, [title], text));
      const gone = new Set(going);
      for (const [node, links] of before) {
        if (gone.has(node)) continue;
        assert.deepEqual(
          linksOf(index, node),
          links.filter((target) => !gone.has(target)),
        );
      }
      for (const i of coming.keys()) assert.deepEqual(linksOf(index, 8 + i), []);
      assert.equal(index.graph.out.offsets.length, index.capacity + 1);
      assert.equal(index.holdsGraph, true);
      for (const _ of index.prepareGraph());
      assert.equal(index.holdsGraph, false);
      const young = new PassageIndex();
      const left = [...list.entries()].filter(([node]) => !gone.has(node));
      for (const [node, { title, text }] of left) young.add(node, [title], text);
      coming.forEach(({ title, text }, i) => young.add(8 + i, [title], text));
      const nodes = [...left.map(([node]) => node), ...Array.from(coming.keys(), (i) => 8 + i)];
      for (const node of nodes) assert.deepEqual(linksOf(index, node), linksOf(young, node));
    }),
    { numRuns: 200 },
  );
});

test('a name is found in a text whose number changes while it is looked for', () => {
  const index = new PassageIndex(null, 1);
  const long = 'word '.repeat(100_000);
  const texts = ['Short.', 'Short.', 'Short.', 'Short.', long, 'Many like The Who there.'];
  texts.forEach((text, node) => index.add(node, [`Title ${node}`], text));
  void index.graph;
  index.add(6, ['The Who'], 'A band.');
  const steps = index.prepareGraph();
  // The names, then the texts up to the long one.
  for (let i = 0; i < 2; i++) steps.next();
  for (const node of [0, 1, 2, 3]) index.remove(node);
  assert.equal(index.capacity, 3);
  for (const _ of steps);
  assert.deepEqual(linksOf(index, 5), [6]);
});

test('working the graph out may be given up at any step, and passages come and go between them', () => {
  fc.assert(
    fc.property(texts, texts, fc.nat(40), fc.nat(40), fc.nat(7), (list, coming, steps, more, gone) => {
      const index = new PassageIndex();
      list.forEach(({ title, text }, node) => index.add(node, [title], text));
      const givenUp = index.prepareGraph();
      for (let i = 0; i < steps; i++) givenUp.next();
      coming.forEach(({ title, text }, i) => index.add(8 + i, [title], text));
      const goneOn = index.prepareGraph();
      for (let i = 0; i < more; i++) goneOn.next();
      index.remove(gone);
      for (const _ of goneOn);
      const young = new PassageIndex();
      const nodes = [...list.keys()].filter((node) => node !== gone);
      for (const node of nodes) young.add(node, [list[node]!.title], list[node]!.text);
      coming.forEach(({ title, text }, i) => young.add(8 + i, [title], text));
      for (const node of nodes) assert.deepEqual(linksOf(index, node), linksOf(young, node));
    }),
    { numRuns: 200 },
  );
});
