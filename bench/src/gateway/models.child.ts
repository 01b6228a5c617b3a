/**
 * Two model endpoints in a process of their own. They answer at once and do as little as they can: what is measured is
 * what stands in front of them. Each message from the parent is answered with counts.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the parent hears. */
export interface ModelReport {
  readonly urls: readonly string[];
  /** Requests of each model so far. */
  readonly requests: readonly number[];
  readonly connections: readonly number[];
  /** Latest request, as it came. */
  readonly sample: string;
}

const requests = [0, 0];
const connections = [0, 0];
let sample = '';

/** The meaning in the first passage, as far as its first semicolon: what a model with these passages would say. */
function answerTo(body: string): string {
  const meaning = /<<passage 1>>\\n.*?\\n(.*?)(?:;|\\n)/.exec(body)?.[1] ?? 'nothing';
  return `{\\"answer\\":\\"${meaning.replaceAll('\\"', '')}\\",\\"citations\\":[1],\\"confidence\\":0.9}`;
}

function start(model: number): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests[model] = (requests[model] ?? 0) + 1;
      sample = Buffer.concat(chunks).toString('utf8');
      const message = `{"role":"assistant","content":"${answerTo(sample)}"}`;
      const body = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":${message},"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":40,"total_tokens":940}}`;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
  // As model servers do; the gateways decide how long they keep a connection.
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => {
    connections[model] = (connections[model] ?? 0) + 1;
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const servers = await Promise.all([start(0), start(1)]);
const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
const tell = (): void => void process.send?.({ urls, requests, connections, sample } satisfies ModelReport);
process.on('message', tell);
process.once('disconnect', () => process.exit());
tell();
