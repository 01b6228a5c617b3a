/** The state after any history equals the state built anew: on another thread, and after a restart. */
import { VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase } from './base.ts';
import { emptyImage, type KnowledgeImage } from './image/image.ts';
import { Knowledge, type NewDocument } from './knowledge.ts';
import { smallImage } from './small-source.ts';
import { openSqliteStore } from './store/sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-model-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

const PIECES = [
  '# One\n\nzorn',
  '# Two\n\nblik blik',
  '## Inner',
  '[[a]]',
  '[[b#One]]',
  '[[Same]]',
  '[c](c.md)',
  'quat',
  'zorn',
];
const TERMS = ['zorn', 'blik', 'quat', 'same', 'inner', 'dog'];

const anyDocument: fc.Arbitrary<NewDocument> = fc.record({
  id: fc.constantFrom('a', 'b', 'c.md', 'a#one', 'x/a', 'wn:dog.n.01'),
  title: fc.constantFrom('Same', 'Other', 'Dog', 'Ünder'),
  text: fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join('\n\n')),
});
/** Several documents to add or replace, or one id to remove. Some are refused, and must then change nothing. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(anyDocument, { minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: anyDocument.map(({ id }) => id) },
);

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['document_id_taken', 'document_repeated'].includes(String(error.code));

async function take(knowledge: Knowledge, step: NewDocument[] | string): Promise<void> {
  try {
    await (typeof step === 'string' ? knowledge.removeDocument(step) : knowledge.addDocuments(step));
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** Everything that a reader can see, by index: must be equal on every thread, in the same order. */
function viewOf(base: KnowledgeBase) {
  const indices = Array.from({ length: base.nodeCount }, (_, index) => index).filter((index) => base.has(index));
  return {
    counts: [base.revision, base.nodeCount, base.liveNodes, base.edgeCount],
    nodes: indices.map((index) => [
      index,
      base.idOf(index),
      base.namesOf(index),
      base.textOf(index),
      base.groupOf(index),
    ]),
    found: indices.map((index) => base.indexOf(base.idOf(index))),
    arcs: indices.map((index) => {
      const arcs: number[][] = [];
      base.forEachArc(index, (...arc) => arcs.push(arc));
      return arcs;
    }),
    pairs: pairsOf(base.addedEdges()).sort(),
    senses: ['same', 'other', 'dog', 'one', 'a – one'].map((name) => [base.isName(name), base.senses(name)]),
    hits: TERMS.map((term) => base.search.search(base.search.weigh([term, 'zorn']), 3)),
  };
}

const pairsOf = (flat: Uint32Array): string[] =>
  Array.from({ length: flat.length / 2 }, (_, i) => `${flat[2 * i]} ${flat[2 * i + 1]}`);

/** The same by id: indices are given out anew at a restart, and with them the order among equals. */
function contentOf({ base, documentCount }: Knowledge) {
  const indices = Array.from({ length: base.nodeCount }, (_, index) => index).filter((index) => base.has(index));
  const arcsOf = (index: number): string[] => {
    const arcs: string[] = [];
    base.forEachArc(index, (target, kind) => arcs.push(`${base.relations.nameOf(kind)} ${base.idOf(target)}`));
    return arcs.sort();
  };
  const hitsOf = (term: string): string[] =>
    base.search
      .search(base.search.weigh([term]), 99)
      .map(({ node, score }) => `${base.idOf(node)} ${score}`)
      .sort();
  return {
    counts: [documentCount, base.liveNodes, base.edgeCount],
    nodes: indices
      .map((index) => [base.idOf(index), base.namesOf(index), base.textOf(index), base.groupOf(index), arcsOf(index)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    senses: ['same', 'dog', 'one'].map((name) =>
      base
        .senses(name)
        .map(({ node }) => base.idOf(node))
        .sort(),
    ),
    hits: TERMS.map(hitsOf),
  };
}

async function openAt(file: string, image: KnowledgeImage): Promise<Knowledge> {
  const clock = new VirtualClock();
  return Knowledge.open(image, await openSqliteStore({ file, clock }), clock);
}

for (const [name, makeImage] of Object.entries({ emptyImage, smallImage })) {
  test(`over ${name}, every thread and every restart sees what the history left`, async () => {
    const image = makeImage();
    const history = fc.array(step, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (steps, atOnce) => {
        const file = join(folder, `${files++}.db`);
        const knowledge = await openAt(file, image);
        const follower = new KnowledgeBase(image);
        knowledge.follow((change) => follower.apply(structuredClone(change)));
        if (atOnce) await Promise.all(steps.map((step) => take(knowledge, step)));
        else for (const step of steps) await take(knowledge, step);

        const late = new KnowledgeBase(image);
        late.apply(structuredClone(knowledge.base.additions()));
        assert.deepEqual(viewOf(follower), viewOf(knowledge.base));
        assert.deepEqual(viewOf(late), viewOf(knowledge.base));

        const before = contentOf(knowledge);
        await knowledge.close();
        const reopened = await openAt(file, image);
        assert.deepEqual(contentOf(reopened), before);
        await reopened.close();
      }),
      { numRuns: 60, seed: 45 },
    );
  });
}
