/** `POST /api/v1/process`: as JSON, or as server-sent events when the caller accepts them. */
import type { AnswerObserver } from '@vortexflow/answering';
import { ErrorResponse, ProcessRequest, ProcessResponse, type ProcessEvents } from '@vortexflow/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app-type.ts';
import { errorBody, toWireError } from './problems.ts';
import { requireServices, type ServerContext } from './services.ts';

const ERRORS = { 400: ErrorResponse, 413: ErrorResponse, 415: ErrorResponse, 503: ErrorResponse };

export function registerProcess(app: App, context: ServerContext): void {
  app.post(
    '/api/v1/process',
    {
      config: { permission: 'ask' },
      schema: {
        tags: ['ask'],
        summary: 'Ask a question',
        description:
          'With "Accept: text/event-stream" the answer comes as events: sources, token (pieces of what language models write), ' +
          'opinion (one per reasoner), answer.',
        body: ProcessRequest,
        response: { 200: ProcessResponse, ...ERRORS },
      },
    },
    async (request, reply) => {
      if (wantsEvents(request)) return streamAnswer(context, request.body, request, reply);
      return answerOnce(context, request.body, request.id);
    },
  );
}

async function answerOnce(
  context: ServerContext,
  body: ProcessRequest,
  requestId: string,
  observer: AnswerObserver = {},
): Promise<ProcessResponse> {
  const { answering, feed } = requireServices(context);
  const answer = await answering.ask(body, requestId, {
    ...observer,
    opinion: (opinion) => {
      // Counted as they come: when all reasoners fail there is no answer to count them from.
      context.metrics.outcome(opinion.source, opinion.outcome);
      observer.opinion?.(opinion);
    },
  });
  context.metrics.answered(answer);
  feed.highlight(answer.path);
  return answer;
}

const wantsEvents = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes('text/event-stream');

/** Events as the HTML standard writes them, section 9.2. */
async function streamAnswer(
  context: ServerContext,
  body: ProcessRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  requireServices(context);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  } as Record<string, string>);
  const send = <Name extends keyof ProcessEvents>(event: Name, data: ProcessEvents[Name]): void => {
    if (!raw.destroyed) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const left = new AbortController();
  raw.once('close', () => left.abort());
  try {
    const answer = await answerOnce(context, body, request.id, {
      sources: (source: string, evidence: ProcessEvents['sources']['evidence']) => {
        if (evidence.length > 0) send('sources', { source, evidence });
      },
      opinion: (opinion: ProcessEvents['opinion']) => send('opinion', opinion),
      token: (source, text, round) => send('token', { source, text, round }),
      signal: left.signal,
    });
    send('answer', answer);
  } catch (failure) {
    const error = toWireError(failure, request.routeOptions.bodyLimit);
    context.metrics.failed(error.code);
    send('error', errorBody(error, request.id));
  }
  raw.end();
}
