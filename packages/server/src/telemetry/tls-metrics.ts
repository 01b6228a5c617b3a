/** Metrics of the server's own certificate, where it has one. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Certificate, RENEWAL_OUTCOMES } from '../tls/certificate.ts';

export function tlsMetrics(registry: Registry, certificate: Certificate): void {
  const days: Gauge = new Gauge({
    name: 'vortex_tls_certificate_days_left',
    help: 'Days until the certificate ends; below zero when it has.',
    aggregator: 'min',
    registers: [registry],
    collect: () => days.set(certificate.daysLeft),
  });
  const renewals = new Counter({
    name: 'vortex_tls_renewals_total',
    help: 'Changes of the files of certificate and key by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of RENEWAL_OUTCOMES) renewals.inc({ outcome }, 0);
  certificate.onRenewal = (outcome) => renewals.inc({ outcome });
}
