/** Who comes in, and the log of it: each knows of the other, so they are opened together where connections come in. */
import type { IdentityEvent } from '@vortexflow/identity';
import type { Clock, DisposalStack } from '@vortexflow/primitives';
import type { Registry } from 'prom-client';
import type { Access } from '../access/access.ts';
import type { Auth } from '../access/auth.ts';
import { type AccessActions, openAccess } from '../access/open-access.ts';
import { Auditing } from '../audit/auditing.ts';
import type { OwnerOf } from '../audit/concerned.ts';
import { identityEvents } from '../audit/identity-events.ts';
import type { DataFolder } from '../config/data-folder.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { QuotaObserver } from '../telemetry/quota-metrics.ts';

export interface GateOptions {
  readonly settings: LiveSettings;
  readonly files: DataFolder;
  readonly ownerKey: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** The port, once the server listens. */
  readonly port: () => number | null;
  /** Told of every request that is beyond a quota. */
  readonly onQuota: QuotaObserver;
}

export interface Gate {
  readonly access: Access;
  readonly auth: Auth;
  readonly audit: Auditing;
}

/**
 * Refusals, sign-ins and the use of sessions are told to the log; what it takes for an incident ends sessions and locks
 * addresses out. When something cannot be opened, all that `disposal` holds is released.
 * @throws SettingError; CodedError `audit_locked`, `audit_unavailable`, `audit_key_invalid`; Error for records that cannot be read
 */
export async function openGate(options: GateOptions, disposal: DisposalStack): Promise<Gate> {
  try {
    return await open(options, disposal);
  } catch (failure) {
    await disposal.dispose();
    throw failure;
  }
}

async function open({ registry, ...options }: GateOptions, disposal: DisposalStack): Promise<Gate> {
  const { settings, clock, logger } = options;
  const { promise, resolve: opens } = Promise.withResolvers<AccessActions>();
  // What the log finds of itself before there are sessions to be ended waits for them.
  const later = (act: (actions: AccessActions) => void): void => void promise.then(act);
  let ownerOf: OwnerOf = () => null;
  const audit = await Auditing.open({
    settings: settings.current,
    clock,
    logger,
    registry,
    actions: {
      revoke: (subject) => later((actions) => actions.revoke(subject)),
      revokeAll: () => later((actions) => actions.revokeAll()),
      lock: (address, ms) => later((actions) => actions.lock(address, ms)),
    },
    ownerOf: (thing, id) => ownerOf(thing, id),
  });
  // Ended last: what is answered until then is noted.
  disposal.use(audit, (it) => it.close());
  const tellLog = identityEvents(audit);
  const opened = await openAccess(
    {
      ...options,
      tell: (event) => {
        logger.info(lineOf(event), 'access');
        tellLog(event);
      },
      onSession: (session, subject, place) => audit.watch.used(session, subject, place),
    },
    disposal,
  );
  ({ ownerOf } = opened);
  opens(opened.actions);
  return { access: opened.access, auth: opened.auth, audit };
}

/** What the log lines tell of it: whom it is about is in the audit log alone, which can forget. */
function lineOf(event: IdentityEvent): object {
  return {
    event: event.type,
    ...('how' in event && { how: event.how }),
    ...('credential' in event && { credential: event.credential }),
    ...('failures' in event && { failures: event.failures }),
  };
}
