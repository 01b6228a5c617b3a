import type { Account } from '../../page/account.ts';
import { accountText, type Quota, type QuotaLine, quotaLines } from '../../page/account/quota.ts';
import { mayText } from '../../page/account/words.ts';
import { useCell } from '../hooks.ts';
import { Instant } from '../settings/instant.tsx';
import { Status } from './progress.tsx';

/** Who one is, what one may do, and how much of it is left. */
export function OverviewPanel({ account, quota }: { account: Account; quota: Quota }) {
  const { who, busy, problem } = useCell(account.state);
  const { quota: told, ...progress } = useCell(quota.state);
  if (!who) return null;
  return (
    <div className="part">
      <p>
        Signed in as <strong>{who.role}</strong>. You may {mayText(who.permissions)}.
      </p>
      {!account.may('account') && (
        <p className="about">
          This session was begun with an API key, so it sees to no second factor, sessions or keys. Sign in as yourself
          for that.
        </p>
      )}
      {/* Above what is still being read, which would push it away from under the pointer. */}
      <p role="alert" className="refusal">
        {problem}
      </p>
      <button type="button" className="chip" disabled={busy} onClick={() => void account.signOut()}>
        Sign out
      </button>
      <section>
        <h3>Quota</h3>
        {told ? (
          <>
            <p className="about">{accountText(told.account)}</p>
            <ul className="quota">
              {quotaLines(told).map((line) => (
                <Line key={line.title} line={line} isCounted={told.account !== null} />
              ))}
            </ul>
          </>
        ) : (
          <Status progress={progress} place="quota" waiting="Reading your quota…" />
        )}
      </section>
    </div>
  );
}

function Line({ line: { title, used, limit, text, resetsAt }, isCounted }: { line: QuotaLine; isCounted: boolean }) {
  return (
    <li>
      <strong>{title}</strong>
      <span>{isCounted ? text : 'no limit'}</span>
      {limit !== null && <meter aria-label={title} min={0} max={limit} high={limit * 0.8} optimum={0} value={used} />}
      {limit !== null && resetsAt !== null && (
        <p className="about">
          Dear questions count as several. Counting begins anew on <Instant time={resetsAt} />.
        </p>
      )}
    </li>
  );
}
