import type { ReactNode } from 'react';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What is there and what it costs: measured numbers only. */
export function Readout({ page }: { page: Page }) {
  const stats = useCell(page.stats);
  const numbers = useCell(page.readout);
  const paused = useCell(page.movement.paused);
  const local = useCell(page.movement.local);
  const here = local.phase === 'on' ? local : null;
  const settled = here ? here.settled : numbers.settled;
  const state = paused ? 'held' : settled === null ? 'waiting' : settled ? 'settled' : 'moving';
  const { nodes, edges, fps, frameMs, drawMs, renderer, bytes, bytesPerSecond, dropped, behindMs } = numbers;
  const tick = here ? here.tickMs : (stats?.layout.tick_ms ?? null);
  const computer = here ? `${here.backend} · here` : `${stats?.layout.backend ?? '–'} · server`;
  return (
    <dl className="readout" aria-label="Read-out">
      <Item name="nodes" value={nodes.toLocaleString('en')} />
      <Item name="edges" value={edges.toLocaleString('en')} />
      <Item name="layout" value={`${computer} · ${state}`} id="layout-state">
        {(local.phase !== 'off' || renderer === 'webgpu') && (
          <button
            type="button"
            aria-label={local.phase === 'off' ? 'Run the layout here' : 'Run the layout on the server'}
            title="where the layout is computed (L)"
            onClick={() => page.movement.toggleLocal()}
          >
            {local.phase === 'off' ? '→ here' : '→ server'}
          </button>
        )}
      </Item>
      {tick !== null && <Item name="tick" value={`${tick.toFixed(1)} ms`} title="median of the layout’s latest" more />}
      <Item name="renderer" value={renderer ?? '–'} more />
      <Item name="fps" value={String(fps)} title="while the picture moves" more />
      <Item
        name="draw"
        value={`${drawMs.toFixed(2)} of ${frameMs.toFixed(2)} ms`}
        title="main thread per picture, median: inside the call that draws, of all the page’s own work"
        more
      />
      <Item
        name="stream"
        value={`${kilobytes(bytesPerSecond)}/s`}
        title={`over the last two seconds; ${megabytes(bytes)} so far`}
        more
      />
      <Item name="dropped" value={String(dropped)} title="ticks the server skipped for this viewer" more />
      <Item
        name="behind"
        value={`${behindMs} ms`}
        title="how much later the newest frame came than the quickest one: the clocks of server and viewer need not agree"
        more
      />
      {stats && <Item name="viewers" value={String(stats.viewers)} more />}
    </dl>
  );
}

interface ItemProps {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  readonly id?: string;
  /** Left out on narrow screens. */
  readonly more?: boolean;
  /** Behind the value. */
  readonly children?: ReactNode;
}

function Item({ name, value, title, id, more, children }: ItemProps) {
  return (
    <div title={title} className={more ? 'more' : undefined} id={id}>
      <dt>{name}</dt>
      <dd>
        {value} {children}
      </dd>
    </div>
  );
}
