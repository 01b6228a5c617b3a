/** Knowledge for tests: WordNet from the cache file that all tests share, and changes made by hand. */
import { fileURLToPath } from 'node:url';
import {
  type ChangedEdge,
  type KnowledgeBase,
  type KnowledgeChange,
  type KnowledgeImage,
  openWordNetImage,
  relation,
} from '@vortexflow/knowledge';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));

let opened: Promise<KnowledgeImage> | undefined;

/** WordNet 3.1; read once per process. */
export function wordNetImage(): Promise<KnowledgeImage> {
  opened ??= openWordNetImage(CACHE, () => undefined).then(({ image }) => image);
  return opened;
}

/** A document as a test writes it. */
export interface TestDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Ids of documents in the same change. */
  readonly links?: readonly string[];
}

/** The next change of a knowledge base: new documents with their links. */
export function additionOf(base: KnowledgeBase, documents: readonly TestDocument[]): KnowledgeChange {
  const indexOf = new Map(documents.map(({ id }, i) => [id, base.nodeCount + i]));
  const nodes = documents.map(({ id, title, text }) => ({
    index: indexOf.get(id) as number,
    id,
    names: [title],
    text,
    group: base.image.groupNames.length,
  }));
  const edges = documents.flatMap(({ id, links = [] }) =>
    links.map((to): ChangedEdge => {
      return { source: indexOf.get(id) as number, target: indexOf.get(to) as number, kind: relation('links') };
    }),
  );
  return { revision: base.revision + 1, removedEdges: [], removedNodes: [], nodes, edges };
}
