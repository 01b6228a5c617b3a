import { useEffect, useId, useRef } from 'react';
import { NEW, type People, type Person } from '../../page/account/people.ts';
import { ROLES, type Role } from '../../page/account/words.ts';
import { useCell } from '../hooks.ts';
import { isAt, PlaceForm, refusalId, RefusalText } from './progress.tsx';
import { TextField } from './text-field.tsx';

interface PersonFormProps {
  readonly people: People;
  /** null: a new one. */
  readonly person: Person | null;
  readonly save: () => Promise<void>;
  readonly close: () => void;
}

export function PersonForm({ people, person, save, close }: PersonFormProps) {
  const { draft, busy, refusal } = useCell(people.state);
  const name = useRef<HTMLInputElement>(null);
  const place = person?.id ?? NEW;
  useEffect(() => name.current?.focus(), []);
  const common = { place, refusal };
  return (
    <PlaceForm className="entry-form" label={person ? `Change ${person.name}` : 'Add somebody'} busy={busy} send={save}>
      <TextField
        {...common}
        label="Name"
        field="name"
        input={name}
        value={draft.name}
        edit={(text) => people.edit({ name: text })}
      />
      {(person === null || people.mayFor(person).changeRole) && <RoleChoice people={people} place={place} />}
      <TextField
        {...common}
        label="Nostr public key"
        field="nostr"
        placeholder="npub1…"
        help="As npub1… or 64 hexadecimal digits. It is what one signs in with here; without one nobody can."
        value={draft.nostr}
        edit={(nostr) => people.edit({ nostr })}
      />
      <RefusalText refusal={refusal} place={place} />
      {person && <p className="about">Another role or public key ends the sessions of {person.name}.</p>}
      <div className="actions">
        <button type="submit" className="chip gold" disabled={busy}>
          {person ? 'Save' : 'Add'}
        </button>
        <button type="button" className="chip" onClick={close}>
          Cancel
        </button>
      </div>
    </PlaceForm>
  );
}

function RoleChoice({ people, place }: { people: People; place: string }) {
  const { draft, refusal } = useCell(people.state);
  const id = useId();
  const isRefused = isAt(refusal, place, 'role');
  return (
    <div className="typed">
      <label htmlFor={id}>Role</label>
      <select
        id={id}
        className="field"
        value={draft.role}
        aria-invalid={isRefused}
        aria-describedby={isRefused ? refusalId(place, 'role') : undefined}
        onChange={({ target }) => people.edit({ role: target.value as Role })}
      >
        {people.roles.map((role) => (
          <option key={role} value={role}>
            {role}: {ROLES[role]}
          </option>
        ))}
      </select>
      <RefusalText refusal={refusal} place={place} field="role" />
    </div>
  );
}
