/** `GET /api/v1/answers/:id/trace`: how an answer came about. */
import { ErrorResponse, TraceResponse } from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from './app-type.ts';
import { requireAsking, type ServerContext } from './services.ts';

const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128, description: 'request_id' }) });

export function registerAnswers(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/answers/:id/trace',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['ask'],
        summary: 'How an answer came about',
        description: 'Of the latest answers, by the request_id of the response; until the server stops.',
        params: Params,
        response: {
          200: TraceResponse,
          400: ErrorResponse,
          401: ErrorResponse,
          404: ErrorResponse,
          503: ErrorResponse,
        },
      },
    },
    async (request) => {
      const { memory } = requireAsking(context).answering;
      return { ...memory.trace(request.params.id), request_id: request.id };
    },
  );
}
