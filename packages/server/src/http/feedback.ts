/** `POST /api/v1/feedback`: what turned out of an answer. */
import type { Verdict } from '@vortexflow/answering';
import { ErrorResponse, FeedbackRequest, FeedbackResponse, wireError } from '@vortexflow/protocol';
import type { App } from './app-type.ts';
import { tellAudit } from './audit.ts';
import { requireAsking, type ServerContext } from './services.ts';

export function registerFeedback(app: App, context: ServerContext): void {
  app.post(
    '/api/v1/feedback',
    {
      config: { permission: 'contribute', checks: { body: 'feedback' } },
      bodyLimit: context.bodyLimits.feedback,
      schema: {
        tags: ['learn'],
        summary: 'Say whether an answer was right, or what is right',
        description:
          'Give either "correct" or "answer". Answers when it is learned and on disk. Answers are compared by their ' +
          'words: case, articles and endings do not count; numbers and negations do.',
        body: FeedbackRequest,
        security: [{ ownerKey: [] }],
        response: {
          200: FeedbackResponse,
          400: ErrorResponse,
          401: ErrorResponse,
          404: ErrorResponse,
          413: ErrorResponse,
          503: ErrorResponse,
        },
      },
    },
    async (request, reply) => {
      const { answering } = requireAsking(context);
      const told = await answering.memory.feedback(request.body.request_id, verdictOf(request.body));
      context.metrics.feedbackTaken(told.effect);
      tellAudit(reply, { detail: { effect: told.effect, answer: request.body.request_id } });
      return told;
    },
  );
}

function verdictOf({ correct, answer }: FeedbackRequest): Verdict {
  if ((correct === undefined) === (answer === undefined)) {
    const problem = `Give either "correct" or "answer"${correct === undefined ? '' : ', not both'}.`;
    throw wireError('request_invalid', { problem, pointer: '', expected: 'one of "correct" and "answer"' });
  }
  if (correct !== undefined) return { correct };
  if (answer === null || answer === undefined) return { answers: [] };
  return { answers: typeof answer === 'string' ? [answer] : answer };
}
