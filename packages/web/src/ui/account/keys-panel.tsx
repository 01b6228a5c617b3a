import { useId, useRef } from 'react';
import type { Account } from '../../page/account.ts';
import type { ApiKey, OwnKeys } from '../../page/account/own-keys.ts';
import { useCell } from '../hooks.ts';
import { Instant } from '../settings/instant.tsx';
import { ConfirmBox } from './confirm-box.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { OnceBox } from './once-box.tsx';
import { RefusalText, Status } from './progress.tsx';

/** Keys for programs. */
export function KeysPanel({ keys, account }: { keys: OwnKeys; account: Account }) {
  const { keys: all, made, busy, refusal, done } = useCell(keys.state);
  const status = useRef<HTMLParagraphElement>(null);
  const revoke = async (): Promise<void> => {
    await keys.revoke();
    if (keys.state.get().done) status.current?.focus();
  };
  return (
    <div className="part">
      <p className="about">
        For programs, which send a key as <code>Authorization: Bearer KEY</code>. A key never may more than you.
      </p>
      <Status
        progress={{ busy: busy && !all, refusal, done }}
        place="keys"
        waiting="Reading your keys…"
        status={status}
      />
      {made && (
        <OnceBox
          title={`The key “${made.name}”, shown once.`}
          help="Give it to the program now."
          secrets={[made.key]}
          putAway={() => {
            keys.putAway();
            status.current?.focus();
          }}
        />
      )}
      {all?.length === 0 && <p>You have no keys.</p>}
      <ul className="entries">
        {all?.map((key) => (
          <KeyEntry key={key.id} apiKey={key} keys={keys} revoke={() => void revoke()} />
        ))}
      </ul>
      <NewKeyForm keys={keys} account={account} />
    </div>
  );
}

interface KeyEntryProps {
  readonly apiKey: ApiKey;
  readonly keys: OwnKeys;
  readonly revoke: () => void;
}

function KeyEntry({ apiKey, keys, revoke }: KeyEntryProps) {
  const { id: key, name, scopes, created_at, expires_at, last_used_at } = apiKey;
  const { asked, busy, refusal } = useCell(keys.state);
  const id = useId();
  return (
    <li className="entry" data-key={key}>
      <div id={id}>
        <strong>{name}</strong>{' '}
        {scopes.map((scope) => (
          <span key={scope} className="mark">
            {scope}
          </span>
        ))}
        <p className="about">
          Made <Instant time={created_at} />, {expires_at === null ? 'without an end' : <Expiry time={expires_at} />}.{' '}
          {last_used_at === null ? (
            'Never used.'
          ) : (
            <>
              Last used <Instant time={last_used_at} />.
            </>
          )}
        </p>
      </div>
      {asked !== key && (
        <button type="button" className="chip" aria-describedby={id} disabled={busy} onClick={() => keys.ask(key)}>
          Revoke…
        </button>
      )}
      {asked === key && (
        <ConfirmBox
          question={`Revoke the key “${name}”?`}
          yes="Revoke"
          busy={busy}
          confirm={revoke}
          cancel={() => keys.ask(null)}
        >
          Programs that use it are refused from then on, and its sessions end.
        </ConfirmBox>
      )}
      <RefusalText refusal={refusal} place={key} />
    </li>
  );
}

function Expiry({ time }: { time: string }) {
  const isOver = new Date(time).getTime() <= Date.now();
  return (
    <>
      {isOver ? 'ended' : 'ends'} <Instant time={time} />
    </>
  );
}
