import { runSteps } from '@vortexflow/graph';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EdgeChanges, EdgeLedger, type LedgerEdge } from './edge-ledger.ts';
import { LinkResolver } from './links.ts';
import { parseDocument } from './parse.ts';
import type { ParsedDocument } from './parsed.ts';

const document = (id: string, text = '', title = `Title of ${id}`) => parseDocument({ id, title, text });

type Ends = Pick<LedgerEdge, 'source' | 'target'>;
const ends = ({ source, target }: Ends): Ends => ({ source, target });
/** Changes without what the edges say of themselves. */
const endsOf = ({ added, removed }: EdgeChanges) => ({ added: added.map(ends), removed: removed.map(ends) });

/** The edges that a sequence of changes adds up to; each change must make sense where it comes. */
class Edges {
  readonly #present = new Set<string>();

  apply({ added, removed }: EdgeChanges): this {
    for (const { source, target } of removed) assert.ok(this.#present.delete(`${source} -> ${target}`), 'not there');
    for (const { source, target } of added) {
      assert.ok(!this.#present.has(`${source} -> ${target}`), 'there already');
      this.#present.add(`${source} -> ${target}`);
    }
    return this;
  }

  sorted(): string[] {
    return [...this.#present].sort();
  }
}

/** Where the links of the last document lead, with the others known. */
function edgesAmong(...documents: readonly ParsedDocument[]): string[] {
  const resolver = new LinkResolver();
  const edges = new Edges();
  for (const parsed of documents) edges.apply(resolver.addDocument(parsed));
  return edges.sorted();
}

describe('a link finds its document', () => {
  const turing = document('people/Turing.md', '---\naliases: [AMT]\n---\n# Life\n## Early life\n# Life', 'Alan Turing');
  const forms: Readonly<Record<string, string>> = {
    'by its whole id': '[[people/Turing.md]]',
    'by its id without the extension': '[[people/Turing]]',
    'by a path from the folder of the link': '[x](../people/Turing.md)',
    'by a wikilink with such a path': '[[../people/Turing]]',
    'by a path from the top': '[x](/people/Turing.md)',
    'by a path that is percent-encoded': '[x](../people/%54uring.md?x=1)',
    'by its title, whatever the case': '[[alan TURING]]',
    'by an alias': '[[amt]]',
    'by its file name': '[[turing]]',
    'by its file name in a Markdown path': '[x](Turing.md)',
  };
  for (const [how, text] of Object.entries(forms)) {
    test(how, () => {
      assert.deepEqual(edgesAmong(turing, document('notes/n.md', text)), ['notes/n.md -> people/Turing.md']);
    });
  }

  test('and in it a section, by heading, by anchor, the second of two equal ones; the document if there is none', () => {
    const text =
      '[[AMT#Early Life]] [x](../people/Turing.md#life) [[AMT#life-1]] [[AMT#Life#Early life]] [[AMT#^block]] ';
    assert.deepEqual(edgesAmong(turing, document('notes/n.md', text)), [
      'notes/n.md -> people/Turing.md',
      'notes/n.md -> people/Turing.md#early-life',
      'notes/n.md -> people/Turing.md#life',
      'notes/n.md -> people/Turing.md#life-1',
    ]);
    assert.deepEqual(edgesAmong(turing, document('n.md', '[[AMT#nowhere]]')), ['n.md -> people/Turing.md']);
  });

  test('and its own sections by a bare anchor, but never itself', () => {
    const text = '[x](#part) [[#Part]] [[n]] [[n#nowhere]]\n# Part\n[[#Part]] [[n]]';
    assert.deepEqual(edgesAmong(document('n.md', text)), ['n.md -> n.md#part', 'n.md#part -> n.md']);
  });

  test('not across what a link does not say', () => {
    const resolver = new LinkResolver();
    resolver.addDocument(turing);
    resolver.addDocument(
      document('notes/n.md', '[[other/Turing]] [x](../../../Turing.txt) [[ring]] [y](%zz) [[Turin]]'),
    );
    assert.deepEqual(resolver.unresolved(), ['%zz', 'Turin', 'other/Turing', 'ring']);
  });
});

describe('where several documents fit', () => {
  test('a Markdown path means the one in its folder, a wikilink the whole id', () => {
    const others = [document('a/x.md'), document('x.md')];
    assert.deepEqual(edgesAmong(...others, document('a/n.md', '[t](x.md)')), ['a/n.md -> a/x.md']);
    assert.deepEqual(edgesAmong(...others, document('a/n.md', '[[x.md]]')), ['a/n.md -> x.md']);
  });

  test('the nearest folder wins, then the first by id', () => {
    const others = ['b/c/x.md', 'a/x.md', 'b/x.md', 'c/x.md'].map((id) => document(id));
    assert.deepEqual(edgesAmong(...others, document('b/c/d/n.md', '[[X]]')), ['b/c/d/n.md -> b/c/x.md']);
    assert.deepEqual(edgesAmong(...others, document('z/n.md', '[[X]]')), ['z/n.md -> a/x.md']);
    assert.deepEqual(edgesAmong(...others, document('z/n.md', '[[c/X]]')), ['z/n.md -> c/x.md']);
  });

  test('composed and decomposed letters are the same', () => {
    const name = 'Caf\u00e9';
    const others = [document(`${name}.md`.normalize('NFD'))];
    assert.equal(edgesAmong(...others, document('n.md', `[[${name}]] [x](Caf%C3%A9.md)`)).length, 1);
  });
});

describe('documents come and go', () => {
  test('a link that came before its document resolves when that arrives, and is open again when it goes', () => {
    const resolver = new LinkResolver();
    assert.deepEqual(endsOf(resolver.addDocument(document('a.md', '[[b]] [x](b.md)\n# S\n[[b#T]]'))), {
      added: [],
      removed: [],
    });
    assert.deepEqual(resolver.unresolved(), ['b', 'b#T', 'b.md']);
    assert.deepEqual(endsOf(resolver.addDocument(document('b.md', '# T'))).added, [
      { source: 'a.md', target: 'b.md' },
      { source: 'a.md#s', target: 'b.md#t' },
    ]);
    assert.deepEqual(resolver.unresolved(), []);
    assert.deepEqual(endsOf(resolver.addDocument(document('b.md', '# U'))), {
      added: [{ source: 'a.md#s', target: 'b.md' }],
      removed: [{ source: 'a.md#s', target: 'b.md#t' }],
    });
    assert.equal(resolver.removeDocument('b.md').removed.length, 2);
    assert.deepEqual(resolver.unresolved(), ['b', 'b#T', 'b.md']);
    resolver.removeDocument('a.md');
    assert.deepEqual(resolver.unresolved(), []);
    assert.deepEqual(resolver.removeDocument('a.md'), { added: [], changed: [], removed: [] });
  });

  test('a better match takes a link over, and gives it back', () => {
    const resolver = new LinkResolver();
    resolver.addDocument(document('far/x.md'));
    resolver.addDocument(document('near/n.md', '[[x]]'));
    const taken = { source: 'near/n.md', target: 'near/x.md' };
    const given = { source: 'near/n.md', target: 'far/x.md' };
    assert.deepEqual(endsOf(resolver.addDocument(document('near/x.md'))), { added: [taken], removed: [given] });
    assert.deepEqual(endsOf(resolver.removeDocument('near/x.md')), { added: [given], removed: [taken] });
  });

  test('the same document again changes nothing', () => {
    const resolver = new LinkResolver();
    const parsed = document('a.md', '[[b]] [[#S]]\n# S');
    resolver.addDocument(document('b.md', '[[a]]'));
    assert.equal(resolver.addDocument(parsed).added.length, 3);
    assert.deepEqual(resolver.addDocument(parsed), { added: [], changed: [], removed: [] });
  });
});

/** A small world in which names collide often. */
const anyDocument = fc
  .record({
    id: fc.constantFrom('x.md', 'a/x.md', 'a/y.md', 'b/x.txt', 'b/a/x.md', 'y', 'b/Z.md'),
    title: fc.constantFrom('x', 'Y', 'z', 'Other', 'Ünder'),
    alias: fc.constantFrom('x', 'y', 'other', ''),
    links: fc.array(
      fc.constantFrom(
        '[[x]]',
        '[[X#S]]',
        '[t](x.md)',
        '[t](../x.md#s)',
        '[[a/x]]',
        '[[y]]',
        '[[other]]',
        '[[ünder]]',
        '[[#S]]',
        '[t](/b/x.txt)',
        '[[nowhere]]',
        '\n# S\n',
        '\n# T\n',
      ),
      { maxLength: 6 },
    ),
  })
  .map(({ id, title, alias, links }) => {
    const text = `---\nalias: ${alias}\n---\n${links.join(' ')}`;
    return parseDocument({ id, title, text });
  });

const worldOf = (documents: readonly ParsedDocument[]) => {
  const resolver = new LinkResolver();
  const edges = new Edges();
  for (const parsed of documents) edges.apply(resolver.addDocument(parsed));
  return { edges: edges.sorted(), unresolved: resolver.unresolved() };
};

test('the edges do not depend on the order in which documents come', () => {
  const documents = fc.uniqueArray(anyDocument, { selector: ({ id }) => id, maxLength: 7 });
  const shuffled = documents.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([first, second]) => assert.deepEqual(worldOf(second), worldOf(first))),
    { numRuns: 300, seed: 3 },
  );
});

test('after any additions, replacements and removals, what is left counts and nothing else', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: anyDocument },
    anyDocument.map(({ id }) => id),
  );
  const property = fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const resolver = new LinkResolver();
    const edges = new Edges();
    const left = new Map<string, ParsedDocument>();
    for (const step of steps) {
      if (typeof step === 'string') {
        edges.apply(resolver.removeDocument(step));
        left.delete(step);
      } else {
        edges.apply(resolver.addDocument(step));
        left.set(step.id, step);
      }
    }
    assert.deepEqual({ edges: edges.sorted(), unresolved: resolver.unresolved() }, worldOf([...left.values()]));
  });
  fc.assert(property, { numRuns: 300, seed: 5 });
});

test('thousands of documents of one name, and as many links to it, resolve at once', { timeout: 60_000 }, () => {
  const count = 3_000;
  const ledger = new EdgeLedger();
  const resolver = new LinkResolver(ledger);
  const places = Array.from({ length: count }, (_, index) => index);
  runSteps(
    resolver.put([
      ...places.map((index) => document(`d${index}/deep/note.md`, 'See [[README]].')),
      ...places.map((index) => document(`d${index}/README.md`, '[x](README.md)')),
    ]),
  );
  const edges = new Edges().apply(runSteps(ledger.takeChanges()));
  assert.deepEqual(edges.sorted(), places.map((index) => `d${index}/deep/note.md -> d${index}/README.md`).sort());
  for (const index of places.slice(0, 20)) edges.apply(resolver.removeDocument(`d${index}/README.md`));
  const [first] = places
    .slice(20)
    .map((index) => `d${index}/README.md`)
    .sort();
  assert.equal(edges.sorted().filter((edge) => edge.endsWith(`/note.md -> ${first}`)).length, 21);
});
