import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { undirectedEdges } from '@vortexflow/graph';
import { KnowledgeBase } from '../base.ts';
import { buildImage } from '../image/image.ts';
import { inverseRelation, relation, RELATION_NAMES } from '../relations.ts';
import { terms } from '../text/analysis.ts';
import { loadWordNet } from './load.ts';

describe('WordNet 3.1', async () => {
  const source = await loadWordNet();
  const base = new KnowledgeBase(buildImage(source));
  const idsOf = (name: string): string[] => base.senses(name).map(({ node }) => base.idOf(node));
  /** Relation and word pair of every arc between two nodes. */
  const wordsJoined = (from: string, to: string, name: (typeof RELATION_NAMES)[number]): string[] => {
    const [source, target] = [base.indexOf(from), base.indexOf(to)];
    const joined: string[] = [];
    base.forEachArc(source, (head, kind, label) => {
      if (head !== target || kind !== relation(name)) return;
      joined.push(`${base.namesOf(source)[(label >> 8) - 1]} - ${base.namesOf(target)[(label & 255) - 1]}`);
    });
    return joined;
  };

  test('has 117,791 nodes and 184,083 edges', () => {
    assert.equal(source.nodes.length, 117_791);
    assert.equal(undirectedEdges(base.image.graph).length / 2, 184_083);
    assert.deepEqual([base.nodeCount, base.edgeCount], [117_791, 184_083]);
  });

  test('every node has an id of its own, under which it is found, and a name and a gloss', () => {
    assert.equal(new Set(source.nodes.map(({ id }) => id)).size, source.nodes.length);
    source.nodes.forEach(({ id, names, text, group }, index) => {
      if (base.indexOf(id) !== index) assert.fail(`${id} is found at ${base.indexOf(id)}`);
      if (!/^wn:[^\s]+\.[nvars]\.(?!00)\d\d$/.test(id)) assert.fail(`malformed id ${id}`);
      if (names.length === 0 || names.includes('') || text === '' || !source.groups[group]) assert.fail(id);
    });
  });

  test('every sense leads from a name of its node, and every name of a node leads to it', () => {
    const byNode = new Map<number, Set<string>>();
    for (const { name, node } of source.senses) byNode.set(node, (byNode.get(node) ?? new Set()).add(name));
    source.nodes.forEach(({ id, names }, index) => {
      // A node may have a name in two spellings, as "DDC" and "ddC".
      const wanted = new Set(names.map((name) => name.toLowerCase()));
      const senses = byNode.get(index) ?? new Set();
      if (wanted.symmetricDifference(senses).size > 0)
        assert.fail(`${id}: ${[...wanted].join()}; ${[...senses].join()}`);
    });
  });

  test('every arc has its way back, with the words changed over, and none is doubled or a loop', () => {
    const { sources, targets, kinds, labels } = source.arcs;
    const key = (from: number, to: number, kind: number, label: number): string => `${from} ${to} ${kind} ${label}`;
    const arcs = new Set(sources.map((from, i) => key(from, targets[i]!, kinds[i]!, labels[i]!)));
    assert.equal(arcs.size, sources.length);
    sources.forEach((from, i) => {
      const [to, kind, label] = [targets[i]!, kinds[i]!, labels[i]!];
      const back = key(to, from, inverseRelation(kind), ((label & 255) << 8) | (label >> 8));
      if (from === to || !arcs.has(back)) assert.fail(`${source.nodes[from]?.id} ${RELATION_NAMES[kind]}`);
    });
  });

  test('the senses of "dog" come most frequent first', () => {
    assert.deepEqual(idsOf('dog'), [
      'wn:dog.n.01',
      'wn:chase.v.01',
      'wn:frump.n.01',
      'wn:dog.n.03',
      'wn:cad.n.01',
      'wn:frank.n.02',
      'wn:pawl.n.01',
      'wn:andiron.n.01',
    ]);
    assert.deepEqual(base.senses('Dog')[0], { node: base.indexOf('wn:dog.n.01'), frequency: 42, rank: 1 });
  });

  test('an antonym joins two words, not two whole synsets', () => {
    assert.deepEqual(wordsJoined('wn:hot.a.01', 'wn:cold.a.01', 'antonym'), ['hot - cold']);
    assert.deepEqual(wordsJoined('wn:cold.a.01', 'wn:hot.a.01', 'antonym'), ['cold - hot']);
    assert.deepEqual(base.namesOf(base.indexOf('wn:boarding.n.01')).slice(0, 2), ['boarding', 'embarkation']);
    assert.deepEqual(wordsJoined('wn:boarding.n.01', 'wn:debarkation.n.01', 'antonym'), [
      'embarkation - disembarkation',
    ]);
  });

  test('a dog is an animal by way of its hypernyms', () => {
    let node = base.indexOf('wn:dog.n.01');
    const chain: string[] = [];
    for (; node !== undefined; node = base.related(node, relation('hypernym')).at(-1) as number) {
      chain.push(base.labelOf(node));
    }
    assert.ok(chain.includes('animal'), chain.join(' < '));
    assert.equal(chain.at(-1), 'entity');
  });

  test('a description finds its word', () => {
    const query = base.search.weigh(terms('a morbid fear of spiders'));
    const [best] = base.search.search(query, 1);
    assert.equal(base.labelOf(best?.node ?? -1), 'arachnophobia');
  });
});

describe('loadWordNet on other files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vortexflow-wordnet-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const SYNSETS = {
    'data.noun':
      '  1 a line of the licence\n00000001 05 n 01 dog 0 001 @ 00000002 n 0000 | barks\n00000002 05 n 01 animal 0 000 | lives\n',
    'data.verb': '',
    'data.adj': '',
    'data.adv': '',
    'index.sense': 'animal%1:05:00:: 00000002 1 3\ndog%1:05:00:: 00000001 1 2\n',
  };
  /** A folder with the files above, some of them changed; null leaves one out. */
  const folderWith = (changes: Partial<Record<keyof typeof SYNSETS, string | null>>): string => {
    const made = mkdtempSync(join(folder, 'files-'));
    for (const [name, text] of Object.entries({ ...SYNSETS, ...changes })) {
      if (text !== null) writeFileSync(join(made, name), text);
    }
    return made;
  };

  test('reads them, licence lines left out, and adds the way back', async () => {
    const { nodes, senses, arcs } = await loadWordNet(folderWith({}));
    assert.deepEqual(
      nodes.map(({ id }) => id),
      ['wn:dog.n.01', 'wn:animal.n.01'],
    );
    assert.deepEqual(senses[0], { name: 'animal', node: 1, frequency: 3, rank: 1 });
    assert.deepEqual(arcs, {
      sources: [0, 1],
      targets: [1, 0],
      kinds: [relation('hypernym'), relation('hyponym')],
      labels: [0, 0],
    });
  });

  test('says which synset is malformed', async () => {
    const noun = SYNSETS['data.noun'].replace(' | barks', '');
    await assert.rejects(loadWordNet(folderWith({ 'data.noun': noun })), /synset n00000001 has no gloss/);
  });

  test('says which synset points nowhere, and which sense', async () => {
    const noun = SYNSETS['data.noun'].replace('@ 00000002', '@ 00000003');
    await assert.rejects(
      loadWordNet(folderWith({ 'data.noun': noun })),
      /n00000001 points to the unknown synset n00000003/,
    );
    const sense = 'cat%1:05:00:: 00000009 1 2\n';
    await assert.rejects(loadWordNet(folderWith({ 'index.sense': sense })), /"cat" names the unknown synset n00000009/);
  });

  test('says which file is missing', async () => {
    await assert.rejects(loadWordNet(folderWith({ 'data.adv': null })), /ENOENT.*data\.adv/);
  });
});
