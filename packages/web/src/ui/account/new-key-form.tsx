import { useId } from 'react';
import type { Account } from '../../page/account.ts';
import type { OwnKeys } from '../../page/account/own-keys.ts';
import { type Scope, SCOPES } from '../../page/account/words.ts';
import { useCell } from '../hooks.ts';
import { isAt, PlaceForm, refusalId, RefusalText } from './progress.tsx';
import { TextField } from './text-field.tsx';

/** Days, and in words. */
const ENDS: readonly (readonly [days: number | null, text: string])[] = [
  [7, 'in a week'],
  [30, 'in 30 days'],
  [90, 'in 90 days'],
  [365, 'in a year'],
  [null, 'never'],
];

export function NewKeyForm({ keys, account }: { keys: OwnKeys; account: Account }) {
  const { draft, busy, refusal } = useCell(keys.state);
  const id = useId();
  return (
    <section>
      <h3>New key</h3>
      <PlaceForm className="entry-form" label="New key" busy={busy} send={() => keys.make()}>
        <TextField
          label="Name"
          place="new"
          field="name"
          refusal={refusal}
          placeholder="nightly import"
          value={draft.name}
          edit={(name) => keys.edit({ name })}
        />
        <ScopeChoice keys={keys} account={account} />
        <div className="typed">
          <label htmlFor={id}>Ends</label>
          <select
            id={id}
            className="field"
            value={String(draft.days)}
            onChange={({ target }) =>
              keys.edit({ days: ENDS.find(([days]) => String(days) === target.value)?.[0] ?? null })
            }
          >
            {ENDS.map(([days, text]) => (
              <option key={text} value={String(days)}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <RefusalText refusal={refusal} place="new" />
        <div className="actions">
          <button type="submit" className="chip gold" disabled={busy}>
            Make the key
          </button>
        </div>
      </PlaceForm>
    </section>
  );
}

/** Only what one may do oneself can be given away. */
function ScopeChoice({ keys, account }: { keys: OwnKeys; account: Account }) {
  const { draft, refusal } = useCell(keys.state);
  const isRefused = isAt(refusal, 'new', 'scopes');
  const scopes = (Object.keys(SCOPES) as Scope[]).filter((scope) => account.may(scope));
  return (
    <fieldset className="typed" aria-describedby={isRefused ? refusalId('new', 'scopes') : undefined}>
      <legend>It may</legend>
      {scopes.map((scope, i) => (
        <label key={scope} className="choice">
          <input
            type="checkbox"
            checked={draft.scopes.includes(scope)}
            aria-invalid={isRefused && i === 0}
            onChange={() => keys.toggle(scope)}
          />
          <span>
            {SCOPES[scope]} <code className="faint">{scope}</code>
          </span>
        </label>
      ))}
      <RefusalText refusal={refusal} place="new" field="scopes" />
    </fieldset>
  );
}
