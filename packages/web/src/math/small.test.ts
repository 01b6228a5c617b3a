/** The small pieces: budget, timings, shuffling, back-off, appearance, palette. */
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { nodeRadius, screenRadius, spacing } from './appearance.ts';
import { backoff } from './backoff.ts';
import { EdgeBudget } from './budget.ts';
import { cssColour, groupColour } from './palette.ts';
import { shuffledEdges } from './random-order.ts';
import { Durations, Timings } from './timings.ts';

test('a fast machine soon draws all edges, and stays sharp', () => {
  const budget = new EdgeBudget();
  for (let i = 0; i < 8; i++) budget.measured(16);
  assert.equal(budget.share, 1);
  assert.equal(budget.coarse, false);
});

test('a slow machine soon draws few, then gets coarse, and recovers from both', () => {
  const budget = new EdgeBudget();
  for (let i = 0; i < 8; i++) budget.measured(150);
  assert.ok(budget.share < 0.05);
  assert.equal(budget.coarse, true);
  budget.measured(20);
  assert.equal(budget.coarse, true, 'one good frame is no recovery');
  for (let i = 0; i < 20; i++) budget.measured(16);
  assert.equal(budget.share, 1);
  assert.equal(budget.coarse, false);
});

test('at the target rate nothing changes', () => {
  const budget = new EdgeBudget();
  const before = budget.share;
  for (let i = 0; i < 50; i++) budget.measured(33);
  assert.equal(budget.share, before);
});

test('durations give mean and quantiles of the latest', () => {
  const durations = new Durations(4);
  assert.deepEqual([durations.mean, durations.quantile(0.5), durations.count], [0, 0, 0]);
  for (const ms of [99, 4, 1, 2, 3]) durations.add(ms);
  assert.equal(durations.count, 5);
  assert.equal(durations.mean, 2.5);
  assert.equal(durations.quantile(0.5), 3);
  assert.equal(durations.quantile(0.95), 4, 'the 99 ms have left the ring');
});

test('the rate is that of pictures of one movement', () => {
  const timings = new Timings();
  assert.deepEqual([timings.fps, timings.frames], [0, 0]);
  for (const gap of [10, 30]) {
    timings.draw.add(1);
    timings.gaps.add(gap);
  }
  assert.equal(timings.frames, 2);
  assert.equal(timings.fps, 50);
});

test('shuffled edges are the same pairs in another, fixed order', () => {
  const edges = Uint32Array.from({ length: 2000 }, (_, i) => i);
  const once = shuffledEdges(edges);
  const pairs = (list: Uint32Array) =>
    Array.from({ length: list.length / 2 }, (_, e) => `${list[e * 2]}-${list[e * 2 + 1]}`);
  assert.deepEqual(pairs(once).toSorted(), pairs(edges).toSorted());
  assert.notDeepEqual(pairs(once), pairs(edges));
  assert.deepEqual(shuffledEdges(edges), once);
  // A prefix is a fair sample: its mean place in the old order is about the middle.
  const mean = once.subarray(0, 500).reduce((sum, node) => sum + node, 0) / 500;
  assert.ok(Math.abs(mean - 1000) < 100, `${mean}`);
});

test('waiting doubles up to a limit and is never less than half of that', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const full = Math.min(15_000, 400 * 2 ** attempt);
      const wait = backoff(attempt, random);
      assert.ok(wait >= full / 2 && wait <= full);
    }),
  );
});

test('greater hubs are larger, and a disc keeps within its bounds', () => {
  for (let size = 1; size < 256; size++) assert.ok(nodeRadius(size) > nodeRadius(size - 1));
  assert.equal(screenRadius(0, 1e-6), 0.8);
  assert.equal(screenRadius(255, 1e6), 26);
  assert.equal(spacing(100, 1000), 10);
});

const NOUNS =
  'Tops act animal artifact attribute body cognition communication event feeling food group location object person ' +
  'phenomenon plant possession process quantity relation shape state substance time';
const VERBS = 'body change communication contact motion social';
const WORDNET = [
  ...NOUNS.split(' ').map((name) => `noun.${name}`),
  ...VERBS.split(' ').map((name) => `verb.${name}`),
  'adj.all',
  'adj.pert',
  'adv.all',
  'document',
  'section',
];

test('every group has a colour of its own that can be shown', () => {
  for (const name of [...WORDNET, 'anything', '']) {
    assert.ok(
      groupColour(name).every((value) => value >= 0 && value <= 1),
      name,
    );
    assert.match(cssColour(name), /^rgb\(\d+ \d+ \d+\)$/);
  }
  assert.equal(new Set(WORDNET.map(cssColour)).size, WORDNET.length);
});

test('the largest groups are far apart, and all are light enough for a dark sky', () => {
  const large = [
    'noun.plant',
    'noun.animal',
    'noun.artifact',
    'noun.person',
    'noun.state',
    'noun.communication',
    'adj.all',
  ];
  for (const [i, a] of large.entries()) {
    for (const b of large.slice(i + 1)) {
      const [x, y] = [groupColour(a), groupColour(b)];
      const apart = Math.hypot(...x.map((value, channel) => Math.sqrt(value) - Math.sqrt(y[channel]!)));
      assert.ok(apart > 0.2, `${a} and ${b}: ${apart}`);
    }
  }
  for (const name of WORDNET) {
    const [red, green, blue] = groupColour(name);
    const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    assert.ok(luminance > 0.17, `${name}: ${luminance}`);
  }
});
