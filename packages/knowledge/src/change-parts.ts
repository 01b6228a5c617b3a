/** Large changes in parts: whoever applies one stops for the size of a part, and has turns for others between them. */
import type { ChangedEdge, ChangedNode, KnowledgeChange } from './base.ts';

/** A change without its number. */
export type ChangeContent = Omit<KnowledgeChange, 'revision'>;

/** Characters of a part, about: a thread that answers by them takes them in within 20 ms. A longer text is a part of its own. */
const PART = 131_072;
/** What an element costs beside its texts, in characters. */
const [NODE, EDGE, REMOVAL] = [256, 64, 1_024];

type Lists = { -readonly [Key in 'removedEdges' | 'removedNodes' | 'nodes' | 'edges']: ChangeContent[Key][number][] };

/** Applied one after the other, they do what the change does. There is at least one. */
export function* changeParts(change: ChangeContent): Generator<ChangeContent, void, undefined> {
  let relations = change.relations ?? [];
  let part = emptyLists();
  let size = 0;
  for (const { cost, put } of elementsOf(change)) {
    if (size > 0 && size + cost > PART) {
      yield { relations, ...part, hasMore: true };
      relations = [];
      part = emptyLists();
      size = 0;
    }
    put(part);
    size += cost;
  }
  yield { relations, ...part };
}

interface Element {
  /** In characters. */
  readonly cost: number;
  readonly put: (part: Lists) => void;
}

/** In the order in which a change is applied: an edge comes behind the nodes that it joins. */
function* elementsOf({ removedEdges, removedNodes, nodes, edges }: ChangeContent): Generator<Element> {
  for (const edge of removedEdges) yield { cost: EDGE, put: (part) => part.removedEdges.push(edge) };
  for (const node of removedNodes) yield { cost: REMOVAL, put: (part) => part.removedNodes.push(node) };
  for (const node of nodes) yield { cost: costOfNode(node), put: (part) => part.nodes.push(node) };
  for (const edge of edges) yield { cost: costOfEdge(edge), put: (part) => part.edges.push(edge) };
}

const emptyLists = (): Lists => ({ removedEdges: [], removedNodes: [], nodes: [], edges: [] });

const costOfNode = ({ text, names }: ChangedNode): number =>
  NODE + text.length + names.reduce((sum, name) => sum + name.length, 0);
const costOfEdge = ({ origin }: ChangedEdge): number => EDGE + (origin?.text.length ?? 0);
