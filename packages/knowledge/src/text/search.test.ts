import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { terms } from './analysis.ts';
import { bm25Impact, buildPostings, countTerms, idf } from './postings.ts';
import { type Hit, TextSearch } from './search.ts';

fc.configureGlobal({ seed: 42 });

interface Entry {
  readonly names: readonly string[];
  readonly text: string;
}

const plain = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);
const searchOver = (entries: readonly Entry[]): TextSearch => new TextSearch(buildPostings(entries, plain));

/** Words that are their own stems. */
const WORDS = ['zorn', 'blik', 'quat', 'fump', 'drax', 'plon', 'krad', 'vost'];
const phrase = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((list) => list.join(' '));
const anyEntry: fc.Arbitrary<Entry> = fc.record({
  names: fc.array(phrase, { minLength: 1, maxLength: 2 }),
  text: phrase,
});

/** BM25 by its definition, over plain strings; the base and the additions each have their own mean length. */
class Oracle {
  readonly #base: readonly Entry[];
  readonly added = new Map<number, Entry>();

  constructor(base: readonly Entry[]) {
    this.#base = base;
  }

  scores(query: readonly string[]): Map<number, number> {
    const all = [...this.#base.entries(), ...this.added];
    const holding = (term: string): number => all.filter(([, entry]) => countOf(entry, term) > 0).length;
    const held = [...new Set(query)].filter((term) => holding(term) > 0);
    const rare = held.filter((term) => holding(term) <= all.length / 10);
    const scores = new Map<number, number>();
    for (const term of rare.length > 0 ? rare : held) {
      const weight = Math.log(1 + (all.length - holding(term) + 0.5) / (holding(term) + 0.5));
      for (const [node, entry] of all) {
        const count = countOf(entry, term);
        const mean = meanLength(this.added.has(node) ? [...this.added.values()] : this.#base);
        const impact = (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * lengthOf(entry)) / mean));
        if (count > 0) scores.set(node, (scores.get(node) ?? 0) + weight * impact);
      }
    }
    return scores;
  }
}

const countIn = (text: string, term?: string): number =>
  text.split(' ').filter((word) => word !== '' && (term === undefined || word === term)).length;
const countOf = ({ names, text }: Entry, term?: string): number =>
  names.reduce((sum, name) => sum + 2 * countIn(name, term), countIn(text, term));
const lengthOf = (entry: Entry): number => countOf(entry);
const meanLength = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + lengthOf(entry), 0) / entries.length;

function assertHits(hits: readonly Hit[], scores: ReadonlyMap<number, number>, limit: number): void {
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * (1 + Math.abs(b));
  const best = [...scores.values()].sort((a, b) => b - a).slice(0, limit);
  assert.equal(hits.length, best.length);
  assert.equal(new Set(hits.map(({ node }) => node)).size, hits.length, 'no entry twice');
  hits.forEach(({ node, score }, place) => {
    assert.ok(near(score, scores.get(node) ?? NaN), `node ${node} scores ${score}, not ${scores.get(node)}`);
    assert.ok(near(score, best[place] as number), `place ${place} has ${score}, not ${best[place]}`);
    const next = hits[place + 1];
    assert.ok(!next || next.score < score || (next.score === score && next.node > node), 'best first, then by number');
  });
}

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), node: fc.integer({ min: 100, max: 106 }), entry: anyEntry }),
  fc.record({ do: fc.constant('remove' as const), node: fc.integer({ min: 100, max: 106 }) }),
  fc.record({
    do: fc.constant('search' as const),
    query: fc.array(fc.constantFrom(...WORDS, 'unheard'), { maxLength: 4 }),
    limit: fc.integer({ min: 0, max: 12 }),
  }),
);

describe('TextSearch', () => {
  test('finds what BM25 finds by its definition, while entries come, change and go', () => {
    const base = fc.array(anyEntry, { maxLength: 30 });
    fc.assert(
      fc.property(base, fc.array(step, { maxLength: 20 }), (entries, steps) => {
        const search = searchOver(entries);
        const oracle = new Oracle(entries);
        for (const each of steps) {
          if (each.do === 'add') {
            search.add(each.node, each.entry.names, each.entry.text);
            oracle.added.set(each.node, each.entry);
          } else if (each.do === 'remove') {
            search.remove(each.node);
            oracle.added.delete(each.node);
          } else {
            assertHits(search.search(search.weigh(each.query), each.limit), oracle.scores(each.query), each.limit);
          }
          assert.equal(search.entries, entries.length + oracle.added.size);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('starts every search from zero', () => {
    const search = searchOver([
      { names: ['zorn'], text: 'blik' },
      { names: ['blik'], text: 'zorn zorn' },
    ]);
    const query = search.weigh(['zorn', 'blik']);
    const first = search.search(query, 1);
    assert.deepEqual(search.search(query, 1), first);
    assert.deepEqual(search.search([], 10), []);
  });

  test('hits do not depend on the order in which entries were added or replaced', () => {
    const entries = [100, 101, 102, 103];
    const fresh = searchOver([]);
    for (const node of entries) fresh.add(node, ['zorn'], '');
    const worn = searchOver([]);
    for (const node of [103, 100, 102, 101, 103, 100]) worn.add(node, ['zorn'], '');
    assert.deepEqual(
      worn.search(worn.weigh(['zorn']), 2).map(({ node }) => node),
      [100, 101],
    );
    assert.deepEqual(worn.search(worn.weigh(['zorn']), 9), fresh.search(fresh.weigh(['zorn']), 9));
  });

  test('a word that nobody holds does not hide the others', () => {
    const search = searchOver([
      { names: ['zorn'], text: '' },
      { names: ['blik'], text: '' },
    ]);
    assert.deepEqual(
      search.search(search.weigh(['unheard', 'zorn']), 5).map(({ node }) => node),
      [0],
    );
  });

  test('a common word counts only when no rare one is asked for', () => {
    const entries = Array.from({ length: 20 }, (_, i) => ({ names: ['zorn'], text: i === 7 ? 'blik' : '' }));
    const search = searchOver(entries);
    const find = (...query: string[]): number[] => search.search(search.weigh(query), 50).map(({ node }) => node);
    assert.deepEqual(find('zorn', 'blik'), [7]);
    assert.equal(find('zorn').length, 20);
  });

  test('names count twice', () => {
    const search = searchOver([
      { names: ['blik'], text: 'zorn quat' },
      { names: ['zorn'], text: 'blik quat' },
    ]);
    assert.equal(search.search(search.weigh(['zorn']), 1)[0]?.node, 1);
  });

  test('weighs each term once, rarest first, 48 at most', () => {
    const entries = [
      { names: ['zorn'], text: 'blik' },
      { names: ['zorn'], text: '' },
    ];
    const search = searchOver(entries);
    const weighed = search.weigh(['zorn', 'blik', 'zorn', 'unheard']);
    assert.deepEqual(
      weighed.map(({ term }) => term),
      ['unheard', 'blik', 'zorn'],
    );
    assert.equal(weighed[1]?.idf, Math.log(1 + 1.5 / 1.5));
    const many = search.weigh(['zorn', ...Array.from({ length: 60 }, (_, i) => `rare${i}`)]);
    assert.equal(many.length, 48);
    assert.ok(!many.some(({ term }) => term === 'zorn'));
  });

  test('knows a term as long as an entry holds it', () => {
    const search = searchOver([{ names: ['zorn'], text: '' }]);
    search.add(5, ['blik'], 'quat');
    assert.deepEqual(
      ['zorn', 'blik', 'quat', 'fump'].map((term) => search.knows(term)),
      [true, true, true, false],
    );
    search.add(5, ['fump'], '');
    assert.deepEqual(
      ['blik', 'quat', 'fump'].map((term) => search.knows(term)),
      [false, false, true],
    );
    search.remove(5);
    search.remove(5);
    assert.deepEqual([search.knows('fump'), search.knows('zorn'), search.entries], [false, true, 1]);
  });
});

describe('the parts of BM25', () => {
  test('idf is above zero and falls with the number of entries that hold the term', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), (entries, held) => {
        const holding = held % entries;
        assert.ok(idf(entries, holding + 1) > 0);
        assert.ok(idf(entries, holding) > idf(entries, holding + 1));
      }),
    );
  });

  test('an impact grows with the count, falls with the length and stays under k1 + 1', () => {
    const count = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(count, count, count, (times, length, mean) => {
        const impact = bm25Impact(times, length, mean);
        assert.ok(impact > 0 && impact < 2.2);
        assert.ok(bm25Impact(times + 1, length, mean) > impact);
        assert.ok(bm25Impact(times, length + 1, mean) < impact);
      }),
    );
    assert.ok(Number.isFinite(bm25Impact(1, 0, 0)));
  });
});

test('a long text is taken in by steps, with the same words as at once, and is found behind the last', () => {
  const word = fc.constantFrom('zorn', "o'neil", 'Café', '道可道', 'x'.repeat(30), '-', '\u{1d400}b');
  const gap = fc.constantFrom(' ', '\n', '\u2003', ' . ');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 40 }), (pieces) => {
      const some = pieces.flat().join('');
      const text = some.repeat(Math.ceil(60_000 / some.length));
      const steps = countTerms(['Name'], text);
      const done: number[] = [];
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) done.push(step.value);
      const expected = new Map([['name', 2]]);
      for (const term of terms(text)) expected.set(term, (expected.get(term) ?? 0) + 1);
      assert.deepEqual(step.value, expected);
      assert.equal(
        done.reduce((sum, characters) => sum + characters, 0),
        text.length,
      );
      assert.ok(done.length > 1);
    }),
    { numRuns: 50 },
  );
  const search = searchOver([]);
  const steps = search.addSteps(3, ['Name'], 'zorn '.repeat(10_000));
  steps.next();
  assert.equal(search.knows('zorn'), false);
  for (const _ of steps);
  assert.deepEqual(
    search.search(search.weigh(['zorn']), 5).map(({ node }) => node),
    [3],
  );
});
