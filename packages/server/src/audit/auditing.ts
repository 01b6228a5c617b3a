/** The audit log of a server: opened once, by the one process that holds the port. */
import { join } from 'node:path';
import {
  type Anchor,
  auditError,
  AuditLog,
  type AuditLogStatus,
  fileAnchor,
  type IncidentActions,
  IncidentWatch,
  lineAnchor,
  readAnchors,
  SubjectVault,
  verifierKey,
  verifyLog,
} from '@vortexflow/audit';
import { type Clock, CodedError, type Timer } from '@vortexflow/primitives';
import type { ComponentHealth } from '@vortexflow/protocol';
import type { Registry } from 'prom-client';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AlertHook } from './alert-hook.ts';
import { AuditMetrics } from './audit-metrics.ts';
import { concernedBy, type OwnerOf } from './concerned.ts';
import { configuredAlerts } from './configured-alerts.ts';
import { type LogKey, openLogKey } from './key-file.ts';
import { configuredNostrAnchor } from './nostr-anchor.ts';
import { sealedEvent } from './sealed-event.ts';
import { type AuditRecord, type AuditSink, SERVER_ITSELF, STRANGER } from './sink.ts';

export interface AuditingOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** What can be done about incidents. Without: they are told. */
  readonly actions?: Partial<IncidentActions>;
  /** Whose accounts, keys and sessions are, for paths that name them. Without: nobody's. */
  readonly ownerOf?: OwnerOf;
}

/** Where the log of a data folder is. */
export const auditFolder = (dataFolder: string): string => join(dataFolder, 'audit');

/** What may wait to be written behind. */
const MAX_WAITING = 1_000;
/** What is written behind: so many at once, so many a second for long; a flood must not fill the disk. */
const BURST = 1_000;
const PER_SECOND = 10;
/** How often it is said how much was dropped, ms. */
const DROPPED_MS = 10_000;
/** When the log looks at itself, ms: after the start, after a segment is full, and from then on. */
const VERIFY = { firstMs: 5_000, rotatedMs: 60_000, everyMs: 6 * 3_600_000, pauseMs: 20 } as const;

interface Opened {
  readonly key: LogKey;
  readonly log: AuditLog;
  readonly vault: SubjectVault;
  readonly alerts: AlertHook | null;
}

export class Auditing implements AuditSink {
  readonly log: AuditLog;
  readonly vault: SubjectVault;
  readonly key: LogKey;
  readonly watch: IncidentWatch;
  readonly #options: AuditingOptions;
  /** Who is called about incidents; null: nobody. */
  readonly #alerts: AlertHook | null;
  readonly #metrics: AuditMetrics;
  readonly #timers = new Set<Timer>();
  /** What is being written behind. */
  readonly #writing = new Set<Promise<void>>();
  #credit = BURST;
  #creditAt: number;
  #dropped = 0;
  /** What verification has found; null when nothing. */
  #tampering: string | null;
  /** When it looks at itself next, and since the clock's beginning, ms; while it looks, never any sooner. */
  #look: Timer | null = null;
  #lookAt = Infinity;

  private constructor(options: AuditingOptions, { key, log, vault, alerts }: Opened) {
    this.#options = options;
    this.#alerts = alerts;
    this.key = key;
    this.log = log;
    this.vault = vault;
    this.#creditAt = options.clock.elapsed();
    const [fault = null] = log.status().faults;
    this.#tampering = fault;
    this.#metrics = new AuditMetrics(options.registry, () => ({ ...log.status(), tampered: this.#tampering !== null }));
    this.watch = new IncidentWatch(options.clock, this.#incidents(options.actions ?? {}));
    if (fault !== null) this.watch.tampered(fault);
    this.#lookWithin(VERIFY.firstMs);
    this.#later(DROPPED_MS, () => this.#tellDropped());
  }

  /** @throws SettingError; CodedError `audit_locked`, `audit_unavailable`, `audit_key_invalid` */
  static async open(options: AuditingOptions): Promise<Auditing> {
    const { settings, clock, logger } = options;
    const { dataFolder, auditKeyFile } = settings.values;
    const alerts = await configuredAlerts(settings, options);
    const key = await openLogKey(auditKeyFile, dataFolder);
    const folder = auditFolder(dataFolder);
    const relays = await configuredNostrAnchor(settings, {
      clock,
      onRelay: (relay, failure) => {
        const { host } = new URL(relay);
        if (failure === null) logger.info({ relay: host }, 'a relay takes checkpoints of the audit log again');
        else logger.warn({ relay: host, reason: failure }, 'a relay takes no checkpoints of the audit log');
      },
    });
    let auditing: Auditing | null = null;
    const log = await AuditLog.open({
      folder,
      privateKey: key.privateKey,
      clock,
      anchors: [...anchorsOf(settings), ...(relays === null ? [] : [relays])],
      onNotice: (text) => logger.warn(text),
      onRotate: () => void (auditing && auditing.#lookWithin(VERIFY.rotatedMs)),
    });
    const vault = await SubjectVault.open(folder).catch(async (failure: unknown) => {
      await log.close();
      throw auditError('audit_unavailable', undefined, failure);
    });
    if (key.isInside)
      logger.warn(
        'the key of the audit log lies in the data folder: who can change the log can sign it; see AUDIT_KEY_FILE',
      );
    return (auditing = new Auditing(options, { key, log, vault, alerts }));
  }

  async append(record: AuditRecord): Promise<void> {
    const { action, outcome, target, of = target === undefined ? null : this.subjectOf(target) } = record;
    try {
      await this.log.append(await sealedEvent({ ...record, of }, this.vault));
      this.#metrics.written(action, outcome);
    } catch (failure) {
      this.#metrics.failed();
      throw failure instanceof CodedError ? failure : auditError('audit_unavailable', undefined, failure);
    }
  }

  note(record: AuditRecord): void {
    const { address, subject } = record.actor;
    if (address !== null && isFailure(record))
      this.watch.failed(address, subject.startsWith('address:') ? null : subject);
    if (this.#writing.size >= MAX_WAITING || !this.#spend()) {
      this.#drop();
      return;
    }
    this.#behind(this.append(record));
  }

  subjectOf(path: string): string | null {
    const { ownerOf } = this.#options;
    return concernedBy(path, (thing, id) => {
      const isKnown = thing === 'users' && this.vault.pseudonym(id) !== null;
      return ownerOf?.(thing, id) ?? (isKnown ? id : null);
    });
  }

  /** The key that checks, as tools of transparency logs take it. */
  get verifierKey(): string {
    return verifierKey({ name: this.log.origin, publicKey: this.key.publicKey });
  }

  health(): ComponentHealth {
    const { entries, signed, failure, anchors } = this.log.status();
    const silent = anchors.filter((anchor) => anchor.failure !== null).map(({ name }) => name);
    const deaf = this.#alerts?.failure ?? null;
    const problems = [
      this.#tampering === null ? null : `tampered with: ${this.#tampering}`,
      failure === null ? null : `cannot be written (${failure}): changes are refused`,
      silent.length === 0 ? null : `anchors that take nothing: ${silent.join(', ')}`,
      deaf === null ? null : `nobody can be told of incidents: ${deaf}`,
    ].filter((problem) => problem !== null);
    const counts = `${entries} entries, ${signed} signed`;
    const where = this.key.isInside ? '; its key lies in the data folder' : '';
    return {
      status: problems.length === 0 ? 'Healthy' : 'Degraded',
      detail: problems.length === 0 ? `${counts}${where}` : `${counts}; ${problems.join('; ')}`,
    };
  }

  status(): AuditLogStatus {
    return this.log.status();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await Promise.all(this.#writing);
    await this.#writeDropped();
    await this.#alerts?.close();
    await this.log.close();
  }

  /** Looks at the whole log and at what the anchors have seen. @returns the first finding; null when there is none */
  async verify(): Promise<string | null> {
    const { clock, settings } = this.#options;
    const pause = (): Promise<void> => new Promise((resolve) => this.#later(VERIFY.pauseMs, resolve));
    const { auditAnchorFile } = settings.values;
    const anchors = auditAnchorFile === null ? [] : await this.#seenElsewhere(auditAnchorFile);
    const since = clock.elapsed();
    const { findings } = await verifyLog(this.log.folder, {
      publicKey: this.key.publicKey,
      origin: this.log.origin,
      anchors: anchors.filter((note) => note.startsWith(`${this.log.origin}\n`)),
      entries: this.log.size,
      between: pause,
    });
    this.#metrics.verified((clock.elapsed() - since) / 1000);
    const [first] = findings;
    if (first) {
      this.#tampering = first.text;
      this.watch.tampered(first.text);
    }
    return first?.text ?? null;
  }

  /** An anchor that is gone shows nothing, and whoever changed the log may have taken it away: that is told. */
  async #seenElsewhere(file: string): Promise<string[]> {
    try {
      return await readAnchors([file]);
    } catch (failure) {
      const reason = (failure as NodeJS.ErrnoException).code ?? (failure as Error).message;
      this.#options.logger.warn(
        { reason },
        'the anchor of the audit log cannot be read; the log was verified without it',
      );
      return [];
    }
  }

  /** In so long, if it does not look sooner anyway. */
  #lookWithin(ms: number): void {
    const at = this.#options.clock.elapsed() + ms;
    if (at >= this.#lookAt) return;
    if (this.#look) this.#cancel(this.#look);
    this.#lookAt = at;
    this.#look = this.#later(ms, () => this.#lookNow());
  }

  #lookNow(): void {
    this.#lookAt = -Infinity;
    this.verify()
      .catch((failure: Error) =>
        this.#options.logger.warn({ reason: failure.message }, 'the audit log could not be verified'),
      )
      .finally(() => {
        this.#lookAt = Infinity;
        this.#lookWithin(VERIFY.everyMs);
      });
  }

  #behind(written: Promise<void>): void {
    const settled: Promise<void> = written.catch(() => this.#drop()).finally(() => void this.#writing.delete(settled));
    this.#writing.add(settled);
  }

  /** A token bucket. */
  #spend(): boolean {
    const now = this.#options.clock.elapsed();
    this.#credit = Math.min(BURST, this.#credit + ((now - this.#creditAt) / 1000) * PER_SECOND);
    this.#creditAt = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }

  #drop(): void {
    this.#dropped++;
    this.#metrics.dropped();
  }

  #tellDropped(): void {
    void this.#writeDropped().finally(() => this.#later(DROPPED_MS, () => this.#tellDropped()));
  }

  async #writeDropped(): Promise<void> {
    const count = this.#dropped;
    if (count === 0) return;
    const record: AuditRecord = { action: 'audit.dropped', outcome: 'noted', actor: SERVER_ITSELF, detail: { count } };
    this.#dropped = 0;
    // Told another time, when it cannot be told now.
    await this.append(record).catch(() => void (this.#dropped += count));
  }

  #incidents({ revoke, revokeAll, lock, alert }: Partial<IncidentActions>): IncidentActions {
    return {
      revoke: (subject) => revoke?.(subject),
      revokeAll: () => revokeAll?.(),
      lock: (address, ms) => lock?.(address, ms),
      alert: (rule, text) => {
        this.#metrics.incident(rule);
        // Of a log that was tampered with, only what leaves this machine can tell: a call, a line of the gravest kind for
        // who collects them, and a checkpoint for the anchors.
        const isGrave = rule === 'tampering';
        this.#options.logger[isGrave ? 'fatal' : 'warn']({ rule, reason: text }, 'incident');
        const told = this.append({ action: `incident.${rule}`, outcome: 'noted', actor: SERVER_ITSELF });
        this.#behind(isGrave ? told.then(() => this.log.checkpoint().catch(() => undefined)) : told);
        this.#alerts?.tell({ rule, reason: text, log: this.log.origin });
        alert?.(rule, text);
      },
    };
  }

  #later(ms: number, run: () => void): Timer {
    const timer = this.#options.clock.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}

/** Statuses of what is refused because of who asks. */
const REFUSED_CALLER = new Set<unknown>([401, 403, 429]);
/** Who is told to sign in, or to wait, has tried nothing, as long as he has shown nothing that is wrong. */
const TOLD = new Set<unknown>(['unauthenticated', 'rate_limited', 'quota_exceeded']);

function isFailure({ actor, detail }: AuditRecord): boolean {
  return REFUSED_CALLER.has(detail?.['status']) && (actor.role === STRANGER || !TOLD.has(detail?.['code']));
}

function anchorsOf({ values }: Settings): Anchor[] {
  const { auditAnchorFile, auditAnchorStdout } = values;
  return [
    ...(auditAnchorFile === null ? [] : [fileAnchor(auditAnchorFile)]),
    ...(auditAnchorStdout ? [lineAnchor((line) => void process.stdout.write(line))] : []),
  ];
}
