/** Who is calling, for the log. */
import type { Principal } from '@vortexflow/identity';
import { type Actor, STRANGER } from './sink.ts';

/** @param principal null when nobody found out, as for a wrong key  @param address empty when it is not known */
export function actorOf(principal: Principal | null, address: string): Actor {
  const hasShown = principal !== null && principal.how !== 'none' && principal.how !== 'loopback';
  return {
    subject: hasShown ? principal.subject : `address:${address || 'unknown'}`,
    role: principal?.role ?? STRANGER,
    address: address || null,
  };
}
