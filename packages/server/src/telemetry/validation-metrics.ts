/** Metrics of the tiers of validation. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { TierObserver } from '../validation/tiers.ts';

/** Seconds; a whole request is to pass all tiers in .1 ms. */
const SECONDS = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.015, 0.05];

export function validationMetrics(registry: Registry): TierObserver {
  const total = new Counter({
    name: 'vortex_validation_total',
    help: 'Requests at each tier of validation by what came of it.',
    labelNames: ['tier', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'vortex_validation_seconds',
    help: 'Time of a request at each tier of validation.',
    labelNames: ['tier'],
    buckets: SECONDS,
    registers: [registry],
  });
  return (tier, outcome, duration) => {
    total.inc({ tier, outcome });
    seconds.observe({ tier }, duration);
  };
}
