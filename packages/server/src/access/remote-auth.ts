/** {@link Auth} in a process behind the front: every call is a message to the process that keeps the records. */
import { CodedError, type ErrorDetails } from '@vortexflow/primitives';
import { WIRE_ERRORS, wireError, type WireErrorCode } from '@vortexflow/protocol';
import type { Auth } from './auth.ts';

type AuthMethod = keyof Auth;

/** What is asked, and what comes of it: plain data. */
export interface AuthCall {
  readonly method: AuthMethod;
  readonly args: readonly unknown[];
}

export type AuthOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: WireErrorCode; readonly details: ErrorDetails | undefined };

const METHODS: Readonly<Record<AuthMethod, true>> = {
  prove: true,
  challenge: true,
  signIn: true,
  secondFactor: true,
  signOut: true,
  link: true,
  ticket: true,
  quota: true,
  sessions: true,
  endSession: true,
  keys: true,
  createKey: true,
  revokeKey: true,
  users: true,
  createUser: true,
  changeUser: true,
  removeUser: true,
  resetSecondFactor: true,
  ownSecondFactor: true,
  enrol: true,
  confirm: true,
  dropSecondFactor: true,
};

/** @param call sends a call and resolves with what came of it */
export function remoteAuth(call: (call: AuthCall) => Promise<AuthOutcome>): Auth {
  const methodOf =
    (method: AuthMethod) =>
    async (...args: unknown[]): Promise<unknown> => {
      const outcome = await call({ method, args });
      if (outcome.ok) return outcome.value;
      throw wireError(outcome.code, outcome.details);
    };
  const methods = (Object.keys(METHODS) as AuthMethod[]).map((method) => [method, methodOf(method)]);
  return Object.fromEntries(methods) as Auth;
}

/**
 * Does what was asked. Never throws.
 * @param onFailure told of what nobody foresaw
 */
export async function answerAuth(
  auth: Auth,
  { method, args }: AuthCall,
  onFailure: (failure: unknown) => void,
): Promise<AuthOutcome> {
  try {
    const run = auth[method] as (...given: readonly unknown[]) => Promise<unknown>;
    return { ok: true, value: await run(...args) };
  } catch (failure) {
    if (!(failure instanceof CodedError) || !Object.hasOwn(WIRE_ERRORS, failure.code)) onFailure(failure);
    const known = failure instanceof CodedError && Object.hasOwn(WIRE_ERRORS, failure.code);
    return known
      ? { ok: false, code: failure.code as WireErrorCode, details: failure.details }
      : { ok: false, code: 'internal', details: undefined };
  }
}
