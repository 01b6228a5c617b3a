/**
 * Tickets for WebSockets: a browser cannot send headers with them, and what stands in an address ends up in logs. So a
 * ticket is good once, for half a minute, and carries its holder's rights only as long as his key or session is good.
 */
import type { Clock } from '@vortexflow/primitives';
import { OneTime } from './one-time.ts';
import type { Principal } from './principal.ts';
import { createToken, hasDigest, type RandomBytes, tokenId } from './tokens.ts';

export const TICKET_MS = 30_000;
const MOST_TICKETS = 10_000;

export class Tickets {
  readonly #random: RandomBytes;
  readonly #tickets: OneTime<{ readonly hash: string; readonly principal: Principal }>;

  constructor(clock: Clock, random: RandomBytes) {
    this.#random = random;
    this.#tickets = new OneTime(clock, TICKET_MS, MOST_TICKETS);
  }

  create(principal: Principal): string {
    const { id, text, hash } = createToken('vft', this.#random);
    this.#tickets.put(id, { hash, principal });
    return text;
  }

  /** Uses it up; null when it is wrong, used or over. */
  redeem(text: string): Principal | null {
    const id = tokenId('vft', text);
    const ticket = id === null ? undefined : this.#tickets.peek(id);
    if (id === null || !ticket || !hasDigest(text, ticket.hash)) return null;
    this.#tickets.take(id);
    return ticket.principal;
  }
}
