/**
 * What the routes of `/api/v1/auth` do. A port: the records are kept by the process that takes the connections, and the
 * routes may run in another one (see `remote-auth.ts`), so all that goes in and out is plain data.
 */
import type {
  Client,
  Enrolment,
  KeyView,
  Principal,
  Role,
  Scope,
  SecondFactorView,
  SessionView,
  UserView,
  UserWish,
} from '@vortexflow/identity';

/** On whose account requests of today are counted, and what they have cost so far, in questions. */
export interface DailyUse {
  /** null: on none; see `accountOf`. */
  readonly account: string | null;
  readonly used: number;
  /** 0: none. */
  readonly limit: number;
  /** When counting begins anew, ms since the Unix epoch. */
  readonly resetsAt: number;
}

/** How somebody signs in. One of the first three counts; with none of them, the key that the request was sent with. */
export interface SignInInput {
  /** An owner link. */
  readonly link?: string;
  /** The header of a Nostr signature, with the nonce that it is over. */
  readonly nostr?: { readonly authorization: string; readonly nonce: string };
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** SHA-256 of the body, hexadecimal. */
  readonly bodyHash: string;
  readonly client: Client;
}

export type SignInResult =
  | {
      readonly status: 'signed_in';
      readonly cookie: string;
      readonly subject: string;
      readonly name: string;
      readonly role: Role;
    }
  | { readonly status: 'second_factor'; readonly ticket: string; readonly expires_in_s: number };

export interface Auth {
  /** Proof that this server knows the owner key; see `identityProof`. */
  prove(nonce: string): Promise<string>;
  challenge(): Promise<{ nonce: string; expires_in_s: number }>;
  signIn(by: Principal, input: SignInInput): Promise<SignInResult>;
  secondFactor(input: { ticket: string; code: string; address: string }): Promise<SignInResult>;
  /** @returns the cookie that ends the old one */
  signOut(by: Principal): Promise<string>;
  link(by: Principal): Promise<{ url: string; expires_in_s: number }>;
  ticket(by: Principal): Promise<{ ticket: string; expires_in_s: number }>;
  /** What he has used of his daily quota. */
  quota(by: Principal): Promise<DailyUse>;
  sessions(by: Principal): Promise<SessionView[]>;
  endSession(by: Principal, id: string): Promise<void>;
  /** One's own, or all when asked for. */
  keys(by: Principal, all: boolean): Promise<KeyView[]>;
  createKey(
    by: Principal,
    wish: { name: string; scopes: readonly Scope[]; expires_in_days: number | null },
  ): Promise<{ key: string; record: KeyView }>;
  revokeKey(by: Principal, id: string): Promise<void>;
  users(by: Principal): Promise<UserView[]>;
  createUser(by: Principal, wish: UserWish): Promise<UserView>;
  changeUser(by: Principal, id: string, wish: Partial<UserWish>): Promise<UserView>;
  removeUser(by: Principal, id: string): Promise<void>;
  /** Takes away the second factor of somebody else. */
  resetSecondFactor(by: Principal, id: string): Promise<void>;
  /** Whether he has a second factor. */
  ownSecondFactor(by: Principal): Promise<SecondFactorView>;
  enrol(by: Principal): Promise<Enrolment>;
  /** @returns the recovery codes, and the cookie of the session with its new secret */
  confirm(by: Principal, code: string): Promise<{ recovery_codes: readonly string[]; cookie: string | null }>;
  /** Takes away one's own second factor. @returns the cookie of the session with its new secret */
  dropSecondFactor(by: Principal, code: string): Promise<string | null>;
}
