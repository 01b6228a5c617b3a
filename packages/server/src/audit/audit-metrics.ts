/** Metrics of the audit log. */
import type { AuditLogStatus, IncidentRule, Outcome } from '@vortexflow/audit';
import { Counter, Gauge, type Registry } from 'prom-client';

interface LiveStatus extends AuditLogStatus {
  readonly tampered: boolean;
}

export class AuditMetrics {
  readonly #events: Counter<'action' | 'outcome'>;
  readonly #dropped: Counter;
  readonly #failures: Counter;
  readonly #incidents: Counter<'rule'>;
  readonly #verified: Gauge;

  constructor(registry: Registry, read: () => LiveStatus) {
    const registers = [registry];
    this.#events = new Counter({
      name: 'vortex_audit_events_total',
      help: 'Events written to the audit log.',
      labelNames: ['action', 'outcome'],
      registers,
    });
    const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
    this.#dropped = counter(
      'vortex_audit_dropped_total',
      'Refusals that were counted and not kept: too many, or no room.',
    );
    this.#failures = counter('vortex_audit_failures_total', 'Events that could not be written.');
    this.#incidents = new Counter({
      name: 'vortex_audit_incidents_total',
      help: 'Incidents by the rule that saw them.',
      labelNames: ['rule'],
      registers,
    });
    this.#verified = new Gauge({
      name: 'vortex_audit_verify_seconds',
      help: 'Time that the log took to look at itself, pauses included.',
      registers,
    });
    const live = (name: string, help: string, value: (status: LiveStatus) => number): void => {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(value(read())) });
    };
    live('vortex_audit_entries', 'Entries of the audit log.', ({ entries }) => entries);
    live('vortex_audit_unsigned', 'Entries that no checkpoint covers yet.', ({ entries, signed }) => entries - signed);
    live(
      'vortex_audit_checkpoint_age_seconds',
      'Time since the oldest entry that no checkpoint covers; 0 when all are covered.',
      ({ exposedMs }) => exposedMs / 1000,
    );
    live('vortex_audit_tampered', '1 when the log is not what it was.', ({ tampered }) => Number(tampered));
    live(
      'vortex_audit_anchors_failing',
      'Anchors that did not take the last checkpoint.',
      ({ anchors }) => anchors.filter(({ failure }) => failure !== null).length,
    );
  }

  written(action: string, outcome: Outcome): void {
    this.#events.inc({ action, outcome });
  }

  dropped(): void {
    this.#dropped.inc();
  }

  failed(): void {
    this.#failures.inc();
  }

  incident(rule: IncidentRule): void {
    this.#incidents.inc({ rule });
  }

  verified(seconds: number): void {
    this.#verified.set(seconds);
  }
}
