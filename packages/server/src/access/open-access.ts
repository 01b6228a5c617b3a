/** Puts access together for the process that takes connections. */
import { readFile } from 'node:fs/promises';
import { Identity, type ServiceKey, type TellIdentity } from '@vortexflow/identity';
import type { Clock, DisposalStack } from '@vortexflow/primitives';
import type { OwnerOf } from '../audit/concerned.ts';
import type { DataFolder } from '../config/data-folder.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import { SettingError, type SettingValues } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { QuotaObserver } from '../telemetry/quota-metrics.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';
import { Connections } from './connections.ts';
import { sessionCookie } from './cookies.ts';
import { edgeAccess } from './edge.ts';
import { networks } from './fields.ts';
import { DailyQuota } from './limits/daily-quota.ts';
import { type LimitOptions, Limits } from './limits/limits.ts';
import { localAuth } from './local-auth.ts';
import { originsOf } from './origins.ts';

export interface AccessOptions {
  readonly settings: LiveSettings;
  readonly files: DataFolder;
  readonly ownerKey: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The port, once the server listens. */
  readonly port: () => number | null;
  /** Told of every sign-in, refusal and revocation: for an audit trail. */
  readonly tell: TellIdentity;
  /** Told of every use of a session: its id, whose it is, and from where. */
  readonly onSession: (session: string, subject: string, place: string) => void;
  /** Told of every request that is beyond a quota. */
  readonly onQuota: QuotaObserver;
}

/** What can be done about an incident. */
export interface AccessActions {
  /** Ends all sessions of a user. */
  revoke(subject: string): void;
  /** Ends the sessions of everybody; keys, which programs have, stay. */
  revokeAll(): void;
  /** Refuses an address for a while, ms, but for what nobody could guess. */
  lock(address: string, ms: number): void;
}

/** @throws SettingError for a file of service keys that holds none; Error when the records cannot be read */
export async function openAccess(
  options: AccessOptions,
  disposal: DisposalStack,
): Promise<{ access: Access; auth: Auth; actions: AccessActions; ownerOf: OwnerOf }> {
  const { settings, files, ownerKey, clock, logger, port, tell, onSession, onQuota } = options;
  const values = (): SettingValues => settings.current.values;
  const { host, serviceKeysFile } = values();
  const origins = originsOf(settings.current, port, () => values().corsOrigins);
  const identity = await Identity.open({
    file: files.identity,
    ownerKey,
    services: serviceKeysFile === null ? [] : await readServiceKeys(serviceKeysFile),
    audience: () => origins.own,
    clock,
    tell,
    onFailure: (failure) => logger.warn({ err: failure }, 'when keys and sessions were used last could not be kept'),
  });
  disposal.use(identity, (it) => it.close());
  const connections = disposal.use(new Connections(identity, clock), (it) => it.stop());
  const quota = await DailyQuota.open({
    file: files.quota,
    clock,
    limit: () => values().quotaCostPerDay,
    onRefused: () => onQuota('cost'),
    onFailure: (failure) => logger.warn({ err: failure }, 'what was used of the quotas today could not be kept'),
  });
  disposal.use(quota, (it) => it.close());
  const limits = new Limits(clock, ratesOf(values()), quota);
  settings.onChange((now) => limits.change(ratesOf(now.values)));
  const cookie = once(port, (bound) => sessionCookie(origins.isSecure, bound));
  const proxies = once(() => values().trustedProxies, networks);
  const isProxy = (address: string): boolean => proxies()(address);
  const access = edgeAccess({ identity, ownerKey, origins, limits, connections, cookie, onSession, host, isProxy });
  const auth = localAuth({ identity, ownerKey, origins, limits, quota, cookie, now: () => clock.now() });
  // They count no more all the same, until the next start.
  const onUnkept = (failure: Error): void => logger.error({ err: failure }, 'the end of sessions could not be kept');
  const { sessions } = identity;
  const actions: AccessActions = {
    revoke: (subject) => void sessions.endAll(subject, SERVER).catch(onUnkept),
    revokeAll: () => void sessions.endEverybodys(SERVER).catch(onUnkept),
    lock: (address, ms) => limits.lock(address, ms),
  };
  return { access, auth, actions, ownerOf: ownersIn(identity) };
}

const ownersIn =
  ({ users, keys, sessions }: Identity): OwnerOf =>
  (thing, id) => {
    if (thing === 'users') return users.get(id)?.id ?? null;
    return (thing === 'keys' ? keys : sessions).subjectOf(id);
  };

const ratesOf = ({ ratePerAddress, ratePerKey, routeCosts }: SettingValues): LimitOptions => ({
  perAddress: ratePerAddress,
  perKey: ratePerKey,
  costs: routeCosts,
});

/** By whom sessions end that nobody ended. */
const SERVER = 'server';

/** Made anew only when what it is made of has changed. */
function once<A, B>(ask: () => A, make: (value: A) => B): () => B {
  let known: { readonly asked: A; readonly made: B } | null = null;
  return () => {
    const asked = ask();
    if (known === null || known.asked !== asked) known = { asked, made: make(asked) };
    return known.made;
  };
}

/** A key set (RFC 7517): each key with kid and x, and whom it stands for in subject and role. */
async function readServiceKeys(path: string): Promise<readonly ServiceKey[]> {
  let keys: unknown;
  try {
    keys = (JSON.parse(await readFile(path, 'utf8')) as { keys?: unknown }).keys;
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code;
    throw new SettingError(`SERVICE_KEYS_FILE cannot be read (${code ?? 'it is no JSON'}).`);
  }
  const isKey = (key: unknown): key is ServiceKey =>
    typeof key === 'object' &&
    key !== null &&
    ['kid', 'x', 'subject', 'role'].every((name) => typeof (key as Record<string, unknown>)[name] === 'string');
  if (!Array.isArray(keys) || !keys.every(isKey))
    throw new SettingError('SERVICE_KEYS_FILE must hold {"keys": [{"kid", "x", "subject", "role"}, ...]}.');
  return keys;
}
