/** Puts access together for the process that takes connections. */
import { readFile } from 'node:fs/promises';
import { Identity, type ServiceKey, type TellIdentity } from '@vortexflow/identity';
import type { Clock, DisposalStack } from '@vortexflow/primitives';
import type { DataFolder } from '../config/data-folder.ts';
import { SettingError, type Settings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';
import { Connections } from './connections.ts';
import { sessionCookie } from './cookies.ts';
import { edgeAccess } from './edge.ts';
import { networks } from './fields.ts';
import { Limits } from './limits/limits.ts';
import { localAuth } from './local-auth.ts';
import { originsOf } from './origins.ts';

export interface AccessOptions {
  readonly settings: Settings;
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
}

/** What can be done about an incident. */
export interface AccessActions {
  /** Ends all sessions of a user. */
  revoke(subject: string): void;
  /** Refuses an address for a while, ms. */
  lock(address: string, ms: number): void;
}

/** @throws SettingError for a file of service keys that holds none; Error when the records cannot be read */
export async function openAccess(
  options: AccessOptions,
  disposal: DisposalStack,
): Promise<{ access: Access; auth: Auth; actions: AccessActions }> {
  const { settings, files, ownerKey, clock, logger, port, tell, onSession } = options;
  const { host, trustedProxies, serviceKeysFile, ratePerAddress, ratePerKey } = settings.values;
  const origins = originsOf(settings, port);
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
  const limits = new Limits(clock, { perAddress: ratePerAddress, perKey: ratePerKey });
  const cookie = once(port, (bound) => sessionCookie(origins.isSecure, bound));
  const isProxy = networks(trustedProxies);
  const access = edgeAccess({ identity, origins, limits, connections, cookie, onSession, host, isProxy });
  const auth = localAuth({ identity, ownerKey, origins, limits, cookie, now: () => clock.now() });
  const actions: AccessActions = {
    revoke: (subject) =>
      void identity.sessions
        .endAll(subject, SERVER)
        // They count no more all the same, until the next start.
        .catch((failure: Error) => logger.error({ err: failure }, 'the end of sessions could not be kept')),
    lock: (address, ms) => limits.lock(address, ms),
  };
  return { access, auth, actions };
}

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
