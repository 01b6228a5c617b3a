import type { LocalState } from '../page/local-layout.ts';
import type { Page } from '../page/page.ts';
import { useCell, useSettled } from './hooks.ts';

/** A note about what has happened here is gone after this. */
const READ_MS = 8000;

type Message = readonly [title: string, text: string];
const QUIET: Message = ['', ''];
const OUTSIDE: Message = ['Sign in to see the graph', 'This server shows it to those whom it knows.'];

/** What is missing, where something is. */
const OFFERED: Readonly<Partial<Record<string, Message>>> = {
  'no-llm': ['No language model answers', 'The reasoners of the server itself do.'],
  'one-reasoner': ['One reasoner answers alone', 'Nobody can agree with it or contradict it now.'],
  'cache-only': ['Only known questions are answered', 'The reasoners are being started again.'],
  'read-only': ['Changes may be refused for a while', 'Questions are answered as before.'],
};

/** Says what is going on whenever the picture is not live. */
export function StatusNote({ page }: { page: Page }) {
  const { line, detail } = useCell(page.status);
  const { nodes, settled } = useCell(page.readout);
  const paused = useCell(page.movement.paused);
  const local = useCell(page.movement.local);
  // By identity: the same problem a second time is news again.
  const read = useSettled(local, READ_MS) === local;
  const offered = useCell(page.offered);
  useCell(page.account.state);
  const { isOutside } = page.account;
  const [title, text] =
    (isOutside ? OUTSIDE : null) ??
    message(line, detail, nodes > 0 && settled !== null, paused) ??
    OFFERED[offered] ??
    (read ? QUIET : localMessage(local));
  const kind = line === 'starting' ? 'note middle' : 'note';
  return (
    <div role="status" className={title ? kind : 'unseen'}>
      {title && (
        <>
          {line !== 'open' && !isOutside && <span className="spinner" />}
          <strong>{title}</strong>
          {text && <p>{text}</p>}
        </>
      )}
    </div>
  );
}

function message(line: string, detail: string, drawn: boolean, paused: boolean): Message | null {
  if (line === 'starting') return ['The knowledge is loading', detail];
  if (line === 'waiting') return ['Connection lost', 'Trying again. Asking may still work.'];
  if (!drawn) return ['The graph is on its way', ''];
  if (paused) return ['The picture is held', 'Space resumes it.'];
  return null;
}

function localMessage(local: LocalState): Message {
  if (local.phase === 'opening') return ['The layout is moving in here', 'Its programs are built for this GPU.'];
  if (local.phase === 'off' && local.problem)
    return ['The server computes the layout', `Here, ${local.problem.replace(/\.$/, '')}.`];
  return QUIET;
}
