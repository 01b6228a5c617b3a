/** What is kept of people, keys and sessions. Secrets only as hashes, but for those of the second factor. */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ROLES, SCOPES } from './roles.ts';

const Id = Type.String({ pattern: '^[a-z0-9]{1,32}$' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** ms since the Unix epoch. */
const Instant = Type.Integer({ minimum: 0 });
const NoMore = { additionalProperties: false } as const;

const SecondFactorRecord = Type.Object(
  {
    /** Base 64: codes cannot be computed from a hash. */
    secret: Type.String({ pattern: '^[A-Za-z0-9+/]{20,128}={0,2}$' }),
    /** Hashes of the recovery codes that are left. */
    recovery: Type.Array(Digest),
    /** Step of the last code; it and those before are used up. */
    last_step: Type.Integer(),
    /** Wrong codes since the last right one. */
    failures: Type.Integer({ minimum: 0 }),
    locked_until: Instant,
  },
  NoMore,
);

const UserRecord = Type.Object(
  {
    id: Id,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    role: Type.Enum([...ROLES]),
    /** Public key (x only, BIP 340) by which he signs in. */
    nostr: Type.Union([Digest, Type.Null()]),
    second_factor: Type.Union([SecondFactorRecord, Type.Null()]),
    created_at: Instant,
  },
  NoMore,
);

const KeyRecord = Type.Object(
  {
    id: Id,
    hash: Digest,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    subject: Id,
    scopes: Type.Array(Type.Enum([...SCOPES])),
    created_at: Instant,
    expires_at: Type.Union([Instant, Type.Null()]),
    last_used_at: Type.Union([Instant, Type.Null()]),
  },
  NoMore,
);

const SessionRecord = Type.Object(
  {
    id: Id,
    hash: Digest,
    subject: Id,
    /** null: all that the role may. */
    scopes: Type.Union([Type.Array(Type.Enum([...SCOPES])), Type.Null()]),
    how: Type.Enum(['nostr', 'link', 'key']),
    /** The API key that began it, with which it ends. */
    key: Type.Union([Id, Type.Null()]),
    created_at: Instant,
    last_seen_at: Instant,
    address: Type.String({ maxLength: 64 }),
    agent: Type.String({ maxLength: 200 }),
  },
  NoMore,
);

const Records = Type.Object(
  {
    version: Type.Literal(1),
    users: Type.Array(UserRecord),
    keys: Type.Array(KeyRecord),
    sessions: Type.Array(SessionRecord),
  },
  NoMore,
);

export type SecondFactorRecord = Static<typeof SecondFactorRecord>;
export type UserRecord = Static<typeof UserRecord>;
export type KeyRecord = Static<typeof KeyRecord>;
export type SessionRecord = Static<typeof SessionRecord>;
export type Records = Static<typeof Records>;

const validator = Compile(Records);

/** @throws Error that says what is wrong, and shows nothing of what is kept */
export function parseRecords(text: string): Records {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new Error(`${first?.instancePath || 'the whole'} ${first?.message ?? 'is not valid'}`);
}
