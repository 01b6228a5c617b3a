/** `/api/v1/audit` and `/api/v1/privacy`, and the hooks by which the log sees every request of a server of one process. */
import { ErrorResponse, wireError } from '@vortexflow/protocol';
import { type TSchema, Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../audit/actor.ts';
import { auditedRoute, type AuditedRoute, isRefusal } from '../audit/audited-routes.ts';
import { AUDIT_HEADER, type Carried, readCarried, writeCarried } from '../audit/carried.ts';
import { Change, refusalOf, type SeenRequest } from '../audit/change.ts';
import { auditPages } from '../audit/pages.ts';
import type { App } from './app-type.ts';
import type { ServerContext } from './services.ts';

const Text = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const QUERIES: Readonly<Record<string, { readonly summary: string; readonly query: TSchema }>> = {
  '/api/v1/audit': {
    summary: 'What happened, the newest first',
    query: Type.Object(
      { limit: Text, before: Text, since: Text, action: Text, outcome: Text, subject: Text },
      { additionalProperties: false },
    ),
  },
  '/api/v1/audit/checkpoint': {
    summary: 'The latest signed checkpoint of the audit log',
    query: Type.Object({}, { additionalProperties: false }),
  },
  '/api/v1/audit/proof': {
    summary: 'Proof that an entry is in the audit log, or that the log has only grown',
    query: Type.Object({ event: Text, first: Text }, { additionalProperties: false }),
  },
};
const SUMMARIES: Readonly<Record<string, string>> = {
  '/api/v1/privacy/export': 'All that the audit log holds of a subject, signed; owner',
  '/api/v1/privacy/erase': 'Destroy the key of a subject in the audit log; owner',
};
const Subject = Type.Object(
  { subject: Type.String({ minLength: 1, maxLength: 512 }) },
  { additionalProperties: false },
);

export function registerAudit(app: App, context: ServerContext): void {
  const pages = auditPages(() => {
    // Behind a front these addresses are its own.
    if (!context.audit) throw wireError('not_found');
    return context.audit;
  });
  const askerOf = ({ id, principal, raw }: FastifyRequest) => ({
    request: id,
    actor: actorOf(principal, context.access.addressOf(raw)),
  });
  const shared = { tags: ['audit'], security: [{ ownerKey: [] }] };
  const response = { 200: Type.Any(), 400: ErrorResponse, 401: ErrorResponse, 404: ErrorResponse };
  for (const [url, page] of Object.entries(pages.get)) {
    const { summary, query } = QUERIES[url] as (typeof QUERIES)[string];
    app.route({
      method: 'GET',
      url,
      config: { permission: 'audit' },
      schema: { ...shared, summary, querystring: query, response },
      handler: async (request) => ({
        ...(await page(request.query as Record<string, unknown>, askerOf(request))),
        request_id: request.id,
      }),
    });
  }
  for (const [url, page] of Object.entries(pages.post)) {
    app.route({
      method: 'POST',
      url,
      config: { permission: 'own' },
      schema: { ...shared, summary: SUMMARIES[url] as string, body: Subject, response },
      handler: async (request) => ({
        ...(await page(request.body as Record<string, unknown>, askerOf(request))),
        request_id: request.id,
      }),
    });
  }
}

/** What a route tells the log besides what can be seen from outside. */
export function tellAudit(reply: FastifyReply, carried: Carried): void {
  const text = writeCarried(carried);
  if (text !== null) reply.header(AUDIT_HEADER, text);
}

/**
 * A change is in the log before it is done, and what became of it before it is answered; a log that cannot be written keeps
 * it from being done. Refusals are written behind.
 */
export function addAuditHooks(app: App, { audit, access }: ServerContext): void {
  if (!audit) return;
  const changes = new WeakMap<FastifyRequest, Change>();
  const carried = new WeakMap<FastifyRequest, Carried>();
  const seen = ({ id, method, url, raw, principal }: FastifyRequest): SeenRequest => ({
    request: id,
    actor: actorOf(principal ?? access.refused(raw), access.addressOf(raw)),
    method,
    path: pathOf(url),
  });
  // Not async: a question is to pass them without waiting for anything.
  app.addHook('preHandler', (request, _reply, pass) => {
    const route = routeOf(request);
    if (!route) return pass();
    const change = new Change(audit, route, seen(request));
    changes.set(request, change);
    change.begin().then(() => pass(), pass);
  });
  app.addHook('onSend', (request, reply, payload, pass) => {
    const header = reply.getHeader(AUDIT_HEADER);
    if (header !== undefined) {
      carried.set(request, readCarried(header));
      reply.removeHeader(AUDIT_HEADER);
    }
    const change = changes.get(request);
    if (!change) return pass(null, payload);
    change.end(reply.statusCode, carried.get(request) ?? {}).then(() => pass(null, payload), pass);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (isRefusal(reply.statusCode) && changes.get(request)?.hasEnded !== true) {
      audit.note(refusalOf(seen(request), routeOf(request), reply.statusCode, carried.get(request) ?? {}));
    }
    done();
  });
}

/** What nobody needs a permission for changes nothing, but for signing in. */
function routeOf({ method, routeOptions }: FastifyRequest): AuditedRoute | null {
  const { url, config } = routeOptions;
  const route = url === undefined ? null : auditedRoute(method, url);
  return (config.permission ?? 'public') === 'public' && route?.hasBeginning !== false ? null : route;
}

const pathOf = (url: string): string => url.split('?', 1)[0] as string;
