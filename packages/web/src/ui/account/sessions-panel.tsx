import { useId, useRef } from 'react';
import { agentText } from '../../page/account/agent.ts';
import type { OwnSessions, Session } from '../../page/account/own-sessions.ts';
import { WAYS } from '../../page/account/words.ts';
import { useCell } from '../hooks.ts';
import { Instant } from '../settings/instant.tsx';
import { RefusalText, Status } from './progress.tsx';

/** Where one is signed in. */
export function SessionsPanel({ sessions }: { sessions: OwnSessions }) {
  const { sessions: all, busy, refusal, done } = useCell(sessions.state);
  const status = useRef<HTMLParagraphElement>(null);
  const doing = async (work: Promise<void>): Promise<void> => {
    await work;
    // What was pressed is gone from the list.
    if (sessions.state.get().done) status.current?.focus();
  };
  const others = all?.filter(({ current }) => !current).length ?? 0;
  return (
    <div className="part">
      <p className="about">
        A session ends after half an hour in which nobody uses it, and after twelve hours in any case.
      </p>
      <Status
        progress={{ busy: busy && !all, refusal, done }}
        place="sessions"
        waiting="Reading your sessions…"
        status={status}
      />
      <ul className="entries">
        {all?.map((session) => (
          <SessionEntry
            key={session.id}
            session={session}
            busy={busy}
            end={() => void doing(sessions.end(session.id))}
            refusal={<RefusalText refusal={refusal} place={session.id} />}
          />
        ))}
      </ul>
      <RefusalText refusal={refusal} place="others" />
      {others > 1 && (
        <button type="button" className="chip" disabled={busy} onClick={() => void doing(sessions.endOthers())}>
          End all {others} other sessions
        </button>
      )}
    </div>
  );
}

interface SessionEntryProps {
  readonly session: Session;
  readonly busy: boolean;
  readonly end: () => void;
  readonly refusal: React.ReactNode;
}

function SessionEntry({ session, busy, end, refusal }: SessionEntryProps) {
  const { how, created_at, last_seen_at, address, agent, current } = session;
  const id = useId();
  return (
    <li className="entry" data-session={session.id}>
      <div id={id}>
        <strong title={agent}>{agentText(agent)}</strong> {current && <span className="mark now">this one</span>}
        <p className="about">
          From <code>{address}</code>, {WAYS[how]}. Since <Instant time={created_at} />, last seen{' '}
          <Instant time={last_seen_at} />.
        </p>
        {refusal}
      </div>
      {!current && (
        <button type="button" className="chip" aria-describedby={id} disabled={busy} onClick={end}>
          End
        </button>
      )}
    </li>
  );
}
