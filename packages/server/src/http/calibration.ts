/** `GET /api/v1/calibration`: how good the confidences have been. */
import { CalibrationResponse, ErrorResponse } from '@vortexflow/protocol';
import type { App } from './app-type.ts';
import { requireAsking, type ServerContext } from './services.ts';

export function registerCalibration(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/calibration',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['learn'],
        summary: 'Quality of the confidences, by source and by strategy',
        description: 'From feedback. Each labelled answer was predicted before it was learned.',
        response: { 200: CalibrationResponse, 401: ErrorResponse, 503: ErrorResponse },
      },
    },
    async (request) => {
      const { memory } = requireAsking(context).answering;
      const { items, total, sources, strategies } = memory.report;
      return {
        calibrated: memory.calibrated,
        items,
        items_total: total,
        sources: { ...sources },
        strategies: { ...strategies },
        request_id: request.id,
      };
    },
  );
}
