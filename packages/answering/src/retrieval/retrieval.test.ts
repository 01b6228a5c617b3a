import assert from 'node:assert/strict';
import test from 'node:test';
import { englishVectors, PassageIndex, readWords } from '@vortexflow/knowledge';
import * as fc from 'fast-check';
import { EFFORTS } from './effort.ts';
import { FEATURE_NAMES } from './features.ts';
import { readQuery } from './query.ts';
import { EvidenceRanker } from './ranker.ts';
import { STEP_FEATURE_NAMES } from './selection.ts';
import { repairWords } from './spelling.ts';
import { topOf } from './top.ts';
import { PassageWalk } from './walk.ts';
import { findWay } from './way.ts';
import { WEIGHTS } from './weights.ts';

/** A small library: who made which film, who was born where; and noise that shares the words of the questions. */
const LIBRARY: readonly (readonly [title: string, text: string])[] = [
  ['Silver Harbour (1951 film)', 'Silver Harbour is a 1951 drama directed by Edgar Valmont. It was shot in two weeks.'],
  ['Edgar Valmont', 'Edgar Valmont (1904–1971) was a director. He was born in Kestrel Bay and died in Orlan.'],
  ['Kestrel Bay', 'Kestrel Bay is a fishing town on the northern coast, known for its lighthouse.'],
  ['Orlan', 'Orlan is a city with a famous opera house.'],
  ['Silver mining', 'Silver mining is the extraction of silver. A director of a mine is responsible for its harbour.'],
  ['Harbour', 'A harbour is a place where ships may shelter. Towns are often born of one.'],
  ['Iron Valley (1962 film)', 'Iron Valley is a 1962 film directed by Mona Sandoval.'],
  ['Mona Sandoval', 'Mona Sandoval (1921–1999) was a film director who was born in Orlan.'],
  ['Birth certificate', 'A birth certificate says where someone was born.'],
];

function library(): PassageIndex {
  const index = new PassageIndex();
  LIBRARY.forEach(([title, text], node) => index.add(node, [title], text));
  return index;
}

const titlesFor = (index: PassageIndex, question: string, limit = 3): string[] =>
  new EvidenceRanker(index).rank(question, limit, EFFORTS.Balanced).passages.map(({ node }) => LIBRARY[node]![0]);

test('a question of two hops finds the passage between, which has none of its words', () => {
  const index = library();
  const found = titlesFor(index, 'Where was the director of the film Silver Harbour born?', 2);
  assert.deepEqual(found, ['Silver Harbour (1951 film)', 'Edgar Valmont']);
});

test('lower case and a missing letter lead to the same evidence', () => {
  const index = library();
  const question = 'Where was the director of Iron Valley born?';
  const wanted = titlesFor(index, question, 2);
  assert.deepEqual(wanted, ['Iron Valley (1962 film)', 'Mona Sandoval']);
  assert.deepEqual(titlesFor(index, question.toLowerCase(), 2), wanted);
  assert.deepEqual(titlesFor(index, 'Where was the director of Iron Vally born?', 2), wanted);
});

test('without titles the same evidence is found, by what the texts say of themselves', () => {
  const index = new PassageIndex();
  LIBRARY.forEach(([, text], node) => index.add(node, [`note ${node + 1}`], text));
  for (const question of [
    'Where was the director of the film Silver Harbour born?',
    'When did the director of Iron Valley die?',
  ])
    assert.deepEqual(titlesFor(index, question, 2), titlesFor(library(), question, 2));
});

test('of two names that a question joins, both come before what the first one leads to', () => {
  const index = library();
  const [orlan, bay] = [index.passageOf(3), index.passageOf(2)];
  const joined = (question: string): number[] =>
    readQuery(index, question)
      .named.filter((one) => one.joined)
      .map(({ passage }) => passage)
      .sort((a, b) => a - b);
  assert.deepEqual(joined('Is Orlan or Kestrel Bay the larger town?'), [bay, orlan]);
  assert.deepEqual(joined('Which is larger, the town of Orlan or that of Kestrel Bay?'), [bay, orlan]);
  assert.deepEqual(joined('How far is Orlan from Kestrel Bay?'), []);
  assert.deepEqual(titlesFor(index, 'Which is older, Silver Harbour or Iron Valley?', 2).sort(), [
    'Iron Valley (1962 film)',
    'Silver Harbour (1951 film)',
  ]);
});

test('the evidence is the same at every time and for every history of the index', () => {
  const first = library();
  const second = new PassageIndex();
  for (const [title, text] of LIBRARY.toReversed())
    second.add(
      LIBRARY.findIndex(([other]) => other === title),
      [title],
      text,
    );
  const question = 'Which of Silver Harbour and Iron Valley had the older director?';
  const of = (index: PassageIndex): string[] => titlesFor(index, question, 4);
  assert.deepEqual(of(first), of(first));
  assert.deepEqual(of(first).toSorted(), of(second).toSorted());
});

test('a ranker that is kept answers the same whether or not passages get new numbers', () => {
  const question = 'Where was the director of the film Silver Harbour born?';
  const pictureOf = (index: PassageIndex): string[] => {
    const ranker = new EvidenceRanker(index);
    const pictures: string[] = [];
    const look = (): void => {
      const { passages } = ranker.rank(question, 5, EFFORTS.Balanced);
      pictures.push(passages.map(({ node, relevance }) => `${node} ${relevance}`).join(', '));
    };
    for (let round = 0; round < 4; round++) {
      for (let other = 0; other < 30; other++)
        index.add(100 + other, [`Silver ship ${other}`], `A harbour of the director ${other} was born in Silver Bay.`);
      look();
      LIBRARY.forEach(([title, text], node) => index.add(node, [title], text));
      for (let other = 0; other < 30; other++) {
        index.remove(100 + other);
        look();
      }
    }
    return pictures;
  };
  const [closed, open] = [new PassageIndex(englishVectors(), 1), new PassageIndex(englishVectors(), Infinity)];
  assert.deepEqual(pictureOf(closed), pictureOf(open));
  assert.ok(closed.capacity <= 2 * LIBRARY.length && open.capacity > 100);
});

test('any question gives relevances between 0 and 1, each passage once, as many as asked for at most', () => {
  const index = library();
  const ranker = new EvidenceRanker(index);
  const words = fc.constantFrom(...'Silver Harbour who born Edgar Vlmont ??? the of xyzzy Orlan 1951 "'.split(' '));
  fc.assert(
    fc.property(fc.array(words, { maxLength: 20 }), fc.integer({ min: 1, max: 12 }), (list, limit) => {
      const { passages, settledAt } = ranker.rank(list.join(' '), limit, EFFORTS.Fast);
      assert.ok(passages.length <= limit);
      assert.equal(new Set(passages.map(({ passage }) => passage)).size, passages.length);
      for (const { relevance } of passages) assert.ok(relevance >= 0 && relevance <= 1);
      assert.ok(settledAt === 0 || Number.isInteger(Math.log2(settledAt)));
    }),
  );
});

test('a question that speaks of nothing here finds nothing', () => {
  const { passages, settledAt } = new EvidenceRanker(library()).rank('xyzzy plugh?', 8, EFFORTS.Thorough);
  assert.deepEqual(passages, []);
  assert.equal(settledAt, 0);
});

test('of a question without end the beginning is read', () => {
  const index = library();
  const question = 'Who directed the film Silver Harbour? ';
  const endless = question + 'unheardof words without any end '.repeat(20_000);
  assert.deepEqual(readQuery(index, endless).named, readQuery(index, question).named);
  assert.ok(readQuery(index, endless).terms.length < 160);
});

test('there is a weight for every feature', () => {
  assert.equal(WEIGHTS.length, FEATURE_NAMES.length + STEP_FEATURE_NAMES.length);
});

test('activation is a distribution: what starts is spread and kept, never more', () => {
  const index = library();
  const walk = new PassageWalk();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(LIBRARY.length - 1), fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
      (pairs) => {
        const options = { budget: 500, scores: new Float32Array(64), bestScore: 1, likely: [], arcs: () => undefined };
        const { reached } = walk.run(index.graph, new Map(pairs), options);
        const sum = reached.reduce((total, passage) => total + walk.activation(passage), 0);
        assert.ok(sum > 0 && sum <= 1 + 1e-9, `${sum}`);
        for (const [seed] of pairs) assert.ok(walk.activation(seed) > 0);
      },
    ),
  );
});

test('a way to a passage goes along names, ends there, and is short', () => {
  const index = library();
  const { out } = index.graph;
  const names = (from: number, to: number): boolean =>
    out.targets.subarray(out.offsets[from], out.offsets[from + 1]).includes(to);
  const passage = fc.nat(LIBRARY.length - 1);
  fc.assert(
    fc.property(fc.array(passage, { maxLength: 3 }), passage, (starts, target) => {
      const way = findWay(index, () => undefined, starts, target);
      assert.equal(way.at(-1), target);
      assert.ok(way.length <= 5 && (way.length === 1 || starts.includes(way[0]!)));
      for (let i = 1; i < way.length; i++) assert.ok(names(way[i - 1]!, way[i]!) || names(way[i]!, way[i - 1]!));
    }),
  );
});

test('links that an author has set are followed as names are', () => {
  const index = library();
  const walk = new PassageWalk();
  const run = (arcs: (passage: number, visit: (target: number) => void) => void): number => {
    walk.run(index.graph, new Map([[4, 1]]), {
      budget: 50,
      scores: new Float32Array(64),
      bestScore: 1,
      likely: [],
      arcs,
    });
    return walk.activation(8);
  };
  assert.equal(
    run(() => undefined),
    0,
  );
  assert.ok(run((passage, visit) => void (passage === 4 && visit(8))) > 0);
});

test('of several near words, the one that makes a name with its neighbours is taken', () => {
  const index = new PassageIndex();
  index.add(0, ['Ada Marsh'], 'Ada Marsh was a painter. Some mars and march past.');
  const spelt = ['ada', 'marh'];
  const row = readWords(spelt.join(' '), (word) => index.vocabulary.find(word));
  const { row: repaired } = repairWords(index, row, spelt);
  assert.equal(index.vocabulary.word(repaired.words[1]!), 'marsh');
  assert.deepEqual(
    readQuery(index, 'Who was Ada Marh?').named.map(({ passage }) => passage),
    [0],
  );
});

test('the best few are those that sorting gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (values, most) => {
        const items = values.map((_, i) => i);
        const sorted = items.toSorted((a, b) => values[b]! - values[a]! || a - b).slice(0, most);
        assert.deepEqual(
          topOf(items, most, (item) => values[item]!),
          sorted,
        );
      },
    ),
  );
});

test('a question that shares no word finds what it means, and is never sure of it', () => {
  const index = new PassageIndex(englishVectors());
  LIBRARY.forEach(([title, text], node) => index.add(node, [title], text));
  const found = (question: string) => new EvidenceRanker(index).rank(question, 3, EFFORTS.Balanced).passages;
  const [best] = found('boats and vessels');
  assert.ok(['Harbour', 'Kestrel Bay'].includes(LIBRARY[best!.node]![0]));
  for (const question of ['boats and vessels', 'seaside villages', 'excavating metals'])
    for (const { relevance } of found(question)) assert.ok(relevance <= 0.3, question);
  assert.deepEqual(found('xyzzy plugh'), []);
  assert.deepEqual(titlesFor(library(), 'boats and vessels'), []);
});

test('a passage that speaks of what is left open in other words is preferred', () => {
  const selectionOf = (vectors: boolean) => {
    const index = new PassageIndex(vectors ? englishVectors() : null);
    index.add(0, ['Ada Quill'], 'Ada Quill has a spouse, Ben Marsh, and a sister, Cleo Quill.');
    index.add(1, ['Ben Marsh'], 'Ben Marsh earns money as a physician in a clinic.');
    index.add(2, ['Cleo Quill'], 'Cleo Quill grows roses behind a cottage by the sea.');
    const { selection } = new EvidenceRanker(index).select(
      readQuery(index, 'Which doctor does Ada Quill know?'),
      EFFORTS.Balanced,
    )!;
    const place = (passage: number): number => selection.candidates.indexOf(passage);
    selection.choose(place(0));
    const at = FEATURE_NAMES.length + STEP_FEATURE_NAMES.indexOf('meansRest');
    return [1, 2].map((passage) => selection.row(place(passage))[at]!) as [number, number];
  };
  const [doctor, gardener] = selectionOf(true);
  assert.ok(doctor > gardener + 0.2, `${doctor} ${gardener}`);
  assert.deepEqual(selectionOf(false), [0, 0]);
});
