import { useId, useRef } from 'react';
import { npubOf } from '../../page/account/npub.ts';
import type { People, Person } from '../../page/account/people.ts';
import { useCell } from '../hooks.ts';
import { ConfirmBox } from './confirm-box.tsx';
import { PersonForm } from './person-form.tsx';
import { RefusalText } from './progress.tsx';

interface PersonEntryProps {
  readonly person: Person;
  readonly people: People;
  /** Does something after which this entry may look different. */
  readonly doing: (work: Promise<void>) => Promise<void>;
}

/** Somebody: who he is, and what may be done about him. */
export function PersonEntry({ person, people, doing }: PersonEntryProps) {
  const { asked, editing, refusal } = useCell(people.state);
  const entry = useRef<HTMLLIElement>(null);
  const id = useId();
  const close = (): void => {
    people.close();
    // The button that opened it is back by then.
    requestAnimationFrame(() => entry.current?.querySelector('button')?.focus());
  };
  const isAsked = asked?.id === person.id;
  const isEdited = editing === person.id;
  return (
    <li className="entry" data-person={person.id} ref={entry}>
      <div id={id}>
        <strong>{person.name}</strong> <span className="mark">{person.role}</span>
        {people.isSelf(person.id) && <span className="mark now">you</span>}
        {person.second_factor && <span className="mark">second factor</span>}
        <p className="about">{signInText(person)}</p>
      </div>
      {!isAsked && !isEdited && <Actions person={person} people={people} describedBy={id} />}
      {isEdited && <PersonForm people={people} person={person} save={() => doing(people.save())} close={close} />}
      {isAsked && <Question people={people} person={person} answer={() => doing(people.answer())} />}
      {!isEdited && <RefusalText refusal={refusal} place={person.id} />}
    </li>
  );
}

function signInText({ id, nostr }: Person) {
  if (nostr === null)
    return id === 'owner' ? 'Signs in with the owner key or a link.' : 'Has no Nostr key to sign in with.';
  const npub = npubOf(nostr);
  return (
    <>
      Signs in with{' '}
      <code title={npub}>
        {npub.slice(0, 12)}…{npub.slice(-6)}
      </code>
    </>
  );
}

function Actions({ person, people, describedBy }: { person: Person; people: People; describedBy: string }) {
  const { busy } = useCell(people.state);
  const may = people.mayFor(person);
  const common = { type: 'button', className: 'chip', disabled: busy, 'aria-describedby': describedBy } as const;
  return (
    <div className="doings">
      {may.change && (
        <button {...common} onClick={() => people.open(person)}>
          Change…
        </button>
      )}
      {may.dropSecondFactor && (
        <button {...common} onClick={() => people.ask({ id: person.id, what: 'second-factor' })}>
          Take away second factor…
        </button>
      )}
      {may.remove && (
        <button {...common} onClick={() => people.ask({ id: person.id, what: 'remove' })}>
          Remove…
        </button>
      )}
    </div>
  );
}

function Question({ person, people, answer }: { person: Person; people: People; answer: () => Promise<void> }) {
  const { asked, busy } = useCell(people.state);
  const isRemoval = asked?.what === 'remove';
  const question = isRemoval ? `Remove ${person.name}?` : `Take away the second factor of ${person.name}?`;
  return (
    <ConfirmBox
      question={question}
      yes={isRemoval ? 'Remove' : 'Take it away'}
      busy={busy}
      confirm={() => void answer()}
      cancel={() => people.ask(null)}
    >
      {isRemoval
        ? 'Sessions and keys end at once. Documents stay.'
        : 'For somebody who has lost his authenticator and his recovery codes. His sessions end, and the next sign-in takes no code.'}
    </ConfirmBox>
  );
}
