/** Requests beyond a quota. */
import { Counter, type Registry } from 'prom-client';
import type { TierObserver } from '../validation/tiers.ts';

/** What an account may have no more of: questions of today, documents, bytes of documents. */
type Quota = 'cost' | 'documents' | 'bytes';
/** Told of every request that is refused because of a quota. */
export type QuotaObserver = (quota: Quota) => void;

/** @param observe counts them at the fifth tier of validation, too */
export function quotaMetrics(registry: Registry, observe: TierObserver): QuotaObserver {
  const refusals = new Counter({
    name: 'vortex_quota_refusals_total',
    help: 'Requests refused because an account has used up a quota.',
    labelNames: ['quota'],
    registers: [registry],
  });
  return (quota) => {
    refusals.inc({ quota });
    observe('resources', 'refused', 0);
  };
}
