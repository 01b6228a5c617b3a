/** A request's way through the five tiers, in the hooks of the HTTP library. */
import { setImmediate } from 'node:timers/promises';
import { wireError } from '@vortexflow/protocol';
import {
  bodyCost,
  checkClaims,
  checkTransport,
  type ContentScanner,
  type ResourceBudget,
  type StateView,
  type TransportLimits,
} from '@vortexflow/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ValidationMode } from '../config/table.ts';
import type { App } from '../http/app-type.ts';
import { readJson } from '../reading/checked-json.ts';
import type { ContentLook } from '../reading/messages.ts';
import { DEFAULT_BODY_LIMITS, type JsonLimitRows, OPAQUE_PREFIXES, SMALL_BODY } from '../http/limits.ts';
import type { RouteChecks } from './checks.ts';
import { scanContent } from './content-scan.ts';
import { onlyRefused, runTier, type TierObserver } from './tiers.ts';

export interface ValidationOptions {
  readonly observe: TierObserver;
  /** As it is set now. */
  readonly mode: () => ValidationMode;
  /** How large heads may be now. */
  readonly headLimits: () => TransportLimits;
  /** What bodies may hold now. */
  readonly jsonLimits: () => JsonLimitRows;
  readonly scanner: ContentScanner;
  readonly budget: ResourceBudget;
  readonly state: StateView;
}

/** What looking at a head takes of them. */
export type HeadReading = Pick<ValidationOptions, 'observe' | 'headLimits'>;

/** What reading JSON takes of them. */
export type JsonReading = Pick<ValidationOptions, 'observe' | 'jsonLimits'>;

/** What the tiers found out about a request. */
interface RequestValidation {
  /** Time of the schema tier so far, ms. */
  schemaMs: number;
  /** When the library's own validation began, as `performance.now()` has it; NaN before. */
  schemaStart: number;
  /** What the tier of content found, where it was looked for when the body was read. */
  content: ContentLook | null;
  /** Remarks on its texts, e.g. `content:sqli`. */
  flags: readonly string[];
  /** Of its body as the parser got it. */
  bodyBytes: number;
  /** While a body is read beside the event loop: resolves when that is over, however it ended. */
  reading: Promise<void> | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    checks?: RouteChecks;
  }
  interface FastifyRequest {
    validation: RequestValidation;
  }
}

/** Tier 1, for every request, before anything else. @throws CodedError */
export function checkHead(request: FastifyRequest['raw'], { observe, headLimits }: HeadReading): void {
  runTier('transport', observe, () => checkTransport(request, headLimits(), { opaquePrefixes: OPAQUE_PREFIXES }));
}

/** Adds tiers 2 to 5. The caller runs {@link checkHead} in the first hook of all. */
export function addValidation(app: App, options: ValidationOptions): void {
  app.decorateRequest('validation', null as unknown as RequestValidation);
  app.addHook('onRequest', (request, reply, done) => {
    request.validation = {
      schemaMs: 0,
      schemaStart: Number.NaN,
      content: null,
      flags: [],
      bodyBytes: 0,
      reading: null,
    };
    lendMemory(request, reply, options);
    done();
  });
  addJsonParser(app, options);
  app.addHook('preValidation', (request, _reply, done) => {
    request.validation.schemaStart = performance.now();
    done();
  });
  app.addHook('preHandler', async (request, reply) => {
    endSchema(request, options.observe, 'passed');
    const scanned = checkContent(request, options);
    if (scanned !== null) await scanned;
    checkState(request, options);
    lendWork(request, reply, options);
  });
}

/**
 * Reads JSON bodies after a look at their bytes, in place of the library's own parser or of one of an outer scope.
 * @param onBody told of every body that passes, as it came
 */
export function addJsonParser(
  app: App,
  reading: JsonReading,
  onBody: (request: FastifyRequest, body: Buffer) => void = () => undefined,
): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const value = parseJson(request, body as Buffer, reading);
      onBody(request, body as Buffer);
      done(null, value);
    } catch (failure) {
      done(failure as Error);
    }
  });
}

/** Counts the schema tier once its outcome is known. */
export function endSchema({ validation }: FastifyRequest, observe: TierObserver, outcome: 'passed' | 'refused'): void {
  if (Number.isNaN(validation.schemaStart)) return;
  observe('schema', outcome, (validation.schemaMs + performance.now() - validation.schemaStart) / 1000);
  validation.schemaStart = Number.NaN;
}

function parseJson(request: FastifyRequest, body: Buffer, { observe, jsonLimits }: JsonReading): unknown {
  const start = performance.now();
  request.validation.bodyBytes = body.length;
  // What passes is counted when the library has checked it, too.
  const limits = jsonLimits()[request.routeOptions.config.checks?.body ?? 'question'];
  const value = runTier('schema', onlyRefused(observe), () => readJson(body, limits));
  request.validation.schemaMs += performance.now() - start;
  return value;
}

/** A JSON object where there is no schema of a route, such as at the front. @throws CodedError */
export function readJsonObject(body: Buffer, { observe, jsonLimits }: JsonReading): Readonly<Record<string, unknown>> {
  return runTier('schema', observe, () => {
    const value = readJson(body, jsonLimits().question);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw wireError('request_invalid', {
      problem: 'The body is not a JSON object.',
      pointer: '',
      expected: 'one JSON object',
    });
  });
}

/** @returns null when it is done at once, as with all questions */
function checkContent(request: FastifyRequest, options: ValidationOptions): Promise<void> | null {
  const { texts } = request.routeOptions.config.checks ?? {};
  if (!texts) return null;
  const { content } = request.validation;
  if (content !== null) {
    takeContent(request, options, content.found, content.ms);
    return null;
  }
  const scan = scanContent(texts(request), options.scanner);
  let ms = 0;
  const next = (): ReadonlyMap<string, string> | null => {
    const start = performance.now();
    const { done, value } = scan.next();
    ms += performance.now() - start;
    return done === true ? value : null;
  };
  const atOnce = next();
  if (atOnce !== null) {
    takeContent(request, options, atOnce, ms);
    return null;
  }
  return (async () => {
    for (;;) {
      await setImmediate();
      const found = next();
      if (found !== null) return takeContent(request, options, found, ms);
    }
  })();
}

/** @param found by remark, and where */
function takeContent(
  request: FastifyRequest,
  { observe, mode }: ValidationOptions,
  found: ReadonlyMap<string, string>,
  ms: number,
): void {
  const flags = [...found.keys()];
  request.validation.flags = flags;
  const canRefuse = request.routeOptions.config.checks?.canRefuseTexts === true;
  const isRefused = mode() === 'strict' && canRefuse && flags.length > 0;
  observe('content', isRefused ? 'refused' : flags.length > 0 ? 'flagged' : 'passed', ms / 1000);
  if (!isRefused) return;
  const [pointer = ''] = found.values();
  throw wireError('content_refused', { flags, pointer, expected: 'a text that does not look like an attack' });
}

function checkState(request: FastifyRequest, { observe, state }: ValidationOptions): void {
  const claims = request.routeOptions.config.checks?.claims?.(request, state);
  if (claims) runTier('semantic', observe, () => checkClaims(claims, state));
}

/** Before the body is read. */
function lendMemory(request: FastifyRequest, reply: FastifyReply, options: ValidationOptions): void {
  const { headers, routeOptions } = request;
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined) return;
  const bytes = Math.min(
    Number(length ?? routeOptions.bodyLimit),
    routeOptions.bodyLimit ?? DEFAULT_BODY_LIMITS.question,
  );
  if (bytes <= SMALL_BODY) return;
  const giveBack = runTier('resources', options.observe, () => options.budget.lendBytes(bytes));
  // Who leaves early does not take along what is still being read.
  reply.raw.once('close', () => {
    const { reading } = request.validation;
    if (reading === null) giveBack();
    else void reading.then(giveBack);
  });
}

function lendWork(request: FastifyRequest, reply: FastifyReply, { observe, budget }: ValidationOptions): void {
  const { cost, timeoutMs } = request.routeOptions.config.checks ?? {};
  const bytes = bodyBytes(request);
  if (!cost && bytes === null) return;
  const giveBack = runTier('resources', observe, () =>
    budget.lendWork(cost?.(request) ?? bodyCost(bytes ?? 0), (timeoutMs?.(request) ?? Infinity) - reply.elapsedTime),
  );
  // Who has left while his body was read does not leave again.
  if (reply.raw.closed) giveBack();
  else reply.raw.once('close', giveBack);
}

/** Of a body in chunks, which says nothing of its length, what has come. null: there is none. */
function bodyBytes({ headers, validation }: FastifyRequest): number | null {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  if (headers['transfer-encoding'] === undefined) return null;
  return validation.bodyBytes;
}
