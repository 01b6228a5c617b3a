/** Everybody who may sign in, for those who manage people. */
import type { AccessCalls } from '@vortexflow/client';
import type { UsersResponse, WhoResponse } from '@vortexflow/protocol';
import { npubOf, publicKeyOf } from './npub.ts';
import { FieldProblem, Section } from './section.ts';
import { type Role, ROLES } from './words.ts';

export type Person = UsersResponse['users'][number];

/** Somebody as he is typed. */
export interface PersonDraft {
  readonly name: string;
  readonly role: Role;
  /** The public key in either form; empty: none. */
  readonly nostr: string;
}

/** Something that is done only once it is confirmed. */
type Question = { readonly id: string; readonly what: 'remove' | 'second-factor' };

interface PeopleState {
  /** By name; null until the server has told them. */
  readonly people: readonly Person[] | null;
  /** Who is being typed: the id of somebody, {@link NEW}, or null for nobody. */
  readonly editing: string | null;
  readonly draft: PersonDraft;
  readonly asked: Question | null;
}

export const NEW = 'new';
/** Id of the user who is always there, and stays the owner. */
const OWNER = 'owner';
const EMPTY: PersonDraft = { name: '', role: 'reader', nostr: '' };
const RANKS = Object.keys(ROLES) as Role[];

export class People extends Section<PeopleState> {
  readonly #access: AccessCalls;
  readonly #who: () => WhoResponse | null;

  /** @param who whom the server takes this one for */
  constructor(access: AccessCalls, who: () => WhoResponse | null, signedOut: () => void) {
    super({ people: null, editing: null, draft: EMPTY, asked: null }, signedOut);
    this.#access = access;
    this.#who = who;
  }

  /** Roles that this one may give: those below his own; all of them when he is an owner. */
  get roles(): Role[] {
    return RANKS.filter((role) => this.#isAbove(role));
  }

  /** What this one may do about somebody. */
  mayFor({ id, role, second_factor }: Person) {
    const isAbove = this.#isAbove(role);
    return {
      change: isAbove || this.isSelf(id),
      changeRole: isAbove && id !== OWNER,
      dropSecondFactor: isAbove && second_factor,
      remove: isAbove && id !== OWNER,
    };
  }

  isSelf(id: string): boolean {
    return this.#who()?.subject === id;
  }

  load(): Promise<void> {
    return this.run('people', async () => {
      await this.#read();
      return '';
    });
  }

  /** Begins to type somebody. @param person null: a new one */
  open(person: Person | null): void {
    const draft = person && { name: person.name, role: person.role, nostr: person.nostr ? npubOf(person.nostr) : '' };
    this.set({ editing: person?.id ?? NEW, draft: draft ?? EMPTY, asked: null });
    this.say('');
  }

  edit(change: Partial<PersonDraft>): void {
    this.set({ draft: { ...this.state.get().draft, ...change } });
    this.say('');
  }

  close(): void {
    this.set({ editing: null });
    this.say('');
  }

  /** Sends what was typed. */
  save(): Promise<void> {
    const { editing, draft, people } = this.state.get();
    if (editing === null) return Promise.resolve();
    const before = people?.find(({ id }) => id === editing);
    return this.run(editing, async () => {
      const wish = wishOf(draft);
      if (before) await this.#change(before, wish);
      else await this.#access.createUser(wish);
      this.set({ editing: null });
      await this.#read();
      return before ? `${wish.name} is changed.` : `${wish.name} may sign in now.`;
    });
  }

  ask(question: Question | null): void {
    this.set({ asked: question, editing: null });
    this.say('');
  }

  /** Does what was asked for. */
  answer(): Promise<void> {
    const { asked, people } = this.state.get();
    if (asked === null) return Promise.resolve();
    const { id, what } = asked;
    const name = people?.find((one) => one.id === id)?.name ?? 'He';
    return this.run(id, async () => {
      await (what === 'remove' ? this.#access.removeUser(id) : this.#access.resetSecondFactor(id));
      this.set({ asked: null });
      await this.#read();
      return what === 'remove' ? `${name} is removed.` : `${name} has no second factor any more.`;
    });
  }

  /** Sends only what is different: a change of the role, for one, ends sessions. */
  async #change(before: Person, wish: ReturnType<typeof wishOf>): Promise<void> {
    const change = {
      ...(wish.name === before.name ? {} : { name: wish.name }),
      ...(wish.role === before.role ? {} : { role: wish.role }),
      ...(wish.nostr === before.nostr ? {} : { nostr: wish.nostr }),
    };
    if (Object.keys(change).length > 0) await this.#access.changeUser(before.id, change);
  }

  #isAbove(role: Role): boolean {
    const who = this.#who();
    if (who === null) return false;
    return who.permissions.includes('own') || RANKS.indexOf(who.role) > RANKS.indexOf(role);
  }

  async #read(): Promise<void> {
    const { users } = await this.#access.users();
    this.set({ people: [...users].sort((a, b) => a.name.localeCompare(b.name, 'en')) });
  }
}

function wishOf({ name, role, nostr }: PersonDraft) {
  if (name.trim() === '') throw new FieldProblem('name', 'Give a name.');
  const key = nostr.trim() === '' ? null : publicKeyOf(nostr);
  if (key === null && nostr.trim() !== '') throw new FieldProblem('nostr', problemOf(nostr.trim()));
  return { name: name.trim(), role, nostr: key };
}

function problemOf(nostr: string): string {
  if (nostr.startsWith('nsec1')) return 'This is the secret key. Never give it away; the public key begins with npub1.';
  if (nostr.startsWith('npub1')) return 'A letter of this key is wrong or missing. Copy it again.';
  return 'A public key begins with npub1, or has 64 hexadecimal digits.';
}
