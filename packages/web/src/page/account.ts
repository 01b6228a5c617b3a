/** Who uses the page, and the ways in which he signs in. */
import type { ErrorResponse, LoginResponse, WhoResponse } from '@vortexflow/protocol';
import { Cell } from './cell.ts';
import { type NostrSigner, signRequest } from './nostr.ts';

export interface AccountState {
  /** null until the server has said it. */
  readonly who: WhoResponse | null;
  /** What the code of the second factor is to be sent with; null when none is asked for. */
  readonly ticket: string | null;
  readonly busy: boolean;
  /** Why it did not work, for people; empty when there is nothing to say. */
  readonly problem: string;
}

export interface AccountOptions {
  /** Where the server is, e.g. `https://graph.example`. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  /** The signer that a browser extension offers (NIP-07); null when there is none. */
  readonly signer: () => NostrSigner | null;
  /** ms since the Unix epoch. */
  readonly now: () => number;
  /** Somebody else uses the page from now on: everything that it shows is to be asked for anew. */
  readonly changed: () => void;
}

const KEY_INVALID = 'This key is not valid, or counts no more.';

export class Account {
  readonly state = new Cell<AccountState>({ who: null, ticket: null, busy: false, problem: '' });
  readonly #options: AccountOptions;
  #isLeaving = false;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** Whether a Nostr key can sign in. */
  get hasSigner(): boolean {
    return this.#options.signer() !== null;
  }

  /** Whether it is somebody who may see nothing before he has signed in. */
  get isOutside(): boolean {
    return this.state.get().who !== null && !this.may('look');
  }

  /** Whether the server allows something, by the name of the permission; false until it has said it. */
  may(permission: string): boolean {
    return this.state.get().who?.permissions.includes(permission) === true;
  }

  /** Finds out who it is. @param link of an owner link; it is used up by this */
  async start(link: string | null): Promise<void> {
    if (link !== null) await this.#begin(() => this.#login({ link }));
    await this.#askWho();
  }

  /** Looks whether it is still the same one: sessions end, here or in another window, and begin there. */
  async check(): Promise<void> {
    const { who: before, ticket, busy } = this.state.get();
    if (busy || ticket !== null) return;
    await this.#askWho();
    const { who } = this.state.get();
    if (!who || !before) return;
    const isSession = who.how === 'session' && before.how === 'session';
    // Somebody else has signed in in another tab, which has the same cookie.
    if (isSession && who.subject !== before.subject) this.#leave();
    if (who.how === before.how) return;
    if (before.how === 'session') this.#set({ problem: 'Your session has ended. Sign in again to go on.' });
    // He has seen nothing yet that would be lost.
    else if (before.role === 'guest') this.#leave();
  }

  /** What went wrong has been read. */
  dismiss(): void {
    this.#set({ problem: '' });
  }

  withKey(key: string): Promise<void> {
    return this.#begin(async () => {
      // Nothing else can stand in a header.
      if (!/^[\x21-\x7e]+$/.test(key.trim())) throw new Error(KEY_INVALID);
      return this.#login({}, `Bearer ${key.trim()}`);
    });
  }

  withNostr(): Promise<void> {
    return this.#begin(async () => {
      const { origin, signer, now } = this.#options;
      const own = signer();
      if (!own) throw new Error('No Nostr signer is installed in this browser.');
      const { nonce } = await this.#send<{ nonce: string }>('/challenge', 'POST', {});
      const request = { url: `${origin}/api/v1/auth/login`, body: JSON.stringify({ nonce }), at: now() };
      return this.#login({ nonce }, await signRequest(own, request));
    });
  }

  /** The second half, with a code of the authenticator, which may show it in two groups, or a recovery code. */
  withCode(code: string): Promise<void> {
    const { ticket } = this.state.get();
    return this.#begin(() => this.#send('/second-factor', 'POST', { ticket, code: code.replaceAll(/\s/g, '') }));
  }

  async signOut(): Promise<void> {
    await this.#run(async () => {
      await this.#send('/logout', 'POST', {});
      this.#leave();
    });
  }

  /** Back from the second factor to the beginning. */
  restart(): void {
    this.#set({ ticket: null, problem: '' });
  }

  #begin(enter: () => Promise<LoginResponse>): Promise<void> {
    return this.#run(async () => {
      const { status, ticket } = await enter();
      if (status === 'second_factor') this.#set({ ticket: ticket ?? null });
      else this.#leave();
    });
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#set({ busy: true, problem: '' });
    try {
      await work();
    } catch (failure) {
      this.#set({ problem: failure instanceof Error ? failure.message : String(failure) });
    }
    this.#set({ busy: this.#isLeaving });
  }

  /** The page is loaded anew, which takes a moment: what is begun in the old one until then would be cut off. */
  #leave(): void {
    this.#isLeaving = true;
    this.#set({ busy: true });
    this.#options.changed();
  }

  async #askWho(): Promise<void> {
    try {
      this.#set({ who: await this.#send<WhoResponse>('/me', 'GET') });
    } catch {
      // That the server does not answer is said already.
    }
  }

  #login(body: object, authorization?: string): Promise<LoginResponse> {
    return this.#send('/login', 'POST', body, authorization);
  }

  async #send<T>(path: string, method: 'GET' | 'POST', body?: object, authorization?: string): Promise<T> {
    const headers = new Headers();
    if (body) headers.set('content-type', 'application/json');
    if (authorization !== undefined) headers.set('authorization', authorization);
    const init: RequestInit = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await this.#options.fetch(`${this.#options.origin}/api/v1/auth${path}`, init);
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const { code, message, hint } = (await response.json()) as ErrorResponse;
    // What the server says to programs is about headers.
    throw new Error(code === 'unauthenticated' ? KEY_INVALID : [message, hint].filter(Boolean).join(' '));
  }

  #set(change: Partial<AccountState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
