/** `POST /api/v1/feedback`: what turned out of an answer. */
import type { Verdict } from '@vortexflow/answering';
import { ErrorResponse, FeedbackRequest, FeedbackResponse, wireError } from '@vortexflow/protocol';
import type { BodyReader } from '../reading/body-reader.ts';
import { givenTexts } from '../reading/given-texts.ts';
import { addCheckedParser, CHECKED } from '../reading/checked-parser.ts';
import type { RouteChecks } from '../validation/checks.ts';
import type { App } from './app-type.ts';
import { tellAudit } from './audit.ts';
import { requireAsking, type ServerContext } from './services.ts';

/** What is right according to somebody is kept, so it is remarked on; it is never refused for its form. */
const FEEDBACK_CHECKS: RouteChecks = {
  body: 'feedback',
  texts: ({ body }) => givenTexts('feedback', body),
  claims: ({ body }) => [{ is: 'answer', pointer: '/request_id', value: (body as FeedbackRequest).request_id }],
};

/** Registers it in a scope of its own, for the parser. */
export function registerFeedback(app: App, context: ServerContext, reader: BodyReader): void {
  addCheckedParser(app, context.validation, reader);
  app.post(
    '/api/v1/feedback',
    {
      ...CHECKED,
      config: { permission: 'contribute', checks: FEEDBACK_CHECKS },
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
