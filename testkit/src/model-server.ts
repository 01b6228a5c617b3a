/** A local endpoint that speaks the OpenAI protocol, well or badly, as the test says. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface ModelRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body. */
  readonly body: {
    readonly model?: string;
    readonly stream?: boolean;
    readonly messages?: readonly { readonly role: string; readonly content: string }[];
    readonly input?: readonly string[];
    readonly [field: string]: unknown;
  };
  /** Place among all requests, from 0. */
  readonly number: number;
}

/** What the endpoint does with one request. */
export type ModelBehaviour =
  /** Completes the chat: whole, or in pieces when asked for a stream. */
  | {
      readonly kind: 'reply';
      readonly content: string;
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
      readonly finish?: string;
      /** Resolves when the reply may go out, or, in a stream, when what follows the first piece may. */
      readonly gate?: Promise<void>;
    }
  /** Exactly these bytes, with status 200 unless said. */
  | {
      readonly kind: 'raw';
      readonly body: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Cuts the connection (TCP reset), after the given bytes of a stream if there are any. */
  | { readonly kind: 'reset'; readonly after?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'never' }
  /** Goes on sending without an end. */
  | { readonly kind: 'endless' };

/** Decides what happens to a request. */
export type ModelScript = (request: ModelRequest) => ModelBehaviour;

export interface ModelServer {
  /** Base URL up to and including `/v1`. */
  readonly url: string;
  /** All requests so far. */
  readonly requests: readonly ModelRequest[];
  /** Connections that were opened so far. */
  connections(): number;
  /** Requests whose connection the caller has closed before it was answered. */
  abandoned(): number;
  /** Changes what happens from now on. */
  script(next: ModelScript): void;
  stop(): Promise<void>;
}

/** A behaviour: the JSON reply that models are asked for. */
export const reply = (
  answer: string | null,
  citations: readonly number[],
  rest: Partial<Omit<Extract<ModelBehaviour, { kind: 'reply' }>, 'kind' | 'content'>> & {
    readonly confidence?: number;
  } = {},
): ModelBehaviour => {
  const { confidence, ...others } = rest;
  const content = JSON.stringify({
    answer,
    citations,
    ...(confidence === undefined ? {} : { confidence }),
    abstain: answer === null,
  });
  return { kind: 'reply', content, ...others };
};

/** Starts an endpoint on a free port of the loopback. */
export async function startModelServer(first: ModelScript): Promise<ModelServer> {
  let script = first;
  let connections = 0;
  let abandoned = 0;
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) abandoned++;
    });
    void readBody(request).then((body) => {
      const { url = '', headers } = request;
      const known = { path: url, headers, body: parse(body) as ModelRequest['body'], number: requests.length };
      requests.push(known);
      return behave(script(known), known, response);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    connections: () => connections,
    abandoned: () => abandoned,
    script: (next) => void (script = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

async function behave(behaviour: ModelBehaviour, request: ModelRequest, response: ServerResponse): Promise<void> {
  switch (behaviour.kind) {
    case 'reply':
      await (request.body.stream === true ? streamReply(behaviour, response) : wholeReply(behaviour, response));
      break;
    case 'raw':
      response.writeHead(behaviour.status ?? 200, { 'content-type': 'application/json', ...behaviour.headers });
      response.end(behaviour.body);
      break;
    case 'reset':
      if (behaviour.after === undefined) response.socket?.resetAndDestroy();
      else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(behaviour.after, () => void response.socket?.resetAndDestroy());
      }
      break;
    case 'never':
      break;
    case 'endless':
      response.writeHead(200, {
        'content-type': request.body.stream === true ? 'text/event-stream' : 'application/json',
      });
      pour(response);
      break;
  }
}

type Reply = Extract<ModelBehaviour, { kind: 'reply' }>;

const USAGE = { prompt_tokens: 100, completion_tokens: 20 };

async function wholeReply(
  { content, usage = USAGE, finish = 'stop', gate }: Reply,
  response: ServerResponse,
): Promise<void> {
  await gate;
  response.writeHead(200, { 'content-type': 'application/json' });
  const message = { role: 'assistant', content };
  response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }], usage }));
}

async function streamReply(
  { content, usage = USAGE, finish = 'stop', gate }: Reply,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
  const pieces = content.match(/[^]{1,7}/gu) ?? [];
  for (const [i, piece] of pieces.entries()) {
    send({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] });
    if (i === 0) await gate;
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  send({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

const BLANKS = ' '.repeat(64 * 1024);

/** Writes as fast as the other side reads, until it goes away. */
function pour(response: ServerResponse): void {
  if (response.destroyed) return;
  if (response.write(BLANKS)) setImmediate(pour, response);
  else response.once('drain', () => pour(response));
}
