import { type Degradation, DEGRADATION_LEVELS } from '@vortexflow/resilience';
import { Gauge, type Registry } from 'prom-client';

/** 0 is everything. @param read what is offered now */
export function levelMetric(registry: Registry, read: () => Degradation): void {
  const metric: Gauge = new Gauge({
    name: 'vortex_degradation_level',
    help: `How much of the server is missing: ${DEGRADATION_LEVELS.map((level, i) => `${i} ${level}`).join(', ')}.`,
    aggregator: 'max',
    registers: [registry],
    collect: () => metric.set(DEGRADATION_LEVELS.indexOf(read().level)),
  });
}
