/** `/api/v1/auth`: signing in, sessions, keys, users, second factor. Times are ISO 8601. */
import { type Static, Type } from 'typebox';

const ROLES = ['guest', 'reader', 'editor', 'admin', 'owner'] as const;
const SCOPES = ['look', 'ask', 'contribute', 'change', 'configure', 'audit'] as const;
const closed = { additionalProperties: false } as const;

const Id = Type.String({ pattern: '^[a-z0-9]{1,32}$' });
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\x00-\\x1f\\x7f]+$' });
const RoleName = Type.Enum([...ROLES]);
const ScopeName = Type.Enum([...SCOPES]);
const PublicKey = Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()], {
  description: 'Nostr public key, hexadecimal (x only).',
});
const Instant = Type.String({ description: 'ISO 8601, UTC' });
const OrNever = Type.Union([Instant, Type.Null()]);
const Code = Type.String({ minLength: 6, maxLength: 32, pattern: '^[0-9A-Za-z-]+$' });
const requestId = { request_id: Type.String() };

export const ChallengeResponse = Type.Object(
  { nonce: Type.String(), expires_in_s: Type.Integer(), ...requestId },
  { $id: 'ChallengeResponse' },
);

export const LoginRequest = Type.Object(
  {
    nonce: Type.Optional(
      Type.String({ maxLength: 200, description: 'From /api/v1/auth/challenge, with "Authorization: Nostr EVENT".' }),
    ),
    link: Type.Optional(Type.String({ maxLength: 200, description: 'Of a link that "vortexflow link" prints.' })),
  },
  { $id: 'LoginRequest', ...closed },
);

export const LoginResponse = Type.Object(
  {
    status: Type.Enum(['signed_in', 'second_factor']),
    subject: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    role: Type.Optional(RoleName),
    ticket: Type.Optional(Type.String({ description: 'To be sent with the code of the second factor.' })),
    expires_in_s: Type.Optional(Type.Integer()),
    ...requestId,
  },
  { $id: 'LoginResponse' },
);

export const SecondFactorLogin = Type.Object(
  { ticket: Type.String({ maxLength: 200 }), code: Code },
  { $id: 'SecondFactorLogin', ...closed },
);

export const WhoResponse = Type.Object(
  {
    subject: Type.String(),
    role: RoleName,
    permissions: Type.Array(Type.String()),
    how: Type.String({ description: 'owner-key, api-key, session, service, loopback or none' }),
    ...requestId,
  },
  { $id: 'WhoResponse' },
);

const Limit = Type.Union([Type.Integer(), Type.Null()], { description: 'null: none' });
const Amount = { limit: Limit, used: Type.Integer({ minimum: 0 }) };
export const QuotaResponse = Type.Object(
  {
    account: Type.Union([Type.String(), Type.Null()], {
      description:
        'On which all this is counted: user:ID, key:ID or service:NAME. null: on none, and nothing is limited.',
    }),
    cost_per_day: Type.Object(
      { ...Amount, resets_at: Instant },
      { description: 'In questions, a day in UTC; dear requests count as several.' },
    ),
    documents: Type.Object(Amount),
    bytes: Type.Object(Amount, { description: 'Of titles and texts, in UTF-8.' }),
    ...requestId,
  },
  { $id: 'QuotaResponse' },
);

export const SecretResponse = Type.Object(
  {
    ticket: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
    expires_in_s: Type.Integer(),
    ...requestId,
  },
  { $id: 'SecretResponse' },
);

const Session = Type.Object({
  id: Id,
  how: Type.Enum(['nostr', 'link', 'key']),
  created_at: Instant,
  last_seen_at: Instant,
  address: Type.String(),
  agent: Type.String(),
  current: Type.Boolean({ description: 'The one that this request came with.' }),
});
export const SessionsResponse = Type.Object(
  { sessions: Type.Array(Session), ...requestId },
  { $id: 'SessionsResponse' },
);

export const ApiKeyRequest = Type.Object(
  {
    name: Name,
    scopes: Type.Array(ScopeName, { minItems: 1, uniqueItems: true, description: 'None that you have not yourself.' }),
    expires_in_days: Type.Union([Type.Integer({ minimum: 1, maximum: 3_650 }), Type.Null()]),
  },
  { $id: 'ApiKeyRequest', ...closed },
);
const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  subject: Type.String(),
  scopes: Type.Array(ScopeName),
  created_at: Instant,
  expires_at: OrNever,
  last_used_at: OrNever,
});
export const ApiKeyResponse = Type.Object(
  { key: Type.String({ description: 'Shown once.' }), record: ApiKey, ...requestId },
  { $id: 'ApiKeyResponse' },
);
export const ApiKeysResponse = Type.Object({ keys: Type.Array(ApiKey), ...requestId }, { $id: 'ApiKeysResponse' });

export const UserRequest = Type.Object(
  { name: Name, role: RoleName, nostr: PublicKey },
  { $id: 'UserRequest', ...closed },
);
export const UserChange = Type.Object(
  { name: Type.Optional(Name), role: Type.Optional(RoleName), nostr: Type.Optional(PublicKey) },
  { $id: 'UserChange', minProperties: 1, ...closed },
);
const User = Type.Object({
  id: Id,
  name: Type.String(),
  role: RoleName,
  nostr: PublicKey,
  second_factor: Type.Boolean(),
  created_at: Instant,
});
export const UserResponse = Type.Object({ user: User, ...requestId }, { $id: 'UserResponse' });
export const UsersResponse = Type.Object({ users: Type.Array(User), ...requestId }, { $id: 'UsersResponse' });

export const SecondFactorResponse = Type.Object(
  {
    enrolled: Type.Boolean({ description: 'Whether sign-ins with a Nostr key or a link take a code.' }),
    recovery_codes_left: Type.Integer({ minimum: 0 }),
    ...requestId,
  },
  { $id: 'SecondFactorResponse' },
);
export const EnrolmentResponse = Type.Object(
  { secret: Type.String(), uri: Type.String({ description: 'For authenticators (otpauth).' }), ...requestId },
  { $id: 'EnrolmentResponse' },
);
export const CodeRequest = Type.Object({ code: Code }, { $id: 'CodeRequest', ...closed });
export const RecoveryResponse = Type.Object(
  { recovery_codes: Type.Array(Type.String(), { description: 'Each once, shown once.' }), ...requestId },
  { $id: 'RecoveryResponse' },
);

export type ApiKeyRequest = Static<typeof ApiKeyRequest>;
export type ApiKeyResponse = Static<typeof ApiKeyResponse>;
export type ApiKeysResponse = Static<typeof ApiKeysResponse>;
export type ChallengeResponse = Static<typeof ChallengeResponse>;
export type EnrolmentResponse = Static<typeof EnrolmentResponse>;
export type LoginResponse = Static<typeof LoginResponse>;
export type QuotaResponse = Static<typeof QuotaResponse>;
export type RecoveryResponse = Static<typeof RecoveryResponse>;
export type SecondFactorResponse = Static<typeof SecondFactorResponse>;
export type SecretResponse = Static<typeof SecretResponse>;
export type SessionsResponse = Static<typeof SessionsResponse>;
export type UserChange = Static<typeof UserChange>;
export type UserRequest = Static<typeof UserRequest>;
export type UserResponse = Static<typeof UserResponse>;
export type UsersResponse = Static<typeof UsersResponse>;
export type WhoResponse = Static<typeof WhoResponse>;
