/**
 * Tier 1: the head of a request. Node's parser refuses much by itself; here is what it lets through and what proxies
 * and servers are known to read differently (RFC 9110, RFC 9112 sections 3.2, 6.3 and 11.2). O(bytes of the head).
 */
import { isHost } from './host.ts';
import { pointerOf, type Refusal, RefusalError } from './refusal.ts';
import { checkTarget, type TargetRules } from './target.ts';

/** A request's head, as Node's `IncomingMessage` has it. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

export interface TransportLimits {
  readonly methods: readonly string[];
  /** Header lines. */
  readonly headers: number;
  /** Characters of one header's name and value. */
  readonly headerLength: number;
  /** Characters of the target. */
  readonly targetLength: number;
}

/** Headers that say where a message ends or whom it is for: twice, each reader may believe another one. */
const SINGLE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'expect',
  'origin',
]);

/** @throws RefusalError for the first thing that is wrong */
export function checkTransport(head: RequestHead, limits: TransportLimits, rules: TargetRules): void {
  const { method = '', url = '', rawHeaders } = head;
  if (!limits.methods.includes(method))
    throw new RefusalError({
      kind: 'method',
      name: method,
      pointer: '/method',
      problem: `The method ${method} is not known here.`,
      expected: limits.methods.join(', '),
      suggestion: 'Use one of these methods.',
    });
  if (rawHeaders.length / 2 > limits.headers)
    throw refuse(
      'structure',
      '/headers',
      'The request has too many headers.',
      `at most ${limits.headers} headers`,
      'Send fewer.',
    );
  const single = singleHeaders(rawHeaders, limits);
  checkHost(single.get('host'));
  checkFraming(single);
  if (url.length > limits.targetLength)
    throw refuse(
      'structure',
      '/target',
      'The address is too long.',
      `at most ${limits.targetLength} characters`,
      'Send what is long in a body.',
    );
  checkTarget(url, rules);
}

/** Values of the headers that may come once, by name. */
function singleHeaders(rawHeaders: readonly string[], { headerLength }: TransportLimits): Map<string, string> {
  const single = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [written, value] = [rawHeaders[i] as string, rawHeaders[i + 1] as string];
    if (written.length + value.length > headerLength)
      throw refuse(
        'structure',
        pointerOf(['headers', written.toLowerCase()]),
        'A header is too long.',
        `at most ${headerLength} characters`,
        'Shorten it.',
      );
    // No name of this set is shorter, or longer, than these.
    if (written.length < 4 || written.length > 17) continue;
    const name = written.toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (single.has(name))
      throw refuse(
        name === 'host' ? 'host' : 'structure',
        `/headers/${name}`,
        `The header ${name} comes twice.`,
        'one',
        `Send ${name} once.`,
      );
    single.set(name, value);
  }
  return single;
}

function checkHost(host: string | undefined): void {
  if (host !== undefined && isHost(host)) return;
  throw refuse(
    'host',
    '/headers/host',
    'The Host header is missing or malformed.',
    'NAME or NAME:PORT',
    'Send the address that the start-up card shows.',
  );
}

/** Where a body ends must be said once, and in one way. */
function checkFraming(single: ReadonlyMap<string, string>): void {
  const length = single.get('content-length');
  const coding = single.get('transfer-encoding');
  if (length !== undefined && !isLength(length))
    throw refuse(
      'structure',
      '/headers/content-length',
      'The Content-Length is no length.',
      'digits',
      'Send the number of bytes of the body.',
    );
  if (length !== undefined && coding !== undefined)
    throw refuse(
      'structure',
      '/headers/transfer-encoding',
      'The request has both a Content-Length and a Transfer-Encoding.',
      'one of them',
      'Leave one of them out.',
    );
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    throw refuse(
      'structure',
      '/headers/transfer-encoding',
      'This Transfer-Encoding is not taken.',
      'chunked',
      'Send a Content-Length.',
    );
  const content = single.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  // A megabyte of it may unfold to a gigabyte.
  if (content !== 'identity' && content !== '')
    throw refuse(
      'encoding',
      '/headers/content-encoding',
      'Compressed bodies are not taken.',
      'identity',
      'Send the body uncompressed.',
    );
}

/** 1 to 15 digits: what a double counts exactly. */
function isLength(text: string): boolean {
  if (text.length === 0 || text.length > 15) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false;
  return true;
}

function refuse(
  kind: Refusal['kind'],
  pointer: string,
  problem: string,
  expected: string,
  suggestion: string,
): RefusalError {
  return new RefusalError({ kind, pointer, problem, expected, suggestion });
}
