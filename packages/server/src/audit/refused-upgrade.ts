import type { IncomingMessage } from 'node:http';
import type { Principal } from '@vortexflow/identity';
import { CodedError } from '@vortexflow/primitives';
import type { Access } from '../access/access.ts';
import { pathOf } from '../access/caller.ts';
import { actorOf } from './actor.ts';
import { refusalOf } from './change.ts';
import type { AuditRecord } from './sink.ts';

/** A WebSocket that was not opened. @param principal null when it was not found out who asked */
export function refusedUpgrade(
  request: IncomingMessage,
  principal: Principal | null,
  access: Access,
  failure: unknown,
): AuditRecord {
  const actor = actorOf(principal ?? access.refused(request), access.addressOf(request));
  const [status, code] = failure instanceof CodedError ? [failure.definition.status, failure.code] : [400, 'internal'];
  return refusalOf({ actor, method: 'GET', path: pathOf(request.url) }, null, status, { detail: { code } });
}
