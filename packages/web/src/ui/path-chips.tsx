import type { GraphNode, PathStep } from '@vortexflow/protocol';
import { Fragment } from 'react';

interface PathChipsProps {
  readonly path: readonly GraphNode[];
  readonly steps: readonly PathStep[];
  readonly visit: (node: GraphNode) => void;
}

/** The path of the answer, in walking order; a step tells where it stands written. */
export function PathChips({ path, steps, visit }: PathChipsProps) {
  return (
    <nav className="path" aria-label="Path in the graph">
      {path.map((node, i) => {
        const step = steps.find(({ from, to }) => from === path[i - 1]?.id && to === node.id);
        return (
          <Fragment key={node.id}>
            {i > 0 && (
              <span className="step" title={step?.sentence}>
                {step?.relation?.replaceAll('_', ' ') ?? ''} →
              </span>
            )}
            <button type="button" className="chip gold" onClick={() => visit(node)}>
              {node.label}
            </button>
          </Fragment>
        );
      })}
    </nav>
  );
}
