import { useEffect, useState } from 'react';
import type { Account } from '../../page/account.ts';
import { OwnKeys } from '../../page/account/own-keys.ts';
import { OwnSessions } from '../../page/account/own-sessions.ts';
import { People } from '../../page/account/people.ts';
import { Quota } from '../../page/account/quota.ts';
import { SecondFactor } from '../../page/account/second-factor.ts';
import type { Page } from '../../page/page.ts';
import { Dialog } from '../dialog.tsx';
import { useCell } from '../hooks.ts';
import type { LazyDialogProps } from '../lazy-dialog.tsx';
import '../settings/settings.css';
import './account.css';
import { KeysPanel } from './keys-panel.tsx';
import { OverviewPanel } from './overview-panel.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { SecondFactorPanel } from './second-factor-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

const TITLES = {
  overview: 'Overview',
  factor: 'Second factor',
  sessions: 'Sessions',
  keys: 'Keys',
  people: 'People',
} as const;
type View = keyof typeof TITLES;

/** Who one is here, what one holds, and, for those who manage people, everybody else. */
export function AccountDialog({ page, open, close }: LazyDialogProps) {
  const { account } = page;
  const [parts] = useState(() => partsOf(page));
  const [wanted, setWanted] = useState<View>('overview');
  useCell(account.state);
  const views = viewsOf(account);
  const view = views.includes(wanted) ? wanted : 'overview';
  useEffect(() => {
    if (open) void parts[view].load();
  }, [parts, open, view]);
  return (
    <Dialog title="Your account" className="settings account-page" open={open} close={close}>
      <nav className="views" aria-label="Parts of your account">
        {views.map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-current={view === name ? 'page' : undefined}
            onClick={() => setWanted(name)}
          >
            {TITLES[name]}
          </button>
        ))}
      </nav>
      {view === 'overview' && <OverviewPanel account={account} quota={parts.overview} />}
      {view === 'factor' && <SecondFactorPanel factor={parts.factor} />}
      {view === 'sessions' && <SessionsPanel sessions={parts.sessions} />}
      {view === 'keys' && <KeysPanel keys={parts.keys} account={account} />}
      {view === 'people' && <PeoplePanel people={parts.people} />}
    </Dialog>
  );
}

function partsOf({ client, account }: Page) {
  const { access } = client;
  const signedOut = (): void => void account.check();
  return {
    overview: new Quota(access, signedOut),
    factor: new SecondFactor(access, signedOut),
    sessions: new OwnSessions(access, signedOut),
    keys: new OwnKeys(access, signedOut),
    people: new People(access, () => account.state.get().who, signedOut),
  } satisfies Record<View, unknown>;
}

/** A session that was begun with an API key has no account of its own. */
function viewsOf(account: Account): View[] {
  const own: View[] = account.may('account') ? ['factor', 'sessions', 'keys'] : [];
  return ['overview', ...own, ...(account.may('manage') ? (['people'] as const) : [])];
}
