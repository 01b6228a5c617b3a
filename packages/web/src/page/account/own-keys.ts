/** One's own API keys: for programs, with scopes and an end. */
import { type AccessCalls, VortexflowError } from '@vortexflow/client';
import type { ApiKeysResponse } from '@vortexflow/protocol';
import { FieldProblem, Section } from './section.ts';
import type { Scope } from './words.ts';

export type ApiKey = ApiKeysResponse['keys'][number];

/** A key as it is being thought of. */
export interface KeyDraft {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** null: no end. */
  readonly days: number | null;
}

interface KeysState {
  /** The newest first; null until the server has told them. */
  readonly keys: readonly ApiKey[] | null;
  readonly draft: KeyDraft;
  /** Told once by the server, and kept here until it is put away. */
  readonly made: { readonly name: string; readonly key: string } | null;
  /** The one that is to be revoked, once that is confirmed. */
  readonly asked: string | null;
}

/** The form. */
const NEW = 'new';
const EMPTY: KeyDraft = { name: '', scopes: ['look', 'ask'], days: 90 };

export class OwnKeys extends Section<KeysState> {
  readonly #access: AccessCalls;

  constructor(access: AccessCalls, signedOut: () => void) {
    super({ keys: null, draft: EMPTY, made: null, asked: null }, signedOut);
    this.#access = access;
  }

  load(): Promise<void> {
    return this.run('keys', async () => {
      await this.#read();
      return '';
    });
  }

  edit(change: Partial<KeyDraft>): void {
    this.set({ draft: { ...this.state.get().draft, ...change } });
    this.say('');
  }

  /** Gives the key that is thought of a scope, or takes it from it. */
  toggle(scope: Scope): void {
    const { scopes } = this.state.get().draft;
    this.edit({ scopes: scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope] });
  }

  make(): Promise<void> {
    return this.run(NEW, async () => {
      const { name, scopes, days } = this.state.get().draft;
      if (name.trim() === '') throw new FieldProblem('name', 'Give it a name by which you know it again.');
      if (scopes.length === 0) throw new FieldProblem('scopes', 'Choose at least one thing that it may do.');
      const wish = { name: name.trim(), scopes: [...scopes], expires_in_days: days };
      const { key } = await this.#access.createKey(wish);
      this.set({ made: { name: wish.name, key }, draft: EMPTY });
      await this.#read();
      return '';
    });
  }

  /** The text of the key is kept elsewhere by now. */
  putAway(): void {
    this.set({ made: null });
    this.say('The key is shown no more.');
  }

  ask(id: string | null): void {
    this.set({ asked: id });
    this.say('');
  }

  /** Takes back the one that was asked for. */
  revoke(): Promise<void> {
    const { asked } = this.state.get();
    if (asked === null) return Promise.resolve();
    return this.run(asked, async () => {
      await this.#access.revokeKey(asked).catch((failure: unknown) => {
        // Revoked elsewhere meanwhile, which is what was wanted.
        if (!(failure instanceof VortexflowError) || failure.code !== 'identity_not_found') throw failure;
      });
      this.set({ asked: null });
      await this.#read();
      return 'The key counts no more.';
    });
  }

  async #read(): Promise<void> {
    const { keys } = await this.#access.keys();
    this.set({ keys: [...keys].sort((a, b) => b.created_at.localeCompare(a.created_at)) });
  }
}
