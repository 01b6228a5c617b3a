/** From what one process knows to what another one does. */
import { isDeepStrictEqual } from 'node:util';
import type { ChangedNode, KnowledgeBase, KnowledgeChange } from './base.ts';

/**
 * A change that makes a base that of another one over the same image: the same nodes under the same numbers, and the same
 * edges, in their order. So a process can follow another leader without starting anew. O(all that is beyond the image).
 * @param additions of the other one, see {@link KnowledgeBase.additions}
 * @returns null when that cannot be had by a change: relations have other numbers there
 */
export function changeTo(base: KnowledgeBase, additions: KnowledgeChange): KnowledgeChange | null {
  const { nodes, edges, revision, relations = [] } = additions;
  const ours = base.relations.added();
  const isPrefix = ours.every((one, i) => isDeepStrictEqual(one, relations[i]));
  if (!isPrefix) return null;
  const wanted = new Map(nodes.filter(({ id }) => id !== '').map((node) => [node.index, node]));
  const isKept = (node: ChangedNode): boolean => isDeepStrictEqual(node, wanted.get(node.index));
  const removedNodes = [...base.addedNodes].filter((node) => !isKept(node)).map(({ index }) => index);
  const gone = new Set(removedNodes);
  const isMissing = ({ index, id }: ChangedNode): boolean =>
    index >= base.nodeCount || (id !== '' && (gone.has(index) || !base.isAdded(index)));
  return {
    revision,
    relations: relations.slice(ours.length),
    removedEdges: [...base.edgesOfDocuments],
    removedNodes,
    nodes: nodes.filter(isMissing),
    edges,
  };
}
