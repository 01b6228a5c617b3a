/** `POST /api/v1/process`: as JSON, or as server-sent events when the caller accepts them. */
import type { AnswerObserver } from '@vortexflow/answering';
import {
  ErrorResponse,
  type Evidence,
  type ProcessEvents,
  ProcessRequest,
  ProcessResponse,
} from '@vortexflow/protocol';
import { questionCost } from '@vortexflow/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteChecks } from '../validation/checks.ts';
import type { App } from './app-type.ts';
import { cachedBody } from './cached-answer.ts';
import { errorBody, toWireError } from './problems.ts';
import { requireAsking, type ServerContext } from './services.ts';

const ERRORS = { 400: ErrorResponse, 413: ErrorResponse, 415: ErrorResponse, 503: ErrorResponse };

const bodyOf = ({ body }: FastifyRequest): ProcessRequest => body as ProcessRequest;

const QUESTION_CHECKS: RouteChecks = {
  texts: (request) => [{ pointer: '/input', text: bodyOf(request).input }],
  canRefuseTexts: true,
  cost: (request) => questionCost(bodyOf(request)),
  timeoutMs: (request) => bodyOf(request).timeout_ms ?? Infinity,
};

export function registerProcess(app: App, context: ServerContext): void {
  app.post(
    '/api/v1/process',
    {
      config: { permission: 'ask', checks: QUESTION_CHECKS },
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
      const { flags } = request.validation;
      const { kept, durationMs } = await recall(context, request.body, request.id);
      if (!kept) return flagged(await answerOnce(context, request.body, request.id), flags);
      if (flags.length > 0) return flagged(recalled(kept, request.id, durationMs), flags);
      // Already serialised: what is sent as text passes by the serialiser.
      reply.type('application/json; charset=utf-8');
      return reply.send(cachedBody(kept, request.id, durationMs) as unknown as ProcessResponse);
    },
  );
}

/** Flags are of the request: a kept answer may have been given to another one. */
const flagged = (answer: ProcessResponse, flags: readonly string[]): ProcessResponse =>
  flags.length === 0 ? answer : { ...answer, flags: [...flags] };

const recalled = (kept: ProcessResponse, requestId: string, durationMs: number): ProcessResponse => ({
  ...kept,
  request_id: requestId,
  metrics: { ...kept.metrics, duration_ms: durationMs },
});

interface Recalled {
  readonly kept: ProcessResponse | null;
  readonly durationMs: number;
}

/** Looks into the cache; what is found there counts as an answer, and lights up as one. */
async function recall(context: ServerContext, body: ProcessRequest, requestId: string): Promise<Recalled> {
  const { answering, highlight } = requireAsking(context);
  const start = performance.now();
  const kept = await answering.recall(body, requestId);
  const durationMs = Math.round((performance.now() - start) * 1000) / 1000;
  if (kept) {
    context.metrics.answered(kept, durationMs);
    highlight(kept.path);
  }
  return { kept, durationMs };
}

async function answerOnce(
  context: ServerContext,
  body: ProcessRequest,
  requestId: string,
  observer: AnswerObserver = {},
): Promise<ProcessResponse> {
  const { answering, highlight } = requireAsking(context);
  const answer = await answering.reason(body, requestId, {
    ...observer,
    opinion: (opinion) => {
      // Counted as they come: when all reasoners fail there is no answer to count them from.
      context.metrics.outcome(opinion.source, opinion.outcome);
      observer.opinion?.(opinion);
    },
  });
  context.metrics.answered(answer, answer.metrics.duration_ms);
  highlight(answer.path);
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
  requireAsking(context);
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
    const observer = {
      sources: (source: string, evidence: readonly Evidence[]): void => {
        if (evidence.length > 0) send('sources', { source, evidence: [...evidence] });
      },
      opinion: (opinion: ProcessEvents['opinion']): void => send('opinion', opinion),
      token: (source: string, text: string, round: 1 | 2): void => send('token', { source, text, round }),
      signal: left.signal,
    };
    const { kept, durationMs } = await recall(context, body, request.id);
    if (kept) repeat(kept, observer);
    const answer = kept
      ? recalled(kept, request.id, durationMs)
      : await answerOnce(context, body, request.id, observer);
    send('answer', flagged(answer, request.validation.flags));
  } catch (failure) {
    const error = toWireError(failure, request.routeOptions.bodyLimit);
    context.metrics.failed(error.code);
    send('error', errorBody(error, request.id));
  }
  raw.end();
}

/** Tells of a kept answer what was told when it was new: the sources first. */
function repeat(
  { opinions, evidence }: ProcessResponse,
  observer: Required<Pick<AnswerObserver, 'sources' | 'opinion'>>,
): void {
  for (const { source } of opinions) {
    const found = evidence.filter((piece) => piece.source === source);
    observer.sources(source, found);
  }
  for (const opinion of opinions) observer.opinion(opinion);
}
