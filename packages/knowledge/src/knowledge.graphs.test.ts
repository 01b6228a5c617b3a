/** Graph files, tags and typed links in the knowledge: nodes that several documents speak of, and edges that say where they stand. */
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { KnowledgeBase } from './base.ts';
import { emptyImage } from './image/image.ts';
import { Knowledge, type NewDocument } from './knowledge.ts';
import { smallImage } from './small-source.ts';
import { openSqliteStore } from './store/sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-graphs-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function open(file = join(folder, `${files++}.db`), image = emptyImage()): Promise<Knowledge> {
  const clock = new VirtualClock();
  return Knowledge.open(image, await openSqliteStore({ file, clock }), clock);
}

/** Everything by id: nodes with names and texts, and every edge with its relation, weight and origin. */
function contentOf({ base }: Knowledge | { base: KnowledgeBase }): unknown {
  const nodes = [...base.addedNodes]
    .map(({ id, names, text, group }) => JSON.stringify([id, names, text, group]))
    .sort();
  const edges = [...base.addedNodes].flatMap(({ index, id }) => {
    const arcs: string[] = [];
    base.forEachArc(index, (target, kind) => {
      const told = [
        base.relations.nameOf(kind),
        base.idOf(target),
        base.edgeWeight(index, target, kind),
        base.edgeSource(index, target, kind),
      ];
      arcs.push(JSON.stringify([id, ...told]));
    });
    return arcs;
  });
  return { nodes, edges: edges.sort() };
}

/** `source relation target weight`, forward arcs only. */
function edgesOf({ base }: Knowledge): string[] {
  return [...base.edgesOfDocuments]
    .map(
      ({ source, target, kind }) =>
        `${base.idOf(source)} ${base.relations.nameOf(kind)} ${base.idOf(target)} ${base.edgeWeight(source, target, kind)}`,
    )
    .sort();
}

const graph = (id: string, format: string, ...lines: string[]): NewDocument => ({
  id,
  title: id,
  text: lines.join('\n'),
  format,
});
const note = (id: string, text: string): NewDocument => ({ id, title: id.replace(/\.md$/, ''), text });

describe('a graph file in the knowledge', () => {
  test('becomes nodes and edges with relations, weights and the row that made each', async () => {
    const knowledge = await open();
    const added = await knowledge.addDocuments([
      graph(
        'w/people.csv',
        'csv',
        'source,target,relation,weight',
        'Alan Turing,Enigma,broke,2',
        'Alan Turing,Ada,',
        'lost',
      ),
    ]);
    assert.deepEqual([added.nodes, added.edges], [4, 2]);
    assert.deepEqual(added.problems, [{ document: 'w/people.csv', line: 4, reason: 'an edge lacks one of its ends' }]);
    assert.deepEqual(edgesOf(knowledge), [
      'w/people.csv#Alan Turing broke w/people.csv#Enigma 2',
      'w/people.csv#Alan Turing links w/people.csv#Ada 1',
    ]);
    const { base } = knowledge;
    const [alan, enigma] = ['w/people.csv#Alan Turing', 'w/people.csv#Enigma'].map((id) => base.indexOf(id)) as [
      number,
      number,
    ];
    const [broke] = base.relations.numbersOf('broke') as [number];
    const origin = { document: 'w/people.csv', line: 2, text: 'Alan Turing,Enigma,broke,2' };
    assert.deepEqual(base.edgeSource(alan, enigma, broke), origin);
    assert.deepEqual(base.edgeSource(enigma, alan, base.relations.inverseOf(broke)), origin);
    assert.equal(base.relations.nameOf(base.relations.inverseOf(broke)), 'inverse_of_broke');
    assert.equal(base.textOf(base.indexOf('w/people.csv')), 'A graph of 3 nodes and 2 edges. Relations: broke.');
    assert.deepEqual(
      base.senses('alan turing').map(({ node }) => node),
      [alan],
    );
    await knowledge.close();
  });

  test('of nodes and one of edges belong together by their names', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([graph('g/x-edges.csv', 'csv', 'source,target,type', '1,2,parent of')]);
    await knowledge.addDocuments([graph('g/x-nodes.csv', 'csv', 'id,label,born', '1,Byron,1788', '2,Ada,1815')]);
    const { base } = knowledge;
    assert.deepEqual(edgesOf(knowledge), ['g/x#1 parent_of g/x#2 1']);
    assert.deepEqual(
      [base.namesOf(base.indexOf('g/x#2')), base.textOf(base.indexOf('g/x#2'))],
      [['2', 'Ada'], 'Born: 1815.'],
    );
    await knowledge.removeDocument('g/x-edges.csv');
    assert.deepEqual([base.namesOf(base.indexOf('g/x#2')), edgesOf(knowledge)], [['Ada'], []]);
    await knowledge.close();
  });

  test('that is removed or replaced takes with it what it alone spoke for', async () => {
    const knowledge = await open();
    const triple = (s: string, p: string, o: string): string => `<http://x/${s}> <http://x/${p}> <http://x/${o}> .`;
    await knowledge.addDocuments([
      graph('1.nt', 'ntriples', triple('a', 'knows', 'b'), triple('b', 'knows', 'c')),
      graph('2.nt', 'ntriples', triple('a', 'knows', 'b')),
    ]);
    assert.deepEqual(edgesOf(knowledge), ['http://x/a knows http://x/b 2', 'http://x/b knows http://x/c 1']);
    await knowledge.addDocuments([graph('1.nt', 'ntriples', triple('b', 'likes', 'a'))]);
    assert.deepEqual(edgesOf(knowledge), ['http://x/a knows http://x/b 1', 'http://x/b likes http://x/a 1']);
    assert.equal(knowledge.base.indexOf('http://x/c'), -1);
    await knowledge.removeDocument('2.nt');
    await knowledge.removeDocument('1.nt');
    assert.deepEqual([edgesOf(knowledge), knowledge.base.liveNodes], [[], 0]);
    await knowledge.close();
  });

  test('says the same edge from its other end, or without a direction, only once', async () => {
    const knowledge = await open();
    const json = (...links: unknown[]): string => JSON.stringify({ nodes: [{ id: 'urn:a' }, { id: 'urn:b' }], links });
    await knowledge.addDocuments([
      graph('1', 'json', json({ source: 'urn:a', target: 'urn:b', relation: 'parent of' })),
      graph('2', 'json', json({ source: 'urn:b', target: 'urn:a', relation: 'has parent' })),
      graph('3', 'json', json({ source: 'urn:b', target: 'urn:a', relation: 'knows', directed: false })),
      graph('4', 'json', json({ source: 'urn:a', target: 'urn:b', relation: 'knows', directed: false })),
    ]);
    assert.deepEqual(edgesOf(knowledge), ['urn:a knows urn:b 2', 'urn:a parent_of urn:b 2']);
    await knowledge.removeDocument('1');
    const { base } = knowledge;
    assert.equal(base.degree(base.indexOf('urn:a')), 2);
    await knowledge.close();
  });

  test('that cannot be read is refused with its line, and the others of the request with it', async () => {
    const knowledge = await open();
    const bad = knowledge.addDocuments([note('a.md', 'x'), graph('g.graphml', 'graphml', '<graphml>', '<node')]);
    await assert.rejects(bad, {
      code: 'document_malformed',
      message: /^The document "g.graphml" cannot be read. Line 2: /,
    });
    await assert.rejects(knowledge.addDocuments([graph('g', 'docx', '')]), { code: 'format_unknown' });
    assert.equal(knowledge.documentCount, 0);
    await knowledge.close();
  });

  test('cannot take the id of a node of the built-in source, but may speak of a document', async () => {
    const knowledge = await open(undefined, smallImage());
    const about = (id: string): NewDocument =>
      graph('g', 'json', JSON.stringify([{ id, label: 'A page', text: 'described' }]));
    await knowledge.addDocuments([note('http://x/page', 'Text of the page.'), about('http://x/page')]);
    const { base } = knowledge;
    const page = base.indexOf('http://x/page');
    assert.deepEqual(
      [base.namesOf(page), base.textOf(page)],
      [['http://x/page', 'A page'], 'Text of the page.\n\ndescribed'],
    );
    await knowledge.removeDocument('http://x/page');
    assert.deepEqual(base.namesOf(base.indexOf('http://x/page')), ['A page']);
    await knowledge.close();
  });
});

describe('notes', () => {
  test('share their tags, which lie within each other', async () => {
    const knowledge = await open();
    await knowledge.addDocuments([
      note('a.md', '---\ntags: [Work/Ideas]\n---\nx'),
      note('b.md', '# S\n\nA plan. More #work here. End.'),
    ]);
    assert.deepEqual(edgesOf(knowledge), [
      'a.md tagged tag:work/ideas 1',
      'b.md contains b.md#s 1',
      'b.md#s tagged tag:work 1',
      'tag:work contains tag:work/ideas 1',
    ]);
    const { base } = knowledge;
    const [s, work] = [base.indexOf('b.md#s'), base.indexOf('tag:work')];
    assert.equal(base.edgeSource(s, work, base.relations.numbersOf('tagged')[0] as number)?.text, 'More #work here.');
    await knowledge.removeDocument('a.md');
    assert.deepEqual([base.indexOf('tag:work/ideas'), base.namesOf(work)], [-1, ['#work', 'work']]);
    await knowledge.close();
  });

  test('link by relation, embed, and lead to blocks; a cycle of embeds is a cycle of edges', async () => {
    const knowledge = await open();
    const id = '64a1f0c2-1234-4abc-9def-0123456789ab';
    await knowledge.addDocuments([
      note('a.md', 'author:: [[b]]\n\n![[b#^intro]] and ![[a]]'),
      note('b.md', `# Part\n\nWords. ^intro\n\n- block\n  id:: ${id}\n\n![[a]]`),
      note('c.md', `See ((${id})).`),
    ]);
    assert.deepEqual(edgesOf(knowledge), [
      'a.md author b.md 1',
      'a.md embeds b.md#part 1',
      'b.md contains b.md#part 1',
      'b.md#part embeds a.md 1',
      'c.md links b.md#part 1',
    ]);
    await knowledge.close();
  });
});

const TRIPLES = [
  'a knows b',
  'b knows a',
  'a parent_of b',
  'b has_parent a',
  'a label A',
  'b label B',
  'a comment text',
].map((said) => {
  const [s, p, o] = said.split(' ') as [string, string, string];
  if (p === 'label' || p === 'comment') return `<http://x/${s}> <http://www.w3.org/2000/01/rdf-schema#${p}> "${o}" .`;
  return `<http://x/${s}> <http://x/${p}> <http://x/${o}> .`;
});
const anyDocument: fc.Arbitrary<NewDocument> = fc.oneof(
  fc.record({
    id: fc.constantFrom('n1.md', 'n2.md', 'x/n3.md'),
    title: fc.constantFrom('One', 'Two'),
    text: fc
      .array(
        fc.constantFrom(
          '[[Two]]',
          '#t/u',
          '#T',
          '# H',
          'likes:: [[n1]]',
          '![[n2#H]]',
          'b ^k',
          '[[n1#^k]]',
          '[[graph.csv]]',
        ),
        { maxLength: 5 },
      )
      .map((all) => all.join('\n\n')),
  }),
  fc.record({
    id: fc.constantFrom('1.nt', '2.nt'),
    title: fc.constant('triples'),
    format: fc.constant('ntriples'),
    text: fc.array(fc.constantFrom(...TRIPLES), { maxLength: 5 }).map((lines) => lines.join('\n')),
  }),
  fc.record({
    id: fc.constantFrom('graph.csv', 'graph-edges.csv', 'graph-nodes.csv'),
    title: fc.constant('table'),
    format: fc.constant('csv'),
    text: fc.constantFrom(
      'source,target,weight\n1,2,0.1\n1,2,0.2\n2,3,0.3',
      'source,target,relation\n1,2,knows\n3,1,likes',
      'id,name\n1,One\n2,Zwei [[n1]]',
    ),
  }),
);

test('in any order, in any batches, replaced and removed: the same knowledge as all at once, on every thread and after a restart', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(anyDocument, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }) },
    anyDocument.map(({ id }) => id),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const file = join(folder, `${files++}.db`);
      const knowledge = await open(file);
      const follower = new KnowledgeBase(knowledge.base.image);
      knowledge.follow((change) => follower.apply(structuredClone(change)));
      const left = new Map<string, NewDocument>();
      for (const step of steps) {
        if (typeof step === 'string') {
          await knowledge.removeDocument(step);
          left.delete(step);
        } else {
          await knowledge.addDocuments(step);
          for (const document of step) left.set(document.id, document);
        }
      }
      const content = contentOf(knowledge);
      const late = new KnowledgeBase(knowledge.base.image);
      late.apply(structuredClone(knowledge.base.additions()));
      assert.deepEqual(contentOf({ base: follower }), content);
      assert.deepEqual(contentOf({ base: late }), content);
      assert.deepEqual(late.relations.added(), knowledge.base.relations.added());

      const atOnce = await open();
      await atOnce.addDocuments([...left.values()].reverse());
      assert.deepEqual(contentOf(atOnce), content);
      await atOnce.close();
      await knowledge.close();
      const reopened = await open(file);
      assert.deepEqual(contentOf(reopened), content);
      await reopened.close();
    }),
    { numRuns: 60, seed: 12 },
  );
});
