/** Rows of the table of errors about who is calling: keys, sign-ins, rates, users. */
import type { ErrorDefinition } from '@vortexflow/primitives';

export const ACCESS_ERRORS = {
  unauthenticated: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: 'This needs a sign-in or a key, and none that is valid came with it.',
    hint: 'Send a key as "Authorization: Bearer KEY"; "vortexflow key" prints the owner key on the machine that runs the server.',
  },
  ticket_needed: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: 'A page opens a WebSocket with a ticket, and none came with it.',
    hint: 'POST /api/v1/auth/ticket gives one; connect with ?ticket=TICKET within half a minute.',
  },
  sign_in_refused: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: 'This sign-in is not valid: wrong, used or too old.',
    hint: 'Begin anew; "vortexflow link" prints a link for the owner.',
  },
  nostr_refused: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: '{problem}',
    hint: 'The rules are those of NIP-98, with the hash of the body in the tag "payload".',
  },
  second_factor_refused: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: 'This code is not valid, or has been used.',
    hint: 'Wait for the next code of your authenticator, or use a recovery code.',
  },
  second_factor_locked: {
    type: 'AccessError',
    status: 429,
    recovery: 'Retry',
    message: 'Too many wrong codes: none is taken for {retry_after_s} seconds.',
    hint: 'Wait, and look at the clock of your authenticator; a recovery code works as well afterwards.',
  },
  rate_limited: {
    type: 'AccessError',
    status: 429,
    recovery: 'Retry',
    message: 'Too many requests: the next one is taken in {retry_after_s} seconds.',
    hint: 'Requests beyond the limit make the wait longer.',
  },
  quota_exceeded: {
    type: 'AccessError',
    status: 429,
    recovery: 'Retry',
    message: 'The quota of {limit} questions a day is used up; counting begins anew in {retry_after_s} seconds.',
    hint: 'Dear requests count as several questions. /api/v1/auth/me/quota shows what is left.',
  },
  forbidden: {
    type: 'AccessError',
    status: 403,
    recovery: 'Propagate',
    message: 'This caller may not do that.',
    hint: 'Use a session or a key with the role or scope that it takes: /api/v1/auth/me tells what this one may do.',
  },
  origin_unknown: {
    type: 'AccessError',
    status: 403,
    recovery: 'Propagate',
    message: 'Nobody can sign in here: this server does not know an https address of its own.',
    hint: 'Set PUBLIC_ORIGIN to the address that browsers use, or send a key with every request.',
  },
  identity_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'There is no {kind} "{id}".',
    hint: 'Those that there are are listed below /api/v1/auth.',
  },
  identity_conflict: {
    type: 'AccessError',
    status: 409,
    recovery: 'Propagate',
    message: '{problem}',
    hint: 'Read again what there is below /api/v1/auth, and change that.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
