import { useRef } from 'react';
import { NEW, type People } from '../../page/account/people.ts';
import { useCell } from '../hooks.ts';
import { PersonEntry } from './person-entry.tsx';
import { PersonForm } from './person-form.tsx';
import { Status } from './progress.tsx';

/** Everybody who may sign in. */
export function PeoplePanel({ people }: { people: People }) {
  const { people: all, editing, busy, refusal, done } = useCell(people.state);
  const status = useRef<HTMLParagraphElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  // What was pressed is gone when it is done.
  const doing = async (work: Promise<void>): Promise<void> => {
    await work;
    if (people.state.get().done) status.current?.focus();
  };
  const close = (): void => {
    people.close();
    // The button that opened it is back by then.
    requestAnimationFrame(() => add.current?.focus());
  };
  return (
    <div className="part">
      <p className="about">
        Everybody who may sign in here.
        {!people.roles.includes('owner') && ' You may change those whose role is below yours.'}
      </p>
      <Status
        progress={{ busy: busy && !all, refusal, done }}
        place="people"
        waiting="Reading who is here…"
        status={status}
      />
      {all && editing !== NEW && (
        <button ref={add} type="button" className="chip gold" disabled={busy} onClick={() => people.open(null)}>
          Add somebody
        </button>
      )}
      {editing === NEW && (
        <section>
          <h3>Add somebody</h3>
          <PersonForm people={people} person={null} save={() => doing(people.save())} close={close} />
        </section>
      )}
      <ul className="entries">
        {all?.map((person) => (
          <PersonEntry key={person.id} person={person} people={people} doing={doing} />
        ))}
      </ul>
    </div>
  );
}
