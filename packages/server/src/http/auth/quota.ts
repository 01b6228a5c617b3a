/** What somebody may use, and how much of it he has used. */
import { ErrorResponse, QuotaResponse } from '@vortexflow/protocol';
import type { App } from '../app-type.ts';
import { requireServices, type ServerContext } from '../services.ts';
import { iso } from './shared.ts';

export function registerQuota(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/auth/me/quota',
    {
      config: { permission: 'public' },
      schema: {
        tags: ['access'],
        summary: 'Your quotas, and what you have used of them',
        response: { 200: QuotaResponse, 503: ErrorResponse },
      },
    },
    async (request) => {
      const { account, used, limit, resetsAt } = await context.auth.quota(request.principal);
      const most = context.storageQuota();
      const { knowledge } = requireServices(context);
      const stored = account === null ? { documents: 0, bytes: 0 } : knowledge.storedBy(account);
      const limited = (value: number): number | null => (account === null || value === 0 ? null : value);
      return {
        account,
        cost_per_day: { limit: limited(limit), used, resets_at: iso(resetsAt) },
        documents: { limit: limited(most.documents), used: stored.documents },
        bytes: { limit: limited(most.bytes), used: stored.bytes },
        request_id: request.id,
      };
    },
  );
}
