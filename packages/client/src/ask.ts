/** Asking with a live view of how the answer comes about. */
import type {
  ErrorResponse,
  OpinionSummary,
  ProcessEvents,
  ProcessRequest,
  ProcessResponse,
} from '@vortexflow/protocol';
import { responseInvalid, VortexflowError } from './errors.ts';
import { type CallOptions, errorOf, failure, readJson, type Send } from './http.ts';
import { EventStreamParser, type ServerSentEvent } from './sse.ts';

/** Called as things become known, in the order of the stream. All are optional. */
export interface AskHandlers {
  /** What one reasoner found. */
  readonly sources?: (event: ProcessEvents['sources']) => void;
  /** A piece of what a language model writes. */
  readonly token?: (event: ProcessEvents['token']) => void;
  /** What one reasoner thinks. */
  readonly opinion?: (opinion: OpinionSummary) => void;
  /** The fused answer; also what the call resolves with. */
  readonly answer?: (answer: ProcessResponse) => void;
  /** The request failed after the stream had begun; the call rejects with the same. */
  readonly error?: (error: ErrorResponse) => void;
}

/**
 * Asks and follows the stream. Resolves with the answer, also when the server did not stream it.
 * @throws VortexflowError as every call, and when the stream ends before the answer
 */
export async function askStream(
  send: Send,
  request: ProcessRequest,
  handlers: AskHandlers,
  { signal }: CallOptions = {},
): Promise<ProcessResponse> {
  const call = { method: 'POST', body: request, accept: 'text/event-stream' } as const;
  const response = await send('/api/v1/process', signal ? { ...call, signal } : call);
  if (!response.ok) throw await errorOf(response, signal);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const answer = (await readJson(response, signal)) as ProcessResponse;
    handlers.answer?.(answer);
    return answer;
  }
  for await (const event of eventsOf(response, signal)) {
    const answer = deliver(event, handlers);
    if (answer) return answer;
  }
  throw responseInvalid(response.status, 'the stream ended before the answer');
}

async function* eventsOf(response: Response, signal: AbortSignal | undefined): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return;
  const parser = new EventStreamParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield* parser.push(part.value);
  } catch (error) {
    throw failure(error, signal);
  } finally {
    // Also reached when the consumer stops early: without it the connection would stay open.
    await reader.cancel().catch(() => undefined);
  }
}

function deliver({ event, data }: ServerSentEvent, handlers: AskHandlers): ProcessResponse | undefined {
  switch (event) {
    case 'sources':
      handlers.sources?.(parse(data) as ProcessEvents['sources']);
      return undefined;
    case 'token':
      handlers.token?.(parse(data) as ProcessEvents['token']);
      return undefined;
    case 'opinion':
      handlers.opinion?.(parse(data) as OpinionSummary);
      return undefined;
    case 'answer': {
      const answer = parse(data) as ProcessResponse;
      handlers.answer?.(answer);
      return answer;
    }
    case 'error': {
      const error = parse(data) as ErrorResponse;
      handlers.error?.(error);
      throw new VortexflowError(error);
    }
    default:
      // Servers newer than this client may send more kinds.
      return undefined;
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw responseInvalid(200, 'an event holds no JSON');
  }
}
