/** Texts on their way through a running server: as questions, as documents, in addresses; and what comes back. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { LaunchedServer } from '@vortexflow/testkit';
import type { LabelledText } from './corpus.ts';

interface Reply {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ms: number;
}

/** Requests at a time. */
const TOGETHER = 4;
/** From here on a request counts as slow, ms. */
const SLOW_MS = 1_000;
const PATIENCE_MS = 30_000;
/** Of a title, characters. */
const MAX_TITLE = 512;
const EXAMPLES = 5;

/** What all requests of a kind came to. */
export class Tally {
  requests = 0;
  /** Statuses 400 to 499. */
  refused = 0;
  /** 500 and above, and no answer at all. */
  failed = 0;
  slow = 0;
  longestMs = 0;
  /** Answers that a browser might take for a page: of a type that may be one, or without a word against guessing. */
  unsafe = 0;
  /** Those of them that hold the text as it was sent. */
  reflected = 0;
  /** Of questions that were answered: those with flags. */
  flagged = 0;
  /** Documents, and those of them of which something else came back than was sent. */
  stored = 0;
  altered = 0;
  readonly examples: string[] = [];

  add(what: string, text: string, { status, headers, body, ms }: Reply): void {
    this.requests++;
    this.longestMs = Math.max(this.longestMs, ms);
    if (ms > SLOW_MS) this.slow++;
    if (status >= 400 && status < 500) this.refused++;
    const isFailed = status === 0 || status >= 500;
    if (isFailed) this.failed++;
    const isUnsafe = isExecutable(headers, body, text);
    if (isUnsafe) this.unsafe++;
    if (isUnsafe && body.includes(text)) this.reflected++;
    const type = headers['content-type'] ?? 'no type';
    const told = `${what}: ${status}, ${ms.toFixed(0)} ms, ${isUnsafe ? `might run: ${type}` : type}`;
    if (isFailed || isUnsafe || ms > SLOW_MS) this.note(told, text);
  }

  note(what: string, text: string): void {
    if (this.examples.length < EXAMPLES) this.examples.push(`${what}: ${JSON.stringify(text.slice(0, 80))}`);
  }
}

/** Types that no browser runs anything in, as long as it does not guess. */
const INERT = /^(?:application\/(?:problem\+)?json|text\/(?:plain|event-stream|csv|tab-separated-values))\b/;

/** Whether a browser that is led to such an answer might run what it holds. */
export function isExecutable(headers: IncomingHttpHeaders, body: string, text: string): boolean {
  if (body === '') return false;
  if (headers['x-content-type-options'] !== 'nosniff') return true;
  if (INERT.test(headers['content-type'] ?? '')) return false;
  // What is downloaded is not shown.
  if (headers['content-disposition']?.startsWith('attachment')) return false;
  return !/^text\/html\b/.test(headers['content-type'] ?? '') || body.includes(text);
}

export class TextSender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: TOGETHER });
  readonly #url: URL;
  readonly #key: string;

  constructor({ url, key }: Pick<LaunchedServer, 'url' | 'key'>) {
    this.#url = new URL(url);
    this.#key = key;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Asks a text as a question. */
  async ask(text: string, tally: Tally, body: object = {}): Promise<void> {
    const reply = await this.#send('POST', '/api/v1/process', { input: text, ...body });
    tally.add('asked', text, reply);
    if (reply.status === 200 && (JSON.parse(reply.body) as { flags: string[] }).flags.length > 0) tally.flagged++;
  }

  /** Stores a text as a document that has it for a title, too, and reads it back in every way. */
  async store(text: string, id: string, tally: Tally): Promise<void> {
    const path = encodeURIComponent(id);
    const document = { id, title: titleOf(text), text };
    const stored = await this.#send('POST', '/api/v1/documents', { documents: [document] });
    tally.add('stored', text, stored);
    // Refused for what no JSON text may hold: then there is nothing to read.
    if (stored.status !== 200) return;
    tally.stored++;
    const back = await this.#send('GET', `/api/v1/documents/${path}`);
    tally.add('read', text, back);
    const kept = back.status === 200 ? (JSON.parse(back.body) as typeof document) : null;
    if (kept?.title !== document.title || kept.text !== text) {
      tally.altered++;
      tally.note('altered', text);
    }
    tally.add('node', text, await this.#send('GET', `/api/v1/graph/nodes/${path}`));
  }

  /** Puts a text into addresses that repeat it when they refuse it. */
  async address(text: string, tally: Tally): Promise<void> {
    const part = encodeURIComponent(text.toWellFormed());
    for (const path of [`graph/search?q=${part}`, `graph/nodes/${part}`, `documents/${part}`, part])
      tally.add('address', text, await this.#send('GET', `/api/v1/${path}`));
  }

  /** Pages and files that hold everything that was stored. */
  async lists(tally: Tally): Promise<void> {
    const formats = ['graphml', 'gexf', 'json', 'ntriples', 'csv', 'csv-nodes'];
    const paths = [
      '/',
      '/docs',
      '/api/v1/documents',
      ...formats.map((format) => `/api/v1/graph/export?format=${format}`),
    ];
    // Any tag of a text will do: the page's own files hold none of them.
    for (const path of paths) tally.add(path, 'onerror=', await this.#send('GET', path));
  }

  #send(method: string, path: string, body?: object): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const start = performance.now();
    const end = (status: number, headers: IncomingHttpHeaders, text: string): void =>
      resolve({ status, headers, body: text, ms: performance.now() - start });
    const headers = { authorization: `Bearer ${this.#key}`, ...(body && { 'content-type': 'application/json' }) };
    const { hostname, port } = this.#url;
    const sent = request({ hostname, port, method, path, headers, agent: this.#agent, timeout: PATIENCE_MS });
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => end(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
      response.once('error', () => end(0, {}, ''));
    });
    sent.once('timeout', () => sent.destroy()).once('error', () => end(0, {}, ''));
    sent.end(body && JSON.stringify(body));
    return promise;
  }
}

/** A title has a character at least, and no half of one at its end. */
const titleOf = (text: string): string => Array.from(text).slice(0, MAX_TITLE).join('') || 'empty';

/** Does something with each text, {@link TOGETHER} at a time. */
export async function withEach(
  texts: readonly LabelledText[],
  work: (text: LabelledText, place: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < texts.length; i = next++) await work(texts[i] as LabelledText, i);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
}
