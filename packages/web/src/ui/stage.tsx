import { useEffect, useRef } from 'react';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

/** The picture, the names over it, and the card of the node under the pointer. */
export function Stage({ page }: { page: Page }) {
  const host = useRef<HTMLDivElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const problem = useCell(page.sceneProblem);
  useEffect(() => {
    if (host.current && labels.current) return page.attach(host.current, labels.current);
    return undefined;
  }, [page]);
  return (
    <>
      <div
        ref={host}
        className="stage"
        tabIndex={0}
        role="application"
        aria-roledescription="3D graph"
        aria-label="The knowledge as a graph in space"
        aria-describedby="stage-text"
      />
      <StageText page={page} />
      <div ref={labels} className="labels" aria-hidden="true" />
      <Tooltip page={page} />
      {problem && (
        <div className="note middle" role="alert">
          <strong>The graph cannot be drawn here.</strong>
          <p>{problem}</p>
          <p>Asking and reading work all the same: answers, evidence and neighbours come as text.</p>
        </div>
      )}
    </>
  );
}

/** What the picture shows, for those who do not see it. */
function StageText({ page }: { page: Page }) {
  const { nodes, edges } = useCell(page.readout);
  const groups = useCell(page.groups);
  const largest = groups.slice(0, 3).map(({ name, count }) => `${name} (${count.toLocaleString('en')})`);
  return (
    <p id="stage-text" className="unseen">
      {nodes.toLocaleString('en')} nodes and {edges.toLocaleString('en')} edges, coloured by group. Largest groups:{' '}
      {largest.join(', ')}. Arrow keys turn, plus and minus zoom, F shows all. Every node that an answer names can be
      opened from its list, and every neighbour from the node.
    </p>
  );
}

function Tooltip({ page }: { page: Page }) {
  const hover = useCell(page.hover);
  if (!hover) return null;
  const side = hover.x > window.innerWidth - 300 ? 'left' : 'right';
  const rise = hover.y > window.innerHeight - 180 ? 'up' : 'down';
  return (
    <div className={`tooltip ${side} ${rise}`} style={{ left: hover.x, top: hover.y }} role="status">
      {hover.node ? (
        <>
          <strong>{hover.node.label}</strong> <span className="group">{hover.node.group}</span>
          <p>{hover.node.text}</p>
        </>
      ) : (
        <span className="faint">…</span>
      )}
    </div>
  );
}
