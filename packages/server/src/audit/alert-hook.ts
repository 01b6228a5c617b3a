/**
 * Calls somebody when there is an incident: an address of the operator's, at another service or machine. What a log says of
 * itself helps nobody who does not look; and whoever has changed the log can change what this machine shows, too.
 * The form is that of Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { IncidentRule } from '@vortexflow/audit';
import type { Clock, Random, Timer } from '@vortexflow/primitives';
import { fullJitter, HttpPools } from '@vortexflow/resilience';

/** Longest that one try may take, and the last one when the server stops, ms. */
const [TRY_MS, LAST_MS] = [10_000, 2_000];
/** Between tries: the bound of the first wait, and of all, ms. */
const [MIN_WAIT_MS, MAX_WAIT_MS] = [1_000, 60_000];
/** Most that wait for a receiver who takes nothing; then the oldest goes. All of them stay in the log. */
const MOST_WAITING = 100;

/** What became of an alert. `failed` is one try of several. */
type AlertOutcome = 'told' | 'failed' | 'lost';

export interface AlertHookOptions {
  /** `http:` or `https:`; its path may be a secret, so nothing of it is ever told. */
  readonly url: string;
  /** Signs what is sent; null: nothing is signed. */
  readonly key: Buffer | null;
  readonly clock: Clock;
  readonly random: Random;
  /** @param failure a short code, of `failed` only */
  readonly onOutcome: (outcome: AlertOutcome, failure: string | null) => void;
}

export interface Incident {
  readonly rule: IncidentRule;
  /** For people; it names no person and no address. */
  readonly reason: string;
  /** Which log it is about. */
  readonly log: string;
}

interface Alert {
  readonly id: string;
  readonly body: string;
}

/** Tells one after the other, each until it is taken. */
export class AlertHook {
  readonly #options: AlertHookOptions;
  readonly #origin: string;
  readonly #path: string;
  readonly #pools = new HttpPools({ maxConnections: 1 });
  readonly #waiting: Alert[] = [];
  #failure: string | null = null;
  #tries = 0;
  #retry: Timer | null = null;
  /** The try that is under way. */
  #trying: Promise<void> | null = null;
  #abort = new AbortController();
  #isClosed = false;

  constructor(options: AlertHookOptions) {
    const { origin, pathname, search } = new URL(options.url);
    this.#options = options;
    this.#origin = origin;
    this.#path = `${pathname}${search}`;
  }

  /** Why the last try was in vain; null when it was not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Alerts that nobody has taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  tell({ rule, ...more }: Incident): void {
    if (this.#isClosed) return;
    const timestamp = new Date(this.#options.clock.now()).toISOString();
    const body = JSON.stringify({ type: `incident.${rule}`, timestamp, data: { rule, ...more } });
    this.#waiting.push({ id: `msg_${randomUUID()}`, body });
    // The one that is being told is not given up in the middle of that.
    if (this.#waiting.length > MOST_WAITING) this.#lose(this.#trying ? 1 : 0);
    this.#next();
  }

  /** Lets a try that is under way end. What nobody has taken by then stays in the log alone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.cancel();
    const last = this.#options.clock.after(LAST_MS, () => this.#abort.abort());
    await this.#trying;
    last.cancel();
    while (this.#waiting.length > 0) this.#lose(0);
    await this.#pools.close();
  }

  #lose(place: number): void {
    this.#waiting.splice(place, 1);
    this.#options.onOutcome('lost', null);
  }

  #next(): void {
    const [alert] = this.#waiting;
    if (!alert || this.#trying || this.#retry) return;
    this.#trying = this.#try(alert).finally(() => {
      this.#trying = null;
      if (!this.#isClosed) this.#goOn();
    });
  }

  /** At once after a success, else after a while that grows. */
  #goOn(): void {
    if (this.#failure === null) return this.#next();
    const { clock, random } = this.#options;
    this.#retry = clock.after(MIN_WAIT_MS / 2 + fullJitter(this.#tries, MIN_WAIT_MS, MAX_WAIT_MS, random), () => {
      this.#retry = null;
      this.#next();
    });
    this.#tries++;
  }

  async #try(alert: Alert): Promise<void> {
    const { clock, onOutcome } = this.#options;
    this.#abort = new AbortController();
    const timer = clock.after(TRY_MS, () => this.#abort.abort());
    this.#failure = await this.#send(alert, this.#abort.signal).catch(codeOf);
    timer.cancel();
    if (this.#failure !== null) return onOutcome('failed', this.#failure);
    this.#tries = 0;
    this.#waiting.shift();
    onOutcome('told', null);
  }

  /** @returns null when it was taken. No redirect is followed. */
  async #send({ id, body }: Alert, signal: AbortSignal): Promise<string | null> {
    const headers = { 'content-type': 'application/json', ...this.#signed(id, body) };
    const { statusCode, body: answer } = await this.#pools.request(this.#origin, {
      path: this.#path,
      method: 'POST',
      headers,
      body,
      signal,
    });
    // What it says is of no use, and may be anything.
    await answer.dump({ limit: 16_384, signal }).catch(() => undefined);
    return statusCode >= 200 && statusCode < 300 ? null : `HTTP_${statusCode}`;
  }

  #signed(id: string, body: string): Record<string, string> {
    const { key, clock } = this.#options;
    const seconds = Math.floor(clock.now() / 1000);
    const head = { 'webhook-id': id, 'webhook-timestamp': `${seconds}` };
    if (key === null) return head;
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    return { ...head, 'webhook-signature': `v1,${signature}` };
  }
}

/** Of the system or the HTTP library; its message may name the address. */
function codeOf(failure: unknown): string {
  const { code, name } = failure as { readonly code?: unknown; readonly name?: unknown };
  if (name === 'AbortError') return 'TIMEOUT';
  return typeof code === 'string' ? code : 'CONNECTION';
}
