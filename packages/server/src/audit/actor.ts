/** Who is calling, for the log. */
import type { IncomingMessage } from 'node:http';
import { type Access, callerOf, type Role } from '../access/access.ts';
import type { Actor } from './sink.ts';

/** Never throws: who is refused is noted, too. */
export function actorOf(request: IncomingMessage, access: Access, isBehindFront: boolean): Actor {
  const caller = callerOf(request, isBehindFront);
  let role: Role = 'stranger';
  try {
    role = access.roleOf(caller);
  } catch {
    // A wrong key, a page of another origin.
  }
  const address = caller.remoteAddress ?? null;
  return { subject: role === 'owner' ? 'owner' : `address:${address ?? 'unknown'}`, role, address };
}
