import { useEffect, useRef } from 'react';
import { cssColour } from '../math/palette.ts';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

/** A node as text: its names, what it means, and its neighbours as ways on. */
export function NodePanel({ page }: { page: Page }) {
  const node = useCell(page.selected);
  const top = useRef<HTMLElement>(null);
  useEffect(() => {
    // Braces: newer browsers return a promise here, which React would take for a clean-up.
    top.current?.scrollTo(0, 0);
  }, [node]);
  if (!node) return null;
  return (
    <aside className="panel node" ref={top} aria-label={`Node ${node.label}`}>
      <div className="panel-head">
        <h2 className="node-name">{node.label}</h2>
        <button type="button" className="close" aria-label="Close the node" onClick={() => page.unselect()}>
          ×
        </button>
      </div>
      <p className="group">
        <i className="dot" style={{ background: cssColour(node.group) }} /> {node.group}
      </p>
      {node.names.length > 1 && <p className="names">{node.names.slice(1).join(', ')}</p>}
      <p className="gloss">{node.text}</p>
      <h2>
        {node.degree.toLocaleString('en')} {node.degree === 1 ? 'neighbour' : 'neighbours'}
        {node.degree > node.neighbours.length && <span className="faint"> · {node.neighbours.length} shown</span>}
      </h2>
      <ul className="neighbours">
        {node.neighbours.map((neighbour, i) => (
          <li key={`${neighbour.id}-${i}`}>
            <button type="button" onClick={() => void page.visit(neighbour)}>
              <span className="faint">{neighbour.relation}</span> {neighbour.label}
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
