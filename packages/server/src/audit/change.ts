/** One change on its way: in the log before it is done, and again before it is answered. */
import type { AuditedRoute } from './audited-routes.ts';
import { outcomeOf } from './audited-routes.ts';
import type { Carried } from './carried.ts';
import { type AuditRecord, type AuditSink, STRANGER } from './sink.ts';

/** What is known of a request from outside. */
export interface SeenRequest extends Pick<AuditRecord, 'request' | 'actor'> {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

export class Change {
  readonly #sink: AuditSink;
  readonly #route: AuditedRoute;
  readonly #seen: SeenRequest;
  /** Whom it is about: found out before it is done, for afterwards he may be gone. */
  readonly #of: string | null;
  #state: 'new' | 'begun' | 'ended' = 'new';

  constructor(sink: AuditSink, route: AuditedRoute, seen: SeenRequest) {
    this.#sink = sink;
    this.#route = route;
    this.#seen = seen;
    this.#of = sink.subjectOf(seen.path);
  }

  /** The log holds how it ended. */
  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** @throws CodedError `audit_unavailable`; then it must not be done */
  async begin(): Promise<void> {
    if (!this.#route.hasBeginning) return;
    await this.#sink.append(this.#record('begun', null, {}));
    this.#state = 'begun';
  }

  /**
   * A sign-in that is refused is not told here: anybody can have one refused, and all refusals are noted. What failed
   * has its own reason, which a log that is full as well must not hide: its beginning is in the log.
   * @throws CodedError `audit_unavailable`; then it must not be acknowledged
   */
  async end(status: number, carried: Carried): Promise<void> {
    if (this.#state === 'ended' || (this.#state === 'new' && status >= 400)) return;
    this.#state = 'ended';
    const told = this.#sink.append(this.#record(outcomeOf(status), status, carried));
    await (status >= 400 ? told.catch(() => undefined) : told);
  }

  /** Nobody gets an answer of it any more, or another one than the log knows. */
  abandon(code: string): void {
    if (this.#state !== 'begun') return;
    this.#state = 'ended';
    this.#sink.note(this.#record('failed', null, { detail: { code } }));
  }

  #record(outcome: AuditRecord['outcome'], status: number | null, carried: Carried): AuditRecord {
    return { ...recordOf(this.#seen, this.#route, outcome, status, carried), of: this.#of };
  }
}

/** A request that was refused. @param route null where it is no change */
export function refusalOf(
  seen: SeenRequest,
  route: AuditedRoute | null,
  status: number,
  carried: Carried,
): AuditRecord {
  return recordOf(seen, route ?? { action: 'request', route: null }, 'refused', status, carried);
}

/**
 * What was no request, or none in time; null for a connection that was only lost.
 * @param code of the HTTP parser
 */
export function garbageOf(address: string | undefined, code: string | undefined): AuditRecord | null {
  if (code === undefined || !/^(?:HPE_|ERR_HTTP)/.test(code)) return null;
  return {
    action: 'request',
    outcome: 'refused',
    actor: { subject: `address:${address ?? 'unknown'}`, role: STRANGER, address: address ?? null },
    detail: { status: code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400, code },
  };
}

function recordOf(
  { request, actor, method, path }: SeenRequest,
  { action, route }: Pick<AuditedRoute, 'action'> & { readonly route: string | null },
  outcome: AuditRecord['outcome'],
  status: number | null,
  { detail, personal }: Carried,
): AuditRecord {
  return {
    action,
    outcome,
    ...(request === undefined ? {} : { request }),
    actor,
    target: path.slice(0, MAX_TARGET),
    detail: { method, ...(route === null ? {} : { route }), ...(status === null ? {} : { status }), ...detail },
    ...(personal === undefined ? {} : { personal }),
  };
}

/** Of a path, characters: an entry has room for 16 KB. */
const MAX_TARGET = 2_048;
