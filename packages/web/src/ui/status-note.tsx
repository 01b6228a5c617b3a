import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

/** Says what is going on whenever the picture is not live. */
export function StatusNote({ page }: { page: Page }) {
  const { line, detail } = useCell(page.status);
  const { nodes, settled } = useCell(page.readout);
  const paused = useCell(page.paused);
  const [title, text] = message(line, detail, nodes > 0 && settled !== null, paused);
  const kind = line === 'starting' ? 'note middle' : 'note';
  return (
    <div role="status" className={title ? kind : 'unseen'}>
      {title && (
        <>
          {line !== 'open' && <span className="spinner" />}
          <strong>{title}</strong>
          {text && <p>{text}</p>}
        </>
      )}
    </div>
  );
}

function message(
  line: string,
  detail: string,
  drawn: boolean,
  paused: boolean,
): readonly [title: string, text: string] {
  if (line === 'starting') return ['The knowledge is loading', detail];
  if (line === 'waiting') return ['Connection lost', 'Trying again. Asking may still work.'];
  if (!drawn) return ['The graph is on its way', ''];
  if (paused) return ['The stream is held', 'Space resumes it.'];
  return ['', ''];
}
