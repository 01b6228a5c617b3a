/** The HTTP server: hooks that every request passes, then the routes. */
import type { RequestListener, Server } from 'node:http';
import { type CodedError, systemClock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { requirePermission } from '../access/access.ts';
import { corsHeaders, preflightHeaders } from '../access/cors.ts';
import { garbageOf } from '../audit/change.ts';
import { BatchFusion } from '../fusing/batch-fusion.ts';
import { startFuseThread } from '../fusing/fuse-thread.ts';
import { nameLookup } from '../fusing/name-lookup.ts';
import { registerAnalytics } from './analytics.ts';
import { registerAnswers } from './answers.ts';
import type { App } from './app-type.ts';
import { addAuditHooks, registerAudit, tellAudit } from './audit.ts';
import { registerAuth } from './auth/auth.ts';
import { registerCalibration } from './calibration.ts';
import { registerConfig } from './config.ts';
import { registerDocuments } from './documents.ts';
import { registerFeedback } from './feedback.ts';
import { registerFuse } from './fuse.ts';
import { registerGraph } from './graph.ts';
import { refuseGarbage } from './garbage.ts';
import { securityHeaders } from './headers.ts';
import { registerHealth } from './health.ts';
import { registerExport, registerImport } from './import.ts';
import { registerLayout } from './layout.ts';
import { hasMuchLeft, lingering } from './lingering.ts';
import { registerPage } from './page.ts';
import { CODE_HEADER, errorBody, errorHeaders, requestIdOf, toWireError } from './problems.ts';
import { registerProcess } from './process.ts';
import { registerTree } from './tree.ts';
import { BodyReader } from '../reading/body-reader.ts';
import type { ServerContext } from './services.ts';
import { webServer } from '../tls/web-server.ts';
import { addValidation, checkHead, endSchema } from '../validation/request-validation.ts';

/** Longest fusing of one batch, and how long its thread stays for another one, ms. */
const FUSING = { timeoutMs: 60_000, idleMs: 60_000 };

/** Builds the server. It does not listen yet. */
export async function buildApp(context: ServerContext): Promise<App> {
  const { certificate } = context;
  const { requestTimeout, keepAliveTimeout, headersTimeout, connectionsCheckingInterval, maxHeaderSize } =
    context.connectionLimits;
  const app = fastify({
    bodyLimit: context.bodyLimits.question,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    requestIdHeader: false,
    requestTimeout,
    connectionTimeout: 0,
    keepAliveTimeout,
    http: { headersTimeout, connectionsCheckingInterval, maxHeaderSize },
    ...(certificate && {
      serverFactory: (serve: RequestListener): Server => webServer(certificate, context.connectionLimits, serve),
    }),
    // At the end, idle connections are closed and answers under way are finished.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2048 },
    frameworkErrors: (error, request, reply) => {
      // Before any hook, so that no hook has set them.
      reply.headers(securityHeaders(context.isTls));
      return sendProblem(context, request, reply, headProblem(context, request, error));
    },
    clientErrorHandler: (failure, socket) => {
      const record = garbageOf(socket.remoteAddress, failure.code);
      if (record) context.audit?.note(record);
      context.validation.observe('transport', 'refused', 0);
      refuseGarbage(failure, socket);
    },
    // Types are what they are: "5" is no number, and an unknown key is an error, not something to drop.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false, verbose: true } },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  // Fastify would read plain text too; here a question is JSON or it is refused.
  app.removeContentTypeParser('text/plain');
  addHooks(app, context);
  addAuditHooks(app, context);
  addValidation(app, context.validation);
  addErrorHandlers(app, context);
  await app.register(swagger, {
    openapi: openApiInfo(context.version),
    refResolver: { buildLocalReference: schemaName },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: false,
    logLevel: 'silent',
    // Without the bar on top, which shows nothing of ours and brings a style that the policy forbids.
    uiConfig: { layout: 'BaseLayout' },
    theme: { title: 'Vortexflow API' },
  });
  await app.register((scope, _options, done) => {
    registerRoutes(scope, context);
    done();
  });
  // In scopes of their own, because they read bodies in their own ways.
  const reader = new BodyReader(systemClock);
  app.addHook('preClose', () => reader.stop());
  for (const register of [registerDocuments, registerFeedback, registerImport, registerAuth, registerFusing]) {
    await app.register((scope, _options, done) => {
      const taken = collectMethods(scope);
      register(scope, context, reader);
      refuseOtherMethods(scope, taken);
      done();
    });
  }
  // Beside the interface, not inside it: the page's files are public and name no permission.
  await app.register((scope, _options, done) => {
    registerPage(scope);
    done();
  });
  return app;
}

function registerFusing(app: App, context: ServerContext): void {
  const lookUp = nameLookup(() => context.asking()?.base ?? null);
  const fusion = new BatchFusion({ clock: systemClock, start: () => startFuseThread(lookUp), ...FUSING });
  registerFuse(app, fusion, context.bodyLimits.fuse, () => context.validation.jsonLimits().fuse);
}

function registerRoutes(app: App, context: ServerContext): void {
  const taken = collectMethods(app);
  registerProcess(app, context);
  registerCalibration(app, context);
  registerAnswers(app, context);
  registerGraph(app, context);
  registerExport(app, context);
  registerAnalytics(app, context);
  registerLayout(app, context);
  registerHealth(app, context);
  registerTree(app, context);
  registerConfig(app, context);
  registerAudit(app, context);
  refuseOtherMethods(app, taken);
}

function addHooks(app: App, context: ServerContext): void {
  const { access, metrics, logger, corsOrigins, isTls } = context;
  // Set before any route is reached.
  app.decorateRequest('principal', null as never);
  app.addHook('onRequest', (request, reply, done) => {
    metrics.requestBegan();
    reply.raw.once('close', () => {
      metrics.requestLeft();
      if (!reply.raw.writableFinished) logger.info({ request_id: request.id, method: request.method }, 'caller left');
    });
    reply.headers(securityHeaders(isTls)).header('x-request-id', request.id);
    checkHead(request.raw, context.validation);
    // Pages of /docs come from a plug-in and have no permission of their own: they show nothing but the interface.
    const permission = request.routeOptions.config.permission ?? 'public';
    const preflight = preflightHeaders(request.raw, corsOrigins());
    if (preflight) {
      void reply.code(204).headers(preflight).send();
      return;
    }
    reply.headers(corsHeaders(request.raw, corsOrigins()));
    request.principal = access.admit(request.raw);
    requirePermission(request.principal, permission);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requestEnded(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    logger.info(
      {
        request_id: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...((request.validation?.flags.length ?? 0) > 0 && { flags: request.validation.flags }),
      },
      'request',
    );
    done();
  });
}

function sendProblem(
  { metrics, logger, isBehindFront }: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
  error: CodedError,
): FastifyReply {
  const { status } = error.definition;
  tellAudit(reply, { detail: { code: error.code } });
  metrics.failed(error.code);
  if (status >= 500) logger.error({ request_id: request.id, code: error.code, err: error.cause }, error.message);
  reply.headers(errorHeaders(error));
  if (isBehindFront) reply.header(CODE_HEADER, error.code);
  const text = JSON.stringify(errorBody(error, request.id));
  reply.code(status).type('application/problem+json');
  if (!hasMuchLeft(request.raw)) return reply.send(text);
  reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(text) });
  return reply.send(lingering(text, request.raw, systemClock));
}

/** The library refuses some addresses before any hook; the first tier says what is wrong with them. */
function headProblem({ validation, bodyLimits }: ServerContext, { raw }: FastifyRequest, error: Error): CodedError {
  try {
    checkHead(raw, validation);
  } catch (failure) {
    return toWireError(failure, bodyLimits.question);
  }
  return toWireError(error, bodyLimits.question);
}

function addErrorHandlers(app: App, context: ServerContext): void {
  app.setErrorHandler((error, request, reply) => {
    const { validation, code } = error as FastifyError;
    if (validation) endSchema(request, context.validation.observe, 'refused');
    // Size, type and length of a body, which the library looks at by itself.
    else if (code?.startsWith('FST_ERR_CTP')) context.validation.observe('transport', 'refused', 0);
    return sendProblem(context, request, reply, toWireError(error, request.routeOptions.bodyLimit));
  });
  app.setNotFoundHandler((request, reply) => sendProblem(context, request, reply, wireError('not_found')));
}

/** Notes which methods each address takes, while routes are being registered. */
function collectMethods(app: App): Map<string, Set<string>> {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.permission === undefined) throw new Error(`route ${url} names no permission`);
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  return taken;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A known address with a wrong method is 405 with the right ones, not 404 (RFC 9110, section 15.5.6). */
function refuseOtherMethods(app: App, taken: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, methods] of taken) {
    const allowed = [...methods].filter((method) => method !== 'HEAD').join(', ');
    const method = METHODS.filter((one) => !methods.has(one));
    app.route({
      method,
      url,
      config: { permission: 'public' },
      schema: { hide: true },
      preParsing: (request, reply) => {
        reply.header('allow', allowed);
        throw wireError('method_not_allowed', { method: request.method, allowed });
      },
      handler: () => undefined,
    });
  }
}

/** Schemas keep their own names in the OpenAPI document. */
function schemaName(schema: { $id?: unknown }, _base: unknown, _fragment: string, index: number): string {
  return typeof schema.$id === 'string' ? schema.$id : `Schema${index}`;
}

function openApiInfo(version: string) {
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Vortexflow',
      version,
      description:
        'Ask your knowledge; see the answer light up in its graph. Errors carry a code, a hint and a recovery strategy.',
    },
    components: { securitySchemes: { ownerKey: { type: 'http' as const, scheme: 'bearer' } } },
  };
}
