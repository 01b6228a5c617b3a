/**
 * Chat completions of the OpenAI protocol, as far as Ollama, vLLM, llama.cpp and hosted models agree on it. Whole or as
 * a stream; optional fields that an endpoint refuses are left out from then on.
 */
import type { Clock } from '@vortexflow/primitives';
import { type BreakerState, Deadline } from '@vortexflow/resilience';
import type { Usage } from './cost.ts';
import { DataLines } from './events.ts';
import {
  type CallBounds,
  Endpoint,
  type EndpointCounters,
  type EndpointOptions,
  type EndpointResponse,
  parseJson,
  readText,
} from './endpoint.ts';
import { ModelFailure } from './failure.ts';
import type { Limits } from './limits.ts';
import type { ModelSettings, ResponseFormat } from './settings.ts';

/** What the model wrote. */
export interface Completion {
  readonly text: string;
  /** The reply ended at the token limit. */
  readonly cutOff: boolean;
  readonly usage: Usage;
}

/** Hears pieces of the reply as they come. */
export type OnPiece = (piece: string) => void;

type ChatSettings = Pick<ModelSettings, 'model' | 'temperature' | 'maxTokens' | 'responseFormat'>;

const UNKNOWN_USAGE: Usage = { promptTokens: null, completionTokens: null };
/** Largest reply with everything around it, bytes; one of 4,096 tokens is about 20 kB, streamed about 1 MB. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;
/** Further tries with one field less each. */
const MAX_REFUSALS = 4;

export class ChatClient {
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #settings: ChatSettings;
  readonly #system: string;
  readonly #refused = new Set<string>();
  /** Body up to the user's message, by whether it is streamed; made anew when a field was refused. */
  readonly #heads = new Map<boolean, string>();

  /** @param system the system message of every call */
  constructor(settings: ChatSettings, system: string, options: EndpointOptions) {
    this.#endpoint = new Endpoint(options);
    this.#clock = options.clock;
    this.#settings = settings;
    this.#system = system;
  }

  get breaker(): BreakerState {
    return this.#endpoint.breaker;
  }

  counters(): EndpointCounters {
    return this.#endpoint.counters();
  }

  /**
   * @param user the user's message as a JSON string, quotes included: several models share one
   * @param onPiece asks for a stream and hears it
   * @throws ModelFailure
   */
  async complete(user: string, limits: Limits, onPiece?: OnPiece): Promise<Completion> {
    // One deadline for all tries together.
    const bounds = { deadline: Deadline.in(this.#clock, limits.timeoutMs), signal: limits.signal };
    for (let refusals = 0; ; refusals++) {
      try {
        return await this.#call(user, bounds, onPiece);
      } catch (failure) {
        const isLast = bounds.deadline.isOver || refusals >= MAX_REFUSALS;
        if (isLast || !(failure instanceof ModelFailure) || !this.#learn(failure)) throw failure;
      }
    }
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
  }

  #call(user: string, bounds: CallBounds, onPiece: OnPiece | undefined): Promise<Completion> {
    const body = `${this.#head(onPiece !== undefined)}${user}}]}`;
    if (!onPiece) return this.#endpoint.post('/chat/completions', body, bounds, readWhole);
    const read = (response: EndpointResponse): Promise<Completion> =>
      response.contentType.startsWith('text/event-stream') ? readStream(response, onPiece) : readWhole(response);
    return this.#endpoint.post('/chat/completions', body, bounds, read, 'text/event-stream, application/json');
  }

  /** @returns whether another try without some field makes sense */
  #learn({ refused }: ModelFailure): boolean {
    const news = refused.filter((field) => !this.#refused.has(field));
    for (const field of news) this.#refused.add(field);
    if (news.length > 0) this.#heads.clear();
    return news.length > 0;
  }

  #head(stream: boolean): string {
    let head = this.#heads.get(stream);
    if (head === undefined) {
      const { model, temperature, maxTokens, responseFormat } = this.#settings;
      const optional: [string, unknown][] = [
        ['temperature', temperature],
        ['max_tokens', maxTokens],
        ['response_format', formatOf(responseFormat)],
        ['stream_options', stream ? { include_usage: true } : null],
      ];
      const kept = optional.filter(([field, value]) => value !== null && !this.#refused.has(field));
      // Newer hosted models know the limit by this name only.
      if (this.#refused.has('max_tokens')) kept.push(['max_completion_tokens', maxTokens]);
      const fields = JSON.stringify({ model, stream, ...Object.fromEntries(kept) }).slice(0, -1);
      head = `${fields},"messages":[{"role":"system","content":${JSON.stringify(this.#system)}},{"role":"user","content":`;
      this.#heads.set(stream, head);
    }
    return head;
  }
}

function formatOf(format: ResponseFormat): unknown {
  if (format === 'none') return null;
  if (format === 'json_object') return { type: 'json_object' };
  const schema = {
    type: 'object',
    properties: {
      answer: { type: ['string', 'null'] },
      citations: { type: 'array', items: { type: 'integer' } },
      confidence: { type: 'number' },
      abstain: { type: 'boolean' },
    },
    required: ['answer', 'citations', 'confidence', 'abstain'],
    additionalProperties: false,
  };
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
}

/** As much of a response, or of one event of a stream, as is read; all of it may be missing. */
interface WireCompletion {
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown } | null;
    readonly delta?: { readonly content?: unknown } | null;
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
  readonly error?: unknown;
}

async function readWhole({ body }: EndpointResponse): Promise<Completion> {
  const wire = wireOf(await readText(body, MAX_REPLY_BYTES));
  const choice = wire.choices?.[0];
  return {
    text: textOf(choice?.message?.content),
    cutOff: choice?.finish_reason === 'length',
    usage: usageOf(wire) ?? UNKNOWN_USAGE,
  };
}

async function readStream({ body }: EndpointResponse, onPiece: OnPiece): Promise<Completion> {
  const lines = new DataLines();
  const reply = new StreamedReply(onPiece);
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    while (!reply.done) {
      const { done, value } = await chunks.next();
      for (const data of done ? lines.end() : lines.push(value)) reply.event(data);
      if (done) return reply.completion();
      bytes += value.length;
      if (bytes > MAX_REPLY_BYTES) throw new ModelFailure('too_large', { counts: true });
    }
  } catch (failure) {
    void chunks.return?.().catch(() => undefined);
    if (failure instanceof ModelFailure) throw failure;
    // What has been heard cannot be taken back: then there is no second attempt.
    throw new ModelFailure('connection', { retryable: !reply.begun, counts: true });
  }
  void drain(chunks);
  return reply.completion();
}

/** Reads what follows the last event, so that the connection can be used again; a little of it only. */
async function drain(chunks: AsyncIterator<Buffer>): Promise<void> {
  try {
    for (let i = 0; i < 16; i++) if ((await chunks.next()).done) return;
    await chunks.return?.();
  } catch {
    // Nobody waits for it any more.
  }
}

/** A reply as it comes. */
class StreamedReply {
  readonly #onPiece: OnPiece;
  #text = '';
  #cutOff = false;
  #usage = UNKNOWN_USAGE;
  done = false;

  constructor(onPiece: OnPiece) {
    this.#onPiece = onPiece;
  }

  get begun(): boolean {
    return this.#text !== '';
  }

  event(data: string): void {
    if (this.done || data === '') return;
    if (data === '[DONE]') {
      this.done = true;
      return;
    }
    const wire = wireOf(data);
    const choice = wire.choices?.[0];
    const piece = textOf(choice?.delta?.content);
    this.#text += piece;
    if (choice?.finish_reason === 'length') this.#cutOff = true;
    this.#usage = usageOf(wire) ?? this.#usage;
    if (piece !== '') this.#onPiece(piece);
  }

  completion(): Completion {
    return { text: this.#text, cutOff: this.#cutOff, usage: this.#usage };
  }
}

/** @throws ModelFailure `not_json`, or `http_500` for an error that came with status 200 */
function wireOf(text: string): WireCompletion {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) throw new ModelFailure('not_json', { counts: true });
  const wire = value as WireCompletion;
  if (wire.error !== undefined && wire.error !== null) throw new ModelFailure('http_500', { counts: true });
  if (Array.isArray(wire.choices)) return wire;
  return wire.usage ? { usage: wire.usage } : {};
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

function usageOf({ usage }: WireCompletion): Usage | null {
  if (!usage) return null;
  return { promptTokens: countOf(usage.prompt_tokens), completionTokens: countOf(usage.completion_tokens) };
}

const countOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
