/**
 * Tokens of other services of the same operator: JWT (RFC 7519) signed with Ed25519 (RFC 8037). One algorithm, keys only
 * from the configured list, short lives. Written out because that is all of it: no negotiation, no header but `alg`,
 * `kid` and `typ` is looked at, and whatever else a token asks for is refused.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Permission, permissionsOf, type Role, ROLES, SCOPES } from './roles.ts';
import type { Principal } from './principal.ts';

/** A service that may call. */
export interface ServiceKey {
  /** Names the key in the header of tokens. */
  readonly kid: string;
  /** 32 bytes of an Ed25519 public key, base 64 for URLs (the `x` of a JWK). */
  readonly x: string;
  readonly subject: string;
  readonly role: Role;
}

/** Longest life of a token, and how far the service's clock may be away, s. */
const MAX_LIFE_S = 900;
const SKEW_S = 30;
const MAX_LENGTH = 4_096;

interface Service {
  readonly key: KeyObject;
  readonly subject: string;
  readonly role: Role;
}

export class ServiceTokens {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #audience: () => readonly string[];

  /** @param audience what `aud` may be: our own addresses  @throws Error for what is no key */
  constructor(keys: readonly ServiceKey[], audience: () => readonly string[]) {
    this.#services = new Map(keys.map((key) => [key.kid, serviceOf(key)]));
    this.#audience = audience;
  }

  /** Whom a token stands for; null when it is not good. @param now ms since the Unix epoch */
  verify(token: string, now: number): Principal | null {
    if (this.#services.size === 0 || token.length > MAX_LENGTH) return null;
    const [head = '', body = '', signature = '', more] = token.split('.');
    if (more !== undefined) return null;
    const header = decode(head);
    // Only what is known: `crit`, `jwk`, `x5u` and the like name keys or rules of the caller's choice.
    if (!header || Object.keys(header).some((name) => !['alg', 'kid', 'typ'].includes(name))) return null;
    if (header['alg'] !== 'EdDSA' || typeof header['kid'] !== 'string') return null;
    const service = this.#services.get(header['kid']);
    if (!service || !/^[A-Za-z0-9_-]{86}$/.test(signature)) return null;
    if (!verify(null, Buffer.from(`${head}.${body}`), service.key, Buffer.from(signature, 'base64url'))) return null;
    const claims = decode(body);
    if (!claims || !isCurrent(claims, now / 1000) || !this.#isForUs(claims['aud'])) return null;
    const { subject, role } = service;
    const scopes = scopesOf(claims['scope']);
    if (scopes === null || (claims['sub'] !== undefined && claims['sub'] !== subject)) return null;
    const permissions = permissionsOf(role, scopes);
    const until = ((claims['exp'] as number) + SKEW_S) * 1000;
    return { subject, role, permissions, how: 'service', credential: header['kid'], until };
  }

  #isForUs(audience: unknown): boolean {
    return typeof audience === 'string' && this.#audience().includes(audience);
  }
}

/** @throws Error that says which field is wrong */
function serviceOf({ kid, x, subject, role }: ServiceKey): Service {
  if (!/^[\w.:-]{1,64}$/.test(kid)) throw new Error('"kid" takes 1 to 64 letters, digits and . : _ -');
  if (!/^[\w.:-]{1,64}$/.test(subject)) throw new Error('"subject" takes 1 to 64 letters, digits and . : _ -');
  if (!ROLES.includes(role) || role === 'owner') throw new Error('"role" takes guest, reader, editor or admin');
  if (!/^[A-Za-z0-9_-]{43}$/.test(x)) throw new Error('"x" takes the 32 bytes of an Ed25519 key in base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return { key, subject: `service:${subject}`, role };
}

function decode(part: string): Record<string, unknown> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** `exp` and `iat` are required; `nbf` counts when it is there. All in seconds. */
function isCurrent({ exp, iat, nbf }: Record<string, unknown>, now: number): boolean {
  if (typeof exp !== 'number' || typeof iat !== 'number') return false;
  if (!(exp > iat) || exp - iat > MAX_LIFE_S) return false;
  if (now >= exp + SKEW_S || iat > now + SKEW_S) return false;
  return nbf === undefined || (typeof nbf === 'number' && nbf <= now + SKEW_S);
}

/** Names between blanks (RFC 8693); none given: all that a key could have. null for what is none. */
function scopesOf(scope: unknown): readonly Permission[] | null {
  if (scope === undefined) return SCOPES;
  if (typeof scope !== 'string') return null;
  const named = scope.split(' ').filter((name) => name !== '');
  return named.every((name) => (SCOPES as readonly string[]).includes(name)) ? (named as Permission[]) : null;
}
