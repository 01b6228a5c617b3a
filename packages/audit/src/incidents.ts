/**
 * Rules over what happens, and what is done about it. A rule sees what access refuses and which session is used from
 * where; it decides when that is too much. What is done is up to whoever can: sessions and lock-outs are not known here.
 */
import type { Clock } from '@vortexflow/primitives';

export type IncidentRule = 'failures_by_address' | 'failures_by_subject' | 'session_moved' | 'tampering';

/** What can be done. All of it may be asked for twice. */
export interface IncidentActions {
  /** Ends all sessions of a subject. */
  revoke(subject: string): void;
  /** Ends the sessions of everybody. */
  revokeAll(): void;
  /** Refuses an address for a while. */
  lock(address: string, ms: number): void;
  /** Tells people. */
  alert(rule: IncidentRule, text: string): void;
}

export interface IncidentLimits {
  /** Failures of one address or subject within `windowMs` that are too many. */
  readonly failures: number;
  readonly windowMs: number;
  /** For so long an address is locked, and a rule says nothing more of the same one, ms. */
  readonly lockMs: number;
  /** A session that is used from one address, another and the first again within so many ms has been taken. */
  readonly moveMs: number;
}

const LIMITS: IncidentLimits = { failures: 20, windowMs: 60_000, lockMs: 300_000, moveMs: 5_000 };
/** Where a session was used last, and when. */
interface Place {
  readonly address: string;
  readonly at: number;
}

/** Most addresses, subjects or sessions that are watched at a time; the longest untouched goes first. */
const MAX_WATCHED = 10_000;

export class IncidentWatch {
  readonly #clock: Clock;
  readonly #actions: IncidentActions;
  readonly #limits: IncidentLimits;
  readonly #failures = new Recent<number[]>(MAX_WATCHED);
  readonly #muted = new Recent<number>(MAX_WATCHED);
  readonly #sessions = new Recent<Place & { readonly before: Place | null }>(MAX_WATCHED);
  /** What was found of the log last. */
  #finding: string | null = null;

  constructor(clock: Clock, actions: IncidentActions, limits: Partial<IncidentLimits> = {}) {
    this.#clock = clock;
    this.#actions = actions;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** A credential was refused. @param subject whose it was to be; null when nobody's in particular */
  failed(address: string, subject: string | null): void {
    const { failures, windowMs, lockMs } = this.#limits;
    const many = `${failures} refusals within ${windowMs / 1000} s`;
    if (this.#isTooMuch(`address ${address}`)) {
      this.#actions.alert('failures_by_address', `${many} from one address`);
      this.#actions.lock(address, lockMs);
    }
    if (subject !== null && this.#isTooMuch(`subject ${subject}`))
      this.#actions.alert('failures_by_subject', `${many} for one subject`);
  }

  /**
   * A session was used. Somebody who moves to another network does not come back within seconds; and a browser that has
   * both versions of IP uses both at once, so each is watched by itself.
   */
  used(session: string, subject: string, address: string): void {
    const at = this.#clock.elapsed();
    const watched = `${address.includes(':') ? 6 : 4} ${session}`;
    const last = this.#sessions.get(watched);
    const hasMoved = last !== undefined && last.address !== address;
    const before = hasMoved ? { address: last.address, at: last.at } : (last?.before ?? null);
    this.#sessions.set(watched, { address, at, before });
    const first = last?.before;
    if (!hasMoved || first?.address !== address || at - first.at >= this.#limits.moveMs) return;
    if (!this.#mayTell(`session ${session}`)) return;
    this.#actions.alert('session_moved', 'one session was used from two addresses in turn within seconds');
    this.#actions.revoke(subject);
  }

  /**
   * The log is not what it was. Who could write it may hold a session, or have put one among the records beside it, so
   * all of them end: once for each finding, for it stays in the log and is found again with every look.
   */
  tampered(text: string): void {
    if (this.#mayTell('tampering')) this.#actions.alert('tampering', text);
    if (text === this.#finding) return;
    this.#finding = text;
    this.#actions.revokeAll();
  }

  #isTooMuch(key: string): boolean {
    const { failures, windowMs } = this.#limits;
    const now = this.#clock.elapsed();
    const times = (this.#failures.get(key) ?? []).filter((at) => now - at < windowMs);
    times.push(now);
    this.#failures.set(key, times.slice(-failures));
    return times.length >= failures && this.#mayTell(key);
  }

  #mayTell(key: string): boolean {
    const now = this.#clock.elapsed();
    const until = this.#muted.get(key) ?? -Infinity;
    if (now < until) return false;
    this.#muted.set(key, now + this.#limits.lockMs);
    return true;
  }
}

/** A map of bounded size. */
class Recent<T> {
  readonly #most: number;
  readonly #values = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    for (const oldest of this.#values.keys()) return void this.#values.delete(oldest);
  }
}
