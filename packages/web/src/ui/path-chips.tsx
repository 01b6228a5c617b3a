import type { GraphNode } from '@vortexflow/protocol';
import { Fragment } from 'react';

/** Relation from one node to the next, as far as the first one's neighbours tell. */
const relation = (from: GraphNode, to: GraphNode): string =>
  from.neighbours.find(({ id }) => id === to.id)?.relation ?? '';

/** The path of the answer, in walking order. */
export function PathChips({ path, visit }: { path: readonly GraphNode[]; visit: (node: GraphNode) => void }) {
  return (
    <nav className="path" aria-label="Path in the graph">
      {path.map((node, i) => (
        <Fragment key={node.id}>
          {i > 0 && <span className="step">{relation(path[i - 1]!, node)} →</span>}
          <button type="button" className="chip gold" onClick={() => visit(node)}>
            {node.label}
          </button>
        </Fragment>
      ))}
    </nav>
  );
}
